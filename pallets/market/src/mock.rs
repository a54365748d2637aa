//! A runtime with real balances, and neighbours that do as they are told and record what they are
//! asked.

use crate::{self as pallet_market, Chosen, Event, Pallet};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, MILLI, UNIT,
	content::ContentRef,
	deal::lowest_maximum,
	order::{AssetId, Authorization, wrapped},
	policy::Policy,
	price::Price,
	profile::{Profile, ProfileId},
	provider::Capacity as Declared,
	request::{Hints, OfferId, Request, Terms},
	task::{Args, DealId, Input, Limits, TaskSpec},
	traits::{Capacity, DealBook, Exposures, NewDeal, Stakes},
};
use core::cell::RefCell;
use polkadot_sdk::{
	frame_support::{
		self, assert_ok, derive_impl, parameter_types,
		traits::{
			fungible::{Inspect, InspectHold, Mutate},
			tokens::Preservation,
		},
	},
	frame_system::{self, EnsureRoot},
	pallet_balances,
	sp_core::{ConstU32, Pair, sr25519},
	sp_io::TestExternalities,
	sp_runtime::{
		BuildStorage, DispatchError, DispatchResult, MultiSignature, Permill,
		traits::IdentityLookup,
	},
};
use std::{collections::BTreeMap, sync::LazyLock};

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeTask
	)]
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Market = pallet_market;
}

pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;
pub const OFFER_DEPOSIT: Balance = UNIT;
pub const MAX_OFFERS: u32 = 3;
pub const WEIGHT_CAP: u64 = 50_000;
pub const MAX_RUN_BLOCKS: BlockNumber = 100;
pub const MAX_GAS: u64 = 1_000_000_000;
pub const MAX_PAGES: u32 = 1_024;
pub const MAX_OUTPUT: u64 = 1 << 20;
pub const MIN_STAKE: Balance = MILLI;
pub const ENDOWMENT: Balance = 1_000 * UNIT;

pub const MAX_LIFE: BlockNumber = 50;
pub const ORDER_DEPOSIT: Balance = UNIT / 2;
pub const ASSET_DEPOSIT: Balance = 2 * UNIT;
pub const MIN_BOND: Balance = 10 * UNIT;
pub const UNBONDING: BlockNumber = 30;
pub const GROUP_DEPOSIT: Balance = 3 * UNIT;
pub const MEMBER_DEPOSIT: Balance = UNIT;
pub const PLACE_DEPOSIT: Balance = 4 * UNIT;
pub const MAX_PLACES: u32 = 16;
pub const MIN_BOARD_BLOCKS: BlockNumber = 5;

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
	pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
	pub const OfferDeposit: Balance = OFFER_DEPOSIT;
	pub const MaxOffersPerProvider: u32 = MAX_OFFERS;
	pub const WeightCap: u64 = WEIGHT_CAP;
	pub const MaxRunBlocks: BlockNumber = MAX_RUN_BLOCKS;
	pub const BlockMillis: u64 = 3_000;
	pub const MaxGas: u64 = MAX_GAS;
	pub const MaxMemoryPages: u32 = MAX_PAGES;
	pub const MaxOutputBytes: u64 = MAX_OUTPUT;
	pub const MaxOrderLife: BlockNumber = MAX_LIFE;
	pub const MaxTip: Permill = Permill::from_percent(5);
	pub const OrderDeposit: Balance = ORDER_DEPOSIT;
	pub const AssetDeposit: Balance = ASSET_DEPOSIT;
	pub const MinPublisherBond: Balance = MIN_BOND;
	pub const PublisherUnbonding: BlockNumber = UNBONDING;
	pub const GroupDeposit: Balance = GROUP_DEPOSIT;
	pub const MemberDeposit: Balance = MEMBER_DEPOSIT;
	pub const PlaceDeposit: Balance = PLACE_DEPOSIT;
	pub const MaxBoardPlaces: u32 = MAX_PLACES;
	pub const MinBoardBlocks: BlockNumber = MIN_BOARD_BLOCKS;
	/// Run time that every provider takes on for a client; `None` for any.
	pub static Room: Option<BlockNumber> = None;
	/// How much more than the cheapest a candidate may cost, in percent.
	pub static Spread: u32 = u32::MAX;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type Block = frame_system::mocking::MockBlockU32<Test>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
	type RuntimeHoldReason = RuntimeHoldReason;
}

