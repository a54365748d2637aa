//! `assay group`: sets of accounts that orders can be restricted to.

use crate::{
	args::{GroupCommand, MembersArgs},
	context::Context,
	failure::Failure,
	output,
};
use assay_client::{WaitFor, units::parse_account};
use assay_interface::{
	Call, Ours,
	groups::{self, Call::*},
	ours,
};
use assay_primitives::{
	AccountId,
	order::{GroupId, MAX_MEMBERS_CHANGED},
};
use serde_json::json;

/// Runs a command of this group.
pub async fn run(command: GroupCommand, context: &Context) -> Result<(), Failure> {
	match command {
		GroupCommand::Create { number } => create(number, context).await,
		GroupCommand::Add(args) => {
			let call = |number, members| add_members { number, members };
			change(&args, call, context).await
		},
		GroupCommand::Remove(args) => {
			let call = |number, members| remove_members { number, members };
			change(&args, call, context).await
		},
		GroupCommand::Check { number, address, owner } => {
			check(number, &address, owner.as_deref(), context).await
		},
		GroupCommand::Dissolve { number } => {
			let chain = context.chain().await?;
			let signer = context.signer(&chain)?;
			let call = Call::Groups(dissolve_group { number });
			chain.submit(&signer, &call, WaitFor::InBlock).await?;
			Ok(())
		},
	}
}

async fn create(number: u32, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	let call = Call::Groups(create_group { number });
	chain.submit(&signer, &call, WaitFor::InBlock).await?;
	let owner = signer.account().to_string();
	match context.global.output.is_json() {
		true => output::json(context.global.output, &json!({ "owner": owner, "number": number })),
		false => output::line(&format!("group {number} of {owner}")),
	}
	Ok(())
}

/// Adds or removes members, as many at a time as one transaction takes.
async fn change(
	args: &MembersArgs,
	call: impl Fn(u32, Vec<Ours<AccountId>>) -> groups::Call,
	context: &Context,
) -> Result<(), Failure> {
	let accounts = args.addresses.iter().map(|text| parse_account(text));
	let accounts = accounts.collect::<Result<Vec<_>, _>>()?;
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	for part in accounts.chunks(MAX_MEMBERS_CHANGED as usize) {
		let call = Call::Groups(call(args.number, ours(part.iter().cloned())));
		chain.submit(&signer, &call, WaitFor::InBlock).await?;
	}
	Ok(())
}

async fn check(
	number: u32,
	address: &str,
	owner: Option<&str>,
	context: &Context,
) -> Result<(), Failure> {
	let account = parse_account(address)?;
	let chain = context.chain().await?;
	let id = GroupId { owner: context.whose(owner, &chain)?, number };
	let member = chain.at_best().await?.is_member(&id, &account).await?;
	let group = format!("group {number} of {}", id.owner);
	match (context.global.output.is_json(), member) {
		(true, _) => {
			output::json(context.global.output, &json!({ "group": group, "member": member }));
		},
		(false, true) => output::line(&format!("{address} is a member of {group}")),
		(false, false) => {},
	}
	match member {
		true => Ok(()),
		false => Err(Failure::new(format!("{address} is no member of {group}"))
			.hint("nobody is one where there is no such group")),
	}
}
