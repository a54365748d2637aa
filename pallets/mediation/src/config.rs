//! What the pallet needs.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod config {
	/// What the pallet needs from the runtime.
	#[pallet::config]
	pub trait Config:
		polkadot_sdk::frame_system::Config<AccountId = AccountId, Hash = Hash>
	{
		/// The runtime's reasons for holds.
		type RuntimeHoldReason: From<HoldReason>;

		/// Native token: bonds are held, wages paid.
		type Currency: Inspect<AccountId, Balance = Balance>
			+ Mutate<AccountId>
			+ MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

		/// Which content every node serves.
		type Contents: Contents;

		/// Time between blocks, in milliseconds.
		#[pallet::constant]
		type BlockMillis: Get<u64>;

		/// Most blocks that the gas limit of a task can prolong sealing to. A case that needs more gives nobody
		/// a seat whose machine is not faster.
		#[pallet::constant]
		type MaxJudgingBlocks: Get<BlockNumber>;

		/// Where draws get their seed.
		type Beacon: Beacon;

		/// What a call of the court costs.
		type CourtFees: CourtFees;

		/// Who is told rulings.
		type Verdicts: Verdicts<Subject>;

		/// The clock of all deadlines and eras. It must be that of the beacon.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumber>;

		/// Names the account that the money of cases is in.
		#[pallet::constant]
		type PalletId: Get<PalletId>;

		/// Least bond of a mediator that can be drawn, and the most that a seat puts at risk.
		#[pallet::constant]
		type MinBond: Get<Balance>;

		/// Bond that gives a weight of one.
		#[pallet::constant]
		type WeightUnit: Get<Balance>;

		/// Largest weight: more bond is drawn no more often.
		#[pallet::constant]
		type WeightCap: Get<u64>;

		/// Blocks of an era. Changes of the pool take effect in the second era after the one that
		/// they are made in, hence after more than this many blocks. Longer than any ticket waits for
		/// its seed. It may be lowered, but never be raised, by an upgrade.
		#[pallet::constant]
		type JoinDelay: Get<BlockNumber>;

		/// Blocks after which a ticket has expired if its seed is not known.
		type SeedSpan: Get<BlockNumber>;

		/// The amounts and shares that members are judged by.
		type Economy: Economy;

		/// Blocks that unbonding takes.
		#[pallet::constant]
		type UnbondingPeriod: Get<BlockNumber>;

		/// Wages that a case has to bring beside those of the first round. They pay later rounds where
		/// nobody can be blamed, and go back otherwise.
		#[pallet::constant]
		type ReserveWages: Get<u32>;

		/// VRF outputs folded into the seed of a committee.
		#[pallet::constant]
		type BeaconWindow: Get<u8>;

		/// Distinct block authors that a seed needs.
		#[pallet::constant]
		type BeaconAuthors: Get<u8>;

		/// Fewest seats with which a round is held.
		#[pallet::constant]
		type MinSeats: Get<u32>;

		/// Blocks that a round waits for its seed, renewed tickets included.
		#[pallet::constant]
		type SeedBlocks: Get<BlockNumber>;

		/// Least blocks for running and sealing; the time that the task was granted, or that its gas limit
		/// takes, where it is more.
		#[pallet::constant]
		type MinSealBlocks: Get<BlockNumber>;

		/// Least blocks for revealing; a quarter of the task's time where it is more.
		#[pallet::constant]
		type MinRevealBlocks: Get<BlockNumber>;

		/// Blocks in which a verdict may be appealed, and an agreed result be challenged, beside the
		/// time that the task was granted: there must be time to run it again.
		#[pallet::constant]
		type AppealBlocks: Get<BlockNumber>;

		/// Blocks for which a closed case is kept.
		#[pallet::constant]
		type RetainBlocks: Get<BlockNumber>;

		/// Cases of the public pool without a committee at which questions are put off, and cases in the line of a named set.
		/// Those that open by themselves are
		/// opened however many wait: each is of a task of its own, which has put its price aside, and what was not opened
		/// would let a lie settle.
		#[pallet::constant]
		type MaxQueued: Get<u32>;

		/// Most committees that are drawn, and most cases that leave the queue, at the start of one block.
		#[pallet::constant]
		type DrawsPerBlock: Get<u32>;

		/// Weight of telling a ruling.
		type VerdictWeight: Get<Weight>;

		/// Measured weights.
		type WeightInfo: WeightInfo;

		/// Puts the rest of the chain into the state that a benchmark needs.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}
}
