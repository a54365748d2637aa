//! Becoming a mediator, and ceasing to be one.

use crate::{
	chain::{Chain, Submitted, WaitFor},
	error::{Error, Result},
	keys::Signer,
	private::is_encryption_key,
};
use assay_interface::{Call, mediation};
use assay_primitives::{
	Balance, BlockNumber,
	case::{MAX_CAPACITY, MediatorStatus, MediatorTerms, MediatorView},
};

/// What registering found and did.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Registration {
	/// The mediator as it is now. It can be drawn once [`MediatorView::weight`] is above zero.
	pub mediator: MediatorView,
	/// Whether this call registered it; otherwise it was before.
	pub registered: bool,
	/// Whether its operator accepted in this call.
	pub accepted: bool,
	/// Whether this call changed what it takes on.
	pub updated: bool,
}

/// Registers `stash` as a mediator, and has `operator` accept to sign for it. What was done before
/// is left out, so a second attempt does the rest; other terms than before are declared anew, and take effect
/// in the second era after this one.
///
/// Errors: [`Error::Usage`] for terms that the chain never takes, or where another key is the
/// operator; [`Error::InsufficientBalance`], [`Error::Dispatch`], also where a change of terms is pending.
pub async fn register(
	chain: &Chain,
	stash: &Signer,
	operator: &Signer,
	terms: &MediatorTerms,
	bond: Balance,
	wait: WaitFor,
) -> Result<Registration> {
	check_terms(terms)?;
	// The second step needs to see the first.
	let wait = if wait == WaitFor::Broadcast { WaitFor::InBlock } else { wait };
	let (owner, key) = (stash.account(), operator.account());
	let at = chain.at_best().await?;
	let found = at.mediator(&owner).await?;
	let registered = found.is_none();
	match &found {
		None => {
			let balance = at.balance(&owner).await?;
			let free = balance.free.saturating_sub(balance.frozen);
			if free < bond {
				return Err(Error::InsufficientBalance { account: owner, free, needed: bond });
			}
			let (operator, terms) = (key.clone().into(), terms.clone().into());
			let call = mediation::Call::register { operator, terms, bond };
			chain.submit(stash, &Call::Mediation(call), wait).await?;
		},
		Some(mediator) if matches!(mediator.status, MediatorStatus::Leaving { .. }) => {
			return Err(Error::NotNow(
				"the mediator is leaving; register again when it is gone".into(),
			));
		},
		Some(mediator) if mediator.operator != key => {
			return Err(Error::Usage("another key is the mediator's operator".into()));
		},
		Some(mediator) if latest_terms(mediator) != terms => {
			let call = mediation::Call::update { terms: terms.clone().into() };
			chain.submit(stash, &Call::Mediation(call), wait).await?;
		},
		Some(_) => {},
	}
	let updated = found.as_ref().is_some_and(|mediator| latest_terms(mediator) != terms);
	let nominating = |mediator: &MediatorView| mediator.status == MediatorStatus::Nominating;
	let accepted = match &found {
		Some(mediator) => nominating(mediator),
		None => owner != key,
	};
	if accepted {
		let call = mediation::Call::accept_operator { stash: owner.clone().into() };
		chain.submit(operator, &Call::Mediation(call), wait).await?;
	}
	let mediator = chain.at_best().await?.mediator(&owner).await?;
	let missing = || Error::decode("Mediation.register", "the mediator is not there");
	let mediator = mediator.ok_or_else(missing)?;
	Ok(Registration { mediator, registered, accepted, updated })
}

/// What a mediator has declared last, in effect or not.
pub fn latest_terms(mediator: &MediatorView) -> &MediatorTerms {
	mediator.next_terms.as_ref().map_or(&mediator.terms, |(_, next)| next)
}

/// Leaves the pool. Gives the first block in which the bond may be withdrawn; open cases can hold it
/// for longer.
pub async fn leave(chain: &Chain, stash: &Signer, wait: WaitFor) -> Result<BlockNumber> {
	let wait = if wait == WaitFor::Broadcast { WaitFor::InBlock } else { wait };
	chain.submit(stash, &Call::Mediation(mediation::Call::leave), wait).await?;
	let mediator = chain.at_best().await?.mediator(&stash.account()).await?;
	match mediator.map(|mediator| mediator.status) {
		Some(MediatorStatus::Leaving { at, .. }) => Ok(at),
		_ => Err(Error::decode("Mediation.leave", "the mediator is not leaving")),
	}
}

/// Takes out what has finished unbonding, or the whole bond of a mediator that has left.
pub async fn withdraw(chain: &Chain, stash: &Signer, wait: WaitFor) -> Result<Submitted> {
	chain.submit(stash, &Call::Mediation(mediation::Call::withdraw), wait).await
}

fn check_terms(terms: &MediatorTerms) -> Result<()> {
	if terms.capacity == 0 || u32::from(terms.capacity) > MAX_CAPACITY {
		let text = format!("a mediator takes from 1 to {MAX_CAPACITY} cases at a time");
		return Err(Error::Usage(text));
	}
	let profiles = &terms.profiles;
	if profiles.is_empty() {
		return Err(Error::Usage("a mediator executes at least one profile".into()));
	}
	if terms.inbox.as_ref().is_some_and(|inbox| !is_encryption_key(&inbox.encryption_key)) {
		return Err(Error::Usage("nothing can be encrypted for the mediator's key".into()));
	}
	if terms.inbox.as_ref().is_some_and(|inbox| !inbox.is_complete()) {
		return Err(Error::Usage("keys are handed over at an address".into()));
	}
	if profiles.iter().enumerate().any(|(at, profile)| profiles[..at].contains(profile)) {
		return Err(Error::Usage("a profile is named twice".into()));
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::{profile::Profile, provider::KeyInbox};

	#[test]
	fn terms_should_be_refused_when_the_chain_never_takes_them() {
		let base = Profile::BASE.id();
		let terms = |capacity, profiles: Vec<_>| MediatorTerms {
			capacity,
			limits: Default::default(),
			profiles: profiles.try_into().expect("few"),
			inbox: None,
		};
		check_terms(&terms(1, vec![base])).expect("fine");
		check_terms(&terms(64, vec![base])).expect("fine");
		for bad in [terms(0, vec![base]), terms(65, vec![base]), terms(1, vec![])] {
			assert!(matches!(check_terms(&bad), Err(Error::Usage(_))), "{bad:?}");
		}
		assert!(check_terms(&terms(1, vec![base, base])).is_err());
		let with = |encryption_key, endpoint: &[u8]| MediatorTerms {
			inbox: Some(KeyInbox {
				encryption_key,
				endpoint: endpoint.to_vec().try_into().expect("short"),
			}),
			..terms(1, vec![base])
		};
		check_terms(&with([9; 32], b"http://m")).expect("fine");
		assert!(check_terms(&with([0; 32], b"http://m")).is_err());
		assert!(check_terms(&with([9; 32], b"")).is_err());
	}
}
