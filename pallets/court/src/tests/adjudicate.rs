//! Every end of a program is a ruling.

use crate::{Error, Event, mock::*};
use alloc::{format, vec, vec::Vec};
use assay_interpreter::execute;
use assay_primitives::{
	content::{BLOCK_SIZE, ContentRef, Layout},
	outcome::Class,
	profile::Profile,
	task::Input,
};

/// Takes it to court and compares the ruling with what the interpreter says outside.
fn ruled(dispute: &Dispute) -> Class {
	let mut class = None;
	build_and_execute(|| {
		let profile = Profile::by_id(&dispute.spec.profile).expect("a known one");
		let outcome = execute(&dispute.module, &dispute.spec, &profile, dispute.input.clone());
		let outcome = outcome.expect("it runs");
		let outcome = outcome.outcome;
		dispute.adjudicate().expect("it qualifies");
		let digest = outcome.digest(&dispute.task_hash());
		assert_eq!(Rulings::get(), vec![(CASE, account(), digest)]);
		let event = Event::Ruled {
			case: CASE,
			by: account(),
			digest,
			class: outcome.class,
			gas_used: outcome.gas_used,
		};
		assert_eq!(events(), vec![event]);
		class = Some(outcome.class);
	});
	class.expect("it was ruled")
}

#[test]
fn adjudicate_should_rule_when_a_program_ends_in_any_way() {
	for (body, class) in [
		("", Class::Exited(0)),
		("(call $exit (i32.const 42))", Class::Exited(42)),
		("unreachable", Class::Trapped),
		("(loop (br 0))", Class::OutOfGas),
		(
			"(i32.store (i32.const 4) (i32.const 60000))
			 (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))",
			Class::OutputLimit,
		),
	] {
		for profile in Profile::EXECUTABLE {
			let dispute = Dispute::new(main(body)).with_spec(|spec| spec.profile = profile.id());
			assert_eq!(ruled(&dispute), class, "{body}");
		}
	}
	let deep = program("(func $f (call $f)) (func (export \"_start\") (call $f))");
	assert_eq!(ruled(&Dispute::new(deep)), Class::StackExhausted);
}

#[test]
fn adjudicate_should_find_another_outcome_when_a_stopped_program_had_another_memory() {
	let outcome = |value: u32, profile: Profile| {
		let body = format!("(i32.store (i32.const 0) (i32.const {value})) (loop (br 0))");
		let dispute = Dispute::new(main(&body)).with_spec(|spec| spec.profile = profile.id());
		let run = execute(&dispute.module, &dispute.spec, &profile, None).expect("it runs");
		assert_eq!(ruled(&dispute), Class::OutOfGas);
		run.outcome
	};
	assert_eq!(outcome(1, Profile::SIMD), outcome(2, Profile::SIMD));
	assert_ne!(outcome(1, Profile::DRAFT), outcome(2, Profile::DRAFT));
}

#[test]
fn adjudicate_should_rule_that_the_input_is_none_when_it_says_that_it_is_a_tree() {
	let dispute = Dispute::new(main("")).with_input(b"assay-tree/1\nand nothing else");
	assert_eq!(ruled(&dispute), Class::Exited(0));
	let draft = dispute.with_spec(|spec| spec.profile = Profile::DRAFT.id());
	assert_eq!(ruled(&draft), Class::InputMismatch);
}

/// What an interpreter that translates could refuse.
#[test]
fn adjudicate_should_rule_when_functions_are_as_large_as_they_may_be() {
	// As many pieces as there may be, of four bytes each.
	let body = "(br_if 0 (i32.const 0)) ".repeat(8_000);
	let fields: Vec<_> = (0..30).map(|i| format!("(func $f{i} {body})")).collect();
	let calls: Vec<_> = (0..30).map(|i| format!("(call $f{i})")).collect();
	let start = format!("(func (export \"_start\") {})", calls.concat());
	let module = program(&format!("{} {start}", fields.concat()));
	assert_eq!(ruled(&Dispute::new(module)), Class::Exited(0));
	// As many locals and operands as there are slots.
	let (locals, operands) = ("i32 ".repeat(2_000), 62_000);
	let (pushes, drops) = ("i32.const 0 ".repeat(operands), "drop ".repeat(operands));
	let module = main(&format!("(local {locals}) {pushes} {drops}"));
	assert_eq!(ruled(&Dispute::new(module)), Class::Exited(0));
}

