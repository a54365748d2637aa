//! Calls that a client has made at the end of its tasks.

use super::*;
use assay_primitives::{deal::CallbackResult, task::DealId};
use codec::Decode;
use frame_support::traits::fungible::InspectHold;
use sp_runtime::traits::Hash as _;

const REWARD: Balance = 50;

/// Everything of a call but the bytes that the chain appends.
fn prefix(call: RuntimeCall) -> CallbackBytes {
	let bytes = call.encode();
	let kept = bytes.len() - CallbackResult::BYTES;
	BoundedVec::try_from(bytes[..kept].to_vec()).expect("short")
}

/// A remark that consists of what the chain appends.
fn remark() -> CallbackBytes {
	prefix(frame_system::Call::remark_with_event { remark: vec![0; CallbackResult::BYTES] }.into())
}

/// A whole call, after which nothing can be appended.
fn pay(to: AccountId, value: Balance) -> CallbackBytes {
	let pay = pallet_balances::Call::<Test>::transfer_keep_alive { dest: to, value };
	let whole: RuntimeCall = pay.into();
	BoundedVec::try_from(whole.encode()).expect("short")
}

fn setting(deal: DealId, call: CallbackBytes, reward: Balance) -> Call<Test> {
	Call::set_callback { deal, task_hash: spec_hash(single(deal)), call, reward }
}

fn try_set(who: &AccountId, deal: DealId, call: CallbackBytes) -> Result<(), DispatchError> {
	dispatch(who, setting(deal, call, REWARD)).map(|_| ())
}

fn try_call_back(by: &AccountId, task: TaskId) -> Result<(), DispatchError> {
	dispatch(by, Call::call_back { task }).map(|_| ())
}

fn reserved(who: &AccountId) -> Balance {
	Balances::balance_on_hold(&HoldReason::Callback.into(), who)
}

/// Opens a deal with a callback, and settles its task.
fn settled(call: CallbackBytes) -> TaskId {
	let (task, replicas) = open_and_draw(3, 2, 3);
	assert_ok!(try_set(&CLIENT, task.deal, call));
	run_wave(task, &replicas, &[good(), good(), good()]);
	task
}

fn told() -> Vec<(AccountId, CallbackResult)> {
	System::events()
		.into_iter()
		.filter_map(|record| match record.event {
			RuntimeEvent::System(frame_system::Event::Remarked { sender, hash }) => {
				Some((sender, hash))
			},
			_ => None,
		})
		.map(|(sender, hash)| {
			let task = TaskId { deal: 0, index: 0 };
			let ending = ended(task).ending;
			let told = CallbackResult::of(task, &spec_hash(task), &ending);
			let expected = sp_runtime::traits::BlakeTwo256::hash(&told.encode());
			assert_eq!(hash, expected, "the chain told what it settled");
			(sender, told)
		})
		.collect()
}

/// PoCo lets whoever finalises bring the data, and checks its hash. Here the chain writes it itself, so
/// it can't be anything else; and where no callback is set none is made.
#[test]
fn deal_13_call_back_should_tell_what_the_chain_settled_and_nothing_else() {
	build_and_execute(|| {
		let task = settled(remark());
		assert_ok!(try_call_back(&STRANGER, task));
		let [(sender, told)] = &told()[..] else { panic!("one remark") };
		assert_eq!(*sender, CLIENT, "in the name of the client");
		assert_eq!((told.task, told.digest), (task, digest_of(task, good())));
		assert_eq!((told.settled, told.class, told.code), (true, 0, 0));
		let (other, replicas) = open_and_draw(1, 1, 1);
		run_wave(other, &replicas, &[good()]);
		assert_noop!(try_call_back(&STRANGER, other), Error::<Test>::CallbackNotFound);
	});
}

#[test]
fn call_back_should_tell_of_a_failure_too() {
	build_and_execute(|| {
		let (task, _) = open_and_draw(3, 2, 3);
		assert_ok!(try_set(&CLIENT, task.deal, remark()));
		pass(T);
		poke(task);
		assert_ok!(try_call_back(&STRANGER, task));
		let [(_, told)] = &told()[..] else { panic!("one remark") };
		let cause = FailCause::NoDelivery.encode()[0];
		assert_eq!((told.settled, told.class), (false, cause));
		assert!(told.digest.is_zero());
	});
}

