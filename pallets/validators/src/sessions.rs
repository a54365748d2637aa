//! What sessions start: planning a set, keeping its keys, and forgetting old ones.

use crate::*;
use assay_primitives::Hash;
use frame_support::{
	BoundedVec, defensive,
	traits::{Get, ValidatorRegistration},
};
use pallet_bonds::Bonds;
use pallet_session::historical;
use sp_runtime::traits::OpaqueKeys;

impl<T: Config> Pallet<T> {
	/// Candidates with session keys, largest bonds first, at most a set of them.
	fn elect() -> Vec<AccountId> {
		let mut candidates: Vec<_> = Candidates::<T>::iter()
			.filter(|(who, _)| {
				<pallet_session::Pallet<T> as ValidatorRegistration<_>>::is_registered(who)
			})
			.map(|(who, candidate)| (candidate.bond, who))
			.collect();
		// At equal bonds by account, so that every node gets the same set.
		candidates.sort_by(|(a_bond, a), (b_bond, b)| b_bond.cmp(a_bond).then_with(|| a.cmp(b)));
		candidates.truncate(T::MaxValidators::get() as usize);
		let mut set: Vec<_> = candidates.into_iter().map(|(_, who)| who).collect();
		set.sort();
		set
	}

	/// Set of a session to come, or `None` to keep the present one.
	fn plan(session: SessionIndex) -> Option<Vec<AccountId>> {
		let set = Self::elect();
		let candidates = set.len() as u32;
		if candidates < T::MinValidators::get() {
			Self::deposit_event(Event::SetKept { session, candidates });
			return None;
		}
		// A set that is returned counts as changed, which restarts GRANDPA's voters.
		(set != pallet_session::Validators::<T>::get()).then_some(set)
	}

	/// Set of the first two sessions.
	fn plan_genesis() -> Option<Vec<AccountId>> {
		if Self::elect().is_empty() {
			Self::adopt_session_keys();
		}
		Some(Self::elect()).filter(|set| !set.is_empty())
	}

	fn on_start(session: SessionIndex) {
		Self::keep_keys(session);
		Self::disable_again();
		if let Some(old) = session.checked_sub(T::HistoryDepth::get()) {
			Sessions::<T>::remove(old);
			let cleared = Slashes::<T>::clear_prefix(old, T::MaxValidators::get(), None);
			if cleared.maybe_cursor.is_some() {
				defensive!("more were slashed in a session than were in its set");
			}
			historical::Pallet::<T>::prune_up_to(old.saturating_add(1));
		}
	}

	/// Keeps the keys of a session that starts. The session pallet's queue still has them.
	fn keep_keys(session: SessionIndex) {
		let members =
			pallet_session::QueuedKeys::<T>::get().into_iter().map(|(validator, keys)| {
				let hashes = T::Keys::key_ids()
					.iter()
					.map(|id| key_owners::key_hash(*id, keys.get_raw(*id)))
					.collect::<Vec<Hash>>();
				SessionMember { validator, keys: BoundedVec::truncate_from(hashes) }
			});
		Sessions::<T>::insert(session, BoundedVec::truncate_from(members.collect::<Vec<_>>()));
	}

	/// The session pallet forgets who is disabled when the set changes, also of those who stay.
	fn disable_again() {
		for who in pallet_session::Validators::<T>::get() {
			if let Some(Departure { cause: Cause::Offence(severity), .. }) =
				Departures::<T>::get(&who)
			{
				Self::disable(who, severity);
			}
		}
	}

	/// Bonds of those who were active wait from the end of the session on.
	fn on_end() {
		let withdrawable_at = ValidatorBonds::<T>::unbonded_at();
		for who in pallet_session::Validators::<T>::get() {
			Departures::<T>::mutate_extant(&who, |departure| {
				departure.withdrawable_at = departure.withdrawable_at.max(withdrawable_at);
			});
		}
	}

	pub(crate) fn is_active(who: &AccountId) -> bool {
		pallet_session::Validators::<T>::get().contains(who)
	}

	pub(crate) fn is_queued(who: &AccountId) -> bool {
		pallet_session::QueuedKeys::<T>::get().iter().any(|(queued, _)| queued == who)
	}

	pub(crate) fn view(who: &AccountId) -> Option<ValidatorView> {
		let (bond, departure) = match Candidates::<T>::get(who) {
			Some(candidate) => (candidate.bond, None),
			None => {
				let Departure { bond, cause, withdrawable_at } = Departures::<T>::get(who)?;
				(bond, Some((cause, withdrawable_at)))
			},
		};
		let (active, queued) = (Self::is_active(who), Self::is_queued(who));
		Some(ValidatorView { bond, departure, active, queued })
	}
}

impl<T: Config> pallet_session::SessionManager<AccountId> for Pallet<T> {
	fn new_session(session: SessionIndex) -> Option<Vec<AccountId>> {
		Self::plan(session)
	}
	fn new_session_genesis(_: SessionIndex) -> Option<Vec<AccountId>> {
		Self::plan_genesis()
	}
	fn start_session(session: SessionIndex) {
		Self::on_start(session);
	}
	fn end_session(_: SessionIndex) {
		Self::on_end();
	}
}

impl<T: Config> historical::SessionManager<AccountId, ()> for Pallet<T> {
	fn new_session(session: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		Self::plan(session).map(identified)
	}
	fn new_session_genesis(_: SessionIndex) -> Option<Vec<(AccountId, ())>> {
		Self::plan_genesis().map(identified)
	}
	fn start_session(session: SessionIndex) {
		Self::on_start(session);
	}
	fn end_session(_: SessionIndex) {
		Self::on_end();
	}
}

fn identified(set: Vec<AccountId>) -> Vec<(AccountId, ())> {
	set.into_iter().map(|who| (who, ())).collect()
}
