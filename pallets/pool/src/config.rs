//! What the pallet needs.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod config {
	/// What the pallet needs from the runtime.
	#[pallet::config]
	pub trait Config:
		polkadot_sdk::frame_system::Config<AccountId = AccountId, Hash = Hash>
	{
		/// Where the money of pools is locked. The pallet has no purse of its own.
		type Ledger: Reservations;

		/// Where the deposits of members are at risk.
		type Holds: Holds;

		/// How much of what a provider loses others may get.
		type Stakes: Stakes;

		/// What providers can do, and who signs for them.
		type Capacity: Capacity;

		/// Where it is noted who was found wrong.
		type Reputations: Reputations;

		/// Who decides whether a leaf is true.
		type Arbiter: Arbiter;

		/// Whether there are enough of those who judge.
		type Mediators: MediatorPool;

		/// Where the seeds of rounds come from.
		type Beacon: Beacon;

		/// The share of everything lost that is burnt.
		type Economy: Economy;

		/// The clock of all deadlines.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumber>;

		/// Whether pools may be created.
		#[pallet::constant]
		type OpenToAll: Get<bool>;

		/// VRF outputs folded into the seed of a round.
		#[pallet::constant]
		type BeaconWindow: Get<u8>;

		/// Distinct block authors that a seed needs.
		#[pallet::constant]
		type BeaconAuthors: Get<u8>;

		/// Least blocks in which the others publish after the first: enough to get a transaction in, whatever somebody who
		/// authors some blocks leaves out.
		#[pallet::constant]
		type MinWindow: Get<BlockNumber>;

		/// Most blocks from the creation of a pool to its last.
		#[pallet::constant]
		type MaxPoolBlocks: Get<BlockNumber>;

		/// Blocks after the last round before anything is paid, in which what was published can be questioned.
		#[pallet::constant]
		type DoubtBlocks: Get<BlockNumber>;

		/// Blocks in which a leaf has to be shown that an audit is to look at: long enough for whoever works to send a
		/// transaction, for all it has done is lost by not doing so.
		#[pallet::constant]
		type ShowBlocks: Get<BlockNumber>;

		/// Least deposit of a member, whatever a case costs.
		#[pallet::constant]
		type MinDeposit: Get<Balance>;

		/// Of its deposit what a member loses that gives its place up, or that is removed for doing nothing.
		#[pallet::constant]
		type LeavingFee: Get<Permill>;

		/// Of the price of all subtasks what a client puts up for handing over the inputs that it has committed to.
		#[pallet::constant]
		type ClientFine: Get<Permill>;

		/// Deposit for a pool, whatever its size.
		#[pallet::constant]
		type DepositBase: Get<Balance>;

		/// Deposit for each byte of state that a pool may occupy.
		#[pallet::constant]
		type DepositPerByte: Get<Balance>;

		/// Weights of the calls.
		type WeightInfo: WeightInfo;
	}
}
