//! How deals begin: what front ends call.

use crate::*;
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	content::MAX_CONTENT_SIZE,
	deal::{Deal, DealTerms, EndedTask, FIRST_TASK, Others, Replica, Task, TaskState, single},
	matching::Spread,
	money::{Amounts, Economics, EconomicsVersion, Tariff, maxima},
	order::Refusal,
	policy::{Deterrent, MAX_CANDIDATES},
	profile::Profile,
	request::{Candidate, Ineligible, Request, RequestBounds, RequestFault},
	task::{DealId, Input, MAX_ARGS_BYTES, MAX_TASKS, TaskSpec},
	time::reveal_blocks,
	traits::{Arbiter, AssetSale, Beacon, Capacity, DealBook, Economy, NewDeal, Stakes},
};
use codec::{Encode, MaxEncodedLen};
use frame_support::{BoundedVec, ensure, storage::with_storage_layer, traits::Get};
use sp_runtime::{DispatchError, traits::BlockNumberProvider};

impl<T: Config> DealBook for Pallet<T> {
	fn open(deal: NewDeal) -> Result<DealId, DispatchError> {
		with_storage_layer(|| Self::do_open(deal))
	}

	fn spread(request: &Request, lowest: Balance) -> Spread {
		Spread::of(&Self::tariff(), request, lowest)
	}

	fn wage(deal: &NewDeal) -> Balance {
		// Where amounts exceed the type there will be no deal.
		Self::amounts(&Self::tariff(), deal).map_or(0, |amounts| amounts.wage)
	}

