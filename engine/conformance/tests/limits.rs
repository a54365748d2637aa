//! Modules with as much as the profile admits, on all executors. `examples/limits.rs` runs all pairs.

use assay_conformance::{
	differential::{Executor, Job, Verdict, compare, deep},
	limits::{SHAPES, Shape, module, most},
};
use assay_primitives::{outcome::Class, profile::Profile};

fn run(executors: &[Executor], parts: &[(Shape, u64)]) {
	let names: Vec<_> = parts.iter().map(|(shape, amount)| (shape.bound, *amount)).collect();
	for profile in [Profile::BASE, Profile::DRAFT] {
		let job = Job::new(module(parts), profile);
		match deep(|| compare(executors, &job)) {
			Verdict::Ran(ran) => assert_eq!(ran.class, Class::Exited(0), "{names:?}"),
			other => panic!("{names:?}: {other:?}"),
		}
	}
}

#[test]
fn executors_should_agree_when_a_module_has_as_much_as_the_profile_admits() {
	let executors = Executor::swift();
	for shape in SHAPES {
		let (amount, refusal) = most(&Profile::BASE, shape, &[]).expect("one is admitted");
		let refusal = refusal.expect("the next is not");
		assert!(shape.refused(&refusal), "{:?} {amount}: {refusal}", shape.bound);
		run(&executors, &[(shape, amount)]);
	}
}
