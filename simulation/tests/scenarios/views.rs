//! How long the answer of every view can be.

use super::metadata::runtime_apis;
use assay_primitives::{
	api::{MAX_PAGE, MAX_TASK_PAGE, MAX_VIEW_BYTES, PAGE_BYTES},
	beacon::{Entry, Ticket},
	case::{
		Case, CaseStep, CaseTerms, MAX_BARRED, MAX_MEMBERS, MAX_ROUNDS, MAX_STEPS, MediatorRecord,
		MediatorStatus, MediatorTerms, Member, Round, Step,
	},
	deal::{Callback, Deal, NextStep, TaskStatus},
	order::{Asset, OrderRecord, Publisher},
	policy::MAX_CANDIDATES,
	pool::{
		Column, Ended, Look, MAX_MEMBERS as MAX_POOL_MEMBERS, MAX_ROUNDS as MAX_POOL_ROUNDS,
		MemberRecord, Pool, Spot,
	},
	price::Price,
	profile::Profile,
	provider::{Declaration, Reputation},
	request::{Ineligible, Terms},
};
use assay_runtime::{AccountId, network::MAX_BEACON_SPAN};
use codec::MaxEncodedLen;
use pallet_market::MAX_INELIGIBLE;
use pallet_mediation::{MAX_PAST, MAX_POOL, MAX_SEATS};
use pallet_providers::MAX_WORK;

/// Length of a list in front of it.
const COUNT: usize = 5;
/// A balance, and the rest of what is a number.
const BALANCE: usize = 16;
const NUMBER: usize = 8;
/// Reasons that an offer can have, and refusals that a match can have beside those of its resources: more
/// than there are variants.
const VARIANTS: usize = 64;
/// More offers than a provider may have.
const MAX_OFFERS: u32 = 1_000;
/// Profiles that a chain will ever have accepted.
const PROFILES: usize = 1_000;
const ACCOUNT: usize = 32;

fn max<T: MaxEncodedLen>() -> usize {
	T::max_encoded_len()
}

fn list(most: u32, item: usize) -> usize {
	COUNT + most as usize * item
}

/// A page of as many items, or of as many bytes, whichever is less; one item it always has.
fn page(most: u32, item: usize) -> usize {
	list(most, item).min(PAGE_BYTES.max(item) + COUNT) + 1 + ACCOUNT
}

fn task() -> usize {
	max::<TaskStatus>() + max::<NextStep>() + 2 * NUMBER
}

fn fold() -> usize {
	max::<Ticket>() + list(MAX_BEACON_SPAN, max::<Entry>()) + 32
}

fn provider() -> usize {
	max::<Declaration>() + max::<Reputation>() + ACCOUNT + 3 * BALANCE + 4 * NUMBER
}

fn mediator() -> usize {
	let numbers = 4 * BALANCE + 8 * NUMBER;
	let cases = list(MAX_SEATS, NUMBER);
	let own = max::<MediatorStatus>() + max::<MediatorRecord>() + 2 * ACCOUNT;
	own + 2 * max::<MediatorTerms>() + cases + numbers
}

fn case() -> usize {
	let rounds = list(MAX_ROUNDS, max::<Round>());
	max::<CaseTerms>() + max::<Case>() + rounds + max::<CaseStep>() + BALANCE + 3 * NUMBER
}

fn committee() -> usize {
	let pool = list(MAX_POOL, ACCOUNT + 2 * NUMBER);
	let drawn = list(MAX_STEPS, max::<Step>()) + list(MAX_MEMBERS, max::<Member>());
	fold() + pool + drawn + list(MAX_BARRED, NUMBER) + COUNT + 64 + 4 * NUMBER
}

fn quote() -> usize {
	let fits = list(MAX_CANDIDATES, 2 * NUMBER + ACCOUNT + max::<Price>() + BALANCE);
	let reason = NUMBER + list(VARIANTS as u32, max::<Ineligible>());
	fits + list(MAX_INELIGIBLE as u32, reason) + 4 * BALANCE
}

fn refusals() -> usize {
	list(VARIANTS as u32 * (MAX_CANDIDATES + 1), NUMBER)
}

fn draw() -> usize {
	fold() + COUNT + 64 + list(MAX_CANDIDATES, NUMBER) + list(MAX_CANDIDATES, NUMBER)
}

