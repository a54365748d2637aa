//! How deals begin: what front ends call.

use crate::*;
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	content::MAX_CONTENT_SIZE,
	deal::{
		Deal, DealTerms, EndedTask, FIRST_TASK, Others, Replica, Task, TaskState, highest_maximum,
		lowest_maximum, single,
	},
	deterrence::{against_collusion, against_lies, highest_deterred},
	policy::{MAX_CANDIDATES, Policy, PolicyFault},
	profile::Profile,
	request::{Candidate, Request},
	task::{DealId, Input, MAX_ARGS_BYTES, MAX_TASKS},
	traits::{Arbiter, AssetSale, Beacon, Capacity, DealBook, Exposures, NewDeal, Stakes},
};
use codec::{Encode, MaxEncodedLen};
use frame_support::{BoundedVec, ensure, storage::with_storage_layer, traits::Get};
use sp_runtime::{DispatchError, Permill, traits::BlockNumberProvider};

impl<T: Config> DealBook for Pallet<T> {
	fn open(deal: NewDeal) -> Result<DealId, DispatchError> {
		with_storage_layer(|| Self::do_open(deal))
	}

	// Rounded down as every amount of the ledger is; `MinStake` keeps it from vanishing.
	fn stake(policy: &Policy, lowest_maximum: Balance) -> Balance {
		let least = T::StakeRatio::get().mul_floor(lowest_maximum).max(T::MinStake::get());
		match policy {
			Policy::Single { stake_factor, .. } => {
				least.max(lowest_maximum.saturating_mul((*stake_factor).into()))
			},
			Policy::Quorum { .. } | Policy::Trust { .. } if T::Arbiter::account().is_some() => {
				let dearest = lowest_maximum.saturating_add(PRICE_SPREAD.mul_ceil(lowest_maximum));
				let committee = T::Arbiter::cost(dearest);
				let deters = Self::deterrent(policy, dearest, committee);
				least.max(deters.unwrap_or(Balance::MAX))
			},
			Policy::Quorum { .. } | Policy::Trust { .. } => least,
		}
	}

	fn price_ceiling(policy: &Policy, lowest_maximum: Balance) -> Balance {
		if T::Arbiter::account().is_none() {
			return Balance::MAX;
		}
		match policy {
			// A committee costs at most as much as the dearest candidate suggests, so what the stake is
			// made for passes.
			Policy::Quorum { .. } | Policy::Trust { .. } => {
				lowest_maximum.saturating_add(PRICE_SPREAD.mul_ceil(lowest_maximum))
			},
			Policy::Single { check_ppm, .. } => highest_deterred(
				Self::stake(policy, lowest_maximum),
				Permill::from_parts(*check_ppm),
			),
		}
	}

	fn cost(deal: &NewDeal) -> Option<(Balance, Balance)> {
		let replicas = deal.request.policy.max_replicas() as usize;
		let tasks = Balance::from(deal.tasks);
		let tip = deal.tip.as_ref().map_or(0, |(_, tip)| *tip).checked_mul(tasks)?;
		let (wage, reserve) = Self::case_terms(deal)?;
		let (_, tax) = Self::audit_terms(&deal.request.policy, wage, reserve);
		let escrow =
			Self::escrow(deal, tax)?.checked_add(reserve)?.checked_mul(tasks)?.checked_add(tip)?;
		let deposit = T::DepositPerByte::get()
			.checked_mul(state_bytes(deal, replicas) as Balance)?
			.checked_add(T::DepositBase::get())?;
		Some((escrow, deposit))
	}
}

/// Most bytes that a deal occupies at a time. A function of what is known before it opens.
fn state_bytes(deal: &NewDeal, replicas: usize) -> usize {
	// What `Deal` and `Bag` hold beside request and candidates.
	let fixed = 2 * AccountId::max_encoded_len()
		+ Others::max_encoded_len()
		+ DealTerms::max_encoded_len()
		+ Bag::max_encoded_len()
		+ 64;
	// What `Task`, `EndedTask`, `DrawRecord` and `Dispute` hold beside replicas. An ended task is never
	// there together with the live one, and is the smaller.
	let of_task = TaskState::max_encoded_len()
		+ DrawRecord::max_encoded_len()
		+ Dispute::max_encoded_len()
		+ EndedTask::max_encoded_len().saturating_sub(Task::max_encoded_len())
		+ replicas.saturating_mul(Replica::max_encoded_len());
	deal.request
		.encoded_size()
		.saturating_add(deal.candidates.len().saturating_mul(Candidate::max_encoded_len()))
		.saturating_add((deal.tasks as usize).saturating_mul(of_task))
		.saturating_add(fixed)
}

