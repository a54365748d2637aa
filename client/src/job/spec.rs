//! From what a user says to a request.

use crate::error::{Error, Result};
use assay_primitives::{
	Balance, BlockNumber, Hash,
	api::Parameters,
	content::ContentRef,
	order::AssetId,
	policy::Policy,
	price::Price,
	profile::{Profile, ProfileId},
	request::{Hints, MAX_HINT_BYTES, MAX_HINTS, OfferFit, OfferId, Request},
	task::{Input, InputList, Limits, MAX_ARG_BYTES, MAX_ARGS, MAX_ARGS_BYTES, TaskSpec},
};
use std::{cmp::Reverse, collections::BTreeSet};

/// The most that a replica may cost.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MaxPrice {
	/// In total, whatever it consists of, if it uses up its gas limit.
	PerReplica(Balance),
	/// Each part on its own.
	Parts(Price),
}

impl MaxPrice {
	/// In total `total` at the gas limit `gas`, and for each million units of gas at most `per_mgas`, the
	/// rest whatever is used. `None` where the gas alone would cost more.
	pub fn divided(total: Balance, per_mgas: Balance, gas: u64) -> Option<Self> {
		let for_gas = Price { base: 0, per_mgas }.maximum(gas)?;
		let base = total.checked_sub(for_gas)?;
		Some(Self::Parts(Price { base, per_mgas }))
	}
}

/// Registered content that a job uses, and what it may cost.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct AssetUse {
	/// The app that the program is.
	pub app: Option<AssetId>,
	/// The dataset that the input is.
	pub dataset: Option<AssetId>,
	/// The most that the app may cost for each task.
	pub max_app_price: Balance,
	/// The most that the dataset may cost for each task.
	pub max_dataset_price: Balance,
	/// Least bond of their publishers.
	pub min_publisher_bond: Balance,
}

impl AssetUse {
	/// Whether the job uses nothing that is registered.
	pub fn is_empty(&self) -> bool {
		self.app.is_none() && self.dataset.is_none()
	}

	/// The most that both may cost for each task; `None` where that leaves the type.
	pub fn most(&self) -> Option<Balance> {
		let part = |id: Option<AssetId>, price: Balance| id.map_or(0, |_| price);
		part(self.app, self.max_app_price).checked_add(part(self.dataset, self.max_dataset_price))
	}
}

/// What programs are called where nobody says otherwise.
const PROGRAM: &str = "job";

/// What a user asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct JobOptions {
	/// The program.
	pub module: ContentRef,
	/// The input, if any.
	pub input: Option<ContentRef>,
	/// Inputs of a bag of tasks, instead of a single one.
	pub inputs: Option<InputList>,
	/// What the program is called, where its profile has programs named; `job` if nothing else is said.
	pub name: Option<String>,
	/// Arguments after the program's name.
	pub args: Vec<String>,
	/// Environment.
	pub env: Vec<(String, String)>,
	/// Rules of execution.
	pub profile: ProfileId,
	/// Bounds on the run.
	pub limits: Limits,
	/// Seed of the program's randomness.
	pub seed: Hash,
	/// Replicas, and how many of them have to agree.
	pub policy: Policy,
	/// Whether a single replica goes first, and the others only where it has succeeded.
	pub canary: bool,
	/// The most that a replica may cost.
	pub max_price: MaxPrice,
	/// Blocks that a replica is given.
	pub run_blocks: BlockNumber,
	/// Blocks from now on in which the request may be matched.
	pub valid_blocks: BlockNumber,
	/// Tags that providers must have, as a bit set.
	pub tags: u32,
	/// URLs of gateways at which module and input can be had, beside the chain.
	pub hints: Vec<String>,
	/// Candidates to name, at most; `None` for as many as all waves together may need.
	pub candidates: Option<u32>,
	/// The only offers to name; empty for any.
	pub offers: Vec<OfferId>,
	/// Registered content that the job uses.
	pub assets: AssetUse,
}

