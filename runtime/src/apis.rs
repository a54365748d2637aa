//! What nodes and clients may ask of the state.

use crate::{
	AccountId, Babe, Balance, Block, BlockNumber, Board, Content, Court, Deals, Economics,
	Executive, Grandpa, Groups, Hash, InherentDataExt, MILLIS_PER_BLOCK, Market, Mediation, Nonce,
	Pools, Providers, Register, Runtime, RuntimeCall, RuntimeGenesisConfig, SessionKeys, System,
	TransactionPayment, VERSION, Validators,
	configs::{self, BABE_EPOCH_CONFIG},
	genesis_presets,
	network::EpochSlots,
};
use alloc::vec::Vec;
use assay_primitives::{
	api::{DealTasks, OfferView, Page, Parameters},
	case::{CaseView, CommitteeDraw, MediatorView, Subject},
	content::ContentRef,
	deal::{Callback, DrawView, TaskView},
	order::{
		Asset, AssetId, GroupId, Match, OrderId, OrderRecord, Publisher, Refusal, RequestOrder,
	},
	pool::{LeafId, ListedPool, PoolId, PoolView},
	profile::{Profile, ProfileId},
	provider::ProviderView,
	request::{OfferId, Quote, Request},
	task::{DealId, TaskId},
	traits::{self, Arbiter, CaseId, Contents, Economy},
};
use codec::Encode;
use pallet_beacon::BlockVrf;
use polkadot_sdk::{
	frame_support::{
		genesis_builder_helper::{build_state, get_preset},
		traits::KeyOwnerProofSystem,
		view_functions::{ViewFunctionDispatchError, ViewFunctionId},
		weights::Weight,
	},
	pallet_grandpa, pallet_transaction_payment,
	sp_api::{self, impl_runtime_apis},
	sp_consensus_babe, sp_consensus_grandpa,
	sp_core::{OpaqueMetadata, crypto::KeyTypeId},
	sp_genesis_builder::{self, PresetId},
	sp_inherents::{CheckInherentsResult, InherentData},
	sp_runtime::{
		ApplyExtrinsicResult, ExtrinsicInclusionMode,
		traits::{Block as BlockT, Get, NumberFor},
		transaction_validity::{TransactionSource, TransactionValidity},
	},
	sp_session::OpaqueGeneratedSessionKeys,
	sp_version::RuntimeVersion,
	*,
};

