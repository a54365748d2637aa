//! A runtime with real balances, and neighbours that do as they are told and record what they are
//! asked.

#[cfg(feature = "runtime-benchmarks")]
use crate::BenchmarkHelper;
use crate::{self as pallet_market, Chosen, Event, Pallet};
use assay_mocks::{configure_balances, configure_system, deal_book::MockDealBook};
pub use assay_mocks::{
	deal_book::Spread,
	providers::{self, Provider, Room},
};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, MILLI, UNIT,
	content::ContentRef,
	eligibility::Chain,
	judges::{Judges, Mediators},
	order::{AssetId, Authorization, GroupId, wrapped},
	policy::Policy,
	price::Price,
	profile::Profile,
	provider::Capacity,
	request::{Hints, OfferId, Request, RequestBounds, Terms},
	takers::Question,
	task::Limits,
	traits::MediatorPool,
};
use polkadot_sdk::{
	frame_support::{
		assert_ok, parameter_types,
		traits::{ConstBool, ConstU32, ConstU64, ConstU128},
	},
	frame_system::{self, EnsureRoot},
	pallet_balances,
	sp_core::{Pair, sr25519},
	sp_io::TestExternalities,
	sp_runtime::{MultiSignature, Permill},
};
use std::sync::LazyLock;

assay_mocks::runtime! {
	0 => System = frame_system,
	1 => Balances = pallet_balances,
	2 => Market = pallet_market,
	3 => Providers = providers,
	4 => Register = pallet_register,
	5 => Groups = pallet_groups,
}

pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;
pub const OFFER_DEPOSIT: Balance = UNIT;
pub const MAX_OFFERS: u32 = 3;
pub const WEIGHT_CAP: u64 = 50_000;
pub const MAX_RUN_BLOCKS: BlockNumber = 100;
pub const MAX_GAS: u64 = 1_000_000_000;
pub const MAX_PAGES: u32 = 1_024;
pub const MAX_OUTPUT: u64 = 1 << 20;
pub const ENDOWMENT: Balance = 1_000 * UNIT;

pub const MAX_LIFE: BlockNumber = 50;
pub const ORDER_DEPOSIT: Balance = UNIT / 2;
pub const ASSET_DEPOSIT: Balance = 2 * UNIT;
pub const MIN_BOND: Balance = 10 * UNIT;
pub const UNBONDING: BlockNumber = 30;
pub const GROUP_DEPOSIT: Balance = 3 * UNIT;
pub const MEMBER_DEPOSIT: Balance = UNIT;

pub const CLIENT: u8 = 1;
/// Providers have stashes from 10 on and operators from 20 on.
pub const STASH: u8 = 10;
pub const OPERATOR: u8 = 20;
/// Publish apps and datasets.
pub const PUBLISHER: u8 = 30;
pub const DATA_PUBLISHER: u8 = 31;
pub const SPONSOR: u8 = 32;
pub const SOLVER: u8 = 33;
pub const STRANGER: u8 = 40;
/// Where the ledger of these tests puts what clients pay.
pub const POT: u8 = 50;

parameter_types! {
	pub const MaxTip: Permill = Permill::from_percent(5);
	/// Gas up to which mediators take a task.
	pub static Taken: u64 = u64::MAX;
	pub Pot: AccountId = account(POT);
}

configure_system!();
configure_balances!(EXISTENTIAL_DEPOSIT);

impl providers::Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Settles = ConstBool<false>;
}

/// Stands in for the ledger.
pub type Ledger = MockDealBook<Balances, Providers, Pot>;

/// All accounts from here on are mediators.
pub const MEDIATOR: u8 = 200;

/// Stands in for the pool of mediators.
pub struct Judging;

impl MediatorPool for Judging {
	fn can_judge(stash: &AccountId, parties: &[AccountId]) -> bool {
		let serves = (MEDIATOR..=u8::MAX).any(|id| account(id) == *stash);
		serves && !parties.contains(stash)
	}
	fn take(_: &Judges, _: &[AccountId], question: &Question) -> bool {
		question.spec.limits.gas <= Taken::get()
	}
}

/// Whom those let judge who have named nobody.
pub fn public() -> Mediators {
	Mediators::default()
}

/// The chain around the market.
pub struct Neighbours;