impl pallet_market::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type BlockNumberProvider = System;
	type DealBook = Ledger;
	type Capacity = Registry;
	type Stakes = Registry;
	type Exposures = Registry;
	type OfferDeposit = OfferDeposit;
	type MaxOffersPerProvider = MaxOffersPerProvider;
	type WeightCap = WeightCap;
	type MaxRunBlocks = MaxRunBlocks;
	type BlockMillis = BlockMillis;
	type MaxGas = MaxGas;
	type MaxMemoryPages = MaxMemoryPages;
	type MaxOutputBytes = MaxOutputBytes;
	type AdminOrigin = EnsureRoot<AccountId>;
	type MaxOrderLife = MaxOrderLife;
	type MaxTasks = ConstU32<8>;
	type MaxTip = MaxTip;
	type OrderDeposit = OrderDeposit;
	type AssetDeposit = AssetDeposit;
	type MinPublisherBond = MinPublisherBond;
	type PublisherUnbonding = PublisherUnbonding;
	type GroupDeposit = GroupDeposit;
	type MemberDeposit = MemberDeposit;
	type PlaceDeposit = PlaceDeposit;
	type MaxBoardPlaces = MaxBoardPlaces;
	type MinBoardBlocks = MinBoardBlocks;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Registry;
}

/// A provider as its pallet would answer for it.
#[derive(Clone, Debug)]
pub struct Registered {
	pub operator: Option<AccountId>,
	pub capacity: Declared,
	pub profiles: Vec<ProfileId>,
	pub free_slots: u16,
	pub free: Balance,
}

thread_local! {
	static PROVIDERS: RefCell<BTreeMap<AccountId, Registered>> = RefCell::default();
	static OPENED: RefCell<Vec<NewDeal>> = RefCell::default();
	static REFUSAL: RefCell<Option<DispatchError>> = RefCell::default();
}

/// Stands in for the pallet of providers.
pub struct Registry;

impl Registry {
	pub fn clear() {
		PROVIDERS.with_borrow_mut(BTreeMap::clear);
	}

	pub fn remove(stash: u8) {
		PROVIDERS.with_borrow_mut(|providers| providers.remove(&account(stash)));
	}

	pub fn change(stash: u8, change: impl FnOnce(&mut Registered)) {
		PROVIDERS.with_borrow_mut(|providers| {
			change(providers.get_mut(&account(stash)).expect("registered"));
		});
	}

	fn read<R>(stash: &AccountId, read: impl FnOnce(&Registered) -> R) -> Option<R> {
		PROVIDERS.with_borrow(|providers| providers.get(stash).map(read))
	}
}

impl Capacity for Registry {
	fn provider_of(operator: &AccountId) -> Option<AccountId> {
		PROVIDERS.with_borrow(|providers| {
			let mut all = providers.iter();
			all.find(|(_, it)| it.operator.as_ref() == Some(operator)).map(|(id, _)| id.clone())
		})
	}
	fn operator_of(provider: &AccountId) -> Option<AccountId> {
		Self::read(provider, |it| it.operator.clone()).flatten()
	}
	fn declared(provider: &AccountId) -> Option<Declared> {
		Self::read(provider, |it| it.capacity)
	}
	fn serves(provider: &AccountId, profile: &ProfileId) -> bool {
		Self::read(provider, |it| it.profiles.contains(profile)).unwrap_or(false)
	}
	fn free_slots(provider: &AccountId) -> u16 {
		Self::read(provider, |it| it.free_slots).unwrap_or(0)
	}
}

impl Exposures for Registry {
	fn room(_: &AccountId, _: &AccountId) -> Option<BlockNumber> {
		Room::get()
	}
	fn begin(_: &AccountId, _: &AccountId, _: BlockNumber) -> DispatchResult {
		unreachable!("the market never counts work");
	}
	fn end(_: &AccountId, _: &AccountId, _: BlockNumber) {
		unreachable!("the market never counts work");
	}
}

