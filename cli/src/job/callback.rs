//! Calls that are made when jobs have ended: setting them, and sending them.

use crate::{
	args::{CallbackArgs, CallbackCommandArgs},
	content,
	context::Context,
	failure::Failure,
	lookup,
	output::{self, row},
	render::job::{name_of, number},
};
use assay_client::{
	At, Chain, Error, Signer, WaitFor, job,
	units::{format_amount, parse_amount},
};
use assay_interface::{Call, Event, deals};
use assay_primitives::{
	Balance, Hash,
	deal::{TaskStatus, TaskView, single},
	task::{DealId, TaskId},
};
use serde_json::{Value, json};
use std::path::Path;

/// A callback that the chain will take.
pub struct Prepared {
	call: Vec<u8>,
	name: String,
	reward: Balance,
}

/// Checks a callback before anything is paid; `None` where none is asked for.
pub async fn prepare(
	args: &CallbackArgs,
	chain: &Chain,
	signer: &Signer,
) -> Result<Option<Prepared>, Failure> {
	let Some(text) = &args.callback else { return Ok(None) };
	let at = chain.at_best().await?;
	let call = read(text, &at)?;
	let name = at.name_callback(&call)?;
	let least = at.least_callback_reward().await?;
	let reward = match &args.callback_reward {
		Some(text) => parse_amount(text)?,
		None => {
			let fee = chain.estimate_fee(signer, &call_back(single(0))).await?;
			least.max(fee.saturating_mul(2))
		},
	};
	if reward < least {
		return Err(Failure::usage(format!(
			"the reward of a callback is at least {}",
			format_amount(least)
		)));
	}
	Ok(Some(Prepared { call, name, reward }))
}

/// `remark`, `0x…`, or `@FILE` with the bytes.
fn read(text: &str, at: &At) -> Result<Vec<u8>, Failure> {
	if text == "remark" {
		return Ok(at.remark_callback()?);
	}
	if let Some(path) = text.strip_prefix('@') {
		return content::read(Path::new(path));
	}
	let digits = text.strip_prefix("0x").ok_or_else(|| {
		Failure::usage(format!(
			"a callback is `remark`, 0x and hexadecimal digits, or @FILE, not {text}"
		))
	})?;
	hex::decode(digits)
		.map_err(|error| Failure::usage(format!("the callback is not hexadecimal: {error}")))
}

impl Prepared {
	/// Sets it for the deal whose first task has this hash. None of its tasks may have ended.
	pub async fn set(
		&self,
		chain: &Chain,
		signer: &Signer,
		deal: DealId,
		task_hash: &Hash,
	) -> Result<(), Failure> {
		let (task_hash, call, reward) = (*task_hash, self.call.clone(), self.reward);
		let call = deals::Call::set_callback { deal, task_hash, call, reward };
		chain.submit(signer, &Call::Deals(call), WaitFor::InBlock).await?;
		Ok(())
	}

	/// What is set, on one line.
	pub fn summary(&self) -> String {
		let reward = format_amount(self.reward);
		format!("{} is called at its end, by whoever wants {reward}", self.name)
	}
}

/// `assay job callback`.
pub async fn run(args: CallbackCommandArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let deal = args.id.task.deal;
	if args.show {
		return show(&chain, args.id.task, context).await;
	}
	let signer = context.signer(&chain)?;
	if let Some(prepared) = prepare(&args.callback(), &chain, &signer).await? {
		let task_hash = lookup::task(&chain, single(deal)).await?.deal.task_hash;
		prepared.set(&chain, &signer, deal, &task_hash).await?;
		match context.global.output.is_json() {
			true => output::json(
				context.global.output,
				&json!({
					"deal": deal,
					"call": prepared.name,
					"reward": prepared.reward.to_string(),
				}),
			),
			false => output::line(&format!("job {deal}: {}", prepared.summary())),
		}
		return Ok(());
	}
	let sent = match lookup::is_bag(&chain, &args.id).await? {
		true => send_all(&chain, &signer, deal).await?,
		false => vec![send(&chain, &signer, args.id.task).await?],
	};
	announce(&sent, context);
	Ok(())
}

