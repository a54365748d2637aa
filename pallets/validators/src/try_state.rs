//! What holds after every block.

use crate::*;

impl<T: Config> Pallet<T> {
	/// Checks the state.
	///
	/// # Invariants
	///
	/// 1. Each candidate, and each account that left, has exactly its bond on hold.
	/// 2. No account is both.
	/// 3. There are no more candidates than [`Config::MaxCandidates`], and as many as counted.
	/// 4. Keys and slashes are kept for the last [`Config::HistoryDepth`] sessions, and for no other.
	/// 5. The active set is the one whose keys are kept for the current session.
	pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
		Self::check_bonds()?;
		Self::check_sessions()
	}

	fn check_bonds() -> Result<(), sp_runtime::TryRuntimeError> {
		use frame_support::{
			ensure,
			traits::{Get, fungible::hold::Inspect},
		};

		let held =
			|who: &AccountId| CurrencyOf::<T>::balance_on_hold(&HoldReason::Bond.into(), who);
		let mut count = 0u32;
		for (who, candidate) in Candidates::<T>::iter() {
			count = count.saturating_add(1);
			ensure!(held(&who) == candidate.bond, "1: a candidate's bond and hold differ");
			ensure!(!Departures::<T>::contains_key(&who), "2: a candidate has left");
		}
		for (who, departure) in Departures::<T>::iter() {
			ensure!(held(&who) == departure.bond, "1: a leaving bond and its hold differ");
		}
		ensure!(
			count == Candidates::<T>::count() && count <= T::MaxCandidates::get(),
			"3: the number of candidates is wrong"
		);
		Ok(())
	}

	fn check_sessions() -> Result<(), sp_runtime::TryRuntimeError> {
		use frame_support::{ensure, traits::Get};

		let current = pallet_session::Pallet::<T>::current_index();
		let first = current.saturating_add(1).saturating_sub(T::HistoryDepth::get());
		let kept = |session: &SessionIndex| (first..=current).contains(session);
		ensure!(
			Sessions::<T>::iter_keys().all(|session| kept(&session))
				&& Slashes::<T>::iter_keys().all(|(session, _)| kept(&session)),
			"4: a session is kept too long"
		);
		ensure!((first..=current).all(Sessions::<T>::contains_key), "4: a session is missing");
		let members: Vec<_> = Sessions::<T>::get(current)
			.unwrap_or_default()
			.into_iter()
			.map(|member| member.validator)
			.collect();
		ensure!(
			members == pallet_session::Validators::<T>::get(),
			"5: the kept keys are not those of the active set"
		);
		Ok(())
	}
}
