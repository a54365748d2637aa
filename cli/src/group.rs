//! `assay group`: sets of accounts that orders can be restricted to.

use crate::{
	args::{GroupCommand, MembersArgs},
	context::Context,
	failure::Failure,
	output,
};
use assay_client::{
	WaitFor,
	units::{format_account, parse_account},
};
use assay_interface::{
	Call, Ours,
	groups::{self, Call::*},
	ours,
};
use assay_primitives::{
	AccountId,
	order::{GroupId, MAX_MEMBERS_CHANGED},
};
use serde_json::{Value, json};

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
	let id = GroupId { owner: signer.account(), number };
	match context.global.output.is_json() {
		true => output::json(context.global.output, &describe(&id)),
		false => output::line(&named(&id)),
	}
	Ok(())
}

/// A group for programs.
fn describe(id: &GroupId) -> Value {
	json!({ "owner": format_account(&id.owner), "number": id.number })
}

/// A group in words.
fn named(id: &GroupId) -> String {
	format!("group {} of {}", id.number, format_account(&id.owner))
}

/// Whether an account is a member, for programs: the group, and what was asked about it.
fn describe_member(id: &GroupId, account: &AccountId, member: bool) -> Value {
	let mut value = describe(id);
	value["account"] = json!(format_account(account));
	value["member"] = json!(member);
	value
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
	let group = named(&id);
	match (context.global.output.is_json(), member) {
		(true, _) => {
			output::json(context.global.output, &describe_member(&id, &account, member));
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

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn group_should_have_one_shape_when_it_is_made_and_when_it_is_asked_about() {
		let id = GroupId { owner: AccountId::new([7; 32]), number: 3 };
		let made = describe(&id);
		let asked = describe_member(&id, &AccountId::new([8; 32]), true);
		for (key, value) in made.as_object().expect("an object") {
			assert_eq!(asked[key], *value, "{asked:#}");
		}
		assert_eq!((&asked["number"], &asked["member"]), (&3.into(), &true.into()));
	}
}
