//! Telling how the case about a job goes on while the job is waited for: it takes minutes in which nothing happens to
//! the job itself.

use crate::{
	output::Format,
	progress::Progress,
	render::case::{next_step, phase},
};
use assay_client::{
	BlockInfo, Chain, Error, Head,
	job::{Finder, Target},
};
use assay_primitives::case::CaseView;

/// Tells whatever is new about the case, where there is one. Never ends: the end of the job does that.
pub async fn tell(
	chain: &Chain,
	target: &Target,
	progress: &Progress,
	format: Format,
) -> std::convert::Infallible {
	let mut finder = Finder::new(chain, target);
	let mut blocks = chain.blocks(Head::Finalized);
	let mut last = String::new();
	while let Some(block) = blocks.next().await {
		// What could not be read of one block the next one shows.
		let Ok(block) = block else { continue };
		let Ok(Some(view)) = case_at(chain, &mut finder, block).await else { continue };
		let text = format!("case {}: {}; {}", view.id, phase(&view), next_step(&view));
		if text != last {
			progress.event(block.number, &text, None, format);
			last = text;
		}
	}
	std::future::pending().await
}

async fn case_at(
	chain: &Chain,
	finder: &mut Finder,
	block: BlockInfo,
) -> Result<Option<CaseView>, Error> {
	let Some(place) = finder.place(block, Head::Finalized).await? else { return Ok(None) };
	let at = chain.at(block).await?;
	match at.case_of_task(place.task).await? {
		Some(case) => at.case(case).await,
		None => Ok(None),
	}
}
