//! The text that is signed.
//!
//! Lines of `name: value` in a fixed order. No value can hold a line break: all are numbers, hashes,
//! fixed words and escaped text. What the lines leave out is bound by the last one, the order's hash.

use super::{AccountId, Accounts, AssetId, Assets, GroupId, Kind, Order, OrderId};
use super::{RequestOrder, ResourceOrder, Sale};
use crate::{
	Hash,
	content::ContentRef,
	judges::{Mediators, ROUNDS},
	price::Price,
	request::{Hints, Request, Terms},
	task::{Args, Input, Limits, TaskSpec},
	token::format_amount,
};
use alloc::{format, string::String};
use core::fmt::Write;

pub(super) fn order_text<O: Order + ?Sized>(order: &O, genesis: &Hash) -> String {
	let mut text = head("order", genesis);
	line(&mut text, "kind", O::KIND);
	order.describe(&mut text);
	line(&mut text, "volume", order.volume());
	line(&mut text, "valid until block", order.valid_until());
	last(text, &order.id(genesis))
}

/// What an owner signs so that somebody else may close an order in its name.
pub fn close_text(kind_of_order: Kind, id: &OrderId, genesis: &Hash) -> String {
	let mut text = head("close", genesis);
	line(&mut text, "kind", kind_of_order);
	last(text, id)
}

/// What a sponsor signs to pay for a request: all of its volume, at most at its ceilings.
pub fn sponsorship_text(order: &RequestOrder, genesis: &Hash) -> String {
	let mut text = head("sponsorship", genesis);
	order.describe(&mut text);
	line(&mut text, "volume", order.volume());
	line(&mut text, "valid until block", order.valid_until());
	last(text, &order.id(genesis))
}

// Every field is named here: one that is added does not compile before somebody has decided how it is
// shown. Of arguments and environment, which may be long, the lines give number and size alone.

pub(super) fn describe_request(order: &RequestOrder, text: &mut String) {
	let RequestOrder {
		client,
		request:
			Request { task, policy, canary, max_price, run_blocks, tags, valid_until: _, hints },
		app,
		dataset,
		max_app_price,
		max_dataset_price,
		min_publisher_bond,
		volume: _,
		min_candidates,
		providers,
		mediators,
		sponsor,
		beneficiary,
		tip,
		salt,
	} = order;
	line(text, "client", hex(client.as_ref()));
	describe_task(task, text);
	line(text, "app", or_none(*app));
	line(text, "dataset", or_none(*dataset));
	line(text, "verified by", policy.text());
	let replicas = format!("{} to {}", policy.first_wave(), policy.max_replicas());
	line(text, "replicas of each task", replicas);
	line(text, "one runs ahead", yes_or_no(*canary));
	line(text, "run time", format!("{run_blocks} blocks"));
	line(text, "tags", format!("{tags:#010x}"));
	line(text, "candidates at least", min_candidates);
	line(text, "replica costs at most", price(max_price));
	line(text, "app costs at most", format_amount(*max_app_price));
	line(text, "dataset costs at most", format_amount(*max_dataset_price));
	line(text, "publisher bond at least", format_amount(*min_publisher_bond));
	line(text, "tip for each task", format_amount(*tip));
	line(text, "providers", accounts(providers));
	line(text, "mediators", trusted(mediators));
	line(text, "sponsor", or_none(sponsor.as_ref().map(|who| hex(who.as_ref()))));
	line(text, "beneficiary", or_none(beneficiary.as_ref().map(|who| hex(who.as_ref()))));
	line(text, "hints", hinted(hints));
	line(text, "salt", salt);
}

fn describe_task(task: &TaskSpec, text: &mut String) {
	let TaskSpec { module, profile, args, env, input, seed, limits } = task;
	let Limits { gas, memory_pages, output_bytes } = limits;
	line(text, "program", content(module));
	line(text, "profile", hex(profile.as_bytes()));
	line(text, "arguments", entries(args));
	line(text, "environment", entries(env));
	line(text, "input", input_of(input));
	line(text, "seed", hex(seed.as_bytes()));
	line(text, "gas limit", gas);
	line(text, "memory pages at most", memory_pages);
	line(text, "output bytes at most", output_bytes);
}

pub(super) fn describe_resource(order: &ResourceOrder, text: &mut String) {
	let ResourceOrder {
		provider,
		signer,
		terms:
			Terms { profile, price: asked, max_gas, max_memory_pages, min_run_blocks, valid_until: _ },
		volume: _,
		clients,
		apps,
		datasets,
		mediators,
		salt,
	} = order;
	line(text, "provider", hex(provider.as_ref()));
	line(text, "signer", hex(signer.as_ref()));
	line(text, "profile", hex(profile.as_bytes()));
	line(text, "replica costs", price(asked));
	line(text, "gas at most", max_gas);
	line(text, "memory pages at most", max_memory_pages);
	line(text, "run time at least", format!("{min_run_blocks} blocks"));
	line(text, "clients", accounts(clients));
	line(text, "apps", assets(apps));
	line(text, "datasets", assets(datasets));
	line(text, "mediators", trusted(mediators));
	line(text, "salt", salt);
}

