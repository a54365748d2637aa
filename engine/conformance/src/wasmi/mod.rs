//! wasmi, as a partner of the reference: another reading of what a metered module gives.
//!
//! It optimises, and gets some operators wrong. So it gets modules through a [`guard`](mod@guard), which has ways around
//! what is known.

mod config;
mod guard;
mod job;
mod limiter;

pub use config::config;
pub use guard::guard;
pub use job::run;
