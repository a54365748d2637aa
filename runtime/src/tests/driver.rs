//! Drives the whole runtime through real blocks: BABE digests with VRF signatures, signed
//! transactions through the executive, all hooks. After each block it checks where money went.

use crate::{
	AccountId, Babe, Balance, Balances, BlockNumber, Executive, Hash, Header, MILLIS_PER_BLOCK,
	Runtime, RuntimeCall, RuntimeEvent, RuntimeGenesisConfig, SignedPayload, System, TxExtension,
	UncheckedExtrinsic, genesis_presets, network::EpochSlots,
};
use codec::Encode;
use polkadot_sdk::{
	frame_metadata_hash_extension::CheckMetadataHash,
	frame_support::{
		genesis_builder_helper::{build_state, get_preset},
		weights::Weight,
	},
	frame_system, pallet_timestamp,
	pallet_transaction_payment::{self, ChargeTransactionPayment},
	sp_consensus_babe::{
		Slot,
		digests::{CompatibleDigestItem, PreDigest, SecondaryVRFPreDigest},
		make_vrf_sign_data,
	},
	sp_core::{Get, Pair as _, crypto::VrfSecret, sr25519::Pair},
	sp_io::TestExternalities,
	sp_keyring::Sr25519Keyring,
	sp_runtime::{
		ApplyExtrinsicResult, Digest, DigestItem, DispatchResult, MultiAddress, generic::Era,
		traits::Header as _,
	},
};

/// Slot of the block before the first.
const FIRST_SLOT: u64 = 1_000;

/// A chain that is built block by block.
pub struct Chain {
	ext: TestExternalities,
	parent: Hash,
	slot: u64,
	/// Events of all blocks, oldest first.
	pub events: Vec<RuntimeEvent>,
}

/// Account of a key.
pub fn account(pair: &Pair) -> AccountId {
	AccountId::new(pair.public().0)
}

/// Key by its development name.
pub fn key(name: &str) -> Pair {
	Pair::from_string(&format!("//{name}"), None).expect("a name is a valid derivation")
}

impl Chain {
	/// A chain from one of the runtime's presets.
	pub fn start(preset: &str) -> Self {
		Self::from_patch(&genesis_presets::get(&preset.into()).expect("the preset exists"))
	}

	/// A chain from a JSON patch of the default genesis.
	pub fn from_patch(patch: &[u8]) -> Self {
		let mut ext = TestExternalities::default();
		ext.execute_with(|| {
			let default = get_preset::<RuntimeGenesisConfig>(&None, |_| None)
				.expect("there is a default genesis");
			let mut config = serde_json::from_slice(&default).expect("it is JSON");
			merge(&mut config, serde_json::from_slice(patch).expect("the patch is JSON"));
			build_state::<RuntimeGenesisConfig>(config.to_string().into_bytes())
				.expect("the genesis is valid");
		});
		Self { ext, parent: Hash::repeat_byte(7), slot: FIRST_SLOT, events: Vec::new() }
	}

	/// Reads the state.
	pub fn read<R>(&mut self, read: impl FnOnce() -> R) -> R {
		self.ext.execute_with(read)
	}

	/// Hash of block 0.
	pub fn genesis_hash(&mut self) -> Hash {
		self.read(|| System::block_hash(0))
	}

	/// Height.
	pub fn now(&mut self) -> BlockNumber {
		self.read(System::block_number)
	}

	/// Balance that an account can move.
	pub fn free(&mut self, who: &AccountId) -> Balance {
		self.read(|| System::account(who).data.free)
	}

	/// The same chain, on which another block may follow.
	pub fn fork(&mut self) -> Self {
		let mut ext = TestExternalities::default();
		ext.backend = self.ext.as_backend();
		Self { ext, parent: self.parent, slot: self.slot, events: self.events.clone() }
	}

	/// Signs a transaction with the state as it is now.
	pub fn sign(&mut self, signer: &Pair, call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
		self.read(|| transaction(Some(signer), &call.into()))
	}

	/// Builds a block with these transactions and bare calls, and returns what became of each.
	pub fn block(&mut self, calls: &[(Option<&Pair>, RuntimeCall)]) -> Vec<ApplyExtrinsicResult> {
		self.build(|| {
			calls
				.iter()
				.map(|(signer, call)| Executive::apply_extrinsic(transaction(*signer, call)))
				.collect()
		})
	}

