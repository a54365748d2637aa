//! Who is in the pool, and with what.

use crate::*;
use alloc::collections::BTreeMap;
use assay_primitives::{
	bond::{Bond, BondFault},
	case::{CaseLimits, MAX_CAPACITY, MediatorRecord, MediatorStatus, MediatorTerms, Round, Vote},
	money::{after_burn, penalty},
	profile::{Profile, ServedFault, check_served},
	provider::KeyInbox,
};
use frame_support::{
	BoundedVec, defensive, ensure,
	traits::{
		Get,
		fungible::{Inspect, Mutate},
	},
	weights::Weight,
};
use pallet_bonds::{Bonds, Parties, Party};
use sp_runtime::{DispatchResult, Permill};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_register(
		stash: AccountId,
		operator: AccountId,
		terms: MediatorTerms,
		bond: Balance,
	) -> DispatchResult {
		MediatorBonds::<T>::ensure_new(&stash)?;
		Self::validate(&terms)?;
		MediatorBonds::<T>::ensure_can_operate(&operator, &stash)?;
		let held = MediatorBonds::<T>::open(&stash, bond)?;
		let position = Self::take_position(&stash)?;
		let mut mediator = Self::new_mediator(position, operator.clone(), terms, held);
		Self::deposit_event(Event::Registered { mediator: stash.clone(), operator, bond });
		if mediator.operator == stash {
			Self::install_operator(&stash, &mut mediator);
		}
		Self::store(&stash, mediator);
		Ok(())
	}

	pub(crate) fn do_accept_operator(operator: AccountId, stash: AccountId) -> DispatchResult {
		let mut mediator = MediatorBonds::<T>::asked(&operator, &stash)?;
		Self::install_operator(&stash, &mut mediator);
		Self::store(&stash, mediator);
		Ok(())
	}

	pub(crate) fn do_resign_operator(operator: AccountId) -> DispatchResult {
		let (stash, mut mediator) = MediatorBonds::<T>::signed_by(&operator)?;
		Self::remove_operator(&stash, &mut mediator);
		Self::store(&stash, mediator);
		Ok(())
	}

	pub(crate) fn do_set_operator(stash: AccountId, operator: AccountId) -> DispatchResult {
		let mut mediator = MediatorBonds::<T>::staying(&stash)?;
		let same = operator == mediator.operator;
		ensure!(!same, MediatorBonds::<T>::refuse(BondFault::OperatorInUse));
		MediatorBonds::<T>::ensure_can_operate(&operator, &stash)?;
		Self::remove_operator(&stash, &mut mediator);
		mediator.operator = operator.clone();
		Self::deposit_event(Event::OperatorNamed { mediator: stash.clone(), operator });
		if mediator.operator == stash {
			Self::install_operator(&stash, &mut mediator);
		}
		Self::store(&stash, mediator);
		Ok(())
	}

	pub(crate) fn do_update(stash: AccountId, terms: MediatorTerms) -> DispatchResult {
		let mut mediator = MediatorBonds::<T>::staying(&stash)?;
		Self::validate(&terms)?;
		let now = Self::era();
		let from = now.saturating_add(ERAS_AHEAD);
		match mediator.next_terms.take() {
			// No draw looks back further than one era.
			Some((era, next)) if era < now => mediator.terms = next,
			Some((era, _)) if era < from => return Err(Error::<T>::ChangePending.into()),
			_ => (),
		}
		mediator.next_terms = Some((from, terms.clone()));
		Self::store(&stash, mediator);
		Self::deposit_event(Event::TermsChanged { mediator: stash, terms, era: from });
		Ok(())
	}

	pub(crate) fn do_bond_more(stash: AccountId, amount: Balance) -> DispatchResult {
		let mut mediator = MediatorBonds::<T>::staying(&stash)?;
		MediatorBonds::<T>::add(&stash, &mut mediator.bond.held, amount)?;
		let bond = mediator.bond.held;
		Self::deposit_event(Event::BondIncreased { mediator: stash.clone(), amount, bond });
		Self::store(&stash, mediator);
		Ok(())
	}

	pub(crate) fn do_unbond(stash: AccountId, amount: Balance) -> DispatchResult {
		let mut mediator = MediatorBonds::<T>::staying(&stash)?;
		let least = MediatorBonds::<T>::least();
		let at = MediatorBonds::<T>::unbond(&mut mediator.bond, amount, least)?;
		Self::deposit_event(Event::Unbonded { mediator: stash.clone(), amount, at });
		Self::store(&stash, mediator);
		Ok(())
	}

	pub(crate) fn do_leave(stash: AccountId) -> DispatchResult {
		let mut mediator = MediatorBonds::<T>::staying(&stash)?;
		let at = MediatorBonds::<T>::unbonded_at();
		mediator.bond.leave(at);
		mediator.status = MediatorStatus::Leaving { signed: mediator.is_signed(), at };
		Self::deposit_event(Event::Left { mediator: stash.clone(), at });
		Self::store(&stash, mediator);
		Ok(())
	}

	pub(crate) fn do_withdraw(stash: AccountId) -> DispatchResult {
		let mut mediator = MediatorBonds::<T>::find(&stash)?;
		let leaves = match mediator.status {
			MediatorStatus::Leaving { at, .. } => Self::now() >= at,
			_ => false,
		};
		// What left together with the mediator stays as a whole until its last case is closed.
		let free = !leaves || mediator.seats.is_empty();
		ensure!(free, MediatorBonds::<T>::refuse(BondFault::StakeLocked));
		let (amount, gone) =
			MediatorBonds::<T>::withdraw_or_go(&stash, &mut mediator.bond, leaves)?;
		if let Some(amount) = amount {
			let bond = mediator.bond.held;
			Self::deposit_event(Event::Withdrawn { mediator: stash.clone(), amount, bond });
		}
		if gone {
			Self::remove_mediator(stash, mediator);
		} else {
			Self::store(&stash, mediator);
		}
		Ok(())
	}

	fn remove_mediator(stash: AccountId, mut mediator: Mediator) {
		MediatorBonds::<T>::unsign(&mut mediator);
		Self::free_position(mediator.position);
		Mediators::<T>::remove(&stash);
		Self::deposit_event(Event::Removed { mediator: stash });
	}

	fn new_mediator(
		position: u32,
		operator: AccountId,
		terms: MediatorTerms,
		bond: Bond,
	) -> Mediator {
		Mediator {
			position,
			operator,
			status: MediatorStatus::Nominating,
			bond,
			terms,
			next_terms: None,
			seats: Default::default(),
			past: Default::default(),
			places: 0,
			directed: Directed::default(),
			record: MediatorRecord::default(),
			registered_at: Self::now(),
		}
	}

	fn validate(terms: &MediatorTerms) -> Result<(), Error<T>> {
		let fits = (1..=MAX_CAPACITY).contains(&u32::from(terms.capacity));
		ensure!(fits, Error::<T>::CapacityOutOfRange);
		check_served(&terms.profiles).map_err(|fault| match fault {
			ServedFault::None => Error::<T>::NoProfiles,
			ServedFault::Twice => Error::<T>::DuplicateProfile,
		})?;
		let complete = terms.inbox.as_ref().is_none_or(KeyInbox::is_complete);
		ensure!(complete, Error::<T>::InboxIncomplete);
		Ok(())
	}

	fn install_operator(stash: &AccountId, mediator: &mut Mediator) {
		let operator = MediatorBonds::<T>::sign(stash, mediator);
		Self::deposit_event(Event::OperatorAccepted { mediator: stash.clone(), operator });
	}

	fn remove_operator(stash: &AccountId, mediator: &mut Mediator) {
		if let Some(operator) = MediatorBonds::<T>::unsign(mediator) {
			Self::deposit_event(Event::OperatorRemoved { mediator: stash.clone(), operator });
		}
	}

	/// Puts a stake of a drawn mediator at risk. Whether it can be is decided by its terms in the era
	/// of the draw, and by the seats and the bond that it has.
	pub(crate) fn try_seat(stash: &AccountId, live: &Live, era: u32) -> bool {
		let (stake, directed) = (live.terms.stake, live.is_directed());
		Self::reseat(stash, |entry| {
			let Some(mediator) = entry else { return false };
			let terms = mediator.terms_in(era);
			let able = Self::takes(terms, &live.question())
				&& Self::has_room_for(mediator, terms, live)
				&& !mediator.seats.contains(&live.id);
			if !able || mediator.seats.try_push(live.id).is_err() {
				return false;
			}
			// Below the bond.
			mediator.bond.locked = mediator.bond.locked.saturating_add(stake);
			mediator.places = mediator.places.saturating_add(1);
			if directed {
				let Directed { seats, places, locked } = mediator.directed;
				let (seats, places) = (seats.saturating_add(1), places.saturating_add(1));
				let locked = locked.saturating_add(stake);
				mediator.directed = Directed { seats, places, locked };
			}
			true
		})
	}

	/// Marks by `vote` those whose turn has ended, and frees their places. Returns how many they are.
	pub(crate) fn end_turns(
		live: &Live,
		round: &mut Round,
		whose: fn(&Vote) -> bool,
		vote: Vote,
	) -> u32 {
		let mut ended = 0;
		for member in round.members.iter_mut().filter(|member| whose(&member.vote)) {
			member.vote = vote;
			Self::free_place(live, &member.mediator);
			ended += 1;
		}
		ended
	}

	/// Weight of [`Self::end_turns`] where so many have ended.
	pub(crate) fn turns_weight(ended: u32) -> Weight {
		Self::recounted(T::DbWeight::get().reads_writes(ended.into(), ended.into()))
	}

	/// Lets a mediator that has done its part sit elsewhere. Its stake stays at risk.
	pub(crate) fn free_place(live: &Live, stash: &AccountId) {
		Self::reseat(stash, |entry| match entry {
			Some(mediator) if mediator.places > 0 => {
				mediator.places -= 1;
				if live.is_directed() {
					mediator.directed.places = mediator.directed.places.saturating_sub(1);
				}
			},
			_ => {
				defensive!("a place is freed that is not taken");
			},
		});
	}

	/// Ends the risk of a seat, after `note` has written down how it went, and frees its place where the member was
	/// `busy`.
	pub(crate) fn unseat(
		live: &Live,
		stash: &AccountId,
		busy: bool,
		note: impl FnOnce(&mut MediatorRecord),
	) {
		Self::let_go(live, stash, busy, |mediator| {
			mediator.remember(live.id);
			note(&mut mediator.record);
		});
	}

	/// Gives back what a seat holds of its mediator, and no more where the committee is not held: it has not sat there.
	pub(crate) fn let_go(
		live: &Live,
		stash: &AccountId,
		busy: bool,
		then: impl FnOnce(&mut Mediator),
	) {
		Self::reseat(stash, |entry| {
			let Some(mediator) = entry else {
				defensive!("a mediator is gone, though a seat keeps it registered");
				return;
			};
			if !mediator.seats.contains(&live.id) || mediator.bond.locked < live.terms.stake {
				defensive!("a seat is freed that is not taken");
			}
			mediator.release(live, busy);
			then(mediator);
		});
	}

	/// Takes `share` of a stake that was just freed: a part is burnt, the rest goes into the case's
	/// pot. Returns what arrived there.
	pub(crate) fn slash(
		live: &Live,
		stash: &AccountId,
		share: Permill,
		reason: SlashReason,
	) -> Balance {
		let Some(mut mediator) = Mediators::<T>::get(stash) else { return 0 };
		// It counts in draws by what stays.
		let amount = mediator.bond.slash_staying(penalty(live.terms.stake, share));
		if amount == 0 {
			return 0;
		}
		let kept = [(Self::pot(), after_burn(amount, Self::judged_by(live).burn))];
		let (paid, burnt) = MediatorBonds::<T>::collect(stash, amount, &kept, |_, _| ());
		Self::store(stash, mediator);
		let (case, mediator) = (live.id, stash.clone());
		Self::deposit_event(Event::Slashed { case, mediator, amount, burnt, reason });
		paid.into_iter().sum()
	}

	/// Mediators of the first block, in the pool at once, and the pot's existential deposit.
	pub(crate) fn build_genesis(mediators: &[(AccountId, AccountId, Balance)], capacity: u16) {
		let pot = Self::pot();
		let minimum = T::Currency::minimum_balance();
		if T::Currency::balance(&pot) < minimum {
			T::Currency::mint_into(&pot, minimum).expect("the issuance at genesis is small");
		}
		let known = Profile::EXECUTABLE.into_iter().map(|profile| (profile.id(), u32::MAX));
		let known = Profiles::try_from(BTreeMap::from_iter(known));
		Known::<T>::put(known.expect("no more are known than a mediator may name"));
		let profiles = Profile::ALL.iter().map(Profile::id).collect();
		let profiles = BoundedVec::truncate_from(profiles);
		let terms = MediatorTerms {
			capacity: capacity.max(1),
			limits: CaseLimits::default(),
			profiles,
			inbox: None,
		};
		for (stash, operator, bond) in mediators {
			Self::do_register(stash.clone(), operator.clone(), terms.clone(), *bond)
				.expect("mediators of the genesis have funds, and keys of their own");
			if operator != stash {
				Self::do_accept_operator(operator.clone(), stash.clone())
					.expect("operators of the genesis are different");
			}
		}
		// In effect from the first block on: nobody could have waited for it.
		let _ = Pages::<T>::clear(u32::MAX, None);
		for mediator in Mediators::<T>::iter_values() {
			Self::set_weight_at_genesis(mediator.position, Self::due_weight(&mediator));
		}
	}
}