impl<T: Config> Pallet<T> {
	fn do_open(new: NewDeal) -> Result<DealId, DispatchError> {
		let now = T::BlockNumberProvider::current_block_number();
		Self::check_request(&new.request, now)?;
		Self::check_parties(&new)?;
		let (total, deposit) = Self::cost(&new).ok_or(Error::<T>::AmountOverflow)?;
		let terms = Self::terms(&new, deposit, now)?;

		let NewDeal { client, payer, request, candidates, app, dataset, tip, .. } = new;
		Self::lock_payment(&payer, total, deposit)?;
		let is_bag = matches!(request.task.input, Input::List(_));
		for Candidate { provider, .. } in &candidates {
			if is_bag {
				// It will be locked for each task that it is drawn for.
				ensure!(T::Stakes::free(provider) >= terms.stake, Error::<T>::CandidateBusy);
			} else {
				T::Stakes::lock(provider, terms.stake)?;
				T::Exposures::begin(provider, &client, terms.commit_blocks)?;
			}
		}

		let id = NextDealId::<T>::get();
		NextDealId::<T>::put(id.checked_add(1).ok_or(Error::<T>::AmountOverflow)?);
		let ticket = T::Beacon::request(T::BeaconWindow::get(), T::BeaconAuthors::get());
		let providers = candidates.iter().map(|candidate| candidate.provider.clone()).collect();
		let others = Others {
			beneficiary: new.beneficiary,
			app,
			dataset,
			mediators: BoundedVec::try_from(new.mediators)
				.map_err(|_| Error::<T>::TooManyMediators)?,
			public_good: new.public_good,
		};
		let deal = Deal {
			client: client.clone(),
			payer: payer.clone(),
			others,
			task_hash: request.task.hash_of(FIRST_TASK),
			request,
			candidates: BoundedVec::try_from(candidates)
				.map_err(|_| Error::<T>::TooManyCandidates)?,
			terms,
			tasks: new.tasks,
			open_tasks: new.tasks,
			opened_at: now,
		};
		Deals::<T>::insert(id, deal);
		if is_bag {
			Bags::<T>::insert(id, Bag { ticket, randomness: None, left: new.tasks });
		} else {
			let state = TaskState::Waiting { ticket };
			Tasks::<T>::insert(single(id), Task { state, replicas: Default::default() });
		}
		Self::deposit_event(Event::DealOpened {
			deal: id,
			client,
			payer: payer.clone(),
			tasks: new.tasks,
			candidates: providers,
			stake: terms.stake,
			escrow: total,
			deposit,
		});
		if let Some((solver, amount)) = tip {
			Self::pay_tip(id, &payer, solver, amount.saturating_mul(new.tasks.into()));
		}
		Ok(id)
	}

	fn check_request(request: &Request, now: BlockNumber) -> Result<(), Error<T>> {
		ensure!(now <= request.valid_until, Error::<T>::RequestExpired);
		request.policy.validate().map_err(|fault| match fault {
			PolicyFault::NoReplicas => Error::<T>::NoReplicas,
			PolicyFault::TooManyReplicas => Error::<T>::TooManyReplicas,
			PolicyFault::RequiredAboveReplicas => Error::<T>::RequiredAboveReplicas,
			PolicyFault::RequiredBelowMajority => Error::<T>::RequiredBelowMajority,
			PolicyFault::TrustOutOfRange => Error::<T>::TrustOutOfRange,
			PolicyFault::CheckOutOfRange => Error::<T>::CheckOutOfRange,
			PolicyFault::StakeFactorTooLow => Error::<T>::StakeFactorTooLow,
		})?;
		let within = |value: u64, most: u64| (1..=most).contains(&value);
		ensure!(
			within(request.run_blocks.into(), T::MaxRunBlocks::get().into()),
			Error::<T>::RunTimeOutOfRange
		);
		let limits = &request.task.limits;
		ensure!(within(limits.gas, T::MaxGas::get()), Error::<T>::GasOutOfRange);
		ensure!(
			within(limits.memory_pages.into(), T::MaxMemoryPages::get().into()),
			Error::<T>::MemoryOutOfRange
		);
		ensure!(limits.output_bytes <= T::MaxOutputBytes::get(), Error::<T>::OutputOutOfRange);
		Self::check_content(request)
	}

