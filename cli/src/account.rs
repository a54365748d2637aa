//! `assay account`: balances and transfers.

use crate::{args::AccountCommand, context::Context, failure::Failure, output};
use assay_client::{WaitFor, chain::call::balances, units};
use serde_json::json;

/// Runs a command of this group.
pub async fn run(command: AccountCommand, context: &Context) -> Result<(), Failure> {
	match command {
		AccountCommand::Balance { address } => balance(address, context).await,
		AccountCommand::Send { address, amount } => send(&address, &amount, context).await,
	}
}

async fn balance(address: Option<String>, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let account = match address {
		Some(address) => units::parse_account(&address)?,
		None => context.signer(&chain)?.account(),
	};
	let balance = chain.at_best().await?.balance(&account).await?;
	if context.global.output.is_json() {
		let holds: Vec<_> = balance
			.holds
			.iter()
			.map(|hold| {
				json!({
					"pallet": hold.pallet, "reason": hold.reason, "amount": hold.amount.to_string(),
				})
			})
			.collect();
		output::json(
			context.global.output,
			&json!({
				"account": units::format_account(&account),
				"free": balance.free.to_string(),
				"held": balance.held.to_string(),
				"holds": holds,
				"symbol": units::SYMBOL,
				"decimals": units::DECIMALS,
			}),
		);
		return Ok(());
	}
	let mut rows = vec![
		vec!["account".into(), units::format_account(&account)],
		vec!["free".into(), units::format_amount(balance.free)],
		vec!["held".into(), units::format_amount(balance.held)],
	];
	rows.extend(balance.holds.iter().map(|hold| {
		vec![format!("  {} {}", hold.pallet, hold.reason), units::format_amount(hold.amount)]
	}));
	output::table(&[], rows);
	Ok(())
}

async fn send(address: &str, amount: &str, context: &Context) -> Result<(), Failure> {
	let to = units::parse_account(address)?;
	let amount = units::parse_amount(amount)?;
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	let progress = context.progress();
	progress.doing("sending");
	let call = balances::transfer_keep_alive(&to, amount);
	let submitted = chain.submit(&signer, &call, WaitFor::Finalized).await?;
	drop(progress);
	if context.global.output.is_json() {
		output::json(context.global.output, &json!({ "transaction": submitted.hash }));
	} else {
		let from = units::format_account(&signer.account());
		output::line(&format!("sent {} from {from} to {address}", units::format_amount(amount)));
	}
	Ok(())
}
