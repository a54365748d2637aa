mod publishers;
mod register;
mod try_state;

use crate::{Assets, Error, Event, NextAssetId, Pallet, Publishers, mock::*};
use assay_primitives::{
	Balance, Hash, UNIT,
	bond::{Bond, BondFault, Chunk},
	content::ContentRef,
	order::{Accounts, Asset, AssetId, AssetKind, AssetState, AssetTerms, Needs, Publisher},
	profile::Profile,
	traits::Register as _,
};
use polkadot_sdk::{
	frame_support::{assert_noop, assert_ok},
	sp_runtime::DispatchError,
};

fn module() -> ContentRef {
	ContentRef { hash: Hash::repeat_byte(1), size: 100 }
}

fn refused(fault: BondFault) -> Error<Test> {
	fault.into()
}

fn bond(id: u8) {
	assert_ok!(Pallet::<Test>::bond_more(signed(id), MIN_BOND));
}

fn register_app(tags: u32, terms: Option<AssetTerms>) -> AssetId {
	let (id, profile) = (NextAssetId::<Test>::get(), Profile::BASE.id());
	assert_ok!(Pallet::<Test>::register_app(
		signed(PUBLISHER),
		module(),
		profile,
		tags,
		Needs::default(),
		terms
	));
	id
}

fn register_dataset(tags: u32, terms: Option<AssetTerms>) -> AssetId {
	let id = NextAssetId::<Test>::get();
	let content = ContentRef { hash: Hash::repeat_byte(2), size: 200 };
	assert_ok!(Pallet::<Test>::register_dataset(signed(DATA_PUBLISHER), content, tags, terms));
	id
}

/// By which calls name an asset; of one that does not exist, zero.
fn asset_hash(id: AssetId) -> Hash {
	Assets::<Test>::get(id).map(|asset| asset.hash()).unwrap_or_default()
}
