//! `assay account`: what an account has, what is held of it and why, what it earned, and transfers.

use crate::{
	args::{AccountArgs, AccountCommand},
	context::Context,
	failure::Failure,
	output::{self, row},
};
use assay_client::{
	WaitFor,
	chain::AccountBalance,
	job::{self, Earnings},
	json::provider as described,
	units::{self, format_account, format_amount},
};
use assay_interface::transfer;
use assay_primitives::{
	AccountId, BlockNumber, bond::Chunk, order::Publisher, provider::ProviderView,
};
use serde_json::{Value, json};

/// Most open deals that are looked at.
const LIMIT: u32 = 256;

/// Runs a command of this group.
pub async fn run(args: AccountArgs, context: &Context) -> Result<(), Failure> {
	match args.command {
		None => overview(args.address, args.blocks, context).await,
		Some(AccountCommand::Balance { address }) => balance(address, context).await,
		Some(AccountCommand::Send { address, amount }) => send(&address, &amount, context).await,
	}
}

/// Everything about an account.
struct Overview {
	account: AccountId,
	balance: AccountBalance,
	provider: Option<ProviderView>,
	/// The provider that it signs for.
	operator_of: Option<AccountId>,
	publisher: Option<Publisher>,
	/// Tasks and deals of its own that have not ended.
	open: (usize, Vec<u64>),
	/// Open tasks that it is a candidate of or drawn for.
	work: usize,
	earnings: Earnings,
	span: (BlockNumber, BlockNumber),
	missing: u32,
}

async fn overview(
	address: Option<String>,
	blocks: BlockNumber,
	context: &Context,
) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let account = context.whose(address.as_deref(), &chain)?;
	let progress = context.progress();
	progress.doing("reading the account");
	let state = chain.at_best().await?;
	let views = state.tasks_of_client(&account, LIMIT).await?;
	let open = views
		.iter()
		.filter(|view| matches!(view.status, assay_primitives::deal::TaskStatus::Open(_)));
	let open: Vec<u64> = open.map(|view| view.id.deal).collect();
	let count = open.len();
	let mut deals = open;
	deals.dedup();
	let provider = state.provider(&account).await?;
	let work = match &provider {
		Some(_) => state.tasks_of_provider(&account).await?.len(),
		None => 0,
	};
	let now = state.block().number;
	progress.doing(format!("adding up the last {blocks} blocks"));
	let concerns = |event: &_| Earnings::concerns(&account, event);
	let from = now.saturating_sub(blocks.saturating_sub(1)).max(1);
	let timeline = job::happened(&chain, from, now, concerns).await?;
	drop(progress);
	let overview = Overview {
		balance: state.balance(&account).await?,
		operator_of: state.provider_of(&account).await?.filter(|stash| *stash != account),
		publisher: state.publisher(&account).await?,
		provider,
		open: (count, deals),
		work,
		earnings: Earnings::of(&account, &timeline.moments),
		span: timeline.span,
		missing: timeline.missing,
		account,
	};
	match context.global.output.is_json() {
		true => output::json(context.global.output, &overview.json()),
		false => overview.print(),
	}
	Ok(())
}

impl Overview {
	fn print(&self) {
		let mut rows = balance_rows(&self.account, &self.balance);
		if let Some(provider) = &self.provider {
			rows.push(row("provider's bond", format_amount(provider.bond())));
			rows.push(row("  free", format_amount(provider.free)));
			rows.push(row("  at risk", format_amount(provider.locked)));
			rows.push(row("  unbonding", format_amount(provider.unbonding)));
			rows.push(row("tasks in hand", self.work.to_string()));
		}
		if let Some(stash) = &self.operator_of {
			rows.push(row("signs for", format_account(stash)));
		}
		if let Some(publisher) = &self.publisher {
			rows.push(row("publisher's bond", format_amount(publisher.bond.held)));
			for Chunk { amount, at } in &publisher.bond.unbonding {
				let text = format!("{}, free from block {at} on", format_amount(*amount));
				rows.push(row("  unbonding", text));
			}
			rows.push(row("apps and datasets", publisher.assets.to_string()));
		}
		let (count, deals) = &self.open;
		let numbers: Vec<String> = deals.iter().take(10).map(u64::to_string).collect();
		let text = match deals.len() {
			0 => "none".into(),
			more if more > 10 => format!("{more} with {count} tasks: {}, …", numbers.join(", ")),
			_ => format!("{} with {count} tasks", numbers.join(", ")),
		};
		rows.push(row("open deals", text));
		let (from, to) = self.span;
		rows.push(row("earned", format!("in blocks {from} to {to}")));
		for (name, amount) in self.sums() {
			rows.push(row(&format!("  {name}"), format_amount(amount)));
		}
		output::table(&[], rows);
		if self.missing > 0 {
			let count = self.missing;
			eprintln!("warning: the node could not show {count} of these blocks");
		}
	}

