//! Keys and salts of tests.

use assay_primitives::{AccountId, Hash, hashing::tagged_hash, seal::Salt};
use polkadot_sdk::sp_core::{Pair as _, sr25519::Pair};
use std::{
	collections::HashMap,
	sync::{LazyLock, Mutex},
};

/// Account of a key.
pub fn account(pair: &Pair) -> AccountId {
	AccountId::new(pair.public().0)
}

/// Keys that were derived. To derive one takes as long as twenty calls.
static DERIVED: LazyLock<Mutex<HashMap<String, Pair>>> = LazyLock::new(Mutex::default);

/// Key by its development name.
pub fn key(name: &str) -> Pair {
	let mut derived = DERIVED.lock().expect("nobody panics with it");
	if let Some(known) = derived.get(name) {
		return known.clone();
	}
	let pair = Pair::from_string(&format!("//{name}"), None).expect("a name is a valid derivation");
	derived.insert(name.into(), pair.clone());
	pair
}

/// Salt of whoever runs the task with this hash. As in the daemon, no two runs have the same.
pub fn salt_of(who: &AccountId, task_hash: &Hash) -> Salt {
	tagged_hash(b"assay/simulation/salt/1", &(who, task_hash)).0
}
