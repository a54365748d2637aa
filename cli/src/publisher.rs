//! `assay publisher`: the bond behind apps and datasets.

use crate::{
	args::PublisherCommand,
	context::Context,
	failure::Failure,
	output::{self, row},
};
use assay_client::{
	WaitFor,
	units::{format_account, format_amount, parse_account, parse_amount},
};
use assay_interface::{Call, register};
use assay_primitives::bond::Chunk;
use serde_json::json;

/// Runs a command of this group.
pub async fn run(command: PublisherCommand, context: &Context) -> Result<(), Failure> {
	match command {
		PublisherCommand::Show { address } => show(address, context).await,
		PublisherCommand::Bond { amount } => {
			let amount = parse_amount(&amount)?;
			submit(register::Call::bond_more { amount }, context).await
		},
		PublisherCommand::Unbond { amount } => {
			let amount = parse_amount(&amount)?;
			submit(register::Call::unbond { amount }, context).await
		},
		PublisherCommand::Withdraw => submit(register::Call::withdraw, context).await,
	}
}

async fn submit(call: register::Call, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	chain.submit(&signer, &Call::Register(call), WaitFor::InBlock).await?;
	show(Some(format_account(&signer.account())), context).await
}

async fn show(address: Option<String>, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let account = match address {
		Some(address) => parse_account(&address)?,
		None => context.signer(&chain)?.account(),
	};
	let publisher = chain.at_best().await?.publisher(&account).await?;
	let part = |Chunk { amount, at }: &Chunk| json!({ "amount": amount.to_string(), "at": at });
	if context.global.output.is_json() {
		let bond = publisher.as_ref().map(|it| it.bond.clone()).unwrap_or_default();
		let value = json!({
			"account": format_account(&account),
			"bond": bond.held.to_string(),
			"unbonding": bond.unbonding.iter().map(part).collect::<Vec<_>>(),
			"assets": publisher.as_ref().map_or(0, |it| it.assets),
		});
		output::json(context.global.output, &value);
		return Ok(());
	}
	let mut rows = vec![row("account", format_account(&account))];
	match publisher {
		None => rows.push(row("bond", "none".into())),
		Some(publisher) => {
			rows.push(row("bond", format_amount(publisher.bond.held)));
			for Chunk { amount, at } in &publisher.bond.unbonding {
				let text = format!("{}, free from block {at} on", format_amount(*amount));
				rows.push(row("unbonding", text));
			}
			rows.push(row("apps and datasets", publisher.assets.to_string()));
		},
	}
	output::table(&[], rows);
	Ok(())
}
