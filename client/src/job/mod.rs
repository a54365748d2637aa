//! A job from user input to a verified result.
//!
//! [`JobOptions`] gives a request, [`order`] asks the chain what it would cost and picks the
//! candidates, [`submit`] opens the deal, [`follow`] tells what happens, [`fetch_outputs`] brings the
//! result here, and [`verify`] runs the task again on this machine.

mod order;
mod outputs;
mod paths;
mod progress;
mod spec;
mod verify;

pub use order::{Order, Submission, order, submit};
pub use outputs::{
	Outputs, Skipped, fetch_manifest, fetch_outputs, providers_to_ask, write_outputs,
};
pub use progress::{FollowOptions, Following, Progress, Step, conclude, follow, outcome, steps};
pub use spec::{JobOptions, MaxPrice};
pub use verify::{Claim, Mismatch, Verification, verify};