impl Chain for Neighbours {
	type DealBook = Ledger;
	type Capacity = Providers;
	type Stakes = Providers;
	type Exposures = Providers;
	type Register = Register;
	type Groups = Groups;
	type Mediators = Judging;
	type Court = ();
	type WeightCap = ConstU64<WEIGHT_CAP>;
	type BlockMillis = ConstU64<3_000>;
	fn now() -> BlockNumber {
		System::block_number()
	}
	fn bounds() -> RequestBounds {
		RequestBounds {
			run_blocks: MAX_RUN_BLOCKS,
			gas: MAX_GAS,
			memory_pages: MAX_PAGES,
			output_bytes: MAX_OUTPUT,
		}
	}
}

impl pallet_market::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Chain = Neighbours;
	type OfferDeposit = ConstU128<OFFER_DEPOSIT>;
	type MaxOffersPerProvider = ConstU32<MAX_OFFERS>;
	type MaxOrderLife = ConstU32<MAX_LIFE>;
	type MaxTasks = ConstU32<8>;
	type MaxTip = MaxTip;
	type OrderDeposit = ConstU128<ORDER_DEPOSIT>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Helper;
}

impl pallet_register::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type BlockNumberProvider = System;
	type AdminOrigin = EnsureRoot<AccountId>;
	type AssetDeposit = ConstU128<ASSET_DEPOSIT>;
	type MinPublisherBond = ConstU128<MIN_BOND>;
	type PublisherUnbonding = ConstU32<UNBONDING>;
	type WeightInfo = ();
}

impl pallet_groups::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type GroupDeposit = ConstU128<GROUP_DEPOSIT>;
	type MemberDeposit = ConstU128<MEMBER_DEPOSIT>;
	type WeightInfo = ();
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;

#[cfg(feature = "runtime-benchmarks")]
impl BenchmarkHelper for Helper {
	fn provider(index: u32) -> (AccountId, AccountId) {
		let id = u8::try_from(index).expect("fewer than 256 candidates");
		let (stash, operator) = (account(100 + id), account(200 - id));
		Self::fund(&operator);
		Providers::insert(&stash, Provider::new(operator.clone(), ENDOWMENT));
		(stash, operator)
	}
	fn provider_operated_by(index: u32, operator: &AccountId) -> AccountId {
		let (stash, _) = Self::provider(index);
		Providers::change(&stash, |it| it.operator = Some(operator.clone()));
		stash
	}
	fn fund(who: &AccountId) {
		use polkadot_sdk::frame_support::traits::fungible::Mutate;
		Balances::set_balance(who, ENDOWMENT);
	}
	fn client() -> AccountId {
		account(CLIENT)
	}
	fn asset(
		owner: &AccountId,
		kind: assay_primitives::order::AssetKind,
		content: ContentRef,
	) -> AssetId {
		let (id, by) =
			(pallet_register::NextAssetId::<Test>::get(), RuntimeOrigin::signed(owner.clone()));
		assert_ok!(Register::bond_more(by.clone(), MIN_BOND));
		use assay_primitives::order::AssetKind;
		let registered = match kind {
			AssetKind::App(profile) => {
				Register::register_app(by, content, profile, 0, Default::default(), None)
			},
			AssetKind::Dataset => Register::register_dataset(by, content, 0, None),
		};
		assert_ok!(registered);
		id
	}
	fn group(members: &[AccountId]) -> GroupId {
		let number = pallet_groups::Groups::<Test>::iter_keys().count() as u32;
		assert_ok!(Groups::create_group(signed(CLIENT), number));
		let members = members.to_vec().try_into().expect("few");
		assert_ok!(Groups::add_members(signed(CLIENT), number, members));
		GroupId { owner: account(CLIENT), number }
	}
}

static ACCOUNTS: LazyLock<Vec<AccountId>> =
	LazyLock::new(|| (0..=u8::MAX).map(|id| pair(id).public().0.into()).collect());

/// Key of an account.
pub fn pair(id: u8) -> sr25519::Pair {
	sr25519::Pair::from_seed(&[id; 32])
}

pub fn account(id: u8) -> AccountId {
	ACCOUNTS[usize::from(id)].clone()
}

/// Signature of an account over a text, as wallets give it.
pub fn sign(id: u8, text: &str) -> Authorization {
	let signature = pair(id).sign(wrapped(text).as_bytes());
	MultiSignature::Sr25519(signature).into()
}

assay_mocks::helpers!(signed, held, usable);