/// What names the asset, what is sold and what is served beside it, in the words of the kind.
pub(super) fn describe_asset(
	(what, others): (&str, &str),
	(asset, sold): (AssetId, ContentRef),
	sale: Sale,
	salt: u64,
	text: &mut String,
) {
	let Sale { price, liability, clients, others: those, providers, mediators } = sale;
	line(text, what, asset);
	line(text, "content", content(&sold));
	line(text, "task costs", format_amount(price));
	line(text, "owner answers with at most", format_amount(liability));
	line(text, "clients", accounts(&clients));
	line(text, others, assets(&those));
	line(text, "providers", accounts(&providers));
	line(text, "mediators", trusted(&mediators));
	line(text, "salt", salt);
}

fn head(what: &str, genesis: &Hash) -> String {
	let mut text = format!("assay {what}\n");
	line(&mut text, "network", hex(genesis.as_bytes()));
	text
}

/// The last line has no line break after it, for wallets strip them.
fn last(mut text: String, id: &OrderId) -> String {
	text.push_str("hash: ");
	text.push_str(&hex(id.as_bytes()));
	text
}

fn line(text: &mut String, name: &str, value: impl core::fmt::Display) {
	// Writing to a string can't fail.
	let _ = writeln!(text, "{name}: {value}");
}

fn hex(bytes: &[u8]) -> String {
	bytes.iter().fold(String::from("0x"), |mut out, byte| {
		let _ = write!(out, "{byte:02x}");
		out
	})
}

fn content(content: &ContentRef) -> String {
	format!("{} ({} bytes)", hex(content.hash.as_bytes()), content.size)
}

/// How many, and their bytes together.
fn entries(args: &Args) -> String {
	let bytes: usize = args.iter().map(|arg| arg.len()).sum();
	format!("{} ({bytes} bytes)", args.len())
}

fn input_of(input: &Input) -> String {
	match input {
		Input::None => "none".into(),
		Input::Blob(blob) => content(blob),
		Input::List(inputs) => {
			format!("each of {} of list {}", inputs.root.len, hex(inputs.root.root.as_bytes()))
		},
	}
}

/// Bytes that could be taken for other lines are escaped.
fn hinted(hints: &Hints) -> String {
	let hints = hints.iter().map(|hint| format!("{}", hint.escape_ascii()));
	hints.reduce(|all, hint| all + ", " + &hint).unwrap_or_else(|| "none".into())
}

fn yes_or_no(value: bool) -> &'static str {
	if value { "yes" } else { "no" }
}

fn price(price: &Price) -> String {
	let (base, gas) = (format_amount(price.base), format_amount(price.per_mgas));
	format!("{base} + {gas} per million gas")
}

fn or_none(value: Option<impl core::fmt::Display>) -> String {
	value.map_or(String::from("none"), |value| format!("{value}"))
}

fn accounts(accounts: &Accounts) -> String {
	match accounts {
		Accounts::Any => "any".into(),
		Accounts::Listed(list) => listed(list),
		Accounts::Group(id) => group(id),
	}
}

/// Of a set that only those judge whom all name its owner is told what it gives up with the public pool.
fn trusted(Mediators { public, named }: &Mediators) -> String {
	match (public, named.is_empty()) {
		(true, true) => "public".into(),
		(true, false) => format!("public, {}", listed(named)),
		(false, true) => "nobody".into(),
		(false, false) => {
			let appealable = ROUNDS[0].saturating_add(ROUNDS[1]);
			format!("{} (no appeal unless all name {appealable} of them)", listed(named))
		},
	}
}

fn listed(list: &[AccountId]) -> String {
	if list.is_empty() {
		return "nobody".into();
	}
	join(list.iter().map(|who| hex(who.as_ref())))
}

fn assets(assets: &Assets) -> String {
	match assets {
		Assets::Any => "any".into(),
		Assets::Listed(list) if list.is_empty() => "none".into(),
		Assets::Listed(list) => join(list.iter().map(|asset| hex(asset.as_bytes()))),
		Assets::OwnedByGroup(id) => format!("of {}", group(id)),
	}
}

fn group(GroupId { owner, number }: &GroupId) -> String {
	format!("group {number} of {}", hex(owner.as_ref()))
}

fn join(items: impl Iterator<Item = String>) -> String {
	items.reduce(|all, item| all + ", " + &item).unwrap_or_default()
}