/// What became of a callback.
struct Sent {
	task: TaskId,
	reward: Balance,
	/// Why what was called failed.
	failure: Option<assay_client::chain::Failure>,
}

fn call_back(task: TaskId) -> Call {
	Call::Deals(deals::Call::call_back { task: task.into() })
}

async fn send(chain: &Chain, signer: &Signer, task: TaskId) -> Result<Sent, Failure> {
	let submitted = chain.submit(signer, &call_back(task), WaitFor::InBlock).await?;
	let sent = submitted.events.into_iter().find_map(|record| match record.event {
		Event::Deals(deals::Event::CalledBack { task, reward, .. }) => {
			Some(Sent { task: task.0, reward, failure: record.failure })
		},
		_ => None,
	});
	sent.ok_or_else(|| Failure::new("the chain does not tell what became of the callback"))
}

/// Sends those of all tasks of a bag that have ended.
async fn send_all(chain: &Chain, signer: &Signer, deal: DealId) -> Result<Vec<Sent>, Failure> {
	let at = chain.at_best().await?;
	let mut sent = Vec::new();
	for view in job::tasks_of_deal(&at, deal).await?.into_iter().flatten() {
		if is_ended(&view) && !at.called_back(view.id).await? {
			sent.push(send(chain, signer, view.id).await?);
		}
	}
	match sent.is_empty() {
		true => Err(Failure::new("no task has ended whose callback was not sent")),
		false => Ok(sent),
	}
}

fn is_ended(view: &TaskView) -> bool {
	matches!(view.status, TaskStatus::Ended(_))
}

fn announce(sent: &[Sent], context: &Context) {
	if context.json(|| sent.iter().map(Sent::json).collect::<Vec<_>>()) {
		return;
	}
	for one in sent {
		let (name, reward) = (number(&one.task), format_amount(one.reward));
		output::line(&match &one.failure {
			None => format!("job {name}: called back, {reward} for that"),
			Some(failure) => format!(
				"job {name}: called back, {reward} for that; the call failed with {}.{}: {}",
				failure.pallet, failure.name, failure.docs
			),
		});
	}
}

impl Sent {
	fn json(&self) -> Value {
		let failure = self.failure.as_ref();
		json!({
			"job": number(&self.task),
			"reward": self.reward.to_string(),
			"succeeded": failure.is_none(),
			"error": failure.map(|failure| format!("{}.{}", failure.pallet, failure.name)),
		})
	}
}

async fn show(chain: &Chain, task: TaskId, context: &Context) -> Result<(), Failure> {
	let at = chain.at_best().await?;
	let view = at.task(task).await?.ok_or(Error::TaskNotFound(task))?;
	let callback = at.callback(task.deal).await?;
	let callback = callback.ok_or_else(|| {
		Failure::new(format!("job {} has no callback", task.deal)).hint(format!(
			"its client sets one before any task has ended: assay job callback {} --set remark",
			task.deal
		))
	})?;
	// Somebody else's bytes, which this program may know less of than the chain does.
	let name = at.name_callback(&callback.call).unwrap_or_else(|_| "an unknown call".into());
	let sent = at.called_back(task).await?;
	if context.json(|| {
		json!({
			"job": name_of(&view),
			"call": name,
			"beginning": format!("0x{}", hex::encode(&callback.call)),
			"reward": callback.reward.to_string(),
			"left": callback.left,
			"sent": sent,
		})
	}) {
		return Ok(());
	}
	output::table(
		&[],
		[
			row("job", name_of(&view)),
			row("calls", name),
			row("reward", format!("{} for each task", format_amount(callback.reward))),
			row("not sent yet", format!("for {} of {} tasks", callback.left, view.deal.tasks)),
			row("this task's", if sent { "sent" } else { "not sent" }.into()),
		],
	);
	if !sent && is_ended(&view) {
		output::line(&format!("\nsend it with: assay job callback {}", name_of(&view)));
	}
	Ok(())
}
