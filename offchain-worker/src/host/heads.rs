//! The chain's newest blocks, as all roles of a process see them.

use assay_client::{BlockInfo, Chain, Error, Head};
use tokio::sync::watch;

/// Newest blocks, and why there are none.
#[derive(Clone, Debug, Default)]
pub struct Heads {
	pub best: Option<BlockInfo>,
	pub finalized: Option<BlockInfo>,
	pub outage: Option<String>,
	/// Why what the node calls final is not taken for that. Blocks come all the same.
	pub unproven: Option<String>,
}

/// Newest blocks, of these kinds, for as long as the chain lives.
pub fn follow(chain: &Chain, kinds: &[Head]) -> watch::Receiver<Heads> {
	let (sender, receiver) = watch::channel(Heads::default());
	for head in kinds.iter().copied() {
		let (mut blocks, sender) = (chain.blocks(head), sender.clone());
		tokio::spawn(async move {
			while let Some(block) = blocks.next().await {
				sender.send_modify(|heads| match block {
					Ok(block) => {
						heads.outage = None;
						match head {
							Head::Best => heads.best = Some(block),
							Head::Finalized => {
								heads.finalized = Some(block);
								heads.unproven = None;
							},
						}
					},
					Err(error @ Error::NotFinal(_)) => heads.unproven = Some(error.to_string()),
					Err(error) => heads.outage = Some(error.to_string()),
				});
			}
		});
	}
	receiver
}
