//! The amounts and shares that the chain may change, as one record.

use crate::tasks::refused;
use assay_primitives::{
	Permill,
	money::{Economics, Unsound},
	traits::Economy,
};
use assay_runtime::{Runtime, RuntimeCall};
use assay_simulation::{
	Chain, State, key,
	market::{BOND, Market, RUN_BLOCKS, truth},
	metadata::{HASHED, metadata},
};
use codec::Decode;
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};
use pallet_economics::Error;
use polkadot_sdk::{frame_support::assert_ok, sp_runtime::DispatchResult};

/// Amounts and shares of the runtime that are not in the record, and why not.
const APART: [(&str, &[&str]); 5] = [
	(
		"deposits for state, by its size; what was taken is written down, and given back as it was",
		&[
			"Board.PlaceDeposit",
			"Content.DepositBase",
			"Content.DepositPerByte",
			"Deals.DepositBase",
			"Deals.DepositPerByte",
			"Groups.GroupDeposit",
			"Groups.MemberDeposit",
			"Market.OfferDeposit",
			"Market.OrderDeposit",
			"Multisig.DepositBase",
			"Multisig.DepositFactor",
			"Pools.DepositBase",
			"Pools.DepositPerByte",
			"Proxy.AnnouncementDepositBase",
			"Proxy.AnnouncementDepositFactor",
			"Proxy.ProxyDepositBase",
			"Proxy.ProxyDepositFactor",
			"Register.AssetDeposit",
			"Session.KeyDeposit",
		],
	),
	(
		"whoever has joined was admitted by it: with a higher one it could be slashed for less than it says",
		&[
			"Economics.MediatorBond",
			"Mediation.MinBond",
			"Providers.MinBond",
			"Register.MinPublisherBond",
			"Validators.GenesisBond",
			"Validators.MinBond",
		],
	),
	("below it there are no accounts", &["Balances.ExistentialDeposit"]),
	(
		"a pool's terms name more, and it keeps what it was created with",
		&["Pools.ClientFine", "Pools.LeavingFee", "Pools.MinDeposit"],
	),
	("shown out of the record, where others look for it", &["Market.MaxTip"]),
];

/// A bond that gives a weight of one is a unit of weight and no money.
const UNITS: [&str; 1] = ["Mediation.WeightUnit"];

fn set<S: State>(chain: &mut Chain<S>, economics: Economics) -> DispatchResult {
	let call = RuntimeCall::from(pallet_economics::Call::set { economics });
	let sudo = polkadot_sdk::pallet_sudo::Call::sudo { call: Box::new(call) };
	chain.send(&key("Alice"), RuntimeCall::from(sudo))
}

/// In which silence costs more and less of it is left.
fn harsher() -> Economics {
	let mut economics = Economics::DEFAULT;
	economics.slashes.silent = Permill::from_percent(80);
	economics.fees.protocol = Permill::from_percent(2);
	economics
}

#[test]
fn every_amount_of_the_runtime_should_be_in_the_record_or_have_a_reason() {
	let metadata = RuntimeMetadataPrefixed::decode(&mut &metadata(HASHED)[..]).expect("is its own");
	let RuntimeMetadata::V15(metadata) = metadata.1 else { panic!("another version") };
	let is_money = |ty: u32| {
		let ty = metadata.types.resolve(ty).expect("it is registered");
		let share = ty.path.segments.last().is_some_and(|name| name.starts_with("Per"));
		let balance =
			ty.type_def == scale_info::TypeDef::Primitive(scale_info::TypeDefPrimitive::U128);
		share || balance
	};
	let mut found: Vec<String> = Vec::new();
	for pallet in &metadata.pallets {
		let money = pallet.constants.iter().filter(|constant| is_money(constant.ty.id));
		found.extend(money.map(|constant| format!("{}.{}", pallet.name, constant.name)));
	}
	found.sort();
	let mut known: Vec<&str> = APART.iter().flat_map(|(_, names)| names.iter().copied()).collect();
	known.extend(UNITS);
	known.sort_unstable();
	assert_eq!(found, known);
}

#[test]
fn deal_should_be_slashed_by_the_record_that_held_when_it_was_opened() {
	let mut market = Market::open(3, 3, 2);
	assert_ok!(set(&mut market.chain, harsher()));
	let stake = market.stake();
	let drawn = market.drawn();
	for provider in &drawn[..2] {
		assert_ok!(market.commit(*provider, truth()));
	}
	market.chain.pass(RUN_BLOCKS);
	assert_ok!(market.poke(&key("Dave")));
	for provider in &drawn[..2] {
		assert_ok!(market.reveal(*provider, truth()));
	}
	market.conclude();
	assert_eq!(market.ended_replica(drawn[2]).slashed, stake / 4);
	assert_eq!(market.bond(drawn[2]), BOND - stake / 4);
	market.assert_nothing_locked();
}

#[test]
fn deal_should_be_slashed_by_the_new_record_when_it_is_opened_under_it() {
	let mut chain = Chain::start("development");
	assert_ok!(set(&mut chain, harsher()));
	let mut market = Market::open_on(chain, 3, 3, 2);
	assert_eq!(market.terms().economics, 1);
	let stake = market.stake();
	let drawn = market.drawn();
	assert_ok!(market.poke(&key("Dave")));
	market.chain.pass(RUN_BLOCKS);
	assert_ok!(market.poke(&key("Dave")));
	for provider in drawn {
		let lost = Permill::from_percent(80).mul_floor(stake);
		assert_eq!(market.ended_replica(provider).slashed, lost);
	}
	market.assert_nothing_locked();
}

#[test]
fn record_should_be_refused_as_a_whole_when_an_inequality_breaks() {
	let mut chain = Chain::start("development");
	let mut economics = harsher();
	economics.seats.silent = Permill::from_percent(30);
	let unsound = Error::<Runtime>::from(Unsound::SilenceBeatsVoting);
	// What sudo calls fails inside of it, and changes nothing.
	assert_ok!(set(&mut chain, economics));
	let now = chain.read(assay_runtime::Economics::current);
	assert_eq!(now, (0, Economics::DEFAULT));
	let call = pallet_economics::Call::<Runtime>::set { economics };
	let root = polkadot_sdk::frame_system::RawOrigin::Root.into();
	let result = chain.build(|| {
		use polkadot_sdk::frame_support::traits::UnfilteredDispatchable;
		call.dispatch_bypass_filter(root).map(|_| ()).map_err(|failed| failed.error)
	});
	assert!(refused(result, unsound));
}

#[test]
fn clients_should_be_told_what_holds_when_it_has_changed() {
	let mut chain = Chain::start("development");
	assert_ok!(set(&mut chain, harsher()));
	let tariff = chain.read(assay_runtime::Deals::tariff);
	assert_eq!(tariff.protocol_fee, Permill::from_percent(2));
}
