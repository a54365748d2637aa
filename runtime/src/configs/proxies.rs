//! What each kind of proxy may do.
//!
//! Every call of every pallet of this chain is decided on by name, without a catch-all: a new call
//! does not compile before somebody has said which proxies it is for. Pallets of the SDK are decided
//! on as a whole where all their calls are alike.

use crate::{Runtime, RuntimeCall};
use assay_primitives::{apply, order::Kind, stored};
use polkadot_sdk::{frame_support::traits::InstanceFilter, pallet_multisig};

/// What a proxy may do. `Any` may do everything, and must come first.
#[apply(stored)]
#[derive(Copy, Default, Ord, PartialOrd)]
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

/// Proxies that may do a call, beside [`ProxyType::Any`].
type Proxies = &'static [ProxyType];

/// What moves money, bonds, keys or ownership, or speaks for the account in every role at once.
const NOBODY: Proxies = &[];
/// What costs at most a fee or a deposit, and what anybody could do.
const ALL: Proxies = &[ProxyType::NonTransfer, ProxyType::Operator, ProxyType::Client];
/// Upkeep of what the account has.
const UPKEEP: Proxies = &[ProxyType::NonTransfer];
/// Work of providers and mediators.
const WORK: Proxies = &[ProxyType::NonTransfer, ProxyType::Operator];
/// Upkeep of a buyer's things.
const BUYING: Proxies = &[ProxyType::NonTransfer, ProxyType::Client];
/// Spending on computation.
const SPENDING: Proxies = &[ProxyType::Client];

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		*self == Self::Any || proxies_of(call).contains(self)
	}

	fn is_superset(&self, other: &Self) -> bool {
		match (self, other) {
			(Self::Any, _) => true,
			(a, b) => a == b,
		}
	}
}

fn proxies_of(call: &RuntimeCall) -> Proxies {
	match call {
		RuntimeCall::System(_) => UPKEEP,
		// What is inside is filtered in its turn.
		RuntimeCall::Utility(_) => ALL,
		RuntimeCall::Multisig(call) => of_multisig(call),
		RuntimeCall::Timestamp(_)
		| RuntimeCall::Babe(_)
		| RuntimeCall::Grandpa(_)
		| RuntimeCall::Balances(_)
		// Session keys sign blocks and finality, for which the validator's bond answers.
		| RuntimeCall::Session(_)
		| RuntimeCall::Proxy(_)
		// What holds for everybody is the chain's to change.
		| RuntimeCall::Economics(_)
		| RuntimeCall::Sudo(_) => NOBODY,
		RuntimeCall::Validators(call) => of_validators(call),
		RuntimeCall::Content(call) => of_content(call),
		RuntimeCall::Providers(call) => of_providers(call),
		RuntimeCall::Deals(call) => of_deals(call),
		RuntimeCall::Market(call) => of_market(call),
		RuntimeCall::Mediation(call) => of_mediation(call),
		RuntimeCall::Court(call) => of_court(call),
		RuntimeCall::Register(call) => of_register(call),
		RuntimeCall::Groups(call) => of_groups(call),
		RuntimeCall::Board(call) => of_board(call),
		RuntimeCall::Pools(call) => of_pools(call),
	}
}

/// An approval lets the shared account make any call, transfers included.
fn of_multisig(call: &pallet_multisig::Call<Runtime>) -> Proxies {
	use pallet_multisig::Call;
	match call {
		Call::cancel_as_multi { .. } | Call::poke_deposit { .. } => UPKEEP,
		Call::as_multi_threshold_1 { .. }
		| Call::as_multi { .. }
		| Call::approve_as_multi { .. }
		| Call::__Ignore(..) => NOBODY,
	}
}

/// A place in a pool puts a part of the bond at risk, as an offer does. A doubt may lose what it puts up.
fn of_pools(call: &pallet_pool::Call<Runtime>) -> Proxies {
	use pallet_pool::Call;
	match call {
		Call::create { .. } => SPENDING,
		Call::sign_up { .. } | Call::publish { .. } | Call::show_leaf { .. } => WORK,
		Call::poke { .. }
		| Call::expose { .. }
		| Call::show_input { .. }
		| Call::close_audit { .. } => ALL,
		// It costs a fee out of the bond.
		Call::leave { .. } | Call::challenge { .. } | Call::__Ignore(..) => NOBODY,
	}
}

fn of_validators(call: &pallet_validators::Call<Runtime>) -> Proxies {
	use pallet_validators::Call;
	match call {
		Call::join { .. }
		| Call::bond_more { .. }
		| Call::leave { .. }
		| Call::withdraw { .. }
		| Call::__Ignore(..) => NOBODY,
	}
}

fn of_content(call: &pallet_content::Call<Runtime>) -> Proxies {
	use pallet_content::Call;
	match call {
		Call::publish { .. } | Call::extend { .. } | Call::release { .. } => BUYING,
		Call::__Ignore(..) => NOBODY,
	}
}