impl Stakes for Registry {
	fn free(provider: &AccountId) -> Balance {
		Self::read(provider, |it| it.free).unwrap_or(0)
	}
	fn work(_: &AccountId) -> Vec<(DealId, u16)> {
		unreachable!("the market never asks for work");
	}
	fn lock(provider: &AccountId, _: DealId, amount: Balance) -> DispatchResult {
		PROVIDERS.with_borrow_mut(|providers| {
			let it = providers.get_mut(provider).ok_or(DispatchError::CannotLookup)?;
			it.free = it.free.checked_sub(amount).ok_or(DispatchError::Exhausted)?;
			it.free_slots = it.free_slots.checked_sub(1).ok_or(DispatchError::Exhausted)?;
			Ok(())
		})
	}
	fn release(_: &AccountId, _: DealId, _: Balance) {
		unreachable!("the market never touches stakes");
	}
	fn slash(
		_: &AccountId,
		_: DealId,
		_: Balance,
		_: Balance,
		_: &[(AccountId, Balance)],
	) -> Balance {
		unreachable!("the market never touches stakes");
	}
}

/// Stands in for the ledger: takes the client's money and every stake, or refuses after that.
pub struct Ledger;

impl Ledger {
	pub fn clear() {
		OPENED.take();
		REFUSAL.take();
	}

	/// Lets every later opening fail after the money has been taken.
	pub fn refuse(error: DispatchError) {
		REFUSAL.set(Some(error));
	}

	/// Ends what [`Self::refuse`] began.
	pub fn accept() {
		REFUSAL.take();
	}

	pub fn opened() -> Vec<NewDeal> {
		OPENED.with_borrow(Clone::clone)
	}
}

impl DealBook for Ledger {
	fn open(deal: NewDeal) -> Result<DealId, DispatchError> {
		let (escrow, deposit) = Self::cost(&deal).ok_or(DispatchError::Exhausted)?;
		let NewDeal { payer, request, candidates, .. } = &deal;
		let pot = account(POT);
		Balances::transfer(payer, &pot, escrow + deposit, Preservation::Preserve)?;
		if let Some(error) = REFUSAL.with_borrow(Clone::clone) {
			return Err(error);
		}
		let lowest = lowest_maximum(candidates, request.task.limits.gas);
		let stake = Self::stake(&request.policy, lowest.ok_or(DispatchError::Exhausted)?);
		for candidate in candidates {
			Registry::lock(&candidate.provider, 0, stake)?;
		}
		OPENED.with_borrow_mut(|all| all.push(deal));
		Ok(Self::opened().len() as DealId - 1)
	}

	fn stake(_: &Policy, lowest_maximum: Balance) -> Balance {
		(lowest_maximum / 10).saturating_mul(3).max(MIN_STAKE)
	}

	fn price_ceiling(_: &Policy, lowest_maximum: Balance) -> Balance {
		let more = lowest_maximum.saturating_mul(Spread::get().into()) / 100;
		lowest_maximum.saturating_add(more)
	}

