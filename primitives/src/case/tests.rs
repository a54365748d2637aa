use super::*;
use crate::{
	content::ContentRef,
	merkle::ListRoot,
	profile::Profile,
	task::{Input, InputList, Limits},
};

fn spec() -> TaskSpec {
	TaskSpec {
		module: ContentRef { hash: Hash::repeat_byte(1), size: 3 },
		profile: Profile::BASE.id(),
		args: Default::default(),
		env: Default::default(),
		input: Input::Blob(ContentRef { hash: Hash::repeat_byte(2), size: 4 }),
		seed: Hash::zero(),
		limits: Limits { gas: 1, memory_pages: 2, output_bytes: 5 },
	}
}

fn tight() -> CaseLimits {
	CaseLimits {
		max_gas: 1,
		max_memory_pages: 2,
		max_module_bytes: 3,
		max_input_bytes: 4,
		max_output_bytes: 5,
		..CaseLimits::default()
	}
}

#[test]
fn limits_should_cover_a_task_only_when_each_of_them_does() {
	assert!(tight().cover(&spec()));
	let below: [fn(&mut CaseLimits); 5] = [
		|limits| limits.max_gas = 0,
		|limits| limits.max_memory_pages = 1,
		|limits| limits.max_module_bytes = 2,
		|limits| limits.max_input_bytes = 3,
		|limits| limits.max_output_bytes = 4,
	];
	for lower in below {
		let mut limits = tight();
		lower(&mut limits);
		assert!(!limits.cover(&spec()), "{limits:?}");
	}
	let list = ContentRef { hash: Hash::zero(), size: u64::MAX };
	let list = InputList { root: ListRoot { root: Hash::zero(), len: 9 }, list };
	let bag = TaskSpec { input: Input::List(list), ..spec() };
	assert!(CaseLimits { max_input_bytes: 0, ..tight() }.cover(&bag));
}

#[test]
fn judging_time_should_be_twice_what_the_ordinary_machine_takes() {
	let judging_blocks = |gas, block_millis| {
		let mut spec = spec();
		spec.limits.gas = gas;
		super::judging_blocks(&spec, block_millis)
	};
	// 1.5 · 10^9 gas a block.
	assert_eq!(judging_blocks(0, 3_000), 0);
	assert_eq!(judging_blocks(1, 3_000), 1);
	assert_eq!(judging_blocks(750_000_000, 3_000), 1);
	assert_eq!(judging_blocks(750_000_001, 3_000), 2);
	assert_eq!(judging_blocks(100_000_000_000, 3_000), 134);
	assert_eq!(judging_blocks(u64::MAX, 0), BlockNumber::MAX);
	for gas in [1, 749_999_999, 750_000_001, 100_000_000_000, 1 << 46] {
		let blocks = judging_blocks(gas, 3_000);
		assert!(CaseLimits::default().run_in(gas, blocks, 3_000), "{gas}");
		let slow = CaseLimits { gas_per_second: 100_000_000, ..CaseLimits::default() };
		assert!(!slow.run_in(gas, blocks, 3_000) || gas == 1, "{gas}");
	}
	let fast = CaseLimits { gas_per_second: u64::MAX, ..CaseLimits::default() };
	assert!(fast.run_in(u64::MAX, BlockNumber::MAX, u64::MAX));
}

#[test]
fn judging_time_should_count_what_has_to_be_fetched_and_compiled() {
	let blocks = |module: u64, input: u64| {
		let content = |size| ContentRef { hash: Hash::zero(), size };
		let spec =
			TaskSpec { module: content(module), input: Input::Blob(content(input)), ..spec() };
		judging_blocks(&spec, 3_000)
	};
	assert_eq!(blocks(200_000, 200_000), 1);
	// Of 16 MiB a second each four times, of 256 MiB once; twice that in blocks of three.
	assert_eq!(blocks(16 << 20, 0), 43);
	assert_eq!(blocks(1_000, 256 << 20), 171);
	assert_eq!(blocks(u64::MAX, u64::MAX), BlockNumber::MAX);
}

#[test]
fn terms_should_cover_a_private_task_only_when_keys_can_be_handed_over() {
	let profiles = BoundedVec::truncate_from(alloc::vec![Profile::BASE.id()]);
	let mut terms = MediatorTerms { capacity: 1, limits: tight(), profiles, inbox: None };
	assert!(terms.cover(&spec(), false));
	assert!(!terms.cover(&spec(), true));
	let endpoint = BoundedVec::truncate_from(b"http://here".to_vec());
	terms.inbox = Some(KeyInbox { encryption_key: [1; 32], endpoint });
	assert!(terms.cover(&spec(), true));
	terms.profiles = Default::default();
	assert!(!terms.cover(&spec(), true));
}