#[test]
fn adjudicate_should_rule_when_nothing_can_run() {
	let simd = main("(drop (i64x2.splat (i64.const 1)))");
	for module in [b"not a module".to_vec(), Vec::new(), simd] {
		assert_eq!(ruled(&Dispute::new(module)), Class::ModuleInvalid);
	}
	let right = ContentRef::of(b"input");
	let wrong_size = Input::Blob(ContentRef { size: 4, ..right });
	let dispute =
		Dispute::new(main("")).with_input(b"input").with_spec(|spec| spec.input = wrong_size);
	assert_eq!(ruled(&dispute), Class::InputMismatch);
}

/// Both have one hash. Whoever brought the node was told that the input had another size than the task says.
#[test]
fn adjudicate_should_refuse_the_node_for_the_content_above_it_and_the_content_for_its_node() {
	const BLOCK: usize = BLOCK_SIZE;
	for len in [BLOCK + 1, BLOCK + BLOCK / 4, 2 * BLOCK - 1, 2 * BLOCK] {
		let content: Vec<u8> = (0..len).map(|at| (at % 251) as u8).collect();
		let node = Layout::of(&content).node.expect("it is longer than a block");
		for (named, brought) in [(&content, &node), (&node, &content)] {
			let right = Dispute::new(main("")).with_input(named);
			assert_eq!(ruled(&right), Class::Exited(0));
			let other = Dispute { input: Some(brought.clone()), ..right };
			build_and_execute(|| {
				other.refused(error(Error::InputDiffers));
			});
		}
	}
}

#[test]
fn adjudicate_should_read_the_input_and_tell_outputs_apart_when_there_are_some() {
	let echo = main(
		"(i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 512))
		 (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 4)))
		 (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))",
	);
	let digest = |input: &[u8]| {
		let mut digest = None;
		build_and_execute(|| {
			Dispute::new(echo.clone()).with_input(input).adjudicate().expect("it qualifies");
			digest = Rulings::get().pop().map(|(_, _, digest)| digest);
		});
		digest.expect("it was ruled")
	};
	assert_ne!(digest(b"one"), digest(b"two"));
	assert_eq!(digest(b"one"), digest(b"one"));
	assert_eq!(ruled(&Dispute::new(echo.clone()).with_input(b"")), Class::Exited(0));
}

#[test]
fn adjudicate_should_bind_the_digest_to_the_task_of_the_case() {
	// The hash comes from the case, not from the specification.
	build_and_execute(|| {
		let dispute = Dispute::new(main(""));
		let other = assay_primitives::Hash::repeat_byte(9);
		dispute.open();
		OpenCases::mutate(|cases| {
			cases.get_mut(&CASE).expect("it is open").task_hash = other;
		});
		dispute.call_for(other).expect("it qualifies");
		let outcome =
			execute(&dispute.module, &dispute.spec, &Profile::BASE, None).expect("it runs");
		assert_eq!(Rulings::get()[0].2, outcome.outcome.digest(&other));
	});
}

#[test]
fn adjudicate_should_take_the_largest_case_when_everything_is_at_its_limit() {
	build_and_execute(|| {
		// A passive segment fills the module up to the last byte.
		let filled = |length: usize| {
			let fill = "x".repeat(length);
			program(&format!("(func (export \"_start\") (loop (br 0))) (data \"{fill}\")"))
		};
		let over = filled(1 << 20).len() - (1 << 20);
		let module = filled((1 << 20) - over);
		assert_eq!(module.len(), 1 << 20);
		let input = vec![7; 2 << 20];
		let mut dispute = Dispute::new(module).with_input(&input).with_spec(|spec| {
			spec.limits.gas = MAX_GAS;
			spec.limits.memory_pages = 256;
			spec.limits.output_bytes = 64 << 10;
		});
		dispute.max_gas = MAX_GAS;
		dispute.adjudicate().expect("it qualifies");
		assert!(matches!(
			events()[..],
			[Event::Ruled { class: Class::OutOfGas, gas_used: MAX_GAS, .. }]
		));
	});
}

#[test]
fn adjudicate_should_find_no_case_when_it_has_ruled_already() {
	build_and_execute(|| {
		let dispute = Dispute::new(main(""));
		dispute.adjudicate().expect("it qualifies");
		let again = dispute.call().expect_err("the case is closed");
		assert_eq!(again.error, error(crate::Error::CaseNotFound));
	});
}
