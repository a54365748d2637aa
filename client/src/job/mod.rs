//! A job from user input to a verified result.
//!
//! [`JobOptions`] gives a request, [`price`] asks the chain what it would cost and picks the
//! candidates, [`submit`] opens the deal, [`follow`] tells what happens, [`fetch_outputs`] brings the
//! result here, [`verify`] runs the task again on this machine, and [`accept`] settles it without
//! waiting for anybody's doubts.

mod accept;
mod bag;
#[cfg(test)]
mod forks;
mod mismatch;
mod missing;
mod outputs;
mod own;
mod past;
mod paths;
mod price;
mod progress;
mod spec;
mod timeline;
mod verify;
mod watch;

pub use accept::{Acceptance, accept, accept_after, contested};
pub use bag::{
	BagProgress, FollowingBag, Inputs, Tally, accept_all, acceptable, fetch_list, follow_bag,
	publish_inputs, read_list, tasks_of_deal,
};
pub use mismatch::Mismatch;
pub use missing::{
	Evidence, Part, exhibit, exhibition, is_moot, missing_until, refute, unpublished,
};
pub use outputs::{
	BagOutput, Outputs, Skipped, check_directory, fetch_bag, fetch_manifest, fetch_outputs,
	folder_of, providers_to_ask, write_outputs,
};
pub use own::{Finder, Own, Place, Target};
pub use price::{PricedRequest, Submission, as_match, ceilings, price, submit};
pub use progress::{
	Following, Progress, Step, challenge_until, conclude, follow, in_doubt, outcome, steps,
};
pub use spec::{AssetUse, JobOptions, MaxPrice};
pub use timeline::{Earnings, MAX_BLOCKS, Moment, Timeline, deal_of, happened, task_of, timeline};
pub use verify::{Claim, Verification, verify};
pub use watch::{FollowOptions, Until, existing, exists};
