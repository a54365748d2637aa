//! Who authors a block.

use crate::Pair;
use assay_runtime::{Babe, BlockNumber, Session, network::EpochSlots};
use polkadot_sdk::{
	sp_consensus_babe::{
		Randomness, Slot,
		digests::{CompatibleDigestItem, PreDigest, SecondaryVRFPreDigest},
		make_vrf_sign_data,
	},
	sp_core::{
		ByteArray, Get,
		crypto::VrfSecret,
		sr25519::vrf::{VrfPreOutput, VrfProof, VrfSignature},
	},
	sp_keyring::Sr25519Keyring,
	sp_runtime::DigestItem,
};
use std::{
	collections::{BTreeMap, HashMap},
	sync::{LazyLock, Mutex},
};

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
	let author = authority.as_slice().try_into().expect("a key has 32 bytes");
	let pre_output = output(Claim { author, randomness, slot, epoch });
	let slot = Slot::from(slot);
	DigestItem::babe_pre_digest(PreDigest::SecondaryVRF(SecondaryVRFPreDigest {
		authority_index: index,
		slot,
		vrf_signature: VrfSignature { pre_output, proof: no_proof() },
	}))
}

/// What the output of a VRF follows from.
#[derive(Clone, Eq, Hash, PartialEq)]
struct Claim {
	author: [u8; 32],
	randomness: Randomness,
	slot: u64,
	epoch: u64,
}

/// Outputs that were computed. One takes half the time of an empty block, and all attempts from a state claim the
/// same slots.
static OUTPUTS: LazyLock<Mutex<HashMap<Claim, VrfPreOutput>>> = LazyLock::new(Mutex::default);

fn output(claim: Claim) -> VrfPreOutput {
	/// No more are kept than take some megabytes.
	const MOST: usize = 1 << 15;
	if let Some(known) = OUTPUTS.lock().expect("nobody panics with it").get(&claim) {
		return known.clone();
	}
	let author = VALIDATORS.get(&claim.author).expect("validators of tests have known keys");
	let input = make_vrf_sign_data(&claim.randomness, claim.slot.into(), claim.epoch);
	let found = author.vrf_pre_output(input.as_ref());
	let mut known = OUTPUTS.lock().expect("nobody panics with it");
	if known.len() >= MOST {
		known.clear();
	}
	known.insert(claim, found.clone());
	found
}

fn no_proof() -> VrfProof {
	codec::Decode::decode(&mut &[0; 64][..]).expect("zeros are two scalars")
}
