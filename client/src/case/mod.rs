//! What happens when somebody does not believe a result.
//!
//! [`question`] says what asking costs; [`check`], [`challenge`] and [`open_report`] ask, and open a
//! case; [`accept`] does without. A verdict is questioned by [`appeal`], and decided for good by
//! [`adjudicate`], which brings the content to the chain's own court. [`verify_draw`] computes again
//! who had to judge. Views of cases and mediators are methods of [`crate::At`].

mod actions;
mod court;
mod draw;
mod fault;
mod mediator;
mod views;

pub use actions::{
	Opened, Question, accept, appeal, ask_again, challenge, check, open_report, poke, question,
	same_task,
};
pub use court::{
	ItemContent, Ruled, adjudicate, assemble, assemble_item, court_call, court_limits_of_this_build,
};
pub use draw::{DrawEvidence, VerifiedDraw, verify_draw};
pub use fault::DrawFault;
pub use mediator::{Registration, latest_terms, leave, register, withdraw};
