use super::*;
use frame_support::traits::KeyOwnerProofSystem;
use sp_runtime::{KeyTypeId, key_types::DUMMY, testing::UintAuthorityId};
use sp_session::MembershipProof;

type Key = (KeyTypeId, [u8; 8]);

fn key(seed: u64) -> Key {
	use sp_runtime::traits::OpaqueKeys;
	let keys = session_keys(seed);
	(DUMMY, keys.get_raw(DUMMY).try_into().expect("eight bytes"))
}

fn prove(seed: u64) -> Option<MembershipProof> {
	<Validators as KeyOwnerProofSystem<Key>>::prove(key(seed))
}

fn owner(seed: u64, proof: MembershipProof) -> Option<u8> {
	Validators::check_proof(key(seed), proof).map(|(who, ())| number(&who))
}

fn in_session(session: SessionIndex, validator_count: u32) -> MembershipProof {
	MembershipProof { session, trie_nodes: vec![], validator_count }
}

#[test]
fn owner_should_be_proven_when_its_session_is_kept() {
	build_and_execute(|| {
		let proof = prove(2).unwrap();
		assert_eq!(proof, in_session(0, 4));
		for _ in 1..HISTORY {
			next_session();
			assert_eq!(owner(2, proof.clone()), Some(2));
		}
		next_session();
		assert_eq!(owner(2, proof), None);
	});
}

#[test]
fn owner_should_be_proven_when_it_has_changed_its_keys_since() {
	build_and_execute(|| {
		let early = prove(2).unwrap();
		set_keys(2, 77);
		assert_eq!(owner(2, early.clone()), Some(2));
		assert_eq!(prove(2), Some(early.clone()), "a proof can still be made");
		assert_eq!(prove(77), None, "the new keys sign nothing yet");
		next_session();
		next_session();
		assert_eq!(owner(2, early), Some(2));
		assert_eq!(prove(77), Some(in_session(2, 4)));
		assert_eq!(prove(2), Some(in_session(1, 4)), "the session before");
		// What the session pallet alone knows, for comparison.
		assert_eq!(Session::key_owner(DUMMY, &key(2).1), None);
	});
}

#[test]
fn owner_should_be_proven_when_it_has_purged_its_keys_or_raised_its_bond() {
	build_and_execute(|| {
		let proof = prove(2).unwrap();
		assert_ok!(Validators::bond_more(RuntimeOrigin::signed(account(2)), 1));
		assert_ok!(Session::purge_keys(RuntimeOrigin::signed(account(2))));
		assert_eq!(owner(2, proof.clone()), Some(2));
		next_session();
		assert_eq!(owner(2, proof), Some(2));
	});
}

#[test]
fn proof_should_be_refused_when_the_reporter_has_changed_it() {
	build_and_execute(|| {
		// A larger set means a smaller slash.
		assert_eq!(owner(2, in_session(0, 1_000)), None);
		assert_eq!(owner(2, in_session(9, 4)), None);
		let stuffed = MembershipProof { trie_nodes: vec![vec![0; 1_000]], ..in_session(0, 4) };
		assert_eq!(owner(2, stuffed), None);
	});
}

#[test]
fn proof_should_be_refused_when_the_key_is_of_another_kind_or_owner() {
	build_and_execute(|| {
		assert_eq!(owner(9, in_session(0, 4)), None);
		let other_kind: Key = (KeyTypeId(*b"babe"), key(2).1);
		assert_eq!(Validators::check_proof(other_kind, in_session(0, 4)), None);
		let _: UintAuthorityId = session_keys(2).dummy;
	});
}
