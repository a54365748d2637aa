//! Tasks whose inputs are items of a list.

use crate::{Error, WeightInfo, mock::*};
use alloc::{vec, vec::Vec};
use assay_interpreter::execute;
use assay_primitives::{
	content::ContentRef,
	court::Unfit,
	outcome::{Class, Digest, Outcome},
	profile::Profile,
	task::{Input, InputList},
	traits::CaseTask,
};
use polkadot_sdk::{
	frame_support::dispatch::{DispatchErrorWithPostInfo, GetDispatchInfo, PostDispatchInfo},
	sp_runtime::DispatchError,
};

const INDEX: u32 = 1;

/// A case about one item, with all that a caller brings.
#[derive(Clone)]
struct Item {
	task: CaseTask,
	list: Vec<u8>,
	module: Vec<u8>,
	input: Option<Vec<u8>>,
}

impl Item {
	/// The second of three inputs of a program that tells how it ended by what it reads.
	fn new() -> Self {
		let inputs = [&b"one"[..], b"two", b"three"].map(ContentRef::of);
		let (inputs, list) = InputList::of(&inputs);
		Self::of(inputs, list, Some(b"two".to_vec()))
	}

	fn of(inputs: InputList, list: Vec<u8>, input: Option<Vec<u8>>) -> Self {
		let module = main(
			"(i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 16))
			 (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
			 (call $exit (i32.load8_u (i32.const 65)))",
		);
		let dispute =
			Dispute::new(module.clone()).with_spec(|spec| spec.input = Input::List(inputs));
		let task_hash = dispute.spec.hash_of(INDEX);
		Self { task: CaseTask { spec: dispute.spec, index: INDEX, task_hash }, list, module, input }
	}

	fn open(&self) {
		OpenCases::mutate(|cases| cases.insert(CASE, self.task.clone()));
	}

	fn call(&self) -> Result<PostDispatchInfo, DispatchErrorWithPostInfo> {
		let Self { task, list, module, input } = self.clone();
		let (origin, gas) = (RuntimeOrigin::signed(account()), task.spec.limits.gas);
		Court::adjudicate_item(origin, CASE, task.task_hash, gas, list, module, input)
	}

	fn refused(&self, error: Error<Test>) {
		self.open();
		let refused = self.call().expect_err("it is refused");
		assert_eq!(refused.error, DispatchError::from(error));
		assert_eq!((Rulings::get(), OpenCases::get().len()), (Vec::new(), 1));
	}
}

fn ruled(item: &Item) -> Digest {
	item.open();
	item.call().expect("it qualifies");
	Rulings::get().pop().expect("it is ruled").2
}

#[test]
fn adjudicate_item_should_rule_by_what_the_list_names_for_the_task() {
	build_and_execute(|| {
		let item = Item::new();
		let CaseTask { spec, task_hash, .. } = &item.task;
		let alone = spec.with_input(ContentRef::of(b"two"));
		let run = execute(&item.module, &alone, &Profile::BASE, item.input.clone());
		let outcome = run.expect("it runs").outcome;
		assert_eq!(outcome.class, Class::Exited(b'w'.into()));
		assert_eq!(ruled(&item), outcome.digest(task_hash));
	});
}

/// Whoever fetches what the task names as its list finds that it is none: no proof of an item may say otherwise.
#[test]
fn adjudicate_item_should_find_a_mismatch_when_the_list_is_not_what_was_committed_to() {
	let inputs = [&b"one"[..], b"two", b"three"].map(ContentRef::of);
	let (right, bytes) = InputList::of(&inputs);
	let (_, shorter) = InputList::of(&inputs[1..]);
	for list in [b"no list".to_vec(), shorter, [bytes, vec![0]].concat()] {
		build_and_execute(|| {
			let named = InputList { list: ContentRef::of(&list), ..right };
			let item = Item::of(named, list.clone(), None);
			let outcome = Outcome::of_no_run(Class::InputMismatch);
			assert_eq!(ruled(&item), outcome.digest(&item.task.task_hash));
		});
	}
}

/// Whoever runs such a task fetches no list, and finds the mismatch by its size.
#[test]
fn adjudicate_item_should_find_a_mismatch_when_the_list_can_be_none_by_its_size() {
	let (right, bytes) = InputList::of(&[&b"one"[..], b"two", b"three"].map(ContentRef::of));
	for size in [0, right.list.size - 1, right.list.size + 1] {
		build_and_execute(|| {
			let named = InputList { list: ContentRef { size, ..right.list }, ..right };
			let item = Item::of(named, bytes.clone(), None);
			let outcome = Outcome::of_no_run(Class::InputMismatch);
			assert_eq!(ruled(&item), outcome.digest(&item.task.task_hash));
		});
	}
}

#[test]
fn adjudicate_item_should_refuse_what_is_not_the_tasks_content() {
	build_and_execute(|| {
		let right = Item::new();
		let other = InputList::of(&[ContentRef::of(b"two"); 3]).1;
		Item { list: other, ..right.clone() }.refused(Error::ListDiffers);
		for input in [None, Some(b"one".to_vec())] {
			Item { input, ..right.clone() }.refused(Error::InputDiffers);
		}
		Item { module: main(""), ..right.clone() }.refused(Error::ModuleDiffers);
		let large = ContentRef { size: (2 << 20) + 1, ..ContentRef::of(b"two") };
		let (inputs, list) = InputList::of(&[large; 3]);
		Item::of(inputs, list, Some(b"two".to_vec())).refused(Unfit::InputBeyondCourt.into());
		right.open();
		right.call().expect("the right content");
	});
}

/// Each of the two calls is for its own kind of task.
#[test]
fn court_should_say_which_call_a_task_takes() {
	build_and_execute(|| {
		let item = Item::new();
		item.open();
		let (module, input) = (item.module.clone(), item.input.clone());
		let dispute = Dispute { spec: item.task.spec.clone(), max_gas: 1_000_000, module, input };
		let refused = dispute.call_for(item.task.task_hash).expect_err("it is one of a list");
		assert_eq!(refused.error, error(Unfit::InputIsList.into()));
		let alone = Dispute::new(item.module.clone()).with_input(b"two");
		let task = CaseTask { spec: alone.spec.clone(), index: 0, task_hash: alone.task_hash() };
		Item { task, ..item }.refused(Error::InputIsNoList);
	});
}

#[test]
fn item_should_weigh_its_list_beside_what_a_task_weighs() {
	build_and_execute(|| {
		let item = Item::new();
		let Item { task, list, module, input } = item.clone();
		let (length, of_list) = (module.len(), InputList::weight_of(list.len()));
		let (case, task_hash, max_gas) = (CASE, task.task_hash, task.spec.limits.gas);
		let call =
			crate::Call::<Test>::adjudicate_item { case, task_hash, max_gas, list, module, input };
		let before = call.get_dispatch_info().call_weight;
		assert_eq!(before, Court::worst(length, 3, max_gas) + of_list);
		assert!(before.all_lte(Court::weight_of(&task.spec)), "the item may be larger");
		item.open();
		let after = item.call().expect("it qualifies").actual_weight.expect("it is measured");
		assert!(after.all_lte(before) && after.all_gt(of_list), "{after:?} of {before:?}");
	});
}

/// Nobody looks at them, so whoever wants more of his fee back can make the call as long as he likes.
#[test]
fn item_should_need_nothing_of_what_is_brought_beside_what_the_task_names() {
	let inputs = [&b"one"[..], b"two", b"three"].map(ContentRef::of);
	let (right, _) = InputList::of(&inputs);
	let needed = |item: Item| {
		let mut needed = None;
		build_and_execute(|| {
			ruled(&item);
			needed = Needed::get().pop();
		});
		needed.expect("it is ruled")
	};
	let whole = Item::new();
	let length = whole.list.len() + whole.module.len() + 3;
	assert_eq!(needed(whole).1, length as u64);
	let (_, other) = InputList::of(&[ContentRef::of(b"four"); 3]);
	let length = other.len();
	let no_list = InputList { list: ContentRef::of(&other), ..right };
	let by_size = InputList { list: ContentRef { size: 0, ..right.list }, ..right };
	for (named, list, length) in [(no_list, other, length), (by_size, vec![0; 90_000], 0)] {
		let item = Item::of(named, list, None);
		let long = Item { module: vec![0; 500_000], input: Some(vec![0; 500_000]), ..item };
		let (weight, bytes) = needed(long);
		assert_eq!(bytes, length as u64);
		assert_eq!(weight, TestWeights::refuse() + InputList::weight_of(length));
	}
}
