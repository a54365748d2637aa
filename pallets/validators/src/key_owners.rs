//! Who owned a session key, for reports of what was signed with it.

use crate::*;
use assay_primitives::{Hash, hashing::tagged_hash};
use frame_support::traits::KeyOwnerProofSystem;
use pallet_session::historical;
use sp_runtime::KeyTypeId;
use sp_session::{GetSessionNumber, GetValidatorCount, MembershipProof};

/// Hash under which a session key is kept.
pub fn key_hash(id: KeyTypeId, key: &[u8]) -> Hash {
	tagged_hash(b"assay/session-key/1", &(id, key))
}

impl<T: Config> Pallet<T> {
	/// Owner of a key in a session, and the size of that session's set.
	fn key_owner(session: SessionIndex, id: KeyTypeId, key: &[u8]) -> Option<(AccountId, u32)> {
		let members = Sessions::<T>::get(session)?;
		let wanted = key_hash(id, key);
		let owner = members.iter().find(|member| member.keys.contains(&wanted))?;
		Some((owner.validator.clone(), members.len() as u32))
	}
}

impl<T: Config, D: AsRef<[u8]>> KeyOwnerProofSystem<(KeyTypeId, D)> for Pallet<T> {
	type Proof = MembershipProof;
	type IdentificationTuple = historical::IdentificationTuple<T>;

	/// Names the current session, or the one before for a key that is no longer in use: what was
	/// signed at the end of a session is noticed in the next.
	fn prove((id, key): (KeyTypeId, D)) -> Option<Self::Proof> {
		let current = pallet_session::Pallet::<T>::current_index();
		[Some(current), current.checked_sub(1)].into_iter().flatten().find_map(|session| {
			let (_, validator_count) = Self::key_owner(session, id, key.as_ref())?;
			Some(MembershipProof { session, trie_nodes: Vec::new(), validator_count })
		})
	}

	/// The chain has the keys of all sessions that can be reported, so a proof contains nothing but
	/// the session and the size of its set. That size decides about the slash; the reporter can't
	/// choose it.
	fn check_proof(
		(id, key): (KeyTypeId, D),
		proof: Self::Proof,
	) -> Option<Self::IdentificationTuple> {
		let (owner, count) = Self::key_owner(proof.session(), id, key.as_ref())?;
		(proof.trie_nodes.is_empty() && proof.validator_count() == count).then_some((owner, ()))
	}
}
