//! Which pallets are measured, and what their benchmarks need of each other.

use crate::{
	AccountId, AllPalletsWithSystem, Balance, Balances, Groups, Mediation, Providers, Register,
	Runtime, System,
};
use alloc::{string::String, vec::Vec};
use assay_primitives::{
	BlockNumber, UNIT,
	beacon::{Entry, Ticket},
	case::Subject,
	content::ContentRef,
	hashing::tagged_hash,
	judges::{Judges, MAX_MEDIATORS, Mediators},
	order::{Accounts, AssetId, AssetKind, AssetTerms, GroupId, MAX_LISTED, Needs},
	profile::Profile,
	provider::{Capacity, Declaration, Endpoint},
	task::{DealId, TaskId, TaskSpec},
	traits::{Arbiter, CaseId, CaseReason, CaseRequest},
};
use pallet_register::NextAssetId;
use polkadot_sdk::{
	frame_benchmarking::{self, BenchmarkBatch, BenchmarkConfig, BenchmarkList},
	frame_support::traits::{
		StorageInfo, StorageInfoTrait, WhitelistedStorageKeys,
		fungible::{Inspect, Mutate},
	},
	frame_system::RawOrigin,
	frame_system_benchmarking,
	sp_core::{Get, bounded::BoundedVec},
	sp_storage::TrackedStorageKey,
};

frame_benchmarking::define_benchmarks!(
	[frame_system, frame_system_benchmarking::Pallet::<Runtime>]
	[frame_system_extensions, frame_system_benchmarking::extensions::Pallet::<Runtime>]
	[pallet_balances, crate::Balances]
	[pallet_timestamp, crate::Timestamp]
	[pallet_utility, crate::Utility]
	[pallet_proxy, crate::Proxy]
	[pallet_multisig, crate::Multisig]
	[pallet_sudo, crate::Sudo]
	[pallet_beacon, crate::Beacon]
	[pallet_board, crate::Board]
	[pallet_content, crate::Content]
	[pallet_court, crate::Court]
	[pallet_deals, crate::Deals]
	[pallet_groups, crate::Groups]
	[pallet_market, crate::Market]
	[pallet_mediation, crate::Mediation]
	[pallet_providers, crate::Providers]
	[pallet_register, crate::Register]
	[pallet_validators, crate::Validators]
);

impl frame_system_benchmarking::Config for Runtime {}

/// What can be measured.
pub fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::<BenchmarkList>::new();
	list_benchmarks!(list, extra);
	(list, AllPalletsWithSystem::storage_info())
}

/// Measures.
pub fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let whitelist: Vec<TrackedStorageKey> = AllPalletsWithSystem::whitelisted_storage_keys();
	let mut batches = Vec::<BenchmarkBatch>::new();
	let params = (&config, &whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}

/// Brings about what the benchmarks of one pallet need of the others.
pub struct Helper;

impl Helper {
	const RICH: Balance = 1_000_000 * UNIT;
	const BOND: Balance = 100_000 * UNIT;

	fn account(kind: &str, index: u32) -> AccountId {
		AccountId::new(tagged_hash(b"assay/benchmark/1", &(kind, index)).0)
	}

	fn fund(who: &AccountId) {
		Balances::set_balance(who, Self::RICH);
	}

	fn declaration(operator: AccountId) -> Declaration {
		Declaration {
			operator,
			encryption_key: [0; 32],
			capacity: Capacity {
				slots: u16::MAX,
				max_gas: u64::MAX,
				max_memory_pages: u32::MAX,
				gas_per_second: u64::MAX,
				tags: u32::MAX,
			},
			profiles: BoundedVec::truncate_from(alloc::vec![Profile::BASE.id()]),
			endpoint: Endpoint::default(),
		}
	}

	/// Registers a provider, unless that was done already.
	fn register(index: u32) -> (AccountId, AccountId) {
		let operator = Self::account("operator", index);
		(Self::register_with(index, operator.clone()), operator)
	}

	/// Registers a provider with this operator, unless that was done already. Returns its stash.
	fn register_with(index: u32, operator: AccountId) -> AccountId {
		let stash = Self::account("stash", index);
		if pallet_providers::Providers::<Runtime>::contains_key(&stash) {
			return stash;
		}
		Self::fund(&stash);
		Self::fund(&operator);
		let signed = |who: &AccountId| RawOrigin::Signed(who.clone()).into();
		Providers::register(signed(&stash), Self::declaration(operator.clone()), Self::BOND)
			.expect("the stash is rich and not registered");
		Providers::accept_operator(signed(&operator), stash.clone())
			.expect("the stash has named this operator");
		// Work for a client is counted only for those who limit it.
		Providers::limit_exposure(signed(&stash), Some(BlockNumber::MAX))
			.expect("none of its slots is in use");
		Self::fill_record(&stash);
		stash
	}

