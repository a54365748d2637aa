//! Where a run of a daemon is.

use assay_primitives::BlockNumber;

/// Where it is.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Job {
	/// Not started by this process.
	#[default]
	Idle,
	/// In the queue.
	Queued,
	/// Running.
	Running,
	/// The infrastructure failed it; to be tried again at the block.
	Failed {
		/// Which.
		retry_at: BlockNumber,
	},
}