pub fn new_test_ext() -> TestExternalities {
	Ledger::clear();
	Room::set(None);
	Taken::set(u64::MAX);
	let balances = [CLIENT, STRANGER, POT].into_iter().chain(STASH..STASH + 6);
	let balances = balances.chain(PUBLISHER..=SOLVER);
	let balances = balances.chain(OPERATOR..OPERATOR + 6);
	let balances = assay_mocks::endowed(balances.map(account), ENDOWMENT);
	let genesis = RuntimeGenesisConfig { balances, ..Default::default() };
	#[cfg_attr(not(feature = "runtime-benchmarks"), allow(unused_mut))]
	let mut ext = assay_mocks::externalities::<Test>(genesis);
	// Benchmarks sign orders.
	#[cfg(feature = "runtime-benchmarks")]
	ext.register_extension(polkadot_sdk::sp_keystore::KeystoreExt::new(
		polkadot_sdk::sp_keystore::testing::MemoryKeystore::new(),
	));
	ext
}

/// Checks the invariants, those of the pallets beside it included.
pub fn assert_sound() {
	assert_ok!(Pallet::<Test>::do_try_state());
	assert_ok!(Register::do_try_state());
	assert_ok!(Groups::do_try_state());
}

/// Runs a test and then checks the invariants.
pub fn build_and_execute(test: impl FnOnce()) {
	assay_mocks::execute_and_check(new_test_ext(), test, || {
		assert_sound();
		Ok(())
	});
}

/// Registers provider number `index`, from 0, and returns its stash and its operator.
pub fn register(index: u8) -> (u8, u8) {
	let (stash, operator) = (STASH + index, OPERATOR + index);
	let capacity = Capacity {
		slots: 1,
		max_gas: MAX_GAS,
		max_memory_pages: MAX_PAGES,
		gas_per_second: 1_000_000,
		tags: 0b11,
	};
	let profiles = vec![Profile::BASE.id(), Hash::repeat_byte(9)];
	let provider = Provider::new(account(operator), 100 * UNIT);
	let provider = Provider { capacity, profiles, free_slots: 1, ..provider };
	Providers::insert(&account(stash), provider);
	(stash, operator)
}

/// Changes what the provider at a stash is.
pub fn alter(stash: u8, change: impl FnOnce(&mut Provider)) {
	Providers::change(&account(stash), change);
}

/// Takes the provider at a stash away.
pub fn remove(stash: u8) {
	Providers::remove(&account(stash));
}

pub fn terms() -> Terms {
	Terms {
		profile: Profile::BASE.id(),
		price: Price { base: 5 * MILLI, per_mgas: 7 * MILLI },
		max_gas: 10_000_000,
		max_memory_pages: 64,
		min_run_blocks: 5,
		valid_until: 20,
	}
}

/// A request for one replica that the offers of [`terms`] serve exactly.
pub fn request() -> Request {
	Request {
		task: assay_mocks::spec(
			ContentRef { hash: Hash::repeat_byte(1), size: 100 },
			Limits { gas: 10_000_000, memory_pages: 64, output_bytes: 1_000 },
		),
		policy: Policy::Quorum { replicas: 1, required: 1 },
		canary: false,
		max_price: Price { base: 5 * MILLI, per_mgas: 7 * MILLI },
		run_blocks: 5,
		tags: 0b01,
		valid_until: 10,
		hints: Hints::default(),
	}
}

/// By which calls name an offer; of one that does not exist, zero.
pub fn terms_hash(id: OfferId) -> Hash {
	crate::Offers::<Test>::get(id).map(|offer| offer.terms.hash()).unwrap_or_default()
}

/// A group of a stranger's.
pub fn group(number: u32) -> GroupId {
	GroupId { owner: account(STRANGER), number }
}

/// By which calls and restrictions name an asset; of one that does not exist, zero.
pub fn asset_hash(id: AssetId) -> Hash {
	pallet_register::Assets::<Test>::get(id).map(|asset| asset.hash()).unwrap_or_default()
}

/// Registers provider number `index` and places its offer, whose number is returned.
pub fn offer(index: u8, terms: Terms) -> OfferId {
	let (stash, _) = register(index);
	let id = crate::NextOfferId::<Test>::get();
	assert_ok!(Market::place_offer(signed(stash), terms, public()));
	id
}

/// Offers with their providers; of one that does not exist, whoever that is.
pub fn named(ids: impl IntoIterator<Item = OfferId>) -> Chosen {
	let whose = |id| crate::Offers::<Test>::get(id).map(|offer| offer.provider);
	let chosen = ids.into_iter().map(|id| (id, whose(id).unwrap_or_else(|| account(0))));
	Chosen::truncate_from(chosen.collect())
}

/// Events of the pallet so far, oldest first.
pub fn events() -> Vec<Event<Test>> {
	System::read_events_for_pallet()
}

/// The most recent event of the pallet.
pub fn last_event() -> Event<Test> {
	events().pop().expect("an event was deposited")
}