#[test]
fn call_back_should_be_made_once_and_paid_to_whoever_sends_it() {
	build_and_execute(|| {
		let before = (worth(&CLIENT), worth(&STRANGER));
		let task = settled(remark());
		let held = reserved(&CLIENT);
		assert!(held > REWARD, "reward and deposit are held");
		assert_ok!(try_call_back(&STRANGER, task));
		assert_eq!(worth(&STRANGER), before.1 + REWARD);
		assert_eq!(reserved(&CLIENT), held - REWARD);
		assert_noop!(try_call_back(&STRANGER, task), Error::<Test>::AlreadyCalledBack);
		pass(50);
		assert_ok!(dispatch(&STRANGER, Call::prune { task }));
		assert_eq!(reserved(&CLIENT), 0, "the deposit is back");
		assert_eq!(before.0 - worth(&CLIENT), REWARD + 3 * P + 3 * P / 100);
		assert_noop!(try_call_back(&STRANGER, task), Error::<Test>::CallbackNotFound);
		assert_eq!(crate::CalledBack::<Test>::iter().count(), 0);
	});
}

#[test]
fn reward_should_stay_with_the_client_when_it_calls_itself_or_nobody_does() {
	build_and_execute(|| {
		let task = settled(remark());
		assert_ok!(try_call_back(&CLIENT, task));
		let before = worth(&CLIENT);
		pass(50);
		assert_ok!(dispatch(&STRANGER, Call::prune { task }));
		assert_eq!((reserved(&CLIENT), worth(&CLIENT)), (0, before));
		let (task, _) = open_and_draw(1, 1, 1);
		assert_ok!(try_set(&CLIENT, task.deal, remark()));
		pass(T);
		poke(task);
		pass(50);
		assert_ok!(dispatch(&STRANGER, Call::prune { task }));
		assert_eq!(reserved(&CLIENT), 0);
	});
}

#[test]
fn call_back_should_pay_and_tell_when_the_call_fails() {
	build_and_execute(|| {
		let task = settled(remark());
		// The chain has changed meanwhile, so that what was a call is none any more.
		crate::Callbacks::<Test>::mutate(task.deal, |callback| {
			let callback = callback.as_mut().expect("set");
			callback.call = BoundedVec::truncate_from(vec![0xff; callback.call.len()]);
		});
		let before = worth(&STRANGER);
		assert_ok!(try_call_back(&STRANGER, task));
		assert_eq!(worth(&STRANGER), before + REWARD);
		let result = Err(Error::<Test>::CallbackUndecodable.into());
		let by = STRANGER;
		System::assert_last_event(Event::CalledBack { task, by, reward: REWARD, result }.into());
		assert_eq!(ended(task).paid, 3 * P + 3 * P / 100, "the settlement stands");
	});
}

/// What is called is whatever a client could sign, and no more.
#[test]
fn call_back_should_undo_a_call_that_fails_and_not_itself() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(1, 1, 1);
		// Of another's deal: the client may not.
		let other = open_deal(&SECOND_CLIENT, request(1, 1), candidates(1)).expect("in order");
		let bytes = [RuntimeCall::Deals(Call::set_callback {
			deal: other,
			task_hash: spec_hash(single(other)),
			call: BoundedVec::truncate_from(vec![0; CallbackResult::BYTES - 16]),
			reward: 0,
		})
		.encode()]
		.concat();
		// The appended bytes stand for the last of the inner call's bytes and for its reward.
		let call = BoundedVec::try_from(bytes[..bytes.len() - CallbackResult::BYTES].to_vec());
		assert_ok!(try_set(&CLIENT, task.deal, call.expect("short")));
		run_wave(task, &replicas, &[good()]);
		assert_ok!(try_call_back(&STRANGER, task));
		let result = Err(Error::<Test>::NotClient.into());
		let by = STRANGER;
		System::assert_last_event(Event::CalledBack { task, by, reward: REWARD, result }.into());
		assert!(!crate::Callbacks::<Test>::contains_key(other));
	});
}

#[test]
fn set_callback_should_fail_when_it_is_no_call_or_too_heavy() {
	build_and_execute(|| {
		let deal = open(1, 1, 1).deal;
		for bytes in [vec![], vec![0xff], vec![0, 0], pay(STRANGER, 1).to_vec()] {
			let call = BoundedVec::truncate_from(bytes);
			assert_noop!(try_set(&CLIENT, deal, call), Error::<Test>::CallbackUndecodable);
		}
		MaxCallbackWeight::set(frame_support::weights::Weight::from_parts(1, 0));
		assert_noop!(try_set(&CLIENT, deal, remark()), Error::<Test>::CallbackTooHeavy);
		let reward = REWARD - 1;
		let cheap = setting(deal, remark(), reward);
		assert_noop!(dispatch(&CLIENT, cheap), Error::<Test>::RewardTooSmall);
	});
}

