//! A runtime with cases that tests put there.

use crate::{self as pallet_court, Error, Event, Pallet, WeightInfo};
use alloc::{format, vec::Vec};
pub use assay_mocks::cases::{Needed, OpenCases, RULED, Refusal, Rulings};
use assay_mocks::{cases::MockCases, configure_system};
use assay_primitives::{
	AccountId, Hash,
	content::ContentRef,
	profile::ProfileId,
	task::{Input, Limits, TaskSpec},
	traits::{CaseId, CaseTask},
};
use polkadot_sdk::{
	frame_support::{
		dispatch::{DispatchClass, DispatchErrorWithPostInfo, PostDispatchInfo},
		parameter_types,
		traits::{ConstU32, ConstU64, Contains},
		weights::Weight,
	},
	frame_system,
	sp_runtime::DispatchError,
};

assay_mocks::runtime! {
	0 => System = frame_system,
	1 => Court = pallet_court,
}

configure_system! {
	type BlockWeights = BlockWeights;
}

parameter_types! {
	/// Two seconds, of which calls may take three quarters and hooks a twentieth, as in the runtime.
	pub BlockWeights: frame_system::limits::BlockWeights =
		frame_system::limits::BlockWeights::builder()
			.for_class(DispatchClass::Normal, |weights| {
				weights.max_total = Some(Weight::from_parts(1_500_000_000_000, u64::MAX));
			})
			.for_class(DispatchClass::Operational, |weights| {
				weights.max_total = Some(Weight::from_parts(2_000_000_000_000, u64::MAX));
			})
			.avg_block_initialization(polkadot_sdk::sp_runtime::Perbill::from_percent(5))
			.build_or_panic();
	pub static Retired: bool = false;
	/// Whether a unit of gas weighs next to nothing, and so pays for next to no steps.
	pub static Underpaid: bool = false;
}

/// Weights as they were measured, unless runs are [`Underpaid`].
pub struct TestWeights;

impl WeightInfo for TestWeights {
	fn adjudicate(g: u32) -> Weight {
		match Underpaid::get() {
			true => Weight::from_parts(g.into(), 0),
			false => <() as WeightInfo>::adjudicate(g),
		}
	}
	fn start(m: u32) -> Weight {
		<() as WeightInfo>::start(m)
	}
	fn start_long(m: u32) -> Weight {
		<() as WeightInfo>::start_long(m)
	}
	fn take_input(i: u32) -> Weight {
		<() as WeightInfo>::take_input(i)
	}
	fn refuse() -> Weight {
		<() as WeightInfo>::refuse()
	}
}

pub struct ActiveProfiles;

impl Contains<ProfileId> for ActiveProfiles {
	fn contains(_: &ProfileId) -> bool {
		!Retired::get()
	}
}

pub const MAX_GAS: u64 = 1 << 24;
/// What a ruling weighs at most.
pub const WORST_RULING: Weight = Weight::from_parts(5_000_000, 0);

parameter_types! {
	pub const RulingWeight: Weight = WORST_RULING;
}

impl pallet_court::Config for Test {
	type Cases = MockCases;
	type ActiveProfiles = ActiveProfiles;
	type MaxGas = ConstU64<MAX_GAS>;
	type MaxMemoryPages = ConstU32<256>;
	type MaxModuleBytes = ConstU32<{ 1 << 20 }>;
	type MaxInputBytes = ConstU32<{ 2 << 20 }>;
	type MaxOutputBytes = ConstU64<{ 64 << 10 }>;
	type RulingWeight = RulingWeight;
	type WeightInfo = TestWeights;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

pub const CASE: CaseId = 7;

pub fn account() -> AccountId {
	assay_mocks::account(1)
}

/// Runs a test on a chain without cases.
pub fn build_and_execute(test: impl FnOnce()) {
	assay_mocks::externalities::<Test>(RuntimeGenesisConfig::default()).execute_with(|| {
		MockCases::clear();
		Retired::set(false);
		Underpaid::set(false);
		Pallet::<Test>::check_limits();
		test();
	});
}

/// A case and the content that it needs.
#[derive(Clone)]
pub struct Dispute {
	pub spec: TaskSpec,
	pub max_gas: u64,
	pub module: Vec<u8>,
	pub input: Option<Vec<u8>>,
}

impl Dispute {
	pub fn new(module: Vec<u8>) -> Self {
		let limits = Limits { gas: 1_000_000, memory_pages: 16, output_bytes: 1_000 };
		let spec = assay_mocks::spec(ContentRef::of(&module), limits);
		let spec = TaskSpec { seed: Hash::repeat_byte(7), ..spec };
		Self { spec, max_gas: 1_000_000, module, input: None }
	}

	pub fn with_input(mut self, input: &[u8]) -> Self {
		self.spec.input = Input::Blob(ContentRef::of(input));
		self.input = Some(input.to_vec());
		self
	}

	pub fn with_spec(mut self, change: impl FnOnce(&mut TaskSpec)) -> Self {
		change(&mut self.spec);
		self
	}

	pub fn task_hash(&self) -> Hash {
		self.spec.hash()
	}

	/// Opens the case.
	pub fn open(&self) {
		let (spec, index, task_hash) = (self.spec.clone(), 0, self.task_hash());
		let task = CaseTask { spec, index, task_hash };
		OpenCases::mutate(|cases| cases.insert(CASE, task));
	}

	/// Opens the case and takes it to court.
	pub fn adjudicate(&self) -> Result<PostDispatchInfo, DispatchErrorWithPostInfo> {
		self.open();
		self.call()
	}

	/// Takes the case to court.
	pub fn call(&self) -> Result<PostDispatchInfo, DispatchErrorWithPostInfo> {
		self.call_for(self.task_hash())
	}

	/// Takes the case to court as one about this task.
	pub fn call_for(&self, task: Hash) -> Result<PostDispatchInfo, DispatchErrorWithPostInfo> {
		let (origin, max_gas) = (RuntimeOrigin::signed(account()), self.max_gas);
		Court::adjudicate(origin, CASE, task, max_gas, self.module.clone(), self.input.clone())
	}

	/// Takes the case to court, which must refuse it and change nothing; gives what it weighed.
	pub fn refused(&self, error: impl Into<DispatchError>) -> Option<Weight> {
		self.open();
		let result = self.call().expect_err("it is refused");
		assert_eq!(result.error, error.into());
		assert_eq!(Rulings::get(), Vec::new());
		assert_eq!(OpenCases::get().len(), 1, "the case is still open");
		assert_eq!(events(), Vec::new());
		result.post_info.actual_weight
	}
}

pub fn error(error: Error<Test>) -> DispatchError {
	error.into()
}

/// A program with one page of memory and the functions that the tests call.
pub fn program(fields: &str) -> Vec<u8> {
	let wasi = "wasi_snapshot_preview1";
	let text = format!(
		"(module
		 (import \"{wasi}\" \"fd_write\" (func $write (param i32 i32 i32 i32) (result i32)))
		 (import \"{wasi}\" \"fd_read\" (func $read (param i32 i32 i32 i32) (result i32)))
		 (import \"{wasi}\" \"proc_exit\" (func $exit (param i32)))
		 (memory (export \"memory\") 1) {fields})"
	);
	wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A program that consists of this body.
pub fn main(body: &str) -> Vec<u8> {
	program(&format!("(func (export \"_start\") {body})"))
}

/// Events of the pallet so far.
pub fn events() -> Vec<Event<Test>> {
	System::read_events_for_pallet()
}
