//! What ends before a program runs, and what has no outcome.

use super::*;
use assay_metering::Reason;
use assay_primitives::content::{BLOCK_SIZE, Layout};

#[test]
fn module_should_be_invalid_when_outside_the_profile() {
	let parse = |text: &str| wat::parse_str(text).expect("well-formed");
	for module in [
		b"not a module".to_vec(),
		Vec::new(),
		parse("(module (import \"env\" \"f\" (func)) (memory (export \"memory\") 1))"),
		parse("(module (memory (export \"memory\") 1))"),
		main("(drop (i64x2.splat (i64.const 1)))"),
		vec![0; (16 << 20) + 1],
	] {
		let finished = Job::new(module).run();
		assert_eq!(finished.outcome.class, Class::ModuleInvalid);
		assert_eq!((finished.outcome.gas_used, finished.manifest.0.len()), (0, 0));
		assert!(finished.refusal.is_some() && finished.info.is_none());
	}
}

#[test]
fn module_should_be_invalid_when_it_starts_with_more_memory_than_the_task_allows() {
	let text = "(module (memory (export \"memory\") 65) (func (export \"_start\")))";
	let mut job = Job::new(wat::parse_str(text).expect("well-formed"));
	let finished = job.run();
	assert_eq!(finished.outcome.class, Class::ModuleInvalid);
	let reason = finished.refusal.expect("there is a reason").reason;
	assert_eq!(reason, Reason::MemoryAboveTask { minimum: 65, limit: 64 });
	job.spec.limits.memory_pages = 65;
	assert_eq!(job.end().0, Class::Exited(0));
}

#[test]
fn input_should_mismatch_before_the_module_is_looked_at_when_its_size_is_wrong() {
	let mut job = Job::new(b"not a module".to_vec()).with_input(b"input");
	let right = ContentRef::of(b"input");
	job.spec.input = Input::Blob(ContentRef { size: 6, ..right });
	let finished = job.run();
	assert_eq!(
		finished.outcome,
		assay_primitives::outcome::Outcome::of_no_run(Class::InputMismatch)
	);
	assert!(finished.refusal.is_none());
	job.spec.input = Input::Blob(right);
	assert_eq!(job.end().0, Class::ModuleInvalid);
}

/// Both have one hash. Who has the one says nothing about the other, so neither may end a task that names the other.
#[test]
fn run_should_fail_without_an_outcome_when_a_node_is_taken_for_the_content_above_it() {
	const BLOCK: usize = BLOCK_SIZE;
	for len in [BLOCK + 1, BLOCK + BLOCK / 4, 2 * BLOCK - 1, 2 * BLOCK, 2 * BLOCK + 1] {
		let content: Vec<u8> = (0..len).map(|at| (at % 251) as u8).collect();
		let node = Layout::of(&content).node.expect("it is longer than a block");
		for (named, brought) in [(&content, &node), (&node, &content)] {
			for module in [main(""), b"not a module".to_vec()] {
				let mut job = Job::new(module).with_input(named);
				job.input = Some(brought.clone());
				assert_eq!(job.try_run().err(), Some(Failure::InputDiffers), "{len}");
			}
			assert_eq!(Job::new(main("")).with_input(named).end().0, Class::Exited(0));
		}
	}
}

#[test]
fn run_should_fail_without_an_outcome_when_content_differs() {
	let mut other = Job::new(main(""));
	other.spec.module = ContentRef::of(b"another module");
	assert_eq!(other.try_run().err(), Some(Failure::ModuleDiffers));
	other = Job::new(main(""));
	other.spec.module.size += 1;
	assert_eq!(other.try_run().err(), Some(Failure::ModuleDiffers));
	let mut other = Job::new(main("")).with_input(b"input");
	other.input = Some(b"other".to_vec());
	assert_eq!(other.try_run().err(), Some(Failure::InputDiffers));
	other.input = None;
	assert_eq!(other.try_run().err(), Some(Failure::InputDiffers));
	let mut other = Job::new(main(""));
	other.input = Some(Vec::new());
	assert_eq!(other.try_run().err(), Some(Failure::InputDiffers));
	other.spec.input = Input::List(assay_primitives::task::InputList::of(&[]).0);
	assert_eq!(other.try_run().err(), Some(Failure::InputIsList));
	other.spec.profile = Default::default();
	assert_eq!(other.try_run().err(), Some(Failure::OtherProfile));
}
