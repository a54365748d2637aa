//! Genesis of the networks that people start on their own machines.
//!
//! Validators are the accounts `//Name//stash`, as network tools name them, and their session keys
//! come from `//Name`, as `--alice` and the like expect. A tool may replace `session.keys` by its own
//! list: the validators pallet then bonds whoever has keys.

use crate::{
	AccountId, Balance, RuntimeGenesisConfig, SessionKeys,
	configs::{BABE_EPOCH_CONFIG, EXISTENTIAL_DEPOSIT, Treasury},
	network::Timing,
};
use alloc::{string::ToString, vec, vec::Vec};
use assay_primitives::UNIT;
use polkadot_sdk::{
	frame_support::build_struct_json_patch,
	pallet_babe::GenesisConfig as BabeConfig,
	pallet_balances::GenesisConfig as BalancesConfig,
	pallet_session::GenesisConfig as SessionConfig,
	pallet_sudo::GenesisConfig as SudoConfig,
	sp_core::Get,
	sp_genesis_builder::{DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET, PresetId},
	sp_keyring::{Ed25519Keyring, Sr25519Keyring},
};

/// What each known account has at the start: a million tokens.
const ENDOWMENT: Balance = 1_000_000 * UNIT;

/// A validator of a preset.
struct Validator {
	stash: Sr25519Keyring,
	babe: Sr25519Keyring,
	grandpa: Ed25519Keyring,
}

const ALICE: Validator = Validator {
	stash: Sr25519Keyring::AliceStash,
	babe: Sr25519Keyring::Alice,
	grandpa: Ed25519Keyring::Alice,
};
const BOB: Validator = Validator {
	stash: Sr25519Keyring::BobStash,
	babe: Sr25519Keyring::Bob,
	grandpa: Ed25519Keyring::Bob,
};

/// JSON patch of a preset.
pub fn get(id: &PresetId) -> Option<Vec<u8>> {
	let patch = match id.as_ref() {
		DEV_RUNTIME_PRESET => genesis(&[ALICE]),
		LOCAL_TESTNET_RUNTIME_PRESET => genesis(&[ALICE, BOB]),
		_ => return None,
	};
	Some(patch.to_string().into_bytes())
}

/// Names of all presets.
pub fn names() -> Vec<PresetId> {
	vec![DEV_RUNTIME_PRESET.into(), LOCAL_TESTNET_RUNTIME_PRESET.into()]
}

fn genesis(validators: &[Validator]) -> serde_json::Value {
	build_struct_json_patch!(RuntimeGenesisConfig {
		network: crate::network::GenesisConfig { timing: Timing::LOCAL },
		balances: BalancesConfig { balances: balances() },
		session: SessionConfig { keys: session_keys(validators) },
		babe: BabeConfig { epoch_config: BABE_EPOCH_CONFIG },
		sudo: SudoConfig { key: Some(Sr25519Keyring::Alice.to_account_id()) },
	})
}

fn balances() -> Vec<(AccountId, Balance)> {
	Sr25519Keyring::well_known()
		.map(|account| (account.to_account_id(), ENDOWMENT))
		// The treasury must exist, or the first fees would be too small to create it.
		.chain([(Treasury::get(), EXISTENTIAL_DEPOSIT)])
		.collect()
}

fn session_keys(validators: &[Validator]) -> Vec<(AccountId, AccountId, SessionKeys)> {
	validators
		.iter()
		.map(|validator| {
			let stash = validator.stash.to_account_id();
			let keys = SessionKeys {
				babe: validator.babe.public().into(),
				grandpa: validator.grandpa.public().into(),
			};
			(stash.clone(), stash, keys)
		})
		.collect()
}
