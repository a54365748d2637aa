//! Randomness that follows from the number of the block, and from what a test says.

use assay_primitives::{
	BlockNumber,
	beacon::{Entry, Fold, NoSeed, Ticket},
	hashing::blake2,
	traits::Beacon,
};
use codec::Encode;
use core::marker::PhantomData;
use polkadot_sdk::{frame_support::parameter_types, sp_runtime::traits::BlockNumberProvider};

parameter_types! {
	/// Varies what the beacon gives.
	pub static Entropy: u64 = 0;
	/// Whether blocks have no VRF outputs.
	pub static BeaconIsDry: bool = false;
}

/// Every block is by one author. What a ticket needs is kept for `SPAN` blocks.
pub struct MockBeacon<Blocks, const SPAN: BlockNumber>(PhantomData<Blocks>);

impl<Blocks: BlockNumberProvider<BlockNumber = BlockNumber>, const SPAN: BlockNumber> Beacon
	for MockBeacon<Blocks, SPAN>
{
	fn request(window: u8, authors: u8) -> Ticket {
		Ticket { taken_at: Blocks::current_block_number(), window, authors }
	}

	fn fold(ticket: &Ticket) -> Result<Fold, NoSeed> {
		let now = Blocks::current_block_number();
		if now > ticket.taken_at + SPAN {
			return Err(NoSeed::Expired);
		}
		let entry = |block: BlockNumber| Entry {
			block,
			author: Some(crate::account(250)),
			vrf: (!BeaconIsDry::get()).then(|| blake2(&(block, Entropy::get()).encode()).0),
		};
		Fold::compute(*ticket, (ticket.first_block()..now).map(entry)).ok_or(NoSeed::TooEarly)
	}
}