impl JobOptions {
	/// Usual limits: 10^10 gas, 16 MiB of memory, 1 MiB of output, two of three replicas.
	pub fn new(module: ContentRef, max_price: MaxPrice) -> Self {
		Self {
			module,
			input: None,
			inputs: None,
			name: None,
			args: Vec::new(),
			env: Vec::new(),
			profile: Profile::BASE.id(),
			limits: Limits { gas: 10_000_000_000, memory_pages: 256, output_bytes: 1 << 20 },
			seed: Hash::zero(),
			policy: Policy::Quorum { replicas: 3, required: 2 },
			canary: false,
			max_price,
			run_blocks: 20,
			valid_blocks: 100,
			tags: 0,
			hints: Vec::new(),
			candidates: None,
			offers: Vec::new(),
			assets: AssetUse::default(),
		}
	}

	/// The specification of the task. Errors: [`Error::Usage`].
	pub fn task(&self) -> Result<TaskSpec> {
		let env = self.env.iter().map(|(name, value)| variable(name, value));
		let env = env.collect::<Result<Vec<_>>>()?;
		let bounded = |what: &str, items: Vec<String>| {
			if items.iter().any(|item| item.contains('\0')) {
				return Err(Error::Usage(format!("{what} can't contain a zero byte")));
			}
			TaskSpec::bounded_args(items).ok_or_else(|| {
				let limits = format!("{MAX_ARGS} of {MAX_ARG_BYTES} bytes");
				Error::Usage(format!("too many or too long {what}: at most {limits}"))
			})
		};
		let named = Profile::by_id(&self.profile).is_some_and(|profile| profile.names_programs());
		if self.name.is_some() && !named {
			return Err(Error::Usage(
				"the profile has no names of programs: they are called job".into(),
			));
		}
		let name = named.then(|| self.name.clone().unwrap_or_else(|| PROGRAM.into()));
		let args = name.into_iter().chain(self.args.iter().cloned()).collect();
		let task = TaskSpec {
			module: self.module,
			profile: self.profile,
			args: bounded("arguments", args)?,
			env: bounded("environment variables", env)?,
			input: self.task_input()?,
			seed: self.seed,
			limits: self.limits,
		};
		if task.args_bytes() > MAX_ARGS_BYTES {
			let text = "arguments and environment variables";
			return Err(Error::Usage(format!("{text} are above {MAX_ARGS_BYTES} bytes together")));
		}
		Ok(task)
	}

	fn task_input(&self) -> Result<Input> {
		match (self.input, self.inputs) {
			(Some(_), Some(_)) => {
				Err(Error::Usage("a job has either one input or a list of them".into()))
			},
			(_, Some(list)) => Ok(Input::List(list)),
			(Some(input), None) => Ok(Input::Blob(input)),
			(None, None) => Ok(Input::None),
		}
	}

	/// The request, to be matched from block `now` on. Errors: [`Error::Usage`].
	pub fn request(&self, now: BlockNumber) -> Result<Request> {
		self.policy.validate().map_err(|fault| Error::Usage(fault.to_string()))?;
		if self.run_blocks == 0 {
			return Err(Error::Usage("a replica needs at least one block".into()));
		}
		Ok(Request {
			task: self.task()?,
			policy: self.policy,
			canary: self.canary,
			max_price: self.bound([]),
			run_blocks: self.run_blocks,
			tags: self.tags,
			valid_until: now.saturating_add(self.valid_blocks),
			hints: self.bounded_hints()?,
		})
	}

	/// Checks against what the chain accepts. Errors: [`Error::Usage`], naming the bound.
	pub fn check(&self, parameters: &Parameters) -> Result<()> {
		let above =
			|what: &str, value: u64, limit: u64, unit: fn(u64) -> String| match value > limit {
				true => {
					let (value, limit) = (unit(value), unit(limit));
					Err(Error::Usage(format!("{what} of {value} is above the chain's {limit}")))
				},
				false => Ok(()),
			};
		let Limits { gas, memory_pages, output_bytes } = self.limits;
		above("the gas limit", gas, parameters.max_gas, |gas| gas.to_string())?;
		above("the memory", memory_pages.into(), parameters.max_memory_pages.into(), |pages| {
			format!("{pages} pages ({} MiB)", pages as f64 / 16.0)
		})?;
		above("the output limit", output_bytes, parameters.max_output_bytes, |bytes| {
			format!("{bytes} bytes ({} MiB)", bytes as f64 / f64::from(1 << 20))
		})?;
		above(
			"the run time",
			self.run_blocks.into(),
			parameters.max_run_blocks.into(),
			|blocks| format!("{blocks} blocks"),
		)?;
		if !parameters.profiles.contains(&self.profile) {
			return Err(Error::Usage(format!(
				"the chain doesn't list the profile {:?}",
				self.profile
			)));
		}
		Ok(())
	}