/// The client has another deal of that number on another fork.
#[test]
fn set_callback_should_fail_when_it_names_another_task_than_the_deals_first() {
	build_and_execute(|| {
		let deal = open(1, 1, 1).deal;
		let (task_hash, call) = (Default::default(), remark());
		let call = Call::set_callback { deal, task_hash, call, reward: REWARD };
		assert_noop!(dispatch(&CLIENT, call), Error::<Test>::TaskMismatch);
		assert_ok!(try_set(&CLIENT, deal, remark()));
	});
}

/// Else a chain of callbacks could make a block as heavy as it likes.
#[test]
fn callback_should_never_be_able_to_send_another() {
	build_and_execute(|| {
		let most = MaxCallbackWeight::get();
		assert!(Deals::worst_call_back().any_gt(most));
	});
}

#[test]
fn set_callback_should_fail_when_it_is_not_the_clients_or_late_or_twice_or_unpaid() {
	build_and_execute(|| {
		let (task, replicas) = open_and_draw(1, 1, 1);
		let deal = task.deal;
		assert_noop!(try_set(&STRANGER, deal, remark()), Error::<Test>::NotClient);
		assert_noop!(try_set(&CLIENT, 7, remark()), Error::<Test>::DealNotFound);
		let dear = setting(deal, remark(), Balance::MAX);
		assert_noop!(dispatch(&CLIENT, dear), Error::<Test>::AmountOverflow);
		let dear = setting(deal, remark(), RICH);
		assert_noop!(dispatch(&CLIENT, dear), Error::<Test>::ClientCannotPay);
		assert_ok!(try_set(&CLIENT, deal, remark()));
		assert_noop!(try_set(&CLIENT, deal, remark()), Error::<Test>::CallbackExists);
		assert_noop!(try_call_back(&STRANGER, task), Error::<Test>::TaskNotEnded);
		run_wave(task, &replicas, &[good()]);
		let (late, replicas) = open_and_draw(1, 1, 1);
		run_wave(late, &replicas, &[good()]);
		assert_noop!(try_set(&CLIENT, late.deal, remark()), Error::<Test>::TaskEnded);
	});
}

#[test]
fn every_task_of_a_bag_should_be_called_back_once() {
	build_and_execute(|| {
		let deal = Deals::open(bag(3, 1, 1, 1)).expect("in order");
		assert_ok!(try_set(&CLIENT, deal, remark()));
		let held = reserved(&CLIENT);
		pass(4);
		for index in 0..3 {
			let task = TaskId { deal, index };
			poke(task);
			let replicas = drawn(task, 0);
			run_wave(task, &replicas, &[good()]);
			assert_ok!(try_call_back(&STRANGER, task));
			assert_noop!(try_call_back(&STRANGER, task), Error::<Test>::AlreadyCalledBack);
			check_everything();
		}
		assert_eq!(held - reserved(&CLIENT), 3 * REWARD);
	});
}

/// The reward is a movement of money like any other.
#[test]
fn reward_should_go_back_when_the_sender_cannot_receive_it() {
	build_and_execute(|| {
		let task = settled(remark());
		crate::Callbacks::<Test>::mutate(task.deal, |callback| {
			callback.as_mut().expect("set").reward = ED - 1;
		});
		let nobody = account(199);
		let before = reserved(&CLIENT);
		// Its deposit has grown by what was taken from the reward, for the books to be right.
		crate::Callbacks::<Test>::mutate(task.deal, |callback| {
			callback.as_mut().expect("set").deposit += REWARD - (ED - 1);
		});
		assert_ok!(Deals::call_back(RuntimeOrigin::signed(nobody.clone()), task));
		assert_eq!(worth(&nobody), 0);
		assert_eq!(reserved(&CLIENT), before - (ED - 1));
	});
}

#[test]
fn result_should_decode_to_what_was_encoded() {
	build_and_execute(|| {
		let task = settled(remark());
		let told = CallbackResult::of(task, &spec_hash(task), &ended(task).ending);
		assert_eq!(CallbackResult::decode(&mut &told.encode()[..]), Ok(told));
	});
}