	/// Builds a block with what `apply` applies.
	pub fn build<R>(&mut self, apply: impl FnOnce() -> R) -> R {
		self.slot += 1;
		let (slot, parent) = (self.slot, self.parent);
		let (header, results, events) = self.ext.execute_with(|| {
			let issued = Balances::total_issuance();
			let number = System::block_number() + 1;
			let digest = Digest { logs: vec![pre_digest(slot, number)] };
			let header =
				Header::new(number, Default::default(), Default::default(), parent, digest);
			Executive::initialize_block(&header);
			let now = slot * MILLIS_PER_BLOCK;
			let set = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now });
			let set = Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(set));
			assert_eq!(set, Ok(Ok(())), "the timestamp is accepted");
			let results = apply();
			let header = Executive::finalize_block();
			let events: Vec<_> = System::events().into_iter().map(|record| record.event).collect();
			check_money(issued, &events);
			(header, results, events)
		});
		self.parent = header.hash();
		self.events.extend(events);
		results
	}

	/// Sends one transaction in a block of its own.
	pub fn send(&mut self, signer: &Pair, call: impl Into<RuntimeCall>) -> DispatchResult {
		let results = self.block(&[(Some(signer), call.into())]);
		results[0].expect("the transaction is valid")
	}

	/// Builds `blocks` empty blocks.
	pub fn pass(&mut self, blocks: BlockNumber) {
		for _ in 0..blocks {
			self.block(&[]);
		}
	}

	/// Sends one transaction and returns the weight that was charged for it, refunds deducted.
	pub fn weigh(&mut self, signer: &Pair, call: impl Into<RuntimeCall>) -> Weight {
		let before = self.events.len();
		self.send(signer, call).expect("the call succeeds");
		let mut weight = self.events[before..].iter().filter_map(|event| match event {
			RuntimeEvent::System(frame_system::Event::ExtrinsicSuccess { dispatch_info }) => {
				Some(dispatch_info.weight)
			},
			_ => None,
		});
		weight.next_back().expect("the transaction left an event")
	}
}

/// Claim of a validator on the slot, with a real VRF signature.
fn pre_digest(slot: u64, number: BlockNumber) -> DigestItem {
	let changes = number > 1 && slot >= *Babe::current_epoch_start() + EpochSlots::get();
	let (randomness, epoch, authorities) = if changes {
		let next = Babe::next_epoch();
		(next.randomness, next.epoch_index, next.authorities)
	} else {
		let epoch = Babe::epoch_index();
		(Babe::randomness(), epoch, Babe::authorities().to_vec())
	};
	let disabled = crate::Session::disabled_validators();
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

/// Signs a call, or leaves it bare.
pub fn transaction(signer: Option<&Pair>, call: &RuntimeCall) -> UncheckedExtrinsic {
	let Some(pair) = signer else { return UncheckedExtrinsic::new_bare(call.clone()) };
	let who = account(pair);
	let extension: TxExtension = (
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckMortality::from(Era::Immortal),
		frame_system::CheckNonce::from(System::account_nonce(&who)),
		frame_system::CheckWeight::new(),
		ChargeTransactionPayment::from(0),
		CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	);
	let payload = SignedPayload::new(call.clone(), extension.clone())
		.expect("all that is signed implicitly is in the state");
	let signature = payload.using_encoded(|payload| pair.sign(payload));
	let address = MultiAddress::Id(who);
	UncheckedExtrinsic::new_signed(call.clone(), address, signature.into(), extension)
}

/// Nothing appears, and what disappears was burnt by a rule.
fn check_money(issued: Balance, events: &[RuntimeEvent]) {
	let held: Balance = frame_system::Account::<Runtime>::iter_values()
		.map(|account| account.data.free + account.data.reserved)
		.sum();
	assert_eq!(held, Balances::total_issuance(), "all money is somebody's");
	let mut burnt: Balance = 0;
	for event in events {
		match event {
			RuntimeEvent::TransactionPayment(
				pallet_transaction_payment::Event::TransactionFeePaid { actual_fee, tip, .. },
			) => burnt += (actual_fee - tip) / 5,
			RuntimeEvent::Providers(pallet_providers::Event::Slashed { burnt: gone, .. })
			| RuntimeEvent::Deals(pallet_deals::Event::BondForfeited { burnt: gone, .. })
			| RuntimeEvent::Mediation(
				pallet_mediation::Event::Slashed { burnt: gone, .. }
				| pallet_mediation::Event::AppealBondLost { burnt: gone, .. }
				| pallet_mediation::Event::RemainderBurnt { amount: gone, .. },
			) => burnt += gone,
			RuntimeEvent::Market(pallet_market::Event::PublisherSlashed {
				burnt: gone, ..
			}) => {
				burnt += gone;
			},
			RuntimeEvent::Validators(pallet_validators::Event::Slashed { amount, .. }) => {
				burnt += amount;
			},
			_ => {},
		}
	}
	assert_eq!(issued - Balances::total_issuance(), burnt, "only what is meant to burns");
}

fn merge(into: &mut serde_json::Value, patch: serde_json::Value) {
	match (into, patch) {
		(serde_json::Value::Object(into), serde_json::Value::Object(patch)) => {
			for (name, value) in patch {
				merge(into.entry(name).or_insert(serde_json::Value::Null), value);
			}
		},
		(into, patch) => *into = patch,
	}
}
