//! Who authors a block.

use crate::Pair;
use assay_runtime::{Babe, BlockNumber, Session, network::EpochSlots};
use polkadot_sdk::{
	sp_consensus_babe::{
		Slot,
		digests::{CompatibleDigestItem, PreDigest, SecondaryVRFPreDigest},
		make_vrf_sign_data,
	},
	sp_core::{
		ByteArray, Get,
		crypto::VrfSecret,
		sr25519::vrf::{VrfProof, VrfSignature},
	},
	sp_keyring::Sr25519Keyring,
	sp_runtime::DigestItem,
};
use std::{collections::BTreeMap, sync::LazyLock};

/// Deriving a key takes longer than an empty block.
static VALIDATORS: LazyLock<BTreeMap<[u8; 32], Pair>> =
	LazyLock::new(|| Sr25519Keyring::iter().map(|key| (key.to_raw_public(), key.pair())).collect());

/// Claim of a validator on the slot, with the VRF's real output.
///
/// Its proof is empty. A node checks proofs before it executes a block, and the runtime never does; a real one is
/// drawn with the system's randomness, so that no two runs would give the same blocks.
pub fn pre_digest(slot: u64, number: BlockNumber) -> DigestItem {
	let changes = number > 1 && slot >= *Babe::current_epoch_start() + EpochSlots::get();
	let (randomness, epoch, authorities) = if changes {
		let next = Babe::next_epoch();
		(next.randomness, next.epoch_index, next.authorities)
	} else {
		let epoch = Babe::epoch_index();
		(Babe::randomness(), epoch, Babe::authorities().to_vec())
	};
	let disabled = Session::disabled_validators();
	let index = (0..authorities.len() as u32)
		.cycle()
		.skip(slot as usize % authorities.len())
		.find(|index| !disabled.contains(index))
		.expect("not all validators are disabled");
	let authority = &authorities[index as usize].0;
	let author = VALIDATORS.get(authority.as_slice()).expect("validators of tests have known keys");
	let slot = Slot::from(slot);
	let input = make_vrf_sign_data(&randomness, slot, epoch);
	let pre_output = author.vrf_pre_output(input.as_ref());
	DigestItem::babe_pre_digest(PreDigest::SecondaryVRF(SecondaryVRFPreDigest {
		authority_index: index,
		slot,
		vrf_signature: VrfSignature { pre_output, proof: no_proof() },
	}))
}

fn no_proof() -> VrfProof {
	codec::Decode::decode(&mut &[0; 64][..]).expect("zeros are two scalars")
}
