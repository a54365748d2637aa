//! What callers start.

use crate::{
	judging::Fall,
	types::{RoundState, number, state_bytes},
	*,
};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Signature,
	deal::{FrontEnd, Instance},
	money::after_burn,
	pool::{Exhibit, Handover, PoolTerms, Publication, RoundNumber, Spot},
	traits::{Capacity, Collected, Economy, Holds, Reservations},
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{
	DispatchError, DispatchResult,
	traits::{BlockNumberProvider, Verify},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_create(
		client: AccountId,
		terms: PoolTerms,
		start: BlockNumber,
		end: BlockNumber,
	) -> DispatchResult {
		ensure!(T::OpenToAll::get(), Error::<T>::NotOpen);
		Self::check_terms(&terms)?;
		Self::check_times(&terms, start, end)?;
		T::Ledger::examine(&terms.task)?;
		let judging = Self::judging(&terms)?;
		Self::check_deposit(&terms, &judging)?;
		let (escrow, fine, deposit) = Self::amounts(&terms).ok_or(Error::<T>::AmountOverflow)?;
		let count = Balance::from(terms.audits);
		let reserve = judging.case.checked_mul(count).ok_or(Error::<T>::AmountOverflow)?;
		let pool = NextPoolId::<T>::get();
		NextPoolId::<T>::put(pool.checked_add(1).ok_or(Error::<T>::AmountOverflow)?);
		let leaves = terms.leaves();
		let record = Pool {
			client: client.clone(),
			start,
			end,
			escrow,
			fine,
			deposit,
			judging,
			audits: terms.audits,
			looks: 0,
			spared: 0,
			questions: 0,
			rounds: 0,
			stage: Stage::SigningUp,
			terms,
		};
		let all = [fine, deposit, reserve].into_iter().try_fold(escrow, Balance::checked_add);
		let all = all.ok_or(Error::<T>::AmountOverflow)?;
		T::Ledger::reserve(&Self::instance(pool), &client, all)?;
		Pools::<T>::insert(pool, record);
		Self::deposit_event(Event::Created {
			pool,
			client,
			leaves,
			escrow,
			fine,
			deposit,
			audits: reserve,
		});
		Ok(())
	}

	fn check_terms(terms: &PoolTerms) -> Result<(), Error<T>> {
		terms.check()?;
		let hourly = matches!(terms.rates.pricing, Pricing::Hour { .. });
		ensure!(!hourly, Error::<T>::PricedByTheHour);
		ensure!(terms.window >= T::MinWindow::get(), Error::<T>::WindowTooShort);
		Ok(())
	}

	fn check_times(
		terms: &PoolTerms,
		start: BlockNumber,
		end: BlockNumber,
	) -> Result<(), Error<T>> {
		let now = Self::now();
		ensure!(start > now, Error::<T>::StartTooEarly);
		let first = start.checked_add(terms.limit);
		ensure!(first.is_some_and(|first| first <= end), Error::<T>::EndTooEarly);
		let last = now.saturating_add(T::MaxPoolBlocks::get());
		ensure!(end <= last, Error::<T>::EndTooLate);
		Ok(())
	}

	/// What is locked for leaves, for the client's own good conduct, and for the state.
	fn amounts(terms: &PoolTerms) -> Option<(Balance, Balance, Balance)> {
		let escrow = terms.escrow()?;
		let fine = T::ClientFine::get().mul_ceil(escrow);
		let bytes = state_bytes(terms.members, terms.audits).saturating_add(terms.encoded_size());
		let bytes = Balance::try_from(bytes).ok()?;
		let by_bytes = T::DepositPerByte::get().checked_mul(bytes)?;
		Some((escrow, fine, by_bytes.checked_add(T::DepositBase::get())?))
	}

	pub(crate) fn do_sign_up(signer: AccountId, id: PoolId, named: Hash) -> DispatchResult {
		let pool = Self::named(id, named)?;
		let provider = Self::provider_for(&signer)?;
		let now = Self::now();
		let open = match pool.stage {
			Stage::SigningUp => now < pool.start,
			Stage::Racing => now < pool.end,
			Stage::Drawing { .. } | Stage::Doubted { .. } => false,
		};
		ensure!(open, Error::<T>::SignUpClosed);
		Self::check_capacity(&provider, &pool.terms)?;
		let mut members = MembersOf::<T>::get(id);
		// A deposit that is still at risk belongs to the place that was given up.
		let is_in = |it: &MemberRecord| {
			it.provider == provider && (it.works() || it.is_wrong() || it.deposit > 0)
		};
		ensure!(!members.iter().any(is_in), Error::<T>::AlreadySignedUp);
		ensure!(members.len() < pool.terms.members.into(), Error::<T>::PoolFull);
		let (member, deposit) = (number(members.len()), pool.terms.deposit);
		T::Holds::hold(&provider, &Self::instance(id), deposit)?;
		members
			.try_push(MemberRecord::new(provider.clone(), deposit))
			.map_err(|_| Error::<T>::PoolFull)?;
		MembersOf::<T>::insert(id, members);
		Self::deposit_event(Event::SignedUp { pool: id, member, provider });
		Ok(())
	}

	fn check_capacity(provider: &AccountId, terms: &PoolTerms) -> Result<(), Error<T>> {
		let serves = T::Capacity::serves(provider, &terms.task.profile);
		ensure!(serves, Error::<T>::ProfileNotServed);
		let declared = T::Capacity::declared(provider).ok_or(Error::<T>::NotProvider)?;
		let limits = &terms.task.limits;
		let within =
			limits.gas <= declared.max_gas && limits.memory_pages <= declared.max_memory_pages;
		ensure!(within, Error::<T>::LimitsTooHigh);
		Ok(())
	}

	pub(crate) fn do_leave(signer: AccountId, id: PoolId, named: Hash) -> DispatchResult {
		let pool = Self::named(id, named)?;
		let doubted = matches!(pool.stage, Stage::Doubted { .. });
		ensure!(!doubted, Error::<T>::PoolOver);
		let mut members = MembersOf::<T>::get(id);
		let member = Self::member_of(&members, &signer)?;
		let record = &mut members[usize::from(member)];
		ensure!(record.place == MemberPlace::Taken, Error::<T>::AlreadyLeaving);
		Self::deposit_event(Event::Leaving { pool: id, member });
		match pool.stage {
			Stage::SigningUp => Self::let_go(id, member, record, false),
			_ => record.place = MemberPlace::Leaving,
		}
		MembersOf::<T>::insert(id, members);
		Ok(())
	}

	pub(crate) fn do_publish(
		signer: AccountId,
		id: PoolId,
		seed: Seed,
		publication: Publication,
	) -> DispatchResult {
		let pool = Self::pool(id)?;
		ensure!(pool.stage == Stage::Racing, Error::<T>::NoRound);
		ensure!(Self::now() < pool.end, Error::<T>::PoolOver);
		let members = MembersOf::<T>::get(id);
		let member = Self::member_of(&members, &signer)?;
		let round = pool.rounds.saturating_sub(1);
		let mut stored = Rounds::<T>::get(id, round).ok_or(Error::<T>::NoRound)?;
		ensure!(stored.seed == seed, Error::<T>::OtherRound);
		let mut open = stored.open().ok_or(Error::<T>::NoRound)?;
		let (limits, clock) = (&pool.terms.task.limits, pool.clock());
		open.publish(member, publication, &stored.columns, limits, &clock, Self::now())
			.map_err(Error::<T>::from)?;
		stored.state = RoundState::of(open);
		Rounds::<T>::insert(id, round, stored);
		Self::deposit_event(Event::Published { pool: id, round, member, publication });
		Ok(())
	}

	pub(crate) fn do_expose(
		by: AccountId,
		id: PoolId,
		round: RoundNumber,
		member: Member,
		record: Record,
		exhibit: Exhibit,
	) -> DispatchResult {
		let pool = Self::pool(id)?;
		let publication = Self::published(id, round, member, &record)?;
		let mut members = MembersOf::<T>::get(id);
		let of = members.get_mut(usize::from(member)).ok_or(Error::<T>::NotMember)?;
		ensure!(!of.is_wrong(), Error::<T>::AlreadyFoundWrong);
		let spot = Spot { round, member, row: exhibit.leaf.proof.index };
		let fault = Self::fault(id, &pool, &publication, spot, &exhibit);
		let fault = fault.ok_or(Error::<T>::NothingFalse)?;
		Self::condemn(id, &pool, member, of, &Fall::shown(fault, &by));
		MembersOf::<T>::insert(id, members);
		Ok(())
	}

	pub(crate) fn do_show_input(
		by: AccountId,
		handover: Handover,
		signature: Signature,
	) -> DispatchResult {
		let id = handover.pool;
		let mut pool = Self::pool(id)?;
		let payload = handover.payload(&pool.hash());
		let signed = signature.verify(payload.as_bytes(), &pool.client);
		ensure!(signed, Error::<T>::NotSigned);
		ensure!(!handover.opens(&pool.terms.leaves()), Error::<T>::InputAsCommitted);
		ensure!(pool.fine > 0, Error::<T>::AlreadyFined);
		let fine = core::mem::take(&mut pool.fine);
		let burn = T::Economy::of(pool.judging.economics).slashes.burn;
		let reward = after_burn(fine, burn);
		let shares = [(by.clone(), reward)];
		let Collected { amount, paid } = T::Ledger::forfeit(&Self::instance(id), fine, &shares);
		Pools::<T>::insert(id, pool);
		let reward = paid.first().copied().unwrap_or(0);
		Self::deposit_event(Event::ClientFined { pool: id, by, amount, reward });
		Ok(())
	}

	pub(crate) fn pool(id: PoolId) -> Result<Pool, Error<T>> {
		Pools::<T>::get(id).ok_or(Error::<T>::PoolNotFound)
	}

	/// The pool of this number, where it is the one that is meant.
	pub(crate) fn named(id: PoolId, hash: Hash) -> Result<Pool, Error<T>> {
		let pool = Self::pool(id)?;
		ensure!(pool.hash() == hash, Error::<T>::PoolMismatch);
		Ok(pool)
	}

	/// What the money and the deposits of a pool are under.
	pub fn instance(pool: PoolId) -> Instance {
		Instance { front_end: FrontEnd::Pool, number: pool }
	}

	pub(crate) fn now() -> BlockNumber {
		T::BlockNumberProvider::current_block_number()
	}

	/// The provider for which an account signs: its stash or its operator.
	fn provider_for(signer: &AccountId) -> Result<AccountId, Error<T>> {
		if T::Capacity::declared(signer).is_some() {
			return Ok(signer.clone());
		}
		T::Capacity::provider_of(signer).ok_or(Error::<T>::NotProvider)
	}

	/// The member that an account signs for and that is in.
	fn member_of(members: &[MemberRecord], signer: &AccountId) -> Result<Member, DispatchError> {
		let operated = T::Capacity::provider_of(signer);
		let is_it = |it: &MemberRecord| {
			it.works() && (it.provider == *signer || operated.as_ref() == Some(&it.provider))
		};
		let at = members.iter().position(is_it).ok_or(Error::<T>::NotMember)?;
		Ok(number(at))
	}
}
