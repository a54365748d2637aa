//! What calls say beside numbers, which another fork of the chain may give to something else. The table
//! of `docs/protocol.md` decides on every call that holds one.

use assay_runtime::RuntimeCall;
use scale_info::{Field, MetaType, PortableRegistry, Registry, TypeDef, form::PortableForm};
use std::collections::{BTreeMap, BTreeSet};

const PROTOCOL: &str = include_str!("../../../docs/protocol.md");
const HEADING: &str = "## What is signed for a number";

/// Whose names end as those of numbers do that the chain gives in order, and which are none: accounts, hashes, and what an
/// owner names.
const NO_NUMBERS: [&str; 4] = ["AccountId", "OrderId", "ProfileId", "GroupId"];
/// Items that name what their number is: by which word of the table.
const ITEMS: [(&str, &str); 2] =
	[("(TaskId, Hash,", "task_hash"), ("(OfferId, AccountId)", "provider")];

/// Pallets that are not ours.
const SDK: [&str; 14] = [
	"frame_system",
	"pallet_authorship",
	"pallet_babe",
	"pallet_balances",
	"pallet_grandpa",
	"pallet_multisig",
	"pallet_offences",
	"pallet_proxy",
	"pallet_session",
	"pallet_sudo",
	"pallet_timestamp",
	"pallet_transaction_payment",
	"pallet_utility",
	"pallet_migrations",
];

type Fields = Vec<Field<PortableForm>>;

/// Calls of our own pallets, as `pallet.call`, with their arguments.
fn calls(types: &PortableRegistry, root: u32) -> BTreeMap<String, Fields> {
	let mut found = BTreeMap::new();
	for pallet in variants(types, root) {
		let calls = pallet.1[0].ty.id;
		let path = &types.resolve(calls).expect("it is registered").path;
		if SDK.iter().any(|name| path.segments[0] == *name) {
			continue;
		}
		for (name, fields) in variants(types, calls) {
			found.insert(format!("{}.{name}", pallet.0.to_lowercase()), fields);
		}
	}
	found
}

fn variants(types: &PortableRegistry, id: u32) -> Vec<(String, Fields)> {
	match &types.resolve(id).expect("it is registered").type_def {
		TypeDef::Variant(all) => {
			all.variants.iter().map(|it| (it.name.clone(), it.fields.clone())).collect()
		},
		other => panic!("calls are variants, not {other:?}"),
	}
}

fn is_number(field: &Field<PortableForm>) -> bool {
	let name = field.type_name.as_deref().unwrap_or_default();
	let mut words = name.split(|it: char| !it.is_alphanumeric());
	words.any(|word| word.ends_with("Id") && !NO_NUMBERS.contains(&word))
}

/// Whether an argument is a number, or holds one however deep.
fn holds_number(
	types: &PortableRegistry,
	field: &Field<PortableForm>,
	seen: &mut BTreeSet<u32>,
) -> bool {
	is_number(field) || type_holds_number(types, field.ty.id, seen)
}

fn type_holds_number(types: &PortableRegistry, id: u32, seen: &mut BTreeSet<u32>) -> bool {
	if !seen.insert(id) {
		return false;
	}
	let mut any = |fields: &[Field<PortableForm>]| {
		fields.iter().any(|field| holds_number(types, field, seen))
	};
	match &types.resolve(id).expect("it is registered").type_def {
		TypeDef::Composite(all) => any(&all.fields),
		TypeDef::Variant(all) => all.variants.iter().any(|variant| any(&variant.fields)),
		TypeDef::Sequence(of) => type_holds_number(types, of.type_param.id, seen),
		TypeDef::Array(of) => type_holds_number(types, of.type_param.id, seen),
		TypeDef::Compact(of) => type_holds_number(types, of.type_param.id, seen),
		TypeDef::Tuple(of) => of.fields.iter().any(|it| type_holds_number(types, it.id, seen)),
		TypeDef::Primitive(_) | TypeDef::BitSequence(_) => false,
	}
}

/// What stands in backquotes.
fn quoted(cell: &str) -> Vec<String> {
	cell.split('`').skip(1).step_by(2).map(str::to_string).collect()
}

/// The table: what each call names beside its number.
fn decided() -> BTreeMap<String, Vec<String>> {
	let (_, section) = PROTOCOL.split_once(HEADING).expect("the protocol has the section");
	let section = section.split("\n## ").next().expect("there is a first part");
	let mut found = BTreeMap::new();
	for row in section.lines().filter(|line| line.starts_with("| `")) {
		let cells: Vec<&str> = row.split('|').collect();
		assert!(cells[3].trim().len() > 10, "a reason is given: {row}");
		for call in quoted(cells[1]) {
			let before = found.insert(call.clone(), quoted(cells[2]));
			assert_eq!(before, None, "{call} is decided on twice");
		}
	}
	found
}

/// A new call, or a new argument, with a number fails here until the table says what it names, and that
/// is so.
#[test]
fn every_call_with_a_number_should_name_what_the_protocol_says() {
	let mut registry = Registry::new();
	let root = registry.register_type(&MetaType::new::<RuntimeCall>()).id;
	let types = PortableRegistry::from(registry);
	let mut decided = decided();
	let calls = calls(&types, root);
	assert!(calls.len() > 60, "all our pallets were looked at");
	for (call, fields) in calls {
		let numbered =
			fields.iter().position(|field| holds_number(&types, field, &mut BTreeSet::new()));
		let names = decided.remove(&call);
		assert_eq!(names.is_some(), numbered.is_some(), "{call} is decided on in the table");
		let Some((at, names)) = numbered.zip(names) else { continue };
		let argument = fields[at].type_name.as_deref().unwrap_or_default();
		if let Some((_, name)) = ITEMS.iter().find(|(item, _)| argument.contains(item)) {
			assert_eq!(names, [*name], "{call}");
			continue;
		}
		let after = fields[at + 1..].iter().take(names.len());
		let after: Vec<&str> = after.filter_map(|field| field.name.as_deref()).collect();
		assert_eq!(after, names, "{call} names these right after the number");
	}
	assert!(decided.is_empty(), "there are no such calls: {decided:?}");
}
