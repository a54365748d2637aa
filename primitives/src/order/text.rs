//! The text that is signed.
//!
//! Lines of `name: value` in a fixed order. No value can hold a line break: all are numbers, hashes
//! and fixed words. What the lines leave out is bound by the last one, the order's hash.

use super::{AccountId, Accounts, AppOrder, Assets, DatasetOrder, Kind, Mediators, Order, OrderId};
use super::{RequestOrder, ResourceOrder};
use crate::{Balance, Hash, UNIT, content::ContentRef, price::Price};
use alloc::{format, string::String};
use core::fmt::Write;

/// Decimals of the token.
const DECIMALS: usize = 12;

/// An amount in tokens, without trailing zeros: `0.0075 ASY`.
pub fn format_amount(amount: Balance) -> String {
	let (whole, part) = (amount / UNIT, amount % UNIT);
	if part == 0 {
		return format!("{whole} ASY");
	}
	let part = format!("{part:0DECIMALS$}");
	format!("{whole}.{} ASY", part.trim_end_matches('0'))
}

pub(super) fn order_text<O: Order + ?Sized>(order: &O, genesis: &Hash) -> String {
	let mut text = head("order", genesis);
	line(&mut text, "kind", kind(O::KIND));
	order.describe(&mut text);
	line(&mut text, "volume", order.volume());
	line(&mut text, "valid until block", order.valid_until());
	last(text, &order.id(genesis))
}

/// What an owner signs so that somebody else may close an order in its name.
pub fn close_text(kind_of_order: Kind, id: &OrderId, genesis: &Hash) -> String {
	let mut text = head("close", genesis);
	line(&mut text, "kind", kind(kind_of_order));
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

pub(super) fn describe_request(order: &RequestOrder, text: &mut String) {
	let RequestOrder { request, .. } = order;
	line(text, "client", hex(order.client.as_ref()));
	line(text, "program", content(&request.task.module));
	line(text, "app", or_none(order.app));
	line(text, "dataset", or_none(order.dataset));
	let policy = &request.policy;
	let replicas = format!("{} to {}", policy.first_wave(), policy.max_replicas());
	line(text, "replicas of each task", replicas);
	line(text, "gas limit", request.task.limits.gas);
	line(text, "replica costs at most", price(&request.max_price));
	line(text, "app costs at most", format_amount(order.max_app_price));
	line(text, "dataset costs at most", format_amount(order.max_dataset_price));
	line(text, "tip for each task", format_amount(order.tip));
	line(text, "providers", accounts(&order.providers));
	line(text, "mediators", mediators(&order.mediators));
	line(text, "sponsor", or_none(order.sponsor.as_ref().map(|who| hex(who.as_ref()))));
	line(text, "beneficiary", or_none(order.beneficiary.as_ref().map(|who| hex(who.as_ref()))));
}

pub(super) fn describe_resource(order: &ResourceOrder, text: &mut String) {
	line(text, "provider", hex(order.provider.as_ref()));
	line(text, "signer", hex(order.signer.as_ref()));
	line(text, "replica costs", price(&order.terms.price));
	line(text, "gas at most", order.terms.max_gas);
	line(text, "memory pages at most", order.terms.max_memory_pages);
	line(text, "clients", accounts(&order.clients));
	line(text, "apps", assets(&order.apps));
	line(text, "datasets", assets(&order.datasets));
	line(text, "mediators", mediators(&order.mediators));
}

pub(super) fn describe_app(order: &AppOrder, text: &mut String) {
	line(text, "app", order.app);
	line(text, "content", content(&order.content));
	line(text, "task costs", format_amount(order.price));
	line(text, "clients", accounts(&order.clients));
	line(text, "datasets", assets(&order.datasets));
	line(text, "providers", accounts(&order.providers));
}

pub(super) fn describe_dataset(order: &DatasetOrder, text: &mut String) {
	line(text, "dataset", order.dataset);
	line(text, "content", content(&order.content));
	line(text, "task costs", format_amount(order.price));
	line(text, "clients", accounts(&order.clients));
	line(text, "apps", assets(&order.apps));
	line(text, "providers", accounts(&order.providers));
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

fn kind(kind: Kind) -> &'static str {
	match kind {
		Kind::Request => "request",
		Kind::Resource => "resource",
		Kind::App => "app",
		Kind::Dataset => "dataset",
	}
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
		Accounts::Group(group) => format!("group {group}"),
	}
}

fn mediators(mediators: &Mediators) -> String {
	if mediators.is_empty() { "any".into() } else { listed(mediators) }
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
		Assets::Listed(list) => join(list.iter().map(|asset| format!("{asset}"))),
		Assets::OwnedByGroup(group) => format!("of group {group}"),
	}
}

fn join(items: impl Iterator<Item = String>) -> String {
	items.reduce(|all, item| all + ", " + &item).unwrap_or_default()
}
