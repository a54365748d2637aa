//! Types, hashes and traits that the chain, the daemons and the clients of assay share.
//!
//! A rule about content, tasks, outcomes, seals or draws exists here once; nothing in this crate
//! knows FRAME, and everything compiles without `std`.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

/// What the chain stores: derives all that a type in storage has to be.
#[macro_export]
macro_rules! stored {
	($($item:tt)*) => {
		#[derive(
			Clone,
			Debug,
			::codec::Decode,
			::codec::DecodeWithMemTracking,
			::codec::Encode,
			Eq,
			::codec::MaxEncodedLen,
			PartialEq,
			::scale_info::TypeInfo,
		)]
		$($item)*
	};
}

/// What the chain tells, whose size has no bound: as [`stored`], but for that.
#[macro_export]
macro_rules! shown {
	($($item:tt)*) => {
		#[derive(
			Clone,
			Debug,
			::codec::Decode,
			::codec::DecodeWithMemTracking,
			::codec::Encode,
			Eq,
			PartialEq,
			::scale_info::TypeInfo,
		)]
		$($item)*
	};
}

#[macro_use]
pub mod reasons;

pub mod abi;
pub mod api;
pub mod beacon;
pub mod bond;
pub mod case;
pub mod consensus;
pub mod content;
pub mod court;
pub mod deal;
pub mod draw;
pub mod eligibility;
pub mod end;
pub mod excuse;
pub mod hashing;
pub mod judges;
pub mod matching;
pub mod merkle;
pub mod money;
pub mod order;
pub mod outcome;
pub mod policy;
pub mod pool;
pub mod price;
pub mod profile;
pub mod provider;
pub mod request;
pub mod seal;
pub mod sealed_input;
pub mod takers;
pub mod task;
pub mod time;
pub mod token;
pub mod traits;

pub use macro_rules_attribute::apply;
pub use polkadot_sdk::sp_runtime::Permill;

use polkadot_sdk::{
	sp_core::H256,
	sp_runtime::{
		MultiSignature,
		traits::{BlakeTwo256, IdentifyAccount, Verify},
	},
};

/// Signature of a transaction: sr25519, ed25519 or ecdsa.
pub type Signature = MultiSignature;
/// Account of the chain, 32 bytes.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// Amount of the native token in its smallest unit (10^-12 of a token).
pub type Balance = u128;
/// Height of a block.
pub type BlockNumber = u32;
/// Number of transactions an account has sent.
pub type Nonce = u32;
/// Hash of a block, a transaction or a piece of content.
pub type Hash = H256;
/// The chain's hash function, blake2b-256.
pub type Hashing = BlakeTwo256;

/// Milliseconds between two blocks. A change stops a running chain.
pub const MILLIS_PER_BLOCK: u64 = 3_000;
/// Smallest units in one token.
pub const UNIT: Balance = 1_000_000_000_000;
/// A thousandth of a token.
pub const MILLI: Balance = UNIT / 1_000;
/// A millionth of a token.
pub const MICRO: Balance = UNIT / 1_000_000;
