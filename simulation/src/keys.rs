//! Keys and salts of tests.

use assay_primitives::{AccountId, Hash, hashing::tagged_hash, seal::Salt};
use polkadot_sdk::sp_core::{Pair as _, sr25519::Pair};

/// Account of a key.
pub fn account(pair: &Pair) -> AccountId {
	AccountId::new(pair.public().0)
}

/// Key by its development name.
pub fn key(name: &str) -> Pair {
	Pair::from_string(&format!("//{name}"), None).expect("a name is a valid derivation")
}

/// Salt of whoever runs the task with this hash. As in the daemon, no two runs have the same.
pub(crate) fn salt_of(who: &AccountId, task_hash: &Hash) -> Salt {
	tagged_hash(b"assay/simulation/salt/1", &(who, task_hash)).0
}