	/// Has a provider work for nearly as many other deals as its record has room for.
	fn fill_record(stash: &AccountId) {
		let others = (0..u64::from(pallet_providers::MAX_WORK - 16))
			.rev()
			.map(|number| (u64::MAX - number, 1));
		pallet_providers::Providers::<Runtime>::mutate(stash, |provider| {
			let provider = provider.as_mut().expect("it was just registered");
			provider.work = BoundedVec::truncate_from(others.collect());
		});
	}

	fn client() -> AccountId {
		let client = Self::account("client", 0);
		Self::fund(&client);
		client
	}

	/// Goes on to the first block in which the seed of a ticket is known, which is found by reading
	/// `blocks` blocks where the beacon looks at so many, or as few more as it needs.
	fn fill_ring(ticket: &Ticket, blocks: BlockNumber) {
		let first = ticket.first_block();
		let span: BlockNumber = <Runtime as pallet_beacon::Config>::MaxSpan::get();
		let span = blocks.max(ticket.window.into()).min(span);
		let ring = <Runtime as pallet_beacon::Config>::RingSize::get();
		let end = first.saturating_add(span);
		for block in first..end {
			// Only the last outputs of the span count, so the fold has to read all of it.
			let late = end - block <= u32::from(ticket.window);
			let vrf = late.then_some([block as u8; 32]);
			let author = Some(Self::account("author", block));
			let place = block.checked_rem(ring).unwrap_or_default();
			pallet_beacon::Ring::<Runtime>::insert(place, Entry { block, author, vrf });
		}
		System::set_block_number(end);
	}
}

impl pallet_market::BenchmarkHelper for Helper {
	fn provider(index: u32) -> (AccountId, AccountId) {
		Self::register(index)
	}
	fn provider_operated_by(index: u32, operator: &AccountId) -> AccountId {
		Self::register_with(index, operator.clone())
	}
	fn fund(who: &AccountId) {
		Self::fund(who);
	}
	fn client() -> AccountId {
		Self::client()
	}
	fn asset(owner: &AccountId, kind: AssetKind, content: ContentRef) -> AssetId {
		let (id, by) = (NextAssetId::<Runtime>::get(), RawOrigin::Signed(owner.clone()));
		let accounts = alloc::vec![AccountId::new([0xaa; 32]); MAX_LISTED as usize];
		let list = || Accounts::Listed(BoundedVec::truncate_from(accounts.clone()));
		let named = alloc::vec![AccountId::new([0xaa; 32]); MAX_MEDIATORS as usize];
		let mediators = Mediators { public: true, named: BoundedVec::truncate_from(named) };
		let terms = Some(AssetTerms {
			price: 1,
			liability: 1,
			clients: list(),
			providers: list(),
			mediators,
		});
		let least = <Runtime as pallet_register::Config>::MinPublisherBond::get();
		Register::bond_more(by.clone().into(), least).expect("the owner is rich");
		let registered = match kind {
			AssetKind::App(profile) => {
				Register::register_app(by.into(), content, profile, 0, Needs::default(), terms)
			},
			AssetKind::Dataset => Register::register_dataset(by.into(), content, 0, terms),
		};
		registered.expect("the owner is a publisher");
		id
	}
	fn group(members: &[AccountId]) -> GroupId {
		let number = pallet_groups::Groups::<Runtime>::iter_keys().count() as u32;
		let owner = || RawOrigin::Signed(Self::client()).into();
		Groups::create_group(owner(), number).expect("the owner is rich");
		let members = BoundedVec::truncate_from(members.to_vec());
		Groups::add_members(owner(), number, members).expect("the owner is rich");
		GroupId { owner: Self::client(), number }
	}
}

impl pallet_deals::BenchmarkHelper for Helper {
	fn provider(index: u32) -> (AccountId, AccountId) {
		Self::register(index)
	}
	fn client() -> AccountId {
		Self::client()
	}
	fn reveal_seed(ticket: &Ticket, blocks: u32) {
		Self::fill_ring(ticket, blocks);
	}
}

impl pallet_mediation::BenchmarkHelper for Helper {
	fn reveal_seed(ticket: &Ticket) {
		Self::fill_ring(ticket, BlockNumber::MAX);
	}
}

impl pallet_court::benchmarking::BenchmarkHelper for Helper {
	fn open_case(spec: &TaskSpec) -> CaseId {
		let funds = <Mediation as Arbiter>::cost(UNIT);
		let pot = Mediation::account().expect("the mediation pallet has an account");
		let held = Balances::minimum_balance().saturating_add(funds);
		Balances::set_balance(&pot, Balances::balance(&pot).saturating_add(held));
		Mediation::open_case(CaseRequest {
			subject: Subject::Task(TaskId { deal: DealId::MAX, index: 0 }),
			spec: spec.clone(),
			task_hash: spec.hash(),
			sealed: false,
			reason: CaseReason::Challenge,
			digests: Vec::new(),
			excluded: Vec::new(),
			judges: Judges::Public,
			run_blocks: 20,
			wage: UNIT,
			funds,
			refund: Self::client(),
		})
		.expect("the case is paid for")
	}
}
