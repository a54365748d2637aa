//! Who authors a block.

use assay_runtime::{Babe, BlockNumber, Session, network::EpochSlots};
use polkadot_sdk::{
	sp_consensus_babe::{
		Slot,
		digests::{CompatibleDigestItem, PreDigest, SecondaryVRFPreDigest},
		make_vrf_sign_data,
	},
	sp_core::{Get, crypto::VrfSecret},
	sp_keyring::Sr25519Keyring,
	sp_runtime::DigestItem,
};

/// Claim of a validator on the slot, with a real VRF signature.
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
	let author = Sr25519Keyring::iter()
		.find(|key| key.public() == *authority.as_ref())
		.expect("validators of tests have known keys");
	let slot = Slot::from(slot);
	let vrf_signature = author.pair().vrf_sign(&make_vrf_sign_data(&randomness, slot, epoch));
	DigestItem::babe_pre_digest(PreDigest::SecondaryVRF(SecondaryVRFPreDigest {
		authority_index: index,
		slot,
		vrf_signature,
	}))
}