/// `update` names another operator, whose wrong results the bond answers for.
fn of_providers(call: &pallet_providers::Call<Runtime>) -> Proxies {
	use pallet_providers::Call;
	match call {
		Call::accept_operator { .. }
		| Call::resign_operator { .. }
		| Call::limit_exposure { .. } => UPKEEP,
		Call::register { .. }
		| Call::update { .. }
		| Call::bond_more { .. }
		| Call::unbond { .. }
		| Call::withdraw { .. }
		| Call::leave { .. }
		| Call::__Ignore(..) => NOBODY,
	}
}

/// Whoever asks for a case pays a committee, and may lose that. A callback is any call in the name of
/// the client.
fn of_deals(call: &pallet_deals::Call<Runtime>) -> Proxies {
	use pallet_deals::Call;
	match call {
		Call::poke { .. }
		| Call::poke_many { .. }
		| Call::prune { .. }
		| Call::refute { .. }
		| Call::call_back { .. } => ALL,
		Call::commit { .. }
		| Call::commit_many { .. }
		| Call::decline { .. }
		| Call::reveal { .. }
		| Call::reveal_many { .. }
		| Call::denounce { .. } => WORK,
		Call::accept { .. } => BUYING,
		Call::check { .. } => SPENDING,
		Call::challenge { .. }
		| Call::open_report { .. }
		| Call::set_callback { .. }
		| Call::set_profile_status { .. }
		| Call::__Ignore(..) => NOBODY,
	}
}

/// In `match_orders` the account may consent as client, sponsor, provider and publisher at once. A buyer's
/// automation presigns its request, and anybody matches that.
fn of_market(call: &pallet_market::Call<Runtime>) -> Proxies {
	use pallet_market::Call;
	match call {
		Call::prune_offer { .. } | Call::prune_orders { .. } => ALL,
		Call::place_offer { .. } | Call::update_offer { .. } | Call::withdraw_offer { .. } => WORK,
		Call::submit { .. } => SPENDING,
		Call::presign { order, .. } => of_consent(order.kind()),
		Call::close_order { order, .. } => of_closing(order.kind()),
		// It can only be withdrawn once, and costs whoever matches.
		Call::withdraw_sponsorship { .. } => SPENDING,
		Call::match_orders { .. } | Call::__Ignore(..) => NOBODY,
	}
}

fn of_register(call: &pallet_register::Call<Runtime>) -> Proxies {
	use pallet_register::Call;
	match call {
		Call::register_app { .. }
		| Call::register_dataset { .. }
		| Call::set_asset_terms { .. }
		| Call::suspend_asset { .. }
		| Call::resume_asset { .. }
		| Call::deregister_asset { .. } => UPKEEP,
		Call::bond_more { .. }
		| Call::unbond { .. }
		| Call::withdraw { .. }
		| Call::offer_asset { .. }
		| Call::accept_asset { .. }
		| Call::set_public_good { .. }
		| Call::__Ignore(..) => NOBODY,
	}
}

fn of_groups(call: &pallet_groups::Call<Runtime>) -> Proxies {
	use pallet_groups::Call;
	match call {
		Call::create_group { .. }
		| Call::add_members { .. }
		| Call::remove_members { .. }
		| Call::dissolve_group { .. } => UPKEEP,
		Call::__Ignore(..) => NOBODY,
	}
}

fn of_board(call: &pallet_board::Call<Runtime>) -> Proxies {
	use pallet_board::Call;
	match call {
		Call::set_board_places { .. } => ALL,
		Call::__Ignore(..) => NOBODY,
	}
}

/// A presigned request pays whoever it is matched with; the other orders are paid for.
fn of_consent(kind: Kind) -> Proxies {
	match kind {
		Kind::Request => SPENDING,
		Kind::Resource => WORK,
		Kind::App | Kind::Dataset => UPKEEP,
	}
}

fn of_closing(kind: Kind) -> Proxies {
	match kind {
		Kind::Request => BUYING,
		Kind::Resource => WORK,
		Kind::App | Kind::Dataset => UPKEEP,
	}
}

/// Whoever appeals may lose the bond. `update` names who is handed the keys of private inputs.
fn of_mediation(call: &pallet_mediation::Call<Runtime>) -> Proxies {
	use pallet_mediation::Call;
	match call {
		Call::poke { .. } | Call::prune { .. } | Call::hand_over { .. } => ALL,
		Call::seal { .. } | Call::reveal { .. } | Call::denounce { .. } => WORK,
		Call::accept_operator { .. } | Call::resign_operator { .. } => UPKEEP,
		Call::register { .. }
		| Call::set_operator { .. }
		| Call::update { .. }
		| Call::bond_more { .. }
		| Call::unbond { .. }
		| Call::leave { .. }
		| Call::withdraw { .. }
		| Call::appeal { .. }
		| Call::__Ignore(..) => NOBODY,
	}
}

fn of_court(call: &pallet_court::Call<Runtime>) -> Proxies {
	use pallet_court::Call;
	match call {
		Call::adjudicate { .. } | Call::adjudicate_item { .. } => WORK,
		Call::__Ignore(..) => NOBODY,
	}
}
