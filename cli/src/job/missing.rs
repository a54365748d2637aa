//! Showing content that providers say can't be had: by hand, and by itself while a job of one's own is
//! waited for.

use crate::{
	args::RefuteArgs, content, context::Context, failure::Failure, lookup, output,
	progress::Progress, render::job::number,
};
use assay_client::{
	Chain, Error, Fetcher,
	content::content_cid_text,
	job::{self, Evidence, Part, Target},
	private::SealedInput,
};
use assay_primitives::{beacon::Seed, content::ContentRef, deal::TaskView};
use serde_json::{Value, json};

/// `assay job refute`.
pub async fn refute(args: RefuteArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let id = number(&args.id);
	let view = lookup::task(&chain, args.id).await?;
	let Some((until, _)) = job::missing_until(&view) else {
		let text = format!("nobody says that content of job {id} is missing");
		return Err(Failure::new(text).hint(format!("look at it with: assay job describe {id}")));
	};
	if SealedInput::of(&view.deal.request).map_err(Error::from)?.is_some() {
		return Err(Failure::usage("the input is private, and showing a block would publish it")
			.hint(format!("hand its key to whoever is drawn: assay job serve-key {id}")));
	}
	let signer = context.signer(&chain)?;
	let fetcher = context.fetcher(&chain, &args.gateways)?;
	for file in &args.files {
		fetcher.store().put(&content::read(file)?)?;
	}
	let progress = context.progress();
	progress.doing(format!("waiting for the draw of what to show before block {until}"));
	let drawing = tokio::time::timeout(args.timeout, job::exhibition(&chain, args.id)).await;
	let (view, seed) = drawing.map_err(|_| Error::Timeout {
		what: "the draw of what to show".into(),
		after: args.timeout,
	})??;
	let evidence = complete(&chain, &fetcher, &view, &seed, &progress).await?;
	if !evidence.is_complete() {
		return Err(lacking(&evidence));
	}
	progress.doing("showing the content");
	job::refute(&chain, &signer, args.id, &evidence.exhibits).await?;
	drop(progress);
	announce(&id, &evidence, context);
	Ok(())
}

/// Fetches what the store lacks from wherever it can be had.
async fn complete(
	chain: &Chain,
	fetcher: &Fetcher,
	view: &TaskView,
	seed: &Seed,
	progress: &Progress,
) -> Result<Evidence, Failure> {
	let at = chain.at_best().await?;
	let mut evidence = Evidence::gather(&at, fetcher.store(), view, seed).await?;
	let hints: Vec<String> = view
		.deal
		.request
		.hints
		.iter()
		.map(|hint| String::from_utf8_lossy(hint).into_owned())
		.collect();
	// The list of a bag names its input, so there may be something new to fetch after the first round.
	for _ in 0..2 {
		for (part, content) in evidence.lacking.clone() {
			progress.doing(format!("fetching the {part}, {} bytes", content.size));
			// What can't be had is told below, with everything else that is lacking.
			let _ = fetcher.fetch(&content, &hints).await;
		}
		evidence = Evidence::gather(&at, fetcher.store(), view, seed).await?;
	}
	Ok(evidence)
}

fn lacking(evidence: &Evidence) -> Failure {
	let name = |(part, content): &(Part, ContentRef)| {
		format!("the {part} {} of {} bytes", content_cid_text(content), content.size)
	};
	let all: Vec<String> = evidence.lacking.iter().map(name).collect();
	Failure::new(format!("this machine lacks {}", all.join(" and ")))
		.hint("name the file with --file, or where it can be had with --gateway; whoever publishes it with assay content put shows it too")
}

fn announce(id: &str, evidence: &Evidence, context: &Context) {
	if context.json(|| described(id, evidence)) {
		return;
	}
	for line in shown(evidence) {
		output::line(&line);
	}
	output::line(&format!(
		"job {id} goes on: nobody is paid for having declined, and others may be drawn"
	));
}

fn described(id: &str, evidence: &Evidence) -> Value {
	let shown = evidence.shown.iter().map(
		|(part, content, leaf)| json!({ "part": part.to_string(), "hash": content.hash, "block": leaf }),
	);
	let there = evidence
		.on_chain
		.iter()
		.map(|(part, content)| json!({ "part": part.to_string(), "hash": content.hash }));
	json!({
		"job": id,
		"shown": shown.collect::<Vec<_>>(),
		"onChain": there.collect::<Vec<_>>(),
		"bytes": evidence.exhibits.len(),
	})
}

fn shown(evidence: &Evidence) -> Vec<String> {
	let shown = evidence.shown.iter().map(|(part, content, leaf)| match content.leaves() {
		1 => format!("shown: the {part}"),
		all => format!("shown: block {} of {all} of the {part}", u64::from(*leaf) + 1),
	});
	let there =
		evidence.on_chain.iter().map(|(part, _)| format!("on the chain already: the {part}"));
	shown.chain(there).collect()
}

/// Attempts at showing content while a job is waited for.
const ATTEMPTS: u32 = 5;

/// Shows content of a job of one's own as soon as it is said to be missing, where this machine has it.
/// Never ends, since a job can't be without its content for longer than it is waited for.
pub async fn defend(
	chain: &Chain,
	target: &Target,
	context: &Context,
	progress: &Progress,
) -> std::convert::Infallible {
	for _ in 0..ATTEMPTS {
		match attempt(chain, target, context, progress).await {
			Ok(()) => break,
			Err(failure) => {
				let name = number(&target.task());
				progress.done(format!("the content can't be shown: {}", failure.message()));
				progress.done(format!("show it with: assay job refute {name} --file FILE"));
				// The next block, or whoever publishes it meanwhile, may change that.
				tokio::time::sleep(std::time::Duration::from_secs(6)).await;
			},
		}
	}
	std::future::pending().await
}

async fn attempt(
	chain: &Chain,
	target: &Target,
	context: &Context,
	progress: &Progress,
) -> Result<(), Failure> {
	let (view, seed) = job::exhibition(chain, target).await?;
	show_own(chain, &view, &seed, context, progress).await
}

/// Shows content of a task from the local store, where the signing account is its client.
pub async fn show_own(
	chain: &Chain,
	view: &TaskView,
	seed: &Seed,
	context: &Context,
	progress: &Progress,
) -> Result<(), Failure> {
	let signer = context.signer(chain)?;
	if signer.account() != view.deal.client {
		// Somebody else's job, and somebody else's fee.
		return Ok(());
	}
	let fetcher = context.fetcher(chain, &[])?;
	let evidence = complete(chain, &fetcher, view, seed, progress).await?;
	if !evidence.is_complete() {
		return Err(lacking(&evidence));
	}
	match job::refute(chain, &signer, view.id, &evidence.exhibits).await {
		Ok(_) => {
			for line in shown(&evidence) {
				progress.done(line);
			}
			Ok(())
		},
		Err(error) if job::is_moot(&error) => Ok(()),
		Err(error) => Err(error.into()),
	}
}

/// Keeps what is not published, so that it can be shown if providers say that it is missing.
pub fn keep(chain: &Chain, parts: &[&[u8]], context: &Context) -> Result<(), Failure> {
	let fetcher = context.fetcher(chain, &[])?;
	for bytes in parts {
		if let Err(error) = fetcher.store().put(bytes) {
			eprintln!("warning: no copy is kept, so keep the file: {error}");
		}
	}
	Ok(())
}
