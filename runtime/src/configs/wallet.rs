//! Batches, proxies and shared accounts.

use super::deposit;
use crate::{Balances, OriginCaller, Runtime, RuntimeCall, RuntimeEvent, System};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::{
	frame_support::traits::{ConstU32, ConstU128, InstanceFilter},
	pallet_multisig, pallet_proxy, pallet_utility,
	sp_runtime::traits::BlakeTwo256,
};
use scale_info::TypeInfo;

/// What a proxy may do. `Any` may do everything, and must come first.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Default,
	Encode,
	Eq,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	TypeInfo,
)]
pub enum ProxyType {
	/// Everything.
	#[codec(index = 0)]
	#[default]
	Any,
	/// Everything that pays nobody: no transfers, no bonds taken out, no root.
	#[codec(index = 1)]
	NonTransfer,
	/// What a provider's daemon does: offers, seals, reveals, deadlines. A stolen key can spoil work
	/// in hand, and move nothing.
	#[codec(index = 2)]
	Operator,
	/// What a buyer's automation does: publish modules and inputs, submit requests.
	#[codec(index = 3)]
	Client,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		// A callback is any call in the name of the client.
		if let RuntimeCall::Deals(pallet_deals::Call::set_callback { .. }) = call {
			return *self == Self::Any;
		}
		match self {
			Self::Any => true,
			Self::NonTransfer => matches!(
				call,
				RuntimeCall::System(_)
					| RuntimeCall::Session(_)
					| RuntimeCall::Utility(_)
					| RuntimeCall::Multisig(_)
					| RuntimeCall::Content(_)
					| RuntimeCall::Deals(_)
					| RuntimeCall::Market(
						pallet_market::Call::place_offer { .. }
							| pallet_market::Call::update_offer { .. }
							| pallet_market::Call::withdraw_offer { .. }
							| pallet_market::Call::prune_offer { .. }
							| pallet_market::Call::presign { .. }
							| pallet_market::Call::close_order { .. }
							| pallet_market::Call::prune_orders { .. }
					)
			),
			Self::Operator => matches!(
				call,
				RuntimeCall::Utility(_)
					| RuntimeCall::Deals(
						pallet_deals::Call::commit { .. }
							| pallet_deals::Call::commit_many { .. }
							| pallet_deals::Call::decline { .. }
							| pallet_deals::Call::reveal { .. }
							| pallet_deals::Call::reveal_many { .. }
							| pallet_deals::Call::poke { .. }
							| pallet_deals::Call::prune { .. }
					) | RuntimeCall::Market(
					pallet_market::Call::place_offer { .. }
						| pallet_market::Call::update_offer { .. }
						| pallet_market::Call::withdraw_offer { .. }
						| pallet_market::Call::prune_offer { .. }
						| pallet_market::Call::presign { .. }
						| pallet_market::Call::close_order { .. }
						| pallet_market::Call::prune_orders { .. }
				)
			),
			Self::Client => matches!(
				call,
				RuntimeCall::Utility(_)
					| RuntimeCall::Content(_)
					| RuntimeCall::Market(
						pallet_market::Call::submit { .. }
							| pallet_market::Call::presign { .. }
							| pallet_market::Call::close_order { .. }
							| pallet_market::Call::prune_orders { .. }
					) | RuntimeCall::Deals(
					pallet_deals::Call::poke { .. } | pallet_deals::Call::prune { .. }
				)
			),
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		match (self, other) {
			(Self::Any, _) => true,
			(a, b) => a == b,
		}
	}
}

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

impl pallet_proxy::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type ProxyType = ProxyType;
	type ProxyDepositBase = ConstU128<{ deposit(1, 48) }>;
	type ProxyDepositFactor = ConstU128<{ deposit(0, 37) }>;
	type MaxProxies = ConstU32<32>;
	type MaxPending = ConstU32<32>;
	type CallHasher = BlakeTwo256;
	type AnnouncementDepositBase = ConstU128<{ deposit(1, 48) }>;
	type AnnouncementDepositFactor = ConstU128<{ deposit(0, 68) }>;
	type BlockNumberProvider = System;
	type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
}

impl pallet_multisig::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type DepositBase = ConstU128<{ deposit(1, 88) }>;
	type DepositFactor = ConstU128<{ deposit(0, 32) }>;
	type MaxSignatories = ConstU32<100>;
	type BlockNumberProvider = System;
	type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
}
