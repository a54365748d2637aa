//! `assay group`: sets of accounts that orders can be restricted to.

use crate::{
	args::{GroupCommand, MembersArgs},
	context::Context,
	failure::Failure,
	output,
};
use assay_client::{WaitFor, units::parse_account};
use assay_interface::{
	Call, Event, Ours,
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
		GroupCommand::Create => create(context).await,
		GroupCommand::Add(args) => {
			let call = |group, members| add_members { group, members };
			change(&args, call, context).await
		},
		GroupCommand::Remove(args) => {
			let call = |group, members| remove_members { group, members };
			change(&args, call, context).await
		},
		GroupCommand::Check { id, address } => check(id, &address, context).await,
		GroupCommand::Dissolve { id } => {
			let chain = context.chain().await?;
			let signer = context.signer(&chain)?;
			let call = Call::Groups(dissolve_group { group: id });
			chain.submit(&signer, &call, WaitFor::InBlock).await?;
			Ok(())
		},
	}
}

async fn create(context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	let call = Call::Groups(create_group);
	// Calls and orders name a group by nothing but its number, which another fork may give to another.
	let submitted = chain.submit(&signer, &call, WaitFor::InBlock).await?;
	let submitted = context.confirm(&chain, submitted).await?;
	let id = submitted.events.iter().find_map(|record| match &record.event {
		Event::Groups(groups::Event::GroupCreated { group, .. }) => Some(*group),
		_ => None,
	});
	let id = id.ok_or_else(|| Failure::new("the chain reported no number"))?;
	match context.global.output.is_json() {
		true => output::json(context.global.output, &json!({ "id": id })),
		false => output::line(&id.to_string()),
	}
	Ok(())
}

/// Adds or removes members, as many at a time as one transaction takes.
async fn change(
	args: &MembersArgs,
	call: impl Fn(GroupId, Vec<Ours<AccountId>>) -> groups::Call,
	context: &Context,
) -> Result<(), Failure> {
	let accounts = args.addresses.iter().map(|text| parse_account(text));
	let accounts = accounts.collect::<Result<Vec<_>, _>>()?;
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	for part in accounts.chunks(MAX_MEMBERS_CHANGED as usize) {
		let call = Call::Groups(call(args.id, ours(part.iter().cloned())));
		chain.submit(&signer, &call, WaitFor::InBlock).await?;
	}
	Ok(())
}

async fn check(id: u32, address: &str, context: &Context) -> Result<(), Failure> {
	let account = parse_account(address)?;
	let state = context.chain().await?.at_best().await?;
	let member = state.is_member(id, &account).await?;
	match (context.global.output.is_json(), member) {
		(true, _) => {
			output::json(context.global.output, &json!({ "group": id, "member": member }));
		},
		(false, true) => output::line(&format!("{address} is a member of group {id}")),
		(false, false) => {},
	}
	match member {
		true => Ok(()),
		false => Err(Failure::new(format!("{address} is no member of group {id}"))
			.hint("nobody is one where there is no such group")),
	}
}