	/// Ceilings of both parts, each of which alone is within the price: to ask for offers with, and not to
	/// be signed, for a replica at both would cost twice the total.
	pub(super) fn ceiling(&self) -> Price {
		match self.max_price {
			MaxPrice::Parts(price) => price,
			MaxPrice::PerReplica(total) => {
				let mgas = Price::mgas(self.limits.gas).max(1);
				Price { base: total, per_mgas: total / mgas }
			},
		}
	}

	/// Ceilings to be sent or signed: whatever the price of a replica consists of, it is within what was
	/// said. A request has one for each part, so a total is divided: in such a way that as many of `offers`
	/// as possible fit, and what these leave evenly.
	pub fn bound<'a>(&self, offers: impl IntoIterator<Item = &'a OfferFit>) -> Price {
		match self.max_price {
			MaxPrice::Parts(price) => price,
			MaxPrice::PerReplica(total) => divide(total, self.limits.gas, offers),
		}
	}

	/// Whether a replica that can cost `maximum` is within the price.
	pub(super) fn affords(&self, maximum: Balance) -> bool {
		match self.max_price {
			MaxPrice::PerReplica(total) => maximum <= total,
			// The chain compares the parts.
			MaxPrice::Parts(_) => true,
		}
	}

	fn bounded_hints(&self) -> Result<Hints> {
		let hints: Option<Vec<_>> =
			self.hints.iter().map(|hint| hint.clone().into_bytes().try_into().ok()).collect();
		hints.and_then(|hints| hints.try_into().ok()).ok_or_else(|| {
			Error::Usage(format!(
				"at most {MAX_HINTS} hints of {MAX_HINT_BYTES} bytes are possible"
			))
		})
	}
}

/// Both parts of a price that is `total` at the gas limit `gas`, so that they are not below the prices of
/// as many providers as possible, and of the cheapest where that can be done in several ways.
fn divide<'a>(total: Balance, gas: u64, offers: impl IntoIterator<Item = &'a OfferFit>) -> Price {
	// As for a price, the least gas costs as much as a million.
	let gas = gas.max(1);
	let mgas = Price::mgas(gas);
	let within = |price: &Price| price.maximum(gas).is_some_and(|maximum| maximum <= total);
	let offers: Vec<&OfferFit> = offers.into_iter().filter(|fit| within(&fit.price)).collect();
	// An offer's own price of gas is enough to be tried: one between two of them admits no more than the
	// lower, and leaves less for the other part.
	let admitted = |per_mgas: Balance| -> Vec<&OfferFit> {
		let fits = |fit: &&&OfferFit| {
			fit.price.per_mgas <= per_mgas && within(&Price { base: fit.price.base, per_mgas })
		};
		offers.iter().filter(fits).copied().collect()
	};
	let sets = offers.iter().map(|fit| admitted(fit.price.per_mgas));
	let best = sets.max_by_key(|set| {
		let providers: BTreeSet<_> = set.iter().map(|fit| &fit.provider).collect();
		(providers.len(), Reverse(set.iter().map(|fit| fit.maximum).min()))
	});
	let best = best.unwrap_or_default();
	let most = |part: fn(&Price) -> Balance| best.iter().map(|fit| part(&fit.price)).max();
	let (base, per_mgas) = (most(|price| price.base), most(|price| price.per_mgas));
	let (base, per_mgas) = (base.unwrap_or(0), per_mgas.unwrap_or(0));
	// No overflow and nothing below zero: both together are within the total, by how the set was chosen.
	let left = total - (base + per_mgas * mgas);
	let per_mgas = per_mgas + left / 2 / mgas;
	Price { base: total - per_mgas * mgas, per_mgas }
}

