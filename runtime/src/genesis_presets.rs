//! Genesis of the networks that people start on their own machines.
//!
//! Validators are the accounts `//Name//stash`, as network tools name them, and their session keys
//! come from `//Name`, as `--alice` and the like expect. A tool may replace `session.keys` by its own
//! list: the validators pallet then bonds whoever has keys. Mediators are `//Mediator//0` and so on.

use crate::{
	AccountId, Balance, RuntimeGenesisConfig, SessionKeys,
	configs::{BABE_EPOCH_CONFIG, EXISTENTIAL_DEPOSIT, Treasury},
	network::Timing,
};
use alloc::{string::ToString, vec, vec::Vec};
use assay_primitives::UNIT;
use pallet_mediation::GenesisConfig as MediationConfig;
use polkadot_sdk::{
	frame_support::build_struct_json_patch,
	pallet_babe::GenesisConfig as BabeConfig,
	pallet_balances::GenesisConfig as BalancesConfig,
	pallet_session::GenesisConfig as SessionConfig,
	pallet_sudo::GenesisConfig as SudoConfig,
	sp_core::{Get, hex2array},
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

/// Mediators of a preset: enough for the second round of a case, beside those of the first.
const MEDIATORS: [[u8; 32]; 12] = [
	hex2array!("803ae83b7fa7cceac907b4328031931d885f600fb83c1b65b907692d78ee060c"),
	hex2array!("dc2c98c106eae60755e50c0d852847b05ac92038a1004a27a88faa50f1553c01"),
	hex2array!("fc7dda9716fad895584a4ee46ead0fae3a17afa4c6aabb4f83aaaf5834998443"),
	hex2array!("9e468f5683baa8512ccb83232c944a3addad09c56426959aa91a81b95458167f"),
	hex2array!("00bb30c1e3ac69b4b7e742f27a928e3bf6ed347108c189707317462dd8950154"),
	hex2array!("ba9f8155e4cbbece407f7a9cb2d872fc2b8e2f6c7aebbcc32b74552cdde7252a"),
	hex2array!("90064b93523d00fe53981b0f0e302989ca30f29100f49c87923a1da8e2b46e6e"),
	hex2array!("d4422fdfa5763c3e7a3b63e06e3120dfd21dd1834839545174ef3b51a4f7ac68"),
	hex2array!("c626fcec12e4c51797172ca2189b4b43cf9f809d8206f942a7942c7e818a614d"),
	hex2array!("eee8b706880cd3a30d7fdfe2416215b19657083929d0b86fbd02d6a6edbaef1b"),
	hex2array!("0e33b5446317aa552f093db91f5128d359d24cefddba0f6e721b688a8583517f"),
	hex2array!("20c4087abe242d2d7fff8ee489504104683a27dd35cb8fddf47e646c60068c4e"),
];
/// What each mediator has at the start.
const MEDIATOR_ENDOWMENT: Balance = 10_000 * UNIT;
/// What each mediator has bonded of it.
const MEDIATOR_BOND: Balance = 1_000 * UNIT;
/// Cases at a time of each mediator.
const MEDIATOR_CAPACITY: u16 = 16;

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
		mediation: MediationConfig {
			mediators: mediators().map(|who| (who.clone(), who, MEDIATOR_BOND)).collect(),
			capacity: MEDIATOR_CAPACITY,
		},
		sudo: SudoConfig { key: Some(Sr25519Keyring::Alice.to_account_id()) },
	})
}

fn balances() -> Vec<(AccountId, Balance)> {
	Sr25519Keyring::well_known()
		.map(|account| (account.to_account_id(), ENDOWMENT))
		.chain(mediators().map(|account| (account, MEDIATOR_ENDOWMENT)))
		// The treasury must exist, or the first fees would be too small to create it.
		.chain([(Treasury::get(), EXISTENTIAL_DEPOSIT)])
		.collect()
}

/// Mediators. Each signs for itself.
pub fn mediators() -> impl Iterator<Item = AccountId> {
	MEDIATORS.into_iter().map(AccountId::new)
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