fn pool() -> usize {
	max::<Pool>() + NUMBER
}

fn whole_pool() -> usize {
	let (members, rounds) = (MAX_POOL_MEMBERS.into(), MAX_POOL_ROUNDS.into());
	let round = 32 + NUMBER + list(members, max::<Column>()) + list(members, max::<Ended>());
	let looks = list(members * rounds, max::<Spot>() + max::<Look>());
	pool() + 32 + list(members, max::<MemberRecord>()) + list(rounds, round) + looks + 2 * NUMBER
}

/// Longest answer of a view; `None` for one that is not known here.
fn longest(api: &str, method: &str) -> Option<usize> {
	let whole = match (api, method) {
		("AssayApi", "parameters") => list(PROFILES as u32, 32) + 9 * BALANCE,
		("AssayApi", "profile") => max::<Profile>(),
		("AssayApi", "task") => max::<Deal>() + task() + 3 * NUMBER,
		("AssayApi", "deals_of_client") => page(MAX_PAGE, NUMBER),
		("AssayApi", "deals_of_provider") => list(MAX_WORK, NUMBER),
		("AssayApi", "deals_of_candidate" | "new_deals_of_candidate") => {
			page(MAX_TASK_PAGE, NUMBER)
		},
		("AssayApi", "tasks_of_deal" | "tasks_of_candidate") => {
			max::<Deal>() + page(MAX_TASK_PAGE, task()) + 3 * NUMBER
		},
		("AssayApi", "draw") => draw(),
		("AssayApi", "callback") => max::<Callback>(),
		("AssayApi", "called_back" | "block_vrf" | "board_places" | "exposure") => 64,
		("AssayApi", "quote" | "quote_order") => quote(),
		("AssayApi", "offers") => page(MAX_PAGE, max::<Terms>() + ACCOUNT + NUMBER),
		("AssayApi", "offers_of_provider") => list(MAX_OFFERS, max::<Terms>() + ACCOUNT + NUMBER),
		("AssayApi", "why_not") => refusals(),
		("AssayApi", "order") => max::<OrderRecord>(),
		("AssayApi", "asset") => max::<Asset>(),
		("AssayApi", "assets") => page(MAX_PAGE, max::<Asset>() + NUMBER),
		("AssayApi", "publisher") => max::<Publisher>(),
		("AssayApi", "provider") => provider(),
		("AssayApi", "providers") => page(MAX_PAGE, provider()),
		("AssayApi", "is_member" | "provider_of" | "next_deal" | "content" | "promised_until") => {
			64
		},
		("CaseApi", "case") => case(),
		("CaseApi", "cases") => page(MAX_PAGE, case()),
		("CaseApi", "cases_of_mediator") => page(MAX_SEATS, case()),
		("CaseApi", "past_cases_of_mediator") => page(MAX_PAST, case()),
		("CaseApi", "mediator") => mediator(),
		("CaseApi", "mediators") => page(MAX_PAGE, mediator()),
		("CaseApi", "committee_draw") => committee(),
		("PoolApi", "pool") => whole_pool(),
		("PoolApi", "pools") => page(MAX_PAGE, pool()),
		("PoolApi", "case_of_leaf") => 64,
		("CaseApi", "case_of_task" | "mediator_of" | "case_cost") => 64,
		_ => return None,
	};
	Some(whole + 1)
}

/// Clients take no message above 10 MiB, and an answer comes in hexadecimal.
#[test]
fn longest_answer_of_every_view_should_fit_through_the_rpc() {
	const { assert!(2 * MAX_VIEW_BYTES + 4_096 <= 10 << 20) };
	let mut known = 0;
	for (api, methods) in runtime_apis() {
		for method in methods {
			let longest = longest(&api, &method);
			let longest = longest.unwrap_or_else(|| panic!("{api}.{method} has no bound"));
			assert!(longest <= MAX_VIEW_BYTES, "{api}.{method} may be of {longest} bytes");
			known += 1;
		}
	}
	assert!(known >= 30, "{known} views");
}

/// An item by itself always fits, so a page that holds one does.
#[test]
fn no_item_of_a_list_should_be_longer_than_a_page() {
	for item in [task(), case(), provider(), mediator(), pool(), max::<Asset>(), max::<AccountId>()]
	{
		assert!(item <= PAGE_BYTES, "{item}");
	}
}