impl_runtime_apis! {
	impl sp_api::Core<Block> for Runtime {
		fn version() -> RuntimeVersion {
			VERSION
		}

		fn execute_block(block: <Block as BlockT>::LazyBlock) {
			Executive::execute_block(block)
		}

		fn initialize_block(header: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
			Executive::initialize_block(header)
		}
	}

	impl sp_api::Metadata<Block> for Runtime {
		fn metadata() -> OpaqueMetadata {
			OpaqueMetadata::new(Runtime::metadata().into())
		}

		fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
			Runtime::metadata_at_version(version)
		}

		fn metadata_versions() -> Vec<u32> {
			Runtime::metadata_versions()
		}
	}

	impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
		fn execute_view_function(
			id: ViewFunctionId,
			input: Vec<u8>,
		) -> Result<Vec<u8>, ViewFunctionDispatchError> {
			Runtime::execute_view_function(id, input)
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
			Executive::apply_extrinsic(extrinsic)
		}

		fn finalize_block() -> <Block as BlockT>::Header {
			Executive::finalize_block()
		}

		fn inherent_extrinsics(data: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
			data.create_extrinsics()
		}

		fn check_inherents(
			block: <Block as BlockT>::LazyBlock,
			data: InherentData,
		) -> CheckInherentsResult {
			data.check_extrinsics(&block)
		}
	}

	impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
		fn validate_transaction(
			source: TransactionSource,
			tx: <Block as BlockT>::Extrinsic,
			block_hash: <Block as BlockT>::Hash,
		) -> TransactionValidity {
			Executive::validate_transaction(source, tx, block_hash)
		}
	}

	impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
		fn offchain_worker(header: &<Block as BlockT>::Header) {
			Executive::offchain_worker(header)
		}
	}

	impl sp_session::SessionKeys<Block> for Runtime {
		fn generate_session_keys(
			owner: Vec<u8>,
			seed: Option<Vec<u8>>,
		) -> OpaqueGeneratedSessionKeys {
			SessionKeys::generate(&owner, seed).into()
		}

		fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, KeyTypeId)>> {
			SessionKeys::decode_into_raw_public_keys(&encoded)
		}
	}

	impl sp_consensus_babe::BabeApi<Block> for Runtime {
		fn configuration() -> sp_consensus_babe::BabeConfiguration {
			let epoch = Babe::epoch_config().unwrap_or(BABE_EPOCH_CONFIG);
			sp_consensus_babe::BabeConfiguration {
				slot_duration: Babe::slot_duration(),
				epoch_length: EpochSlots::get(),
				c: epoch.c,
				authorities: Babe::authorities().to_vec(),
				randomness: Babe::randomness(),
				allowed_slots: epoch.allowed_slots,
			}
		}

		fn current_epoch_start() -> sp_consensus_babe::Slot {
			Babe::current_epoch_start()
		}

		fn current_epoch() -> sp_consensus_babe::Epoch {
			Babe::current_epoch()
		}

		fn next_epoch() -> sp_consensus_babe::Epoch {
			Babe::next_epoch()
		}

		fn generate_key_ownership_proof(
			_slot: sp_consensus_babe::Slot,
			authority: sp_consensus_babe::AuthorityId,
		) -> Option<sp_consensus_babe::OpaqueKeyOwnershipProof> {
			Validators::prove((sp_consensus_babe::KEY_TYPE, authority))
				.map(|proof| sp_consensus_babe::OpaqueKeyOwnershipProof::new(proof.encode()))
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			equivocation: sp_consensus_babe::EquivocationProof<<Block as BlockT>::Header>,
			owner: sp_consensus_babe::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			Babe::submit_unsigned_equivocation_report(equivocation, owner.decode()?)
		}
	}

	impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
		fn grandpa_authorities() -> sp_consensus_grandpa::AuthorityList {
			Grandpa::grandpa_authorities()
		}

		fn current_set_id() -> sp_consensus_grandpa::SetId {
			pallet_grandpa::CurrentSetId::<Runtime>::get()
		}

		fn generate_key_ownership_proof(
			_set: sp_consensus_grandpa::SetId,
			authority: sp_consensus_grandpa::AuthorityId,
		) -> Option<sp_consensus_grandpa::OpaqueKeyOwnershipProof> {
			Validators::prove((sp_consensus_grandpa::KEY_TYPE, authority))
				.map(|proof| sp_consensus_grandpa::OpaqueKeyOwnershipProof::new(proof.encode()))
		}

		fn submit_report_equivocation_unsigned_extrinsic(
			equivocation: sp_consensus_grandpa::EquivocationProof<
				<Block as BlockT>::Hash,
				NumberFor<Block>,
			>,
			owner: sp_consensus_grandpa::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			Grandpa::submit_unsigned_equivocation_report(equivocation, owner.decode()?)
		}
	}

	impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
		fn account_nonce(account: AccountId) -> Nonce {
			System::account_nonce(account)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance>
		for Runtime
	{
		fn query_info(
			tx: <Block as BlockT>::Extrinsic,
			len: u32,
		) -> pallet_transaction_payment::RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_info(tx, len)
		}

		fn query_fee_details(
			tx: <Block as BlockT>::Extrinsic,
			len: u32,
		) -> pallet_transaction_payment::FeeDetails<Balance> {
			TransactionPayment::query_fee_details(tx, len)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<
		Block,
		Balance,
		RuntimeCall,
	> for Runtime {
		fn query_call_info(
			call: RuntimeCall,
			len: u32,
		) -> pallet_transaction_payment::RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_call_info(call, len)
		}

		fn query_call_fee_details(
			call: RuntimeCall,
			len: u32,
		) -> pallet_transaction_payment::FeeDetails<Balance> {
			TransactionPayment::query_call_fee_details(call, len)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
		fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
			build_state::<RuntimeGenesisConfig>(config)
		}

		fn get_preset(id: &Option<PresetId>) -> Option<Vec<u8>> {
			get_preset::<RuntimeGenesisConfig>(id, genesis_presets::get)
		}

		fn preset_names() -> Vec<PresetId> {
			genesis_presets::names()
		}
	}

	impl assay_primitives::api::AssayApi<Block> for Runtime {
		fn parameters() -> Parameters {
			Parameters {
				block_millis: MILLIS_PER_BLOCK,
				profiles: Deals::active_profiles(),
				max_run_blocks: configs::MAX_RUN_BLOCKS,
				max_gas: configs::MAX_GAS,
				max_memory_pages: configs::MAX_MEMORY_PAGES,
				max_output_bytes: configs::MAX_OUTPUT_BYTES,
				max_blob_bytes: configs::MAX_BLOB_BYTES,
				min_provider_bond: configs::MIN_PROVIDER_BOND,
				min_publisher_bond: <Runtime as pallet_register::Config>::MinPublisherBond::get(),
				max_order_life: <Runtime as pallet_market::Config>::MaxOrderLife::get(),
				court: Court::most(),
				tariff: Deals::tariff(),
				economics: Economics::current().1,
			}
		}

		fn profile(id: ProfileId) -> Option<Profile> {
			Profile::by_id(&id)
		}

		fn task(id: TaskId) -> Option<TaskView> {
			Deals::task_view(id)
		}

		fn deals_of_client(
			client: AccountId,
			after: Option<DealId>,
			limit: u32,
		) -> Page<DealId, DealId> {
			Deals::deals_of_client(&client, after, limit)
		}

		fn deals_of_provider(provider: AccountId) -> Vec<DealId> {
			Deals::deals_of_provider(&provider)
		}

		fn deals_of_candidate(
			provider: AccountId,
			after: Option<DealId>,
			limit: u32,
		) -> Page<DealId, DealId> {
			Deals::deals_of_candidate(&provider, after, limit)
		}

		fn new_deals_of_candidate(
			provider: AccountId,
			from: DealId,
			limit: u32,
		) -> Page<DealId, DealId> {
			Deals::new_deals_of_candidate(&provider, from, limit)
		}

		fn tasks_of_deal(deal: DealId, from: u32, limit: u32) -> Option<DealTasks> {
			Deals::tasks_of_deal(deal, from, limit)
		}

		fn tasks_of_candidate(
			provider: AccountId,
			deal: DealId,
			from: u32,
			limit: u32,
		) -> Option<DealTasks> {
			Deals::tasks_of_candidate(&provider, deal, from, limit)
		}

		fn draw(id: TaskId) -> Option<DrawView> {
			Deals::draw_view(id)
		}

		fn callback(deal: DealId) -> Option<Callback> {
			Deals::callback(deal)
		}

		fn called_back(task: TaskId) -> bool {
			Deals::called_back(task)
		}

		fn block_vrf() -> Option<[u8; 32]> {
			<Runtime as pallet_beacon::Config>::Vrf::of_block()
		}

		fn quote(client: AccountId, request: Request) -> Quote {
			Market::quote(&client, &request)
		}

		fn quote_order(order: RequestOrder, among: Vec<OfferId>) -> Quote {
			Market::quote_order(&order, &among)
		}

		fn offers(after: Option<OfferId>, limit: u32) -> Page<OfferView, OfferId> {
			Market::offers(after, limit)
		}

		fn offers_of_provider(provider: AccountId) -> Vec<OfferView> {
			Market::offers_of_provider(&provider)
		}

		fn why_not(solver: AccountId, orders: Match) -> Vec<Refusal> {
			Market::why_not(&solver, &orders)
		}

		fn order(id: OrderId) -> Option<OrderRecord> {
			Market::order(&id)
		}

		fn asset(id: AssetId) -> Option<Asset> {
			<Register as traits::Register>::asset(id)
		}

		fn assets(after: Option<AssetId>, limit: u32) -> Page<(AssetId, Asset), AssetId> {
			Register::assets(after, limit)
		}

		fn publisher(owner: AccountId) -> Option<Publisher> {
			Register::publisher(&owner)
		}

		fn is_member(group: GroupId, account: AccountId) -> bool {
			<Groups as traits::Groups>::is_member(&group, &account)
		}

		fn board_places(account: AccountId) -> u32 {
			Board::places_of(&account)
		}

		fn provider(stash: AccountId) -> Option<ProviderView> {
			Providers::provider_view(&stash)
		}

		fn providers(after: Option<AccountId>, limit: u32) -> Page<ProviderView, AccountId> {
			Providers::providers(after, limit)
		}

		fn provider_of(operator: AccountId) -> Option<AccountId> {
			Providers::provider_of(&operator)
		}

		fn exposure(provider: AccountId, client: AccountId) -> BlockNumber {
			Providers::exposure(&provider, &client)
		}

		fn next_deal() -> DealId {
			Deals::next_deal()
		}

		fn content(hash: Hash) -> Option<(u32, BlockNumber)> {
			Content::lookup(&hash)
		}

		fn promised_until(content: ContentRef) -> Option<BlockNumber> {
			<Content as Contents>::promised_until(&content)
		}
	}

	impl assay_primitives::api::CaseApi<Block> for Runtime {
		fn case(id: CaseId) -> Option<CaseView> {
			Mediation::case_view(id)
		}

		fn cases(before: Option<CaseId>, limit: u32) -> Page<CaseView, CaseId> {
			Mediation::cases(before, limit)
		}

		fn cases_of_mediator(
			stash: AccountId,
			after: Option<CaseId>,
			limit: u32,
		) -> Page<CaseView, CaseId> {
			Mediation::cases_of_mediator(&stash, after, limit)
		}

		fn past_cases_of_mediator(
			stash: AccountId,
			before: Option<CaseId>,
			limit: u32,
		) -> Page<CaseView, CaseId> {
			Mediation::past_cases_of_mediator(&stash, before, limit)
		}

		fn case_of_task(task: TaskId) -> Option<CaseId> {
			Mediation::case_over(Subject::Task(task))
		}

		fn mediator(stash: AccountId) -> Option<MediatorView> {
			Mediation::mediator_view(&stash)
		}

		fn mediators(after: Option<AccountId>, limit: u32) -> Page<MediatorView, AccountId> {
			Mediation::mediators(after, limit)
		}

		fn mediator_of(operator: AccountId) -> Option<AccountId> {
			Mediation::mediator_of(&operator)
		}

		fn committee_draw(case: CaseId, round: u8) -> Option<CommitteeDraw> {
			Mediation::committee_draw(case, round)
		}

		fn case_cost(wage: Balance) -> Balance {
			<Mediation as Arbiter>::cost(wage)
		}
	}

	impl assay_primitives::api::PoolApi<Block> for Runtime {
		fn pool(id: PoolId) -> Option<PoolView> {
			Pools::pool_view(id)
		}

		fn pools(before: Option<PoolId>, limit: u32) -> Page<ListedPool, PoolId> {
			Pools::pools(before, limit)
		}

		fn case_of_leaf(leaf: LeafId) -> Option<CaseId> {
			Mediation::case_over(Subject::Leaf(leaf))
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	impl frame_benchmarking::Benchmark<Block> for Runtime {
		fn benchmark_metadata(
			extra: bool,
		) -> (Vec<frame_benchmarking::BenchmarkList>, Vec<frame_support::traits::StorageInfo>) {
			crate::benchmarks::metadata(extra)
		}

		fn dispatch_benchmark(
			config: frame_benchmarking::BenchmarkConfig,
		) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
			crate::benchmarks::dispatch(config)
		}
	}

	#[cfg(feature = "try-runtime")]
	impl frame_try_runtime::TryRuntime<Block> for Runtime {
		fn on_runtime_upgrade(checks: frame_try_runtime::UpgradeCheckSelect) -> (Weight, Weight) {
			// The caller is a tool that wants a panic with the reason.
			let weight = Executive::try_runtime_upgrade(checks).expect("the upgrade's checks hold");
			(weight, crate::weights::MAX_BLOCK_WEIGHT)
		}

		fn execute_block(
			block: <Block as BlockT>::LazyBlock,
			state_root_check: bool,
			signature_check: bool,
			select: frame_try_runtime::TryStateSelect,
		) -> Weight {
			Executive::try_execute_block(block, state_root_check, signature_check, select)
				.expect("the block executes")
		}
	}
}
