//! What the court refuses, with the name of the reason, and that nothing changes.

use crate::{Error, mock::*};
use alloc::{vec, vec::Vec};
use assay_primitives::{
	Hash,
	content::ContentRef,
	court::Unfit,
	task::{Input, InputList, TaskSpec},
};
use polkadot_sdk::sp_runtime::DispatchError;

/// A specification that does not qualify is refused for that reason, by the view as by the call.
fn unfit(change: impl FnOnce(&mut TaskSpec), reason: Unfit) {
	let dispute = Dispute { max_gas: u64::MAX, ..Dispute::new(main("")).with_spec(change) };
	build_and_execute(|| {
		assert_eq!(Court::qualifies(&dispute.spec), Err(reason));
		let weight = dispute.refused(error(Error::from(reason)));
		assert_eq!(weight, Some(<() as crate::WeightInfo>::refuse()));
	});
}

#[test]
fn adjudicate_should_refuse_when_the_task_is_beyond_the_court() {
	unfit(|spec| spec.limits.gas = MAX_GAS + 1, Unfit::GasBeyondCourt);
	unfit(|spec| spec.limits.gas = u64::MAX, Unfit::GasBeyondCourt);
	unfit(|spec| spec.limits.memory_pages = 257, Unfit::MemoryBeyondCourt);
	unfit(|spec| spec.module.size = (1 << 20) + 1, Unfit::ModuleBeyondCourt);
	unfit(|spec| spec.limits.output_bytes = (64 << 10) + 1, Unfit::OutputBeyondCourt);
	unfit(|spec| spec.profile = Hash::repeat_byte(3), Unfit::ProfileUnknown);
	let long = InputList::of(&vec![ContentRef::of(b""); 1_025]).0;
	unfit(|spec| spec.input = Input::List(long), Unfit::InputBeyondCourt);
	let large = ContentRef { size: (2 << 20) + 1, ..ContentRef::of(b"") };
	unfit(|spec| spec.input = Input::Blob(large), Unfit::InputBeyondCourt);
}

#[test]
fn task_should_qualify_when_it_is_exactly_at_the_limits() {
	let at_limits = |spec: &mut TaskSpec| {
		spec.limits.gas = MAX_GAS;
		spec.limits.memory_pages = 256;
		spec.limits.output_bytes = 64 << 10;
		spec.module.size = 1 << 20;
		spec.input = Input::Blob(ContentRef { size: 2 << 20, ..ContentRef::of(b"") });
	};
	let spec = Dispute::new(main("")).with_spec(at_limits).spec;
	build_and_execute(|| assert_eq!(Court::qualifies(&spec), Ok(())));
}

#[test]
fn adjudicate_should_refuse_when_the_profile_is_retired() {
	build_and_execute(|| {
		let dispute = Dispute::new(main(""));
		Retired::set(true);
		assert_eq!(Court::qualifies(&dispute.spec), Err(Unfit::ProfileRetired));
		dispute.refused(error(Unfit::ProfileRetired.into()));
		Retired::set(false);
		dispute.call().expect("it qualifies again");
	});
}

#[test]
fn adjudicate_should_refuse_when_there_is_no_such_case() {
	build_and_execute(|| {
		let result = Dispute::new(main("")).call().expect_err("there is none");
		assert_eq!(result.error, error(Error::CaseNotFound));
	});
}

#[test]
fn adjudicate_should_refuse_when_less_gas_is_paid_for_than_may_be_used() {
	build_and_execute(|| {
		let mut dispute = Dispute::new(main(""));
		dispute.max_gas = dispute.spec.limits.gas - 1;
		dispute.refused(error(Error::GasUnderstated));
		dispute.max_gas += 1;
		dispute.call().expect("it is enough");
	});
}

#[test]
fn adjudicate_should_refuse_when_the_module_is_another() {
	build_and_execute(|| {
		let right = Dispute::new(main(""));
		for module in [main("unreachable"), Vec::new(), vec![0; 3 << 20]] {
			Dispute { module, ..right.clone() }.refused(error(Error::ModuleDiffers));
		}
		let mut same_length = right.module.clone();
		*same_length.last_mut().expect("not empty") ^= 1;
		Dispute { module: same_length, ..right.clone() }.refused(error(Error::ModuleDiffers));
		// The right bytes under a wrong size are no ruling either: a module has no such outcome.
		let sized = right.clone().with_spec(|spec| spec.module.size += 1);
		sized.refused(error(Error::ModuleDiffers));
	});
}

#[test]
fn adjudicate_should_refuse_when_the_input_is_another() {
	build_and_execute(|| {
		let right = Dispute::new(main("")).with_input(b"input");
		for input in [None, Some(Vec::new()), Some(b"other".to_vec())] {
			Dispute { input, ..right.clone() }.refused(error(Error::InputDiffers));
		}
		let long = Dispute { input: Some(vec![0; (2 << 20) + 1]), ..right.clone() };
		long.refused(error(Unfit::InputBeyondCourt.into()));
		let none = Dispute { input: Some(Vec::new()), ..Dispute::new(main("")) };
		none.refused(error(Error::InputDiffers));
	});
}

#[test]
fn adjudicate_should_change_nothing_when_the_ruling_is_not_taken() {
	build_and_execute(|| {
		let reason = DispatchError::Other("too late");
		Refusal::set(Some(reason));
		let weight = Dispute::new(main("")).refused(reason);
		let run = Court::charge(Dispute::new(main("")).module.len(), 0, 65_536);
		assert_eq!(weight, Some(run + WORST_RULING), "run and ruling are paid for");
	});
}

/// What is brought is good for any case about the same program. Nothing is run for a case that the
/// caller did not mean, and nothing is paid for but the look.
#[test]
fn adjudicate_should_refuse_when_the_case_is_about_another_task() {
	build_and_execute(|| {
		let dispute = Dispute::new(main(""));
		dispute.open();
		let refused = dispute.call_for(Hash::repeat_byte(4)).expect_err("it names another task");
		assert_eq!(refused.error, error(Error::CaseMismatch));
		assert_eq!(refused.post_info.actual_weight, Some(<() as crate::WeightInfo>::refuse()));
		assert_eq!((Rulings::get(), OpenCases::get().len()), (Vec::new(), 1));
		assert!(dispute.call().is_ok());
	});
}

#[test]
fn adjudicate_should_refuse_when_nobody_signed() {
	build_and_execute(|| {
		let (root, task) = (RuntimeOrigin::root(), Hash::zero());
		let result = Court::adjudicate(root, CASE, task, 1, Vec::new(), None);
		assert_eq!(result.expect_err("nobody pays").error, DispatchError::BadOrigin);
	});
}
