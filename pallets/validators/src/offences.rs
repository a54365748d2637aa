//! What proven offences start.

use crate::*;
use frame_support::{
	defensive,
	traits::{Get, Imbalance, OnUnbalanced, fungible::hold::Balanced},
	weights::Weight,
};
use pallet_bonds::Bonds;
use pallet_session::historical;
use polkadot_sdk::sp_staking::offence::{OffenceDetails, OffenceSeverity, OnOffenceHandler};

impl<T: Config> OnOffenceHandler<AccountId, historical::IdentificationTuple<T>, Weight>
	for Pallet<T>
{
	fn on_offence(
		offenders: &[OffenceDetails<AccountId, historical::IdentificationTuple<T>>],
		fractions: &[Perbill],
		session: SessionIndex,
	) -> Weight {
		for (details, fraction) in offenders.iter().zip(fractions) {
			Self::punish(details.offender.0.clone(), *fraction, session);
		}
		// The list of those whom the session has disabled, which the line through what was measured leaves out.
		<T as Config>::WeightInfo::punish(offenders.len() as u32)
			.saturating_add(T::DbWeight::get().writes(1))
	}
}

impl<T: Config> Pallet<T> {
	/// Disables, removes and slashes a validator. The offences pallet hands in the same offender
	/// again, with a higher fraction, when others have done the same at the same time.
	fn punish(who: AccountId, fraction: Perbill, session: SessionIndex) {
		Self::disable(who.clone(), fraction);
		Self::depart(who.clone(), Cause::Offence(fraction));
		// Nothing to take where the bond has been withdrawn, after all reports were due.
		let Some(mut departure) = Departures::<T>::get(&who) else { return };
		departure.cause = match departure.cause {
			Cause::Offence(known) => Cause::Offence(known.max(fraction)),
			Cause::Left | Cause::Outbid => Cause::Offence(fraction),
		};
		departure.withdrawable_at =
			departure.withdrawable_at.max(ValidatorBonds::<T>::unbonded_at());
		let taken = Self::slash(&who, departure.bond, fraction, session);
		departure.bond = departure.bond.saturating_sub(taken);
		Departures::<T>::insert(&who, departure);
	}

	/// Takes what a session's offences cost beyond what was taken for them already.
	fn slash(who: &AccountId, bond: Balance, fraction: Perbill, session: SessionIndex) -> Balance {
		let known = Slashes::<T>::get(session, who)
			.unwrap_or(Slash { fraction: Perbill::zero(), base: bond });
		if fraction <= known.fraction {
			return 0;
		}
		let due = fraction.mul_ceil(known.base);
		let amount = due.saturating_sub(known.fraction.mul_ceil(known.base)).min(bond);
		let (credit, missing) = CurrencyOf::<T>::slash(&HoldReason::Bond.into(), who, amount);
		if missing > 0 {
			defensive!("a bond is on hold in full");
		}
		let taken = credit.peek();
		T::OnSlash::on_unbalanced(credit);
		Slashes::<T>::insert(session, who, Slash { fraction, base: known.base });
		Self::deposit_event(Event::Slashed {
			validator: who.clone(),
			session,
			fraction,
			amount: taken,
		});
		taken
	}

	/// Keeps an active validator from authoring, as far as the session pallet's strategy allows.
	pub(crate) fn disable(who: AccountId, severity: Perbill) {
		pallet_session::Pallet::<T>::report_offence(who, OffenceSeverity(severity));
	}
}
