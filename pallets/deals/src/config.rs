//! What the pallet needs.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod config {
	#[pallet::config]
	pub trait Config:
		polkadot_sdk::frame_system::Config<AccountId = AccountId, Hash = Hash>
	{
		/// The chain's reason for holding money.
		type RuntimeHoldReason: From<HoldReason>;

		/// The token that deals are paid in.
		type Currency: Inspect<AccountId, Balance = Balance>
			+ Mutate<AccountId>
			+ MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

		/// Where draws get their seed.
		type Beacon: Beacon;

		/// Bonds of providers.
		type Stakes: Stakes;

		/// Who signs for which provider.
		type Capacity: Capacity;

		/// Record of conduct.
		type Reputations: Reputations;

		/// Limits of unpaid work.
		type Exposures: Exposures;

		/// Content that every node serves, and that nobody can say is missing.
		type Contents: Contents;

		/// What clients may have called when a task has ended.
		type Callback: Parameter
			+ Dispatchable<RuntimeOrigin = Self::RuntimeOrigin, PostInfo = PostDispatchInfo>
			+ GetDispatchInfo;

		/// Largest weight of a callback. Below that of `call_back`, so that none calls another.
		#[pallet::constant]
		type MaxCallbackWeight: Get<Weight>;

		/// The amounts and shares that deals are paid and slashed by.
		type Economy: Economy;

		/// Who decides where replicas disagree for good, or where a result is questioned.
		type Arbiter: Arbiter;

		/// Bonds of those who publish apps and datasets.
		type Publishers: Publishers;

		/// Who collects the tax on settled tasks, and pays for audits.
		type AuditFund: Get<AccountId>;

		/// Who may accept and retire profiles.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The clock of all deadlines.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumber>;

		/// Who gets the protocol fee.
		type FeeDestination: Get<AccountId>;

		/// Blocks for which an ended task is kept.
		#[pallet::constant]
		type RetainBlocks: Get<BlockNumber>;

		/// VRF outputs folded into the seed of a draw.
		#[pallet::constant]
		type BeaconWindow: Get<u8>;

		/// Distinct block authors that a seed needs.
		#[pallet::constant]
		type BeaconAuthors: Get<u8>;

		/// Longest run time that a request may grant, in blocks.
		#[pallet::constant]
		type MaxRunBlocks: Get<BlockNumber>;

		/// Least blocks for revealing.
		#[pallet::constant]
		type MinRevealBlocks: Get<BlockNumber>;

		/// Blocks granted beside ten run times until a task fails: for the beacon and for short run
		/// times, whose waves take longer for revealing than for running.
		#[pallet::constant]
		type HardEndSlack: Get<BlockNumber>;

		/// Largest gas limit.
		#[pallet::constant]
		type MaxGas: Get<u64>;

		/// Largest memory, in pages of 64 KiB.
		#[pallet::constant]
		type MaxMemoryPages: Get<u32>;

		/// Largest output, in bytes.
		#[pallet::constant]
		type MaxOutputBytes: Get<u64>;

		/// Deposit for a deal, whatever its size.
		#[pallet::constant]
		type DepositBase: Get<Balance>;

		/// Deposit for each byte of state that a deal may occupy.
		#[pallet::constant]
		type DepositPerByte: Get<Balance>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;

		/// Puts the rest of the chain into the state that a benchmark needs.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}
}
