//! The book's lists against each other, and its plans against what looking at everything would give.

use super::*;
use assay_primitives::order::Refusal;
use proptest::prelude::*;

/// What must hold of every book.
pub fn check(book: &Book) {
	let held = book.requests.len() + book.resource_orders + book.sales.len();
	assert_eq!(book.by_end.len(), held);
	assert_eq!(book.owners.len(), held);
	assert_eq!(book.by_owner.values().map(BTreeSet::len).sum::<usize>(), held);
	assert!(book.by_owner.values().all(|list| !list.is_empty()));
	let signed = book.resources.values().filter(|entry| entry.signed.is_some()).count();
	assert_eq!(signed, book.resource_orders);
	let waiting = book.requests.values().filter(|entry| !entry.in_flight).count();
	assert_eq!(book.queue.len(), waiting);
	let sales: usize = book.by_asset.values().map(BTreeSet::len).sum();
	assert_eq!(sales, book.sales.len());
	let all = Price { base: Balance::MAX, per_mgas: Balance::MAX };
	let indexed = book.index.cheapest(&Profile::BASE.id(), &all, 1).count();
	assert_eq!(indexed, book.resources.len());
	assert!(book.by_owner.values().all(|list| list.len() <= book.limits.per_account));
}

/// Whether looking at everything finds a match, and if so a plan has to be one.
fn compare(book: &Book, id: &OrderId) {
	let Some(entry) = book.requests.get(id) else { return };
	if entry.in_flight {
		return;
	}
	let wanted = book.wanted(entry).expect("no assets are named");
	let needed = entry.signed.order.request.policy.first_wave() as usize;
	let mut fits: Vec<(Balance, AccountId)> = book
		.resources
		.iter()
		.filter(|(key, resource)| book.serves(&wanted, key, resource))
		.filter_map(|(_, it)| Some((it.terms.price.maximum(GAS)?, it.provider.clone())))
		.collect();
	fits.sort_unstable();
	let within = |lowest: Balance| {
		let most = lowest + lowest / 4;
		let near = fits.iter().filter(|(price, _)| (lowest..=most).contains(price));
		near.map(|(_, who)| who).collect::<std::collections::HashSet<_>>().len()
	};
	let lowest = fits.iter().map(|(price, _)| *price).find(|price| within(*price) >= needed);
	match (lowest, book.plan(id)) {
		(None, Err(Shortage::Candidates { .. })) => {},
		(Some(lowest), Ok(plan)) => {
			let mut seen = std::collections::HashSet::new();
			assert!(plan.providers.iter().all(|who| seen.insert(who.clone())));
			assert!(plan.providers.len() >= needed);
			for key in &plan.candidates {
				let resource = &book.resources[key];
				assert!(book.serves(&wanted, key, resource));
				let price = resource.terms.price.maximum(GAS).expect("it fits");
				assert!((lowest..=lowest + lowest / 4).contains(&price), "{price} from {lowest}");
			}
		},
		(expected, found) => panic!("{expected:?} was expected, {found:?} was found"),
	}
}

#[derive(Clone, Debug)]
enum Op {
	Resource(u16, u32, u64, u32),
	Request(u8, u64, u32),
	Offers(Vec<(u64, u16, u32)>),
	Provider(u16, u16, u32),
	Begin(usize),
	End(usize, bool),
	Consume(usize, u32),
	Remove(usize),
	Learn(usize, u32),
	Wait(u32),
}

