//! Sessions, genesis of other tools, and what befalls equivocators.

use assay_primitives::UNIT;
use assay_runtime::{
	Babe, Header, Mediation, RuntimeCall, RuntimeEvent, Session, SessionKeys, Validators,
	genesis_presets, network::EpochSlots,
};
use assay_simulation::{Chain, account, key};
use polkadot_sdk::{
	frame_support::traits::KeyOwnerProofSystem,
	pallet_babe,
	sp_consensus_babe::{
		EquivocationProof, KEY_TYPE, Slot,
		digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest},
	},
	sp_core::{Get, Pair as _},
	sp_keyring::{Ed25519Keyring, Sr25519Keyring},
	sp_runtime::{Digest, DigestItem, traits::Header as _},
};

#[test]
fn presets_should_start_with_their_validators_bonded() {
	for (preset, count) in [("development", 1), ("local_testnet", 2)] {
		let mut chain = Chain::start(preset);
		chain.pass(1);
		let validators = chain.read(Session::validators);
		assert_eq!(validators.len(), count);
		for validator in validators {
			let view = chain.read(|| Validators::validator(validator.clone()));
			assert!(view.is_some_and(|view| view.bond > 0 && view.active));
		}
		assert_eq!(chain.read(EpochSlots::get), 200);
	}
}

#[test]
fn presets_should_start_with_their_mediators_in_the_pool() {
	for preset in ["development", "local_testnet"] {
		let mut chain = Chain::start(preset);
		chain.pass(1);
		for (number, stash) in genesis_presets::mediators().enumerate() {
			assert_eq!(stash, account(&key(&format!("Mediator//{number}"))));
			let view = chain.read(|| Mediation::mediator_view(&stash)).expect("it is registered");
			assert!(view.bond > 0 && view.operator == stash);
		}
	}
}

#[test]
fn genesis_should_adopt_the_validators_that_a_network_tool_writes() {
	let keys = SessionKeys {
		babe: Sr25519Keyring::Charlie.public().into(),
		grandpa: Ed25519Keyring::Charlie.public().into(),
	};
	let stash = account(&key("Zoe//stash"));
	let mut chain = Chain::start_with("local_testnet", |genesis| {
		genesis["session"]["keys"] = serde_json::json!([[stash, stash, keys]]);
		let balances = genesis["balances"]["balances"].as_array_mut().expect("it is a list");
		balances.push(serde_json::json!([stash, 2_000 * UNIT as u64]));
	});
	chain.pass(3);
	assert_eq!(chain.read(Session::validators), vec![stash]);
}

#[test]
fn session_should_change_with_the_epoch() {
	let mut chain = Chain::start("local_testnet");
	chain.pass(1);
	assert_eq!(chain.read(Session::current_index), 0);
	let epoch = chain.read(EpochSlots::get) as u32;
	chain.pass(epoch);
	assert_eq!(chain.read(Session::current_index), 1);
	chain.pass(epoch);
	assert_eq!(chain.read(Session::current_index), 2);
	assert_eq!(chain.read(Babe::epoch_index), 2);
}

/// A header for `slot` with a seal.
fn sealed(author: Sr25519Keyring, index: u32, slot: u64, state_root: u8) -> Header {
	let claim = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
		authority_index: index,
		slot: Slot::from(slot),
	});
	let digest = Digest { logs: vec![DigestItem::babe_pre_digest(claim)] };
	let mut header = Header::new(
		3,
		Default::default(),
		assay_runtime::Hash::repeat_byte(state_root),
		Default::default(),
		digest,
	);
	let signature = author.pair().sign(header.hash().as_ref());
	header.digest_mut().push(DigestItem::babe_seal(signature.into()));
	header
}

#[test]
fn equivocation_should_slash_and_remove_the_author() {
	let mut chain = Chain::start("local_testnet");
	chain.pass(3);
	let slot = chain.read(|| *Babe::current_slot());
	let authorities = chain.read(Babe::authorities);
	let bob = Sr25519Keyring::Bob;
	let index = authorities
		.iter()
		.position(|(authority, _)| *authority == bob.public().into())
		.expect("Bob is a validator") as u32;
	let proof = chain
		.read(|| Validators::prove((KEY_TYPE, authorities[index as usize].0.clone())))
		.expect("Bob's key is in use");
	let equivocation = EquivocationProof {
		offender: bob.public().into(),
		slot: Slot::from(slot),
		first_header: sealed(bob, index, slot, 1),
		second_header: sealed(bob, index, slot, 2),
	};
	let stash = account(&key("Bob//stash"));
	let bond = chain.read(|| Validators::validator(stash.clone())).expect("Bob is bonded").bond;
	let report: RuntimeCall = pallet_babe::Call::report_equivocation_unsigned {
		equivocation_proof: Box::new(equivocation),
		key_owner_proof: proof,
	}
	.into();
	let results = chain.block(&[(None, report.clone())]);
	assert_eq!(results, vec![Ok(Ok(()))]);

	let view =
		chain.read(|| Validators::validator(stash.clone())).expect("the bond is still on hold");
	assert!(view.bond < bond, "a part of the bond is lost");
	assert!(view.departure.is_some(), "and its owner is on the way out");
	assert!(chain.events.iter().any(|event| {
		matches!(event, RuntimeEvent::Validators(pallet_validators::Event::Slashed { .. }))
	}));
	let again = chain.block(&[(None, report)]);
	assert!(again[0].is_err(), "the same offence is reported once");
	let epoch = chain.read(EpochSlots::get) as u32;
	chain.pass(2 * epoch);
	assert!(!chain.read(Session::validators).contains(&stash));
}
