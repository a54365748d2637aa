//! Weights of calls whose benchmarks were measured with shorter sets of mediators than there may be.

use crate::{Config, MAX_MEDIATORS, Match, Resource, WeightInfo};
use polkadot_sdk::frame_support::{traits::Get, weights::Weight};

/// Mediators that each order of the measured match names.
const MEASURED: usize = 8;
/// For each account that an order names beyond those: to decode it, show it in the text that is signed, and
/// look for it in another set. Three times what hexadecimal digits and comparisons take in wasm.
const BY_NAMED: Weight = Weight::from_parts(15_000_000, 0);
/// For each offer: to read and compare the longest set.
const BY_OFFER: Weight = Weight::from_parts(30_000_000, 33 * MAX_MEDIATORS as u64);
/// To find out of one account whether it is a mediator that serves: a read.
fn of_members<T: Config>() -> Weight {
	let reads = T::DbWeight::get().reads(MAX_MEDIATORS.into());
	reads.saturating_add(Weight::from_parts(5_000_000, 0).saturating_mul(MAX_MEDIATORS.into()))
}

/// To find out whether anybody can judge the task: its profile, what the public pool takes of that, and the pool's
/// weight. Of a set all members were read before.
fn of_judgement<T: Config>() -> Weight {
	T::DbWeight::get().reads(3).saturating_add(Weight::from_parts(20_000_000, 0))
}

/// Of `match_orders`.
pub(crate) fn of_match<T: Config>(orders: &Match) -> Weight {
	let resources = orders.resources.len() as u32;
	let named = |resource: &Resource| match resource {
		Resource::Order(signed) => signed.order.mediators.named.len(),
		Resource::Offer(_) => 0,
	};
	let app = orders.app.as_ref().map(|signed| signed.order.mediators.named.len());
	let dataset = orders.dataset.as_ref().map(|signed| signed.order.mediators.named.len());
	let request = &orders.request.order.mediators;
	// A request is shown twice where there is a sponsor.
	let sets = [request.named.len(), request.named.len()].into_iter().chain(app).chain(dataset);
	let sets = sets.chain(orders.resources.iter().map(named));
	let beyond: usize = sets.map(|named| named.saturating_sub(MEASURED)).sum();
	// Those who judge are among whom the request names, whether or not it lets the public pool judge too.
	let members = if request.named.is_empty() { Weight::zero() } else { of_members::<T>() };
	<T as Config>::WeightInfo::match_orders(resources)
		.saturating_add(BY_NAMED.saturating_mul(beyond as u64))
		.saturating_add(BY_OFFER.saturating_mul(resources.into()))
		.saturating_add(members)
		.saturating_add(of_judgement::<T>())
}

/// Of `submit` with so many offers.
pub(crate) fn of_submission<T: Config>(offers: u32) -> Weight {
	<T as Config>::WeightInfo::submit(offers)
		.saturating_add(BY_OFFER.saturating_mul(offers.into()))
		.saturating_add(of_judgement::<T>())
}

/// Of `withdraw_sponsorship`, which hashes a request as `presign` does, and verifies no signature.
pub(crate) fn of_withdrawal<T: Config>() -> Weight {
	<T as Config>::WeightInfo::presign()
}