fn op() -> impl Strategy<Value = Op> {
	let price = || 50..200u32;
	prop_oneof![
		6 => (0..8u16, price(), 0..3u64, 11..40u32)
			.prop_map(|(a, b, c, d)| Op::Resource(a, b, c, d)),
		4 => (1..4u8, 0..6u64, 11..40u32).prop_map(|(a, b, c)| Op::Request(a, b, c)),
		1 => prop::collection::vec((0..4u64, 0..8u16, price()), 0..4).prop_map(Op::Offers),
		2 => (0..8u16, 0..4u16, 0..3u32).prop_map(|(a, b, c)| Op::Provider(a, b, c)),
		3 => (0..8usize).prop_map(Op::Begin),
		2 => (0..4usize, any::<bool>()).prop_map(|(a, b)| Op::End(a, b)),
		2 => (0..12usize, 0..6u32).prop_map(|(a, b)| Op::Consume(a, b)),
		1 => (0..12usize).prop_map(Op::Remove),
		1 => (0..4usize, 0..4u32).prop_map(|(a, b)| Op::Learn(a, b)),
		2 => (1..6u32).prop_map(Op::Wait),
	]
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(96))]

	/// Whatever comes, the book's lists agree with each other, and its plans are what looking at
	/// everything would allow.
	#[test]
	fn book_should_be_consistent_and_find_what_there_is(
		ops in prop::collection::vec(op(), 1..60),
	) {
		let mut book = limited(Limits { per_account: 3, ..Limits::default() });
		book.set_providers((0..6).map(provider).collect());
		let mut under_way: Vec<Plan> = Vec::new();
		for op in ops {
			let ids: Vec<OrderId> = book.by_end.iter().map(|(_, id)| *id).collect();
			let requests: Vec<OrderId> = book.queue.iter().map(|(_, id)| *id).collect();
			match op {
				Op::Resource(number, price, salt, until) => {
					let mut order = resource(number, Balance::from(price) * MILLI, salt);
					order.terms.valid_until = until;
					let signer = order.signer.clone();
					let _ = book.insert(arrival(AnyOrder::Resource(Box::new(order)), signer));
				},
				Op::Request(replicas, salt, until) => {
					let mut order = request(replicas, salt);
					order.request.valid_until = until;
					let _ = book.insert(arrival(AnyOrder::Request(Box::new(order)), client()));
				},
				Op::Offers(offers) => {
					let mut seen = std::collections::HashSet::new();
					let offers = offers.into_iter().filter(|(id, ..)| seen.insert(*id));
					let view = |(id, number, price): (u64, u16, u32)| {
						let terms = terms(Balance::from(price) * MILLI);
						let mediators = Default::default();
						OfferView { id, provider: account(number), terms, mediators }
					};
					book.set_offers(offers.map(view).collect());
				},
				Op::Provider(number, used, wrong) => {
					let mut view = provider(number);
					view.slots_used = used;
					view.free_slots = view.free_slots.saturating_sub(used);
					view.reputation.wrong = wrong;
					book.set_provider(view);
				},
				Op::Begin(at) => {
					if let Some(plan) = requests.get(at).and_then(|id| book.plan(id).ok()) {
						book.begin(&plan);
						under_way.push(plan);
					}
				},
				Op::End(at, failed) => {
					if at < under_way.len() {
						let plan = under_way.swap_remove(at);
						book.end(&plan, failed.then(|| "lost".into()));
					}
				},
				Op::Consume(at, consumed) => {
					if let Some(id) = ids.get(at) {
						book.set_consumed(id, consumed);
					}
				},
				Op::Remove(at) => {
					if let Some(id) = ids.get(at) {
						prop_assert!(book.remove(id));
					}
				},
				Op::Learn(at, resource) => {
					if let Some(plan) = under_way.get(at) {
						let refusal = Refusal::Resource { at: resource as u8, why: Ineligible::BondTooSmall };
						book.learn(plan, &[refusal]);
					}
				},
				Op::Wait(blocks) => {
					book.advance(book.now() + blocks);
				},
			}
			check(&book);
			let waiting: Vec<OrderId> = book.queue.iter().map(|(_, id)| *id).collect();
			for id in &waiting {
				compare(&book, id);
			}
		}
		for plan in under_way {
			book.end(&plan, None);
		}
		prop_assert!(book.taken.is_empty(), "all slots were given back");
		book.advance(1_000);
		check(&book);
		prop_assert_eq!(book.counts().requests + book.counts().resources, 0);
	}
}