fn variable(name: &str, value: &str) -> Result<String> {
	if name.is_empty() || name.contains('=') {
		return Err(Error::Usage(format!("{name:?} can't name an environment variable")));
	}
	Ok(format!("{name}={value}"))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::TARIFF;
	use assay_primitives::{case::CaseLimits, money::Economics, price::MGAS};

	fn options() -> JobOptions {
		JobOptions::new(ContentRef::of(b"module"), MaxPrice::PerReplica(1_000_000))
	}

	#[test]
	fn request_should_carry_what_was_asked_for() {
		let mut options = options();
		options.input = Some(ContentRef::of(b"input"));
		options.args = vec!["--fast".into()];
		options.env = vec![("A".into(), "b=c".into()), ("EMPTY".into(), "".into())];
		options.hints = vec!["https://example.org".into()];
		let request = options.request(50).expect("valid");
		assert_eq!(request.task.args[0].as_slice(), b"--fast");
		assert_eq!(request.task.env[0].as_slice(), b"A=b=c");
		assert_eq!(request.task.env[1].as_slice(), b"EMPTY=");
		assert_eq!(request.task.input, Input::Blob(ContentRef::of(b"input")));
		assert_eq!(request.valid_until, 150);
		assert_eq!(request.hints[0].as_slice(), b"https://example.org");
	}

	#[test]
	fn name_should_be_the_first_argument_when_the_profile_has_programs_named() {
		let mut options = options();
		options.args = vec!["--fast".into()];
		let args = |options: &JobOptions| -> Vec<Vec<u8>> {
			let task = options.task().expect("valid");
			task.args.into_iter().map(|arg| arg.into_inner()).collect()
		};
		assert_eq!(args(&options), [b"--fast"]);
		options.name = Some("tool".into());
		assert_eq!(options.task().expect_err("no names there").exit_code(), 2);
		options.profile = Profile::DRAFT.id();
		assert_eq!(args(&options), [&b"tool"[..], b"--fast"]);
		options.name = None;
		assert_eq!(args(&options), [&b"job"[..], b"--fast"]);
	}

	#[test]
	fn request_should_be_refused_when_anything_is_out_of_bounds() {
		let refused = |change: &dyn Fn(&mut JobOptions)| {
			let mut options = options();
			change(&mut options);
			assert_eq!(options.request(1).expect_err("out of bounds").exit_code(), 2);
		};
		refused(&|o| o.args = vec!["x".into(); 65]);
		refused(&|o| o.args = vec!["x".repeat(1_025)]);
		refused(&|o| o.args = vec!["x".repeat(1_000); 9]);
		refused(&|o| o.args = vec!["a\0b".into()]);
		refused(&|o| o.env = vec![("".into(), "x".into())]);
		refused(&|o| o.env = vec![("A=B".into(), "x".into())]);
		refused(&|o| o.hints = vec!["x".into(); 5]);
		refused(&|o| o.hints = vec!["x".repeat(257)]);
		refused(&|o| o.run_blocks = 0);
		refused(&|o| {
			o.input = Some(ContentRef::of(b"one"));
			o.inputs = Some(InputList::of(&[ContentRef::of(b"one")]).0);
		});
		refused(&|o| o.policy = Policy::Quorum { replicas: 0, required: 0 });
		refused(&|o| o.policy = Policy::Quorum { replicas: 4, required: 2 });
		refused(&|o| o.policy = Policy::Quorum { replicas: 2, required: 3 });
		refused(&|o| o.policy = Policy::Quorum { replicas: 21, required: 11 });
	}

	#[test]
	fn ceiling_should_admit_every_price_within_the_total_and_affords_only_those() {
		let mut options = options();
		options.limits.gas = 10 * MGAS;
		for (base, per_mgas, fits) in
			[(1_000_000, 0, true), (0, 100_000, true), (500_000, 50_000, true), (1, 100_000, false)]
		{
			let price = Price { base, per_mgas };
			assert!(price.within(&options.ceiling()), "each part alone is within the total");
			let maximum = price.maximum(options.limits.gas).expect("small");
			assert_eq!(options.affords(maximum), fits, "{price:?}");
		}
		assert!(!Price { base: 0, per_mgas: 100_001 }.within(&options.ceiling()));
	}

	fn offer(provider: u8, base: Balance, per_mgas: Balance) -> OfferFit {
		let price = Price { base, per_mgas };
		let maximum = price.maximum(10 * MGAS).expect("small");
		OfferFit { offer: provider.into(), provider: [provider; 32].into(), price, maximum }
	}

	#[test]
	fn no_replica_should_cost_more_than_the_total_when_a_request_is_signed() {
		for (total, gas) in [(1_000_000, 10 * MGAS), (1_000_000, 1), (7, 10 * MGAS), (0, 5), (9, 0)]
		{
			let mut options = options();
			options.max_price = MaxPrice::PerReplica(total);
			options.limits.gas = gas;
			let signed = options.request(50).expect("valid").max_price;
			assert!(signed.maximum(gas).expect("small") <= total, "{signed:?} of {total}");
			let offers =
				[offer(1, total, 0), offer(2, 0, total / 10), offer(3, Balance::MAX / 2, 9)];
			let bound = options.bound(&offers);
			assert!(bound.maximum(gas).expect("small") <= total, "{bound:?} of {total}");
		}
	}

	#[test]
	fn total_should_be_divided_so_that_as_many_providers_as_possible_fit() {
		let mut options = options();
		options.limits.gas = 10 * MGAS;
		let admitted = |offers: &[OfferFit]| -> Vec<u64> {
			let bound = options.bound(offers);
			let admitted = offers.iter().filter(|fit| fit.price.within(&bound));
			admitted.map(|fit| fit.offer).collect()
		};
		let dear = offer(9, 1_000_001, 0);
		assert_eq!(admitted(&[offer(1, 1_000_000, 0), dear.clone()]), [1]);
		assert_eq!(admitted(&[offer(1, 0, 100_000), dear]), [1]);
		let mixed = [offer(1, 900_000, 0), offer(2, 300_000, 60_000), offer(3, 0, 70_000)];
		assert_eq!(admitted(&mixed), [2, 3], "not with the first, whose base leaves too little");
		let mut crowd = [offer(1, 900_000, 0), offer(1, 900_001, 0), offer(2, 0, 50_000)];
		assert_eq!(admitted(&crowd), [2], "two offers of one provider are one");
		crowd[1].provider = [3; 32].into();
		assert_eq!(admitted(&crowd), [1, 1]);
		let even = options.bound([]);
		assert_eq!(even, Price { base: 500_000, per_mgas: 50_000 });
	}

	#[test]
	fn price_of_gas_should_leave_the_rest_of_the_total_for_each_run() {
		let divided = |per_mgas| MaxPrice::divided(1_000, per_mgas, 10 * MGAS);
		assert_eq!(divided(30), Some(MaxPrice::Parts(Price { base: 700, per_mgas: 30 })));
		assert_eq!(divided(100), Some(MaxPrice::Parts(Price { base: 0, per_mgas: 100 })));
		assert_eq!((divided(101), divided(Balance::MAX)), (None, None));
	}

	#[test]
	fn assets_should_cost_their_ceilings_only_where_they_are_used() {
		let prices = AssetUse { max_app_price: 3, max_dataset_price: 4, ..AssetUse::default() };
		assert!(prices.is_empty());
		assert_eq!(prices.most(), Some(0));
		assert_eq!(AssetUse { app: Some(0), ..prices }.most(), Some(3));
		let both = AssetUse { app: Some(0), dataset: Some(1), ..prices };
		assert_eq!(both.most(), Some(7));
		assert_eq!(AssetUse { max_app_price: Balance::MAX, ..both }.most(), None);
	}

	#[test]
	fn check_should_name_the_bound_when_it_is_exceeded() {
		let parameters = Parameters {
			block_millis: 3_000,
			profiles: vec![Profile::BASE.id()],
			max_run_blocks: 20,
			max_gas: 10_000_000_000,
			max_memory_pages: 256,
			max_output_bytes: 1 << 20,
			max_blob_bytes: 1 << 20,
			min_provider_bond: 1,
			min_publisher_bond: 1,
			max_order_life: 100,
			court: CaseLimits::SMALL.most(),
			tariff: TARIFF,
			economics: Economics::DEFAULT,
		};
		options().check(&parameters).expect("within every bound");
		let mut more = options();
		more.limits.memory_pages = 257;
		let error = more.check(&parameters).expect_err("too much memory");
		assert!(error.to_string().contains("256"), "{error}");
		// People give mebibytes, and would take the number of pages for theirs.
		assert!(error.to_string().contains("16 MiB"), "{error}");
		let mut other = options();
		other.profile = Hash::zero();
		assert!(other.check(&parameters).is_err());
	}
}