	fn cost(deal: &NewDeal) -> Option<(Balance, Balance)> {
		Self::sums(deal, &Self::amounts(&Self::tariff(), deal)?)
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
		let (version, economics) = T::Economy::current();
		let tariff = Self::tariff_of(&economics);
		let too_large = || Error::<T>::from(Refusal::PriceTooLarge);
		let amounts = Self::amounts(&tariff, &new).ok_or_else(too_large)?;
		let (total, deposit) = Self::sums(&new, &amounts).ok_or_else(too_large)?;
		Self::check_deterrence(&tariff, &new, &amounts)?;
		let terms = Self::terms(&new.request, amounts, deposit, version, now)?;

		let id = NextDealId::<T>::get();
		NextDealId::<T>::put(id.checked_add(1).ok_or(Error::<T>::AmountOverflow)?);
		let NewDeal { via, client, payer, request, candidates, app, dataset, tip, .. } = new;
		Self::lock_payment(&payer, total, deposit)?;
		let is_bag = matches!(request.task.input, Input::List(_));
		for Candidate { provider, .. } in &candidates {
			if is_bag {
				// It will be locked for each task that it is drawn for.
				ensure!(T::Stakes::free(provider) >= terms.stake, Error::<T>::CandidateBusy);
			} else {
				Self::reserve_for(id, &client, &terms, provider)?;
			}
		}

		let ticket = T::Beacon::request(T::BeaconWindow::get(), T::BeaconAuthors::get());
		let providers = candidates.iter().map(|candidate| candidate.provider.clone()).collect();
		let others = Others {
			beneficiary: new.beneficiary,
			app,
			dataset,
			tags: new.tags,
			judges: new.judges,
			public_good: new.public_good,
		};
		let deal = Deal {
			via,
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
		Deals::<T>::insert(id, &deal);
		if is_bag {
			for candidate in &deal.candidates {
				BagsOf::<T>::insert(&candidate.provider, id, ());
			}
			Bags::<T>::insert(&client, id, Bag { ticket, randomness: None, left: new.tasks });
		} else {
			let state = TaskState::Waiting { ticket };
			Tasks::<T>::insert(
				TaskList::of(id, &deal),
				single(id),
				Task { state, replicas: Default::default() },
			);
		}
		Self::deposit_event(Event::DealOpened {
			deal: id,
			via,
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
		if let Some(fault) = request.faults(now, &Self::request_bounds()).next() {
			return Err(Refusal::from(fault).into());
		}
		Self::check_content(&request.task)
	}

	/// What of a task can't be, whatever is asked about it.
	pub(crate) fn examine_task(task: &TaskSpec) -> Result<(), Error<T>> {
		if let Some(fault) = Self::request_bounds().faults(&task.limits).next() {
			return Err(Refusal::from(fault).into());
		}
		Self::check_content(task)
	}

	/// What requests may ask for.
	pub fn request_bounds() -> RequestBounds {
		RequestBounds {
			run_blocks: T::MaxRunBlocks::get(),
			gas: T::MaxGas::get(),
			memory_pages: T::MaxMemoryPages::get(),
			output_bytes: T::MaxOutputBytes::get(),
		}
	}

	fn check_content(task: &TaskSpec) -> Result<(), Error<T>> {
		ensure!(task.args_bytes() <= MAX_ARGS_BYTES, Error::<T>::ArgumentsTooLong);
		let status = Profiles::<T>::get(task.profile);
		ensure!(status == Some(ProfileStatus::Active), Error::<T>::ProfileNotActive);
		// Only a runtime that no longer knows an active profile lacks its limits.
		let longest = Profile::by_id(&task.profile)
			.map_or(MAX_CONTENT_SIZE, |profile| profile.limits.module_bytes.into());
		ensure!(task.module.size >= MIN_MODULE_BYTES, Error::<T>::ModuleTooSmall);
		ensure!(task.module.size <= longest, Error::<T>::ModuleTooLarge);
		let input = match task.input {
			Input::None => 0,
			Input::Blob(input) => input.size,
			Input::List(inputs) => inputs.list.size,
		};
		ensure!(input <= MAX_CONTENT_SIZE, Error::<T>::InputTooLarge);
		Ok(())
	}

	/// Who takes part. Nobody may buy from himself, or let his candidate be paid by himself.
	fn check_parties(new: &NewDeal) -> Result<(), Error<T>> {
		let NewDeal { client, payer, request, candidates, .. } = new;
		let inputs = request.task.input.tasks();
		ensure!(new.tasks == inputs, Error::<T>::TaskCountMismatch);
		ensure!((1..=MAX_TASKS).contains(&inputs), Error::<T>::TaskCountOutOfRange);
		let count = candidates.len() as u32;
		ensure!(
			count >= request.policy.first_wave(),
			Error::<T>::from(Refusal::NotEnoughCandidates)
		);
		ensure!(count <= MAX_CANDIDATES, Error::<T>::TooManyCandidates);
		let buyers = [client, payer];
		let sign_for = buyers.map(T::Capacity::provider_of);
		let mut first: Option<(Ineligible, u8)> = None;
		for (at, candidate) in candidates.iter().enumerate() {
			let provider = &candidate.provider;
			ensure!(candidate.weight > 0, Error::<T>::CandidateWithoutWeight);
			let twice = candidates.iter().take(at).any(|other| other.provider == *provider);
			let own =
				buyers.contains(&provider) || sign_for.iter().flatten().any(|it| it == provider);
			let (price, most) = (&candidate.price, &request.max_price);
			let faults = [
				(twice, Ineligible::DuplicateProvider),
				(price.base > most.base, Ineligible::BasePriceAboveCeiling),
				(price.per_mgas > most.per_mgas, Ineligible::GasPriceAboveCeiling),
				(own, Ineligible::SelfDeal),
			];
			let found =
				faults.into_iter().filter(|(holds, _)| *holds).map(|(_, why)| (why, at as u8));
			first = found.chain(first).min();
		}
		match first {
			Some((why, at)) => Err(Refusal::Resource { at, why }.into()),
			None => Ok(()),
		}
	}

	/// The constants that amounts follow from.
	pub fn tariff() -> Tariff {
		Self::tariff_of(&T::Economy::current().1)
	}

	fn tariff_of(economics: &Economics) -> Tariff {
		economics.tariff(T::Arbiter::case_wages(), T::Arbiter::pace())
	}

	/// The constants by which a deal is paid and slashed.
	pub(crate) fn economics(live: &Live) -> &Economics {
		live.economics.get_or_init(|| T::Economy::of(live.deal.terms.economics))
	}

	/// P_max of each candidate, ascending.
	fn maxima(deal: &NewDeal) -> Option<Vec<Balance>> {
		let prices = deal.candidates.iter().map(|candidate| &candidate.price);
		maxima(prices, deal.request.task.limits.gas)
	}

	/// What each task locks and pays.
	fn amounts(tariff: &Tariff, deal: &NewDeal) -> Option<Amounts> {
		let price = |sale: &Option<AssetSale>| sale.as_ref().map_or(0, |sale| sale.price);
		let assets = price(&deal.app).checked_add(price(&deal.dataset))?;
		let least = tariff.least_wage(&deal.request);
		tariff.amounts(&deal.request.policy, &Self::maxima(deal)?, least, assets)
	}

	/// What the payer locks for all tasks, the tip in it, and for the state.
	fn sums(deal: &NewDeal, amounts: &Amounts) -> Option<(Balance, Balance)> {
		let replicas = deal.request.policy.max_replicas() as usize;
		let tasks = Balance::from(deal.tasks);
		let tip = deal.tip.as_ref().map_or(0, |(_, tip)| *tip).checked_mul(tasks)?;
		let escrow = amounts.locked()?.checked_mul(tasks)?.checked_add(tip)?;
		let deposit = T::DepositPerByte::get()
			.checked_mul(state_bytes(deal, replicas) as Balance)?
			.checked_add(T::DepositBase::get())?;
		Some((escrow, deposit))
	}

	/// Refuses stakes at which lying would pay for the dearest candidate.
	fn check_deterrence(tariff: &Tariff, new: &NewDeal, amounts: &Amounts) -> Result<(), Error<T>> {
		let policy = &new.request.policy;
		let arbiter = tariff.case_wages.is_some();
		if let Deterrent::Check { .. } = policy.deterrent() {
			ensure!(arbiter, Error::<T>::NoArbiter);
		}
		if !arbiter {
			return Ok(());
		}
		let dearest = Self::maxima(new).and_then(|maxima| maxima.last().copied());
		let deters = dearest.and_then(|it| tariff.deterrent(policy, it, amounts.reserve));
		// Without audits no stake deters a replica that decides alone.
		if deters.is_some_and(|deters| amounts.stake >= deters) {
			return Ok(());
		}
		let gas = new.request.task.limits.gas;
		let at = new.candidates.iter().position(|one| one.price.maximum(gas) == dearest);
		let (at, why) = (at.unwrap_or_default() as u8, Ineligible::PriceTooFarFromCheapest);
		Err(Refusal::Resource { at, why }.into())
	}

	fn terms(
		request: &Request,
		amounts: Amounts,
		deposit: Balance,
		economics: EconomicsVersion,
		now: BlockNumber,
	) -> Result<DealTerms, Error<T>> {
		let run = request.run_blocks;
		let hard_end = run
			.checked_mul(HARD_END_RUNS)
			.and_then(|blocks| blocks.checked_add(T::HardEndSlack::get()))
			.and_then(|blocks| blocks.checked_add(now))
			.ok_or(Refusal::from(RequestFault::RunTimeOutOfRange))?;
		let Amounts { stake, wage, reserve, audit_ppm, audit_tax, escrow } = amounts;
		Ok(DealTerms {
			stake,
			escrow,
			reserve,
			wage,
			audit_ppm,
			audit_tax,
			deposit,
			commit_blocks: run,
			reveal_blocks: reveal_blocks(run, T::MinRevealBlocks::get()),
			challenge_blocks: T::Arbiter::challenge_window(run, &request.task),
			hard_end,
			economics,
		})
	}
}
