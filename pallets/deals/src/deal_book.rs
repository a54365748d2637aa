//! How deals begin: what front ends call.

use crate::*;
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	content::MAX_CONTENT_SIZE,
	deal::{Deal, DealTerms, EndedTask, Replica, Task, TaskState, lowest_maximum, single},
	policy::{MAX_CANDIDATES, PolicyFault},
	profile::Profile,
	request::{Candidate, Request},
	task::{DealId, Input, MAX_ARGS_BYTES},
	traits::{Arbiter, Beacon, Capacity, DealBook, Stakes},
};
use codec::{Encode, MaxEncodedLen};
use frame_support::{BoundedVec, ensure, storage::with_storage_layer, traits::Get};
use sp_runtime::{DispatchError, traits::BlockNumberProvider};

impl<T: Config> DealBook for Pallet<T> {
	fn open(
		client: &AccountId,
		request: Request,
		candidates: Vec<Candidate>,
	) -> Result<DealId, DispatchError> {
		with_storage_layer(|| Self::do_open(client, request, candidates))
	}

	// Rounded down as every amount of the ledger is; `MinStake` keeps it from vanishing.
	fn stake(lowest_maximum: Balance) -> Balance {
		T::StakeRatio::get().mul_floor(lowest_maximum).max(T::MinStake::get())
	}

	fn cost(request: &Request, candidates: &[Candidate]) -> Option<(Balance, Balance)> {
		let gas = request.task.limits.gas;
		let maxima: Option<Vec<Balance>> =
			candidates.iter().map(|candidate| candidate.price.maximum(gas)).collect();
		let mut maxima = maxima?;
		maxima.sort_unstable_by(|one, other| other.cmp(one));
		let replicas = request.policy.max_replicas() as usize;
		let work = maxima
			.iter()
			.take(replicas)
			.try_fold(0, |sum: Balance, maximum| sum.checked_add(*maximum))?;
		// Rounded up: fees on the parts, rounded down, can never exceed it.
		let escrow = work.checked_add(T::ProtocolFee::get().mul_ceil(work))?;
		let deposit = T::DepositPerByte::get()
			.checked_mul(state_bytes(request, candidates.len(), replicas) as Balance)?
			.checked_add(T::DepositBase::get())?;
		Some((escrow, deposit))
	}
}

/// Most bytes that a deal occupies at a time. A function of what is known before it opens.
fn state_bytes(request: &Request, candidates: usize, replicas: usize) -> usize {
	// What `Deal`, `Task`, `EndedTask` and `DrawRecord` hold beside request, candidates and
	// replicas; an ended task is never there together with the live one, and is the smaller.
	let fixed = 2 * AccountId::max_encoded_len()
		+ DealTerms::max_encoded_len()
		+ TaskState::max_encoded_len()
		+ DrawRecord::max_encoded_len()
		+ EndedTask::max_encoded_len().saturating_sub(Task::max_encoded_len())
		+ 64;
	request
		.encoded_size()
		.saturating_add(candidates.saturating_mul(Candidate::max_encoded_len()))
		.saturating_add(replicas.saturating_mul(Replica::max_encoded_len()))
		.saturating_add(fixed)
}

impl<T: Config> Pallet<T> {
	fn do_open(
		client: &AccountId,
		request: Request,
		candidates: Vec<Candidate>,
	) -> Result<DealId, DispatchError> {
		let now = T::BlockNumberProvider::current_block_number();
		Self::check_request(&request, now)?;
		Self::check_candidates(client, &request, &candidates)?;
		let lowest = lowest_maximum(&candidates, request.task.limits.gas)
			.ok_or(Error::<T>::AmountOverflow)?;
		let (escrow, deposit) =
			Self::cost(&request, &candidates).ok_or(Error::<T>::AmountOverflow)?;
		let terms = Self::terms(&request, Self::stake(lowest), escrow, deposit, now)?;

		Self::lock_payment(client, escrow, deposit)?;
		for candidate in &candidates {
			T::Stakes::lock(&candidate.provider, terms.stake)?;
		}

		let id = NextDealId::<T>::get();
		NextDealId::<T>::put(id.checked_add(1).ok_or(Error::<T>::AmountOverflow)?);
		let ticket = T::Beacon::request(T::BeaconWindow::get(), T::BeaconAuthors::get());
		let providers = candidates.iter().map(|candidate| candidate.provider.clone()).collect();
		let deal = Deal {
			client: client.clone(),
			payer: client.clone(),
			task_hash: request.task.hash(),
			request,
			candidates: BoundedVec::try_from(candidates)
				.map_err(|_| Error::<T>::TooManyCandidates)?,
			terms,
			open_tasks: 1,
			opened_at: now,
		};
		Deals::<T>::insert(id, deal);
		Tasks::<T>::insert(
			single(id),
			Task { state: TaskState::Waiting { ticket }, replicas: Default::default() },
		);
		Self::deposit_event(Event::DealOpened {
			deal: id,
			client: client.clone(),
			candidates: providers,
			stake: terms.stake,
			escrow,
			deposit,
		});
		Ok(id)
	}

	fn check_request(request: &Request, now: BlockNumber) -> Result<(), Error<T>> {
		ensure!(now <= request.valid_until, Error::<T>::RequestExpired);
		request.policy.validate().map_err(|fault| match fault {
			PolicyFault::NoReplicas => Error::<T>::NoReplicas,
			PolicyFault::TooManyReplicas => Error::<T>::TooManyReplicas,
			PolicyFault::RequiredAboveReplicas => Error::<T>::RequiredAboveReplicas,
			PolicyFault::RequiredBelowMajority => Error::<T>::RequiredBelowMajority,
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
			Input::List(_) => Err(Error::<T>::InputListNotSupported),
		}
	}

	fn check_candidates(
		client: &AccountId,
		request: &Request,
		candidates: &[Candidate],
	) -> Result<(), Error<T>> {
		let count = candidates.len() as u32;
		ensure!(count >= request.policy.first_wave(), Error::<T>::NotEnoughCandidates);
		ensure!(count <= MAX_CANDIDATES, Error::<T>::TooManyCandidates);
		let signs_for = T::Capacity::provider_of(client);
		for (at, candidate) in candidates.iter().enumerate() {
			let provider = &candidate.provider;
			let twice = candidates.iter().take(at).any(|other| other.provider == *provider);
			ensure!(!twice, Error::<T>::DuplicateCandidate);
			ensure!(candidate.weight > 0, Error::<T>::CandidateWithoutWeight);
			ensure!(candidate.price.within(&request.max_price), Error::<T>::PriceAboveCeiling);
			let own = provider == client || signs_for.as_ref() == Some(provider);
			ensure!(!own, Error::<T>::SelfDeal);
		}
		Ok(())
	}

	fn terms(
		request: &Request,
		stake: Balance,
		escrow: Balance,
		deposit: Balance,
		now: BlockNumber,
	) -> Result<DealTerms, Error<T>> {
		let run = request.run_blocks;
		let hard_end = run
			.checked_mul(HARD_END_RUNS)
			.and_then(|blocks| blocks.checked_add(T::HardEndSlack::get()))
			.and_then(|blocks| blocks.checked_add(now))
			.ok_or(Error::<T>::RunTimeOutOfRange)?;
		Ok(DealTerms {
			stake,
			escrow,
			deposit,
			commit_blocks: run,
			reveal_blocks: (run / 4).max(T::MinRevealBlocks::get()),
			challenge_blocks: T::Arbiter::challenge_window(run),
			hard_end,
		})
	}
}