	fn check_content(request: &Request) -> Result<(), Error<T>> {
		let task = &request.task;
		ensure!(task.args_bytes() <= MAX_ARGS_BYTES, Error::<T>::ArgumentsTooLong);
		let status = Profiles::<T>::get(task.profile);
		ensure!(status == Some(ProfileStatus::Active), Error::<T>::ProfileNotActive);
		// Only a runtime that no longer knows an active profile lacks its limits.
		let longest = Profile::by_id(&task.profile)
			.map_or(MAX_CONTENT_SIZE, |profile| profile.limits.module_bytes.into());
		ensure!(task.module.size >= MIN_MODULE_BYTES, Error::<T>::ModuleTooSmall);
		ensure!(task.module.size <= longest, Error::<T>::ModuleTooLarge);
		match task.input {
			Input::None => Ok(()),
			Input::Blob(input) => {
				ensure!(input.size <= MAX_CONTENT_SIZE, Error::<T>::InputTooLarge);
				Ok(())
			},
			Input::List(inputs) => {
				ensure!(inputs.list.size <= MAX_CONTENT_SIZE, Error::<T>::InputTooLarge);
				Ok(())
			},
		}
	}

	/// Who takes part. Nobody may buy from himself, or let his candidate be paid by himself.
	fn check_parties(new: &NewDeal) -> Result<(), Error<T>> {
		let NewDeal { client, payer, request, candidates, .. } = new;
		let inputs = match request.task.input {
			Input::List(inputs) => inputs.root.len,
			Input::None | Input::Blob(_) => 1,
		};
		ensure!(new.tasks == inputs, Error::<T>::TaskCountMismatch);
		ensure!((1..=MAX_TASKS).contains(&inputs), Error::<T>::TaskCountOutOfRange);
		let count = candidates.len() as u32;
		ensure!(count >= request.policy.first_wave(), Error::<T>::NotEnoughCandidates);
		ensure!(count <= MAX_CANDIDATES, Error::<T>::TooManyCandidates);
		let buyers = [client, payer];
		let sign_for = buyers.map(T::Capacity::provider_of);
		for (at, candidate) in candidates.iter().enumerate() {
			let provider = &candidate.provider;
			let twice = candidates.iter().take(at).any(|other| other.provider == *provider);
			ensure!(!twice, Error::<T>::DuplicateCandidate);
			ensure!(candidate.weight > 0, Error::<T>::CandidateWithoutWeight);
			ensure!(candidate.price.within(&request.max_price), Error::<T>::PriceAboveCeiling);
			let own =
				buyers.contains(&provider) || sign_for.iter().flatten().any(|it| it == provider);
			ensure!(!own, Error::<T>::SelfDeal);
		}
		Ok(())
	}

	/// Most that one task can cost its payer: the dearest replicas that the policy may draw, the fee
	/// on them, app and dataset, and the tax.
	fn escrow(deal: &NewDeal, tax: Balance) -> Option<Balance> {
		let gas = deal.request.task.limits.gas;
		let maxima: Option<Vec<Balance>> =
			deal.candidates.iter().map(|candidate| candidate.price.maximum(gas)).collect();
		let mut maxima = maxima?;
		maxima.sort_unstable_by(|one, other| other.cmp(one));
		let work = maxima
			.iter()
			.take(deal.request.policy.max_replicas() as usize)
			.try_fold(0, |sum: Balance, maximum| sum.checked_add(*maximum))?;
		let price = |sale: &Option<AssetSale>| sale.as_ref().map_or(0, |sale| sale.price);
		// Rounded up: fees on the parts, rounded down, can never exceed it.
		work.checked_add(T::ProtocolFee::get().mul_ceil(work))?
			.checked_add(price(&deal.app))?
			.checked_add(price(&deal.dataset))?
			.checked_add(tax)
	}

