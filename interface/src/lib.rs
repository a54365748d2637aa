//! Calls, events and errors of the chain, as its metadata has them.
//!
//! They are generated when this crate is built, from the metadata of the runtime, which is committed
//! beside it. Fields of types that chain and clients share are of these very types, in [`Ours`];
//! reasons and other enums that only a pallet knows come as [`VariantName`].
//!
//! A pallet of ours is a module here by its own name: `deals::Call`, `deals::Event`. Errors are in [`errors`].
//!
//! An event is decoded by the metadata of the chain that it comes from, field by field by name, so that a
//! field that a later runtime adds or moves does no harm.

use assay_primitives::{AccountId, Balance};
use std::sync::LazyLock;
use subxt::{Metadata, utils::MultiAddress};

mod ours;
#[cfg(test)]
mod tests;
mod variant_name;

pub use api::runtime_types::{
	assay_runtime::{RuntimeCall as Call, RuntimeEvent as Event},
	sp_runtime::{DispatchError, TokenError},
};
pub use ours::{Ours, ours};
pub use variant_name::VariantName;

include!(concat!(env!("OUT_DIR"), "/types.rs"));

/// SCALE metadata of the runtime that this was generated from.
pub const METADATA: &[u8] = include_bytes!("../artifacts/assay.scale");

/// The same, decoded.
pub fn metadata() -> &'static Metadata {
	static DECODED: LazyLock<Metadata> = LazyLock::new(|| {
		Metadata::decode_from(METADATA).expect("the build of this crate has decoded it")
	});
	&DECODED
}

/// Transfers `value`, and fails rather than empty the sender's account.
pub fn transfer(to: &AccountId, value: Balance) -> Call {
	let dest = MultiAddress::Id(Ours(to.clone()));
	Call::Balances(balances::Call::transfer_keep_alive { dest, value })
}
