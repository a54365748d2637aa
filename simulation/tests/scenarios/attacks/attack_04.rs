//! Any publisher's bond.

use super::*;
use assay_primitives::{
	UNIT,
	content::ContentRef,
	order::{AssetTerms, Needs},
	outcome::Class,
	profile::Profile,
};
use assay_runtime::RuntimeCall;
use assay_simulation::market::lie;

const BOND: Balance = 10 * UNIT;

/// A publisher with the least bond, and the app that everybody runs, which begins with so much memory.
fn publish_app(chain: &mut Chain, memory_pages: u32) -> Pair {
	let publisher = key("Bob");
	let terms = AssetTerms {
		price: 0,
		liability: BOND,
		clients: Accounts::Any,
		providers: Accounts::Any,
		mediators: Mediators::default(),
	};
	let calls: [RuntimeCall; 2] = [
		pallet_register::Call::bond_more { amount: BOND }.into(),
		pallet_register::Call::register_app {
			content: ContentRef::of(MODULE),
			profile: Profile::BASE.id(),
			tags: 0,
			needs: Needs { memory_pages, ..Needs::default() },
			terms: Some(terms),
		}
		.into(),
	];
	calls.into_iter().for_each(|call| {
		assert_ok!(chain.send(&publisher, call));
	});
	publisher
}

/// Has the robber's own replicas say what `says` gives in a task with the app, and returns what its publisher
/// loses.
fn lost_by_publisher(
	chain: Chain,
	memory_pages: u32,
	says: impl Fn(usize) -> Outcome,
) -> (Balance, DispatchResult) {
	let (mut chain, client, providers) = stage_on(chain, 3);
	let publisher = [account(&publish_app(&mut chain, memory_pages))];
	let before = worth(&mut chain, &publisher);
	let order = RequestOrder { app: Some(0), ..order(&client, 3, 2) };
	let matched = match_offers(&mut chain, &client, order, 3);
	if matched.is_ok() {
		let mut market = Market::around(chain, client, providers);
		run(&mut market, says);
		market.conclude();
		chain = market.chain;
	}
	(before.saturating_sub(worth(&mut chain, &publisher)), matched)
}

fn invalid() -> Outcome {
	Outcome { class: Class::ModuleInvalid, gas_used: 0, ..truth() }
}

/// A program that is granted less memory than it begins with is invalid, truly.
#[test]
fn attack_04_publisher_should_not_answer_for_a_task_that_grants_too_little() {
	let needed = spec().limits.memory_pages + 1;
	let (lost, matched) = lost_by_publisher(Chain::start("development"), needed, |_| invalid());
	assert_eq!(lost, 0);
	assert!(matched.is_err(), "the app says what it needs");
}

#[test]
fn attack_04_publisher_should_not_answer_for_what_replicas_of_one_owner_agree_on() {
	let (lost, matched) = lost_by_publisher(Chain::start("development"), 1, |_| invalid());
	assert_eq!((lost, matched), (0, Ok(())));
}

/// Two that disagree, and no mediator to say who is right.
#[test]
fn attack_04_publisher_should_not_answer_for_what_nobody_could_find_out() {
	let nobody = Chain::start_with("development", |genesis| {
		genesis["mediation"]["mediators"] = serde_json::json!([]);
	});
	let says = |at| match at {
		0 => truth(),
		1 => lie(),
		_ => Outcome { gas_used: 2, ..truth() },
	};
	let (lost, _) = lost_by_publisher(nobody, 1, says);
	assert_eq!(lost, 0);
}