	fn sums(&self) -> [(&'static str, u128); 5] {
		let Earnings { replicas, sales, tips, shares, lost } = self.earnings;
		[
			("replicas", replicas),
			("sales", sales),
			("tips", tips),
			("shares of slashes", shares),
			("lost", lost),
		]
	}

	fn json(&self) -> Value {
		let mut value = balance_json(&self.account, &self.balance);
		value["provider"] = json!(self.provider.as_ref().map(|provider| {
			let mut value = described(provider);
			value["openTasks"] = self.work.into();
			value
		}));
		value["operatorOf"] = json!(self.operator_of.as_ref().map(format_account));
		value["publisher"] = json!(self.publisher.as_ref().map(|publisher| {
			json!({
				"bond": publisher.bond.held.to_string(),
				"unbonding": publisher.bond.on_its_way().to_string(),
				"assets": publisher.assets,
			})
		}));
		value["openTasks"] = self.open.0.into();
		value["openDeals"] = json!(self.open.1);
		value["earnings"] = json!({
			"fromBlock": self.span.0,
			"toBlock": self.span.1,
			"missingBlocks": self.missing,
			"replicas": self.earnings.replicas.to_string(),
			"sales": self.earnings.sales.to_string(),
			"tips": self.earnings.tips.to_string(),
			"shares": self.earnings.shares.to_string(),
			"lost": self.earnings.lost.to_string(),
		});
		value
	}
}

fn balance_rows(account: &AccountId, balance: &AccountBalance) -> Vec<Vec<String>> {
	let mut rows = vec![
		vec!["account".into(), format_account(account)],
		vec!["free".into(), format_amount(balance.free)],
		vec!["held".into(), format_amount(balance.held)],
	];
	rows.extend(balance.holds.iter().map(|hold| {
		vec![format!("  {} {}", hold.pallet, hold.reason), format_amount(hold.amount)]
	}));
	rows
}

fn balance_json(account: &AccountId, balance: &AccountBalance) -> Value {
	let holds: Vec<_> = balance
		.holds
		.iter()
		.map(|hold| {
			json!({
				"pallet": hold.pallet, "reason": hold.reason, "amount": hold.amount.to_string(),
			})
		})
		.collect();
	json!({
		"account": format_account(account),
		"free": balance.free.to_string(),
		"held": balance.held.to_string(),
		"holds": holds,
		"symbol": units::SYMBOL,
		"decimals": units::DECIMALS,
	})
}

async fn balance(address: Option<String>, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let account = context.whose(address.as_deref(), &chain)?;
	let balance = chain.at_best().await?.balance(&account).await?;
	match context.global.output.is_json() {
		true => output::json(context.global.output, &balance_json(&account, &balance)),
		false => output::table(&[], balance_rows(&account, &balance)),
	}
	Ok(())
}

async fn send(address: &str, amount: &str, context: &Context) -> Result<(), Failure> {
	let to = units::parse_account(address)?;
	let amount = units::parse_amount(amount)?;
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	let progress = context.progress();
	progress.doing("sending");
	let call = transfer(&to, amount);
	let submitted = chain.submit(&signer, &call, WaitFor::Finalized).await?;
	drop(progress);
	if !context.json(|| json!({ "transaction": submitted.hash })) {
		let from = units::format_account(&signer.account());
		output::line(&format!("sent {} from {from} to {address}", units::format_amount(amount)));
	}
	Ok(())
}
