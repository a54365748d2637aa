//! What honest clients order.

use crate::{
	live::Live,
	policies::POLICIES,
	programs::{list, programs},
	scene::Scene,
};
use assay_primitives::{
	BlockNumber, Hash,
	api::OfferView,
	content::ContentRef,
	profile::Profile,
	request::{Hints, Request},
	task::{Args, Input, Limits, TaskSpec},
};
use assay_runtime::RuntimeCall;
use assay_simulation::market::{PRICE, order};
use polkadot_sdk::sp_core::bounded::BoundedVec;

/// Run time of honest orders.
const RUN_BLOCKS: BlockNumber = 10;

/// What an honest client asks for.
pub fn request(scene: &Scene, kind: u8, now: BlockNumber) -> Request {
	let at = usize::from(kind) % POLICIES.len();
	Request {
		task: TaskSpec {
			module: ContentRef::of(&programs()[0]),
			profile: Profile::BASE.id(),
			args: Args::default(),
			env: Args::default(),
			input: if at + 1 == POLICIES.len() { Input::List(list().0) } else { Input::None },
			seed: Hash::zero(),
			limits: Limits { gas: scene.gas, memory_pages: 16, output_bytes: 1_000 },
		},
		policy: POLICIES[at],
		canary: false,
		max_price: PRICE,
		run_blocks: RUN_BLOCKS,
		tags: 0,
		valid_until: now + 1_000,
		hints: Hints::default(),
	}
}

/// An order of all offers that can be compared with each other.
pub fn ordered(scene: &Scene, kind: u8, live: &Live) -> RuntimeCall {
	let request = request(scene, kind, live.now);
	let fits = |offer: &&OfferView| {
		let OfferView { terms, mediators, .. } = offer;
		terms.price == scene.price()
			&& mediators.public
			&& terms.profile == request.task.profile
			&& terms.max_gas >= scene.gas
			&& terms.max_memory_pages >= request.task.limits.memory_pages
			&& terms.min_run_blocks <= RUN_BLOCKS
			&& terms.valid_until >= live.now
	};
	let mut chosen: Vec<_> = live.offers.iter().filter(fits).collect();
	chosen.sort_by(|one, other| one.provider.cmp(&other.provider));
	chosen.dedup_by(|one, other| one.provider == other.provider);
	let chosen = chosen.into_iter().map(|offer| (offer.id, offer.provider.clone()));
	order(request.clone(), BoundedVec::truncate_from(chosen.collect()))
}
