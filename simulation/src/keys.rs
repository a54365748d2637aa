//! Keys of tests.

use assay_runtime::AccountId;
use polkadot_sdk::sp_core::{Pair as _, sr25519::Pair};

/// Account of a key.
pub fn account(pair: &Pair) -> AccountId {
	AccountId::new(pair.public().0)
}

/// Key by its development name.
pub fn key(name: &str) -> Pair {
	Pair::from_string(&format!("//{name}"), None).expect("a name is a valid derivation")
}