	/// What each seat of a committee earns, and what the deal sets aside for one case of each task.
	/// Nothing of both without an arbiter.
	///
	/// The wage is the median of the candidates' highest prices, of two the lower. Not of what they
	/// reveal to have used: liars would set it to nothing.
	fn case_terms(deal: &NewDeal) -> Option<(Balance, Balance)> {
		if T::Arbiter::account().is_none() {
			return Some((0, 0));
		}
		let gas = deal.request.task.limits.gas;
		let maxima: Option<Vec<Balance>> =
			deal.candidates.iter().map(|candidate| candidate.price.maximum(gas)).collect();
		let mut maxima = maxima?;
		maxima.sort_unstable();
		let wage = maxima.get(maxima.len().saturating_sub(1) / 2).copied().unwrap_or(0);
		Some((wage, T::Arbiter::cost(wage)))
	}

	/// Probability of an audit, in millionths, and the tax that pays for it on average.
	fn audit_terms(policy: &Policy, wage: Balance, case: Balance) -> (u32, Balance) {
		if wage == 0 && case == 0 {
			return (0, 0);
		}
		let ppm = match policy {
			Policy::Single { check_ppm, .. } => *check_ppm,
			Policy::Quorum { .. } | Policy::Trust { .. } => T::AuditRate::get().deconstruct(),
		};
		(ppm, Permill::from_parts(ppm).mul_ceil(case))
	}

	/// Smallest stake at which a replica of this price is better off when it is honest. `None` where no
	/// amount is.
	fn deterrent(policy: &Policy, price: Balance, committee: Balance) -> Option<Balance> {
		match policy {
			Policy::Single { check_ppm, .. } => {
				against_lies(price, Permill::from_parts(*check_ppm))
			},
			Policy::Quorum { .. } | Policy::Trust { .. } => {
				against_collusion(price, price, committee, T::CommitteeError::get())
			},
		}
	}

	/// Refuses stakes at which lying would pay for the dearest candidate.
	fn check_deterrence(new: &NewDeal, stake: Balance, reserve: Balance) -> Result<(), Error<T>> {
		let arbiter = T::Arbiter::account().is_some();
		let policy = &new.request.policy;
		if let Policy::Single { .. } = policy {
			ensure!(arbiter, Error::<T>::NoArbiter);
		}
		if !arbiter {
			return Ok(());
		}
		let dearest = highest_maximum(&new.candidates, new.request.task.limits.gas)
			.ok_or(Error::<T>::AmountOverflow)?;
		let deters = Self::deterrent(policy, dearest, reserve).ok_or(Error::<T>::AmountOverflow)?;
		ensure!(stake >= deters, Error::<T>::StakeBelowDeterrent);
		Ok(())
	}

	fn terms(new: &NewDeal, deposit: Balance, now: BlockNumber) -> Result<DealTerms, Error<T>> {
		let request = &new.request;
		let run = request.run_blocks;
		let lowest = lowest_maximum(&new.candidates, request.task.limits.gas)
			.ok_or(Error::<T>::AmountOverflow)?;
		let hard_end = run
			.checked_mul(HARD_END_RUNS)
			.and_then(|blocks| blocks.checked_add(T::HardEndSlack::get()))
			.and_then(|blocks| blocks.checked_add(now))
			.ok_or(Error::<T>::RunTimeOutOfRange)?;
		let stake = Self::stake(&request.policy, lowest);
		let (wage, reserve) = Self::case_terms(new).ok_or(Error::<T>::AmountOverflow)?;
		Self::check_deterrence(new, stake, reserve)?;
		let (audit_ppm, audit_tax) = Self::audit_terms(&request.policy, wage, reserve);
		Ok(DealTerms {
			stake,
			escrow: Self::escrow(new, audit_tax).ok_or(Error::<T>::AmountOverflow)?,
			reserve,
			wage,
			audit_ppm,
			audit_tax,
			deposit,
			commit_blocks: run,
			reveal_blocks: (run / 4).max(T::MinRevealBlocks::get()),
			challenge_blocks: T::Arbiter::challenge_window(run),
			hard_end,
		})
	}
}
