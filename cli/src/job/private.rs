//! Jobs with private inputs: sealing, and handing the key to those who have to run them.

use crate::{
	args::{ServeKeyArgs, ShareKeyArgs},
	context::Context,
	failure::Failure,
	lookup, output,
	progress::Progress,
	render::job::number,
};
use assay_client::{
	Chain, Error, Head,
	job::Target,
	private::{ContentKey, ContentKeys, Delivery, SealedInput, Sharer, Sharing, seal_input},
	units::{format_account, parse_account},
};
use assay_primitives::{
	content::ContentRef,
	deal::{TaskStatus, TaskView},
	task::TaskId,
};
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};

/// A sealed input, ready to be published.
pub struct Sealed {
	/// What opens it.
	pub key: ContentKey,
	/// The ciphertext.
	pub bytes: Vec<u8>,
	/// What the request says about it.
	pub marker: SealedInput,
}

/// Seals an input with a key of its own.
pub fn seal(plain: &[u8]) -> Result<Sealed, Failure> {
	let key = ContentKey::random()?;
	let bytes = seal_input(&key, plain)
		.ok_or_else(|| Failure::usage("the input is too large to be sealed"))?;
	let marker = SealedInput::new(ContentRef::of(plain), ContentRef::of(&bytes), key.id());
	Ok(Sealed { key, bytes, marker })
}

/// Keeps a key, so that it can be handed over later too.
pub fn keep(key: &ContentKey) -> Result<(), Failure> {
	Ok(ContentKeys::of_user()?.put(key)?)
}

/// The key of a job's private input, where it has one and this user has its key.
pub fn key_of(view: &TaskView) -> Result<Option<ContentKey>, Failure> {
	match SealedInput::of(&view.deal.request).map_err(Error::from)? {
		Some(input) => Ok(ContentKeys::of_user()?.get(&input.key_id)?),
		None => Ok(None),
	}
}

fn needed_key(view: &TaskView) -> Result<ContentKey, Failure> {
	let missing = || {
		let dir = ContentKeys::of_user().map(|keys| keys.dir().display().to_string());
		let hint = format!("it is kept in {} of whoever sealed it", dir.unwrap_or_default());
		Failure::usage("the job has no private input, or its key is not here").hint(hint)
	};
	key_of(view)?.ok_or_else(missing)
}

/// Hands the key to whoever is drawn: until the providers have run the job, or to its end.
pub async fn serve(
	chain: &Chain,
	target: impl Into<Target>,
	key: ContentKey,
	to_the_end: bool,
	context: &Context,
	progress: &Progress,
) -> Result<(), Failure> {
	let fetcher = context.fetcher(chain, &[])?;
	let mut sharer = Sharer::new(chain, &fetcher, target, key);
	let mut blocks = chain.blocks(Head::Finalized);
	let mut known = BTreeMap::new();
	while let Some(block) = blocks.next().await {
		let step = match block {
			Ok(block) => match chain.at(block).await {
				Ok(state) => sharer.step(&state).await,
				Err(error) => Err(error),
			},
			Err(error) => Err(error),
		};
		match step {
			Ok(Sharing::Over) => return Ok(()),
			Ok(Sharing::Idle) if !to_the_end => return Ok(()),
			Ok(Sharing::Idle) => {},
			Ok(Sharing::Handed(deliveries)) => tell(deliveries, &mut known, progress),
			// The next block may show it.
			Err(error) if error.retryable() => progress.doing(error.to_string()),
			Err(error) => return Err(error.into()),
		}
	}
	Ok(())
}

/// Says what is new about deliveries.
fn tell(
	deliveries: Vec<Delivery>,
	known: &mut BTreeMap<assay_primitives::AccountId, Option<String>>,
	progress: &Progress,
) {
	for Delivery { recipient, refused } in deliveries {
		if known.get(&recipient) == Some(&refused) {
			continue;
		}
		let who = format_account(&recipient);
		progress.done(match &refused {
			None => format!("{who} has the key of the input"),
			Some(why) => format!("{who} has not taken the key yet: {why}"),
		});
		known.insert(recipient, refused);
	}
}

/// `assay job serve-key`.
pub async fn serve_key(args: ServeKeyArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let view = lookup::task(&chain, args.id).await?;
	let key = needed_key(&view)?;
	let progress = context.progress();
	progress.doing(format!("job {}: handing the key to whoever is drawn", number(&args.id)));
	let serving = serve(&chain, args.id, key, args.to_the_end, context, &progress);
	within(args.timeout, args.id, serving).await
}

/// Gives up waiting after a time.
pub async fn within(
	after: Duration,
	task: TaskId,
	serving: impl Future<Output = Result<(), Failure>>,
) -> Result<(), Failure> {
	let late = |_| Err(Error::KeyNotHanded { task, after }.into());
	tokio::time::timeout(after, serving).await.unwrap_or_else(late)
}

/// `assay job share-key`.
pub async fn share_key(args: ShareKeyArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let view = lookup::task(&chain, args.id).await?;
	let key = needed_key(&view)?;
	let fetcher = context.fetcher(&chain, &[])?;
	let sharer = Sharer::new(&chain, &fetcher, args.id, key);
	let state = chain.at_best().await?;
	let recipients = match args.to.is_empty() {
		true => drawn(&view),
		false => args.to.iter().map(|text| parse_account(text)).collect::<Result<_, _>>()?,
	};
	if recipients.is_empty() {
		return Err(Failure::usage("nobody is drawn yet").hint("name somebody with --to"));
	}
	let mut rows = Vec::new();
	for recipient in &recipients {
		let refused = sharer.hand(&state, &view, recipient).await.err();
		rows.push((format_account(recipient), refused.map(|error| error.to_string())));
	}
	if context.global.output.is_json() {
		let rows =
			rows.iter().map(|(who, refused)| json!({ "recipient": who, "refused": refused }));
		output::json(context.global.output, &rows.collect::<Vec<_>>());
	} else {
		output::table(
			&["recipient", "key"],
			rows.iter().map(|(who, refused)| {
				vec![who.clone(), refused.clone().unwrap_or_else(|| "taken".into())]
			}),
		);
	}
	match rows.iter().all(|(_, refused)| refused.is_none()) {
		true => Ok(()),
		false => Err(Failure::new("the key was not taken by all")),
	}
}

/// Everybody who was drawn for an open task.
fn drawn(view: &TaskView) -> Vec<assay_primitives::AccountId> {
	let TaskStatus::Open(task) = &view.status else { return Vec::new() };
	let of = |candidate: u32| view.deal.candidates.get(candidate as usize);
	let replicas = task.replicas.iter().filter_map(|replica| of(replica.candidate));
	replicas.map(|candidate| candidate.provider.clone()).collect()
}
