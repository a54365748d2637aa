//! The court's bounds against the block's.

use crate::mock::*;
use assay_primitives::{
	court::{Judge, Unfit},
	outcome::Class,
};

#[test]
fn judge_should_answer_as_the_call_does_when_asked_directly() {
	build_and_execute(|| {
		let dispute = Dispute::new(main("(call $exit (i32.const 3))"));
		let outcome = Court::judge(&dispute.spec, &dispute.module, None).expect("it qualifies");
		assert_eq!(outcome.class, Class::Exited(3));
		dispute.adjudicate().expect("it qualifies");
		assert_eq!(Rulings::get()[0].2, outcome.digest(&dispute.task_hash()));
	});
}

#[test]
fn nothing_should_qualify_when_there_is_no_court() {
	let dispute = Dispute::new(main(""));
	assert_eq!(<() as Judge>::qualifies(&dispute.spec), Err(Unfit::NoCourt));
}