	fn cost(deal: &NewDeal) -> Option<(Balance, Balance)> {
		let gas = deal.request.task.limits.gas;
		let sales = [&deal.app, &deal.dataset].into_iter().flatten().map(|sale| sale.price);
		let sales = sales.chain(deal.tip.iter().map(|(_, tip)| *tip));
		let base = sales.into_iter().try_fold(0, |sum: Balance, price| sum.checked_add(price))?;
		let each = deal.candidates.iter().try_fold(base, |sum: Balance, candidate| {
			sum.checked_add(candidate.price.maximum(gas)?)
		})?;
		Some((each.checked_mul(deal.tasks.into())?, UNIT))
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl crate::BenchmarkHelper for Registry {
	fn provider(index: u32) -> (AccountId, AccountId) {
		let id = u8::try_from(index).expect("fewer than 256 candidates");
		let (stash, operator) = (account(100 + id), account(200 - id));
		Balances::set_balance(&operator, ENDOWMENT);
		let capacity = Declared {
			slots: u16::MAX,
			max_gas: u64::MAX,
			max_memory_pages: u32::MAX,
			gas_per_second: u64::MAX,
			tags: u32::MAX,
		};
		let it = Registered {
			operator: Some(operator.clone()),
			capacity,
			profiles: vec![Profile::BASE.id()],
			free_slots: u16::MAX,
			free: ENDOWMENT,
		};
		PROVIDERS.with_borrow_mut(|providers| providers.insert(stash.clone(), it));
		(stash, operator)
	}
	fn provider_operated_by(index: u32, operator: &AccountId) -> AccountId {
		let (stash, _) = <Self as crate::BenchmarkHelper>::provider(index);
		PROVIDERS.with_borrow_mut(|providers| {
			providers.get_mut(&stash).expect("just registered").operator = Some(operator.clone());
		});
		stash
	}
	fn fund(who: &AccountId) {
		Balances::set_balance(who, ENDOWMENT);
	}
	fn client() -> AccountId {
		account(CLIENT)
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

pub fn signed(id: u8) -> RuntimeOrigin {
	RuntimeOrigin::signed(account(id))
}

pub fn new_test_ext() -> TestExternalities {
	Registry::clear();
	Ledger::clear();
	Room::set(None);
	Spread::set(u32::MAX);
	let balances = [CLIENT, STRANGER, POT].into_iter().chain(STASH..STASH + 6);
	let balances = balances.chain(PUBLISHER..=SOLVER);
	let balances = balances.chain(OPERATOR..OPERATOR + 6);
	let balances = balances.map(|id| (account(id), ENDOWMENT)).collect();
	let mut storage = frame_system::GenesisConfig::<Test>::default()
		.build_storage()
		.expect("the default genesis is valid");
	pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }
		.assimilate_storage(&mut storage)
		.expect("the endowments are above the existential deposit");
	let mut ext = TestExternalities::new(storage);
	// Benchmarks sign orders.
	#[cfg(feature = "runtime-benchmarks")]
	ext.register_extension(polkadot_sdk::sp_keystore::KeystoreExt::new(
		polkadot_sdk::sp_keystore::testing::MemoryKeystore::new(),
	));
	ext.execute_with(|| System::set_block_number(1));
	ext
}

/// Runs a test and then checks the invariants.
pub fn build_and_execute(test: impl FnOnce()) {
	new_test_ext().execute_with(|| {
		test();
		assert_ok!(Pallet::<Test>::do_try_state());
	});
}

/// Registers provider number `index`, from 0, and returns its stash and its operator.
pub fn register(index: u8) -> (u8, u8) {
	let (stash, operator) = (STASH + index, OPERATOR + index);
	let capacity = Declared {
		slots: 1,
		max_gas: MAX_GAS,
		max_memory_pages: MAX_PAGES,
		gas_per_second: 1_000_000,
		tags: 0b11,
	};
	let it = Registered {
		operator: Some(account(operator)),
		capacity,
		profiles: vec![Profile::BASE.id(), Hash::repeat_byte(9)],
		free_slots: 1,
		free: 100 * UNIT,
	};
	PROVIDERS.with_borrow_mut(|providers| providers.insert(account(stash), it));
	(stash, operator)
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
		task: TaskSpec {
			module: ContentRef { hash: Hash::repeat_byte(1), size: 100 },
			profile: Profile::BASE.id(),
			args: Args::default(),
			env: Args::default(),
			input: Input::None,
			seed: Hash::zero(),
			limits: Limits { gas: 10_000_000, memory_pages: 64, output_bytes: 1_000 },
		},
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

/// By which calls name an asset; of one that does not exist, zero.
pub fn asset_hash(id: AssetId) -> Hash {
	crate::Assets::<Test>::get(id).map(|asset| asset.hash()).unwrap_or_default()
}

/// Registers provider number `index` and places its offer, whose number is returned.
pub fn offer(index: u8, terms: Terms) -> OfferId {
	let (stash, _) = register(index);
	let id = crate::NextOfferId::<Test>::get();
	assert_ok!(Market::place_offer(signed(stash), terms));
	id
}

/// Offers with their providers; of one that does not exist, whoever that is.
pub fn named(ids: impl IntoIterator<Item = OfferId>) -> Chosen {
	let whose = |id| crate::Offers::<Test>::get(id).map(|offer| offer.provider);
	let chosen = ids.into_iter().map(|id| (id, whose(id).unwrap_or_else(|| account(0))));
	Chosen::truncate_from(chosen.collect())
}

pub fn held(id: u8) -> Balance {
	Balances::total_balance_on_hold(&account(id))
}

pub fn usable(id: u8) -> Balance {
	Balances::balance(&account(id))
}

/// Events of the pallet so far, oldest first.
pub fn events() -> Vec<Event<Test>> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::Market(event) => Some(event),
			_ => None,
		})
		.collect()
}

/// The most recent event of the pallet.
pub fn last_event() -> Event<Test> {
	events().pop().expect("an event was deposited")
}
