use super::*;
use assay_primitives::seal::Seal;

/// An item of a batch.
fn sealing(task: TaskId, provider: &AccountId, outcome: Outcome) -> (TaskId, Hash, Seal) {
	(task, spec_hash(task), seal(task, provider, outcome))
}

/// Each item names its task; those whose number is the same task's still are sealed.
#[test]
fn commit_many_should_refuse_the_items_that_name_other_tasks() {
	build_and_execute(|| {
		let tasks: Vec<_> = (0..3).map(|_| open_and_draw(1, 1, 1).0).collect();
		let mut items: Vec<_> =
			tasks.iter().map(|task| sealing(*task, &stash(0), good())).collect();
		items[1].1 = Hash::zero();
		let call = Call::commit_many { items: BoundedVec::truncate_from(items) };
		assert!(dispatch(&operator(0), call).is_ok());
		let error = Error::<Test>::TaskMismatch.into();
		System::assert_has_event(Event::ItemFailed { index: 1, error }.into());
		assert_eq!(replica(tasks[1], &stash(0)), ReplicaState::Drawn);
		for at in [0, 2] {
			assert!(matches!(replica(tasks[at], &stash(0)), ReplicaState::Sealed(_)));
		}
	});
}

/// One bad item must not sink the rest, and leaves nothing behind.
#[test]
fn commit_many_should_do_the_others_when_one_item_fails() {
	build_and_execute(|| {
		let tasks: Vec<_> = (0..4).map(|_| open(1, 1, 1)).collect();
		pass(4);
		let mut items: Vec<_> =
			tasks.iter().map(|task| sealing(*task, &stash(0), good())).collect();
		items[2].0.deal = 77;
		let info =
			dispatch(&operator(0), Call::commit_many { items: BoundedVec::truncate_from(items) })
				.expect("a batch does not fail");
		for at in [0, 1, 3] {
			assert!(matches!(replica(tasks[at], &stash(0)), ReplicaState::Sealed(_)));
		}
		let error = Error::<Test>::TaskNotFound.into();
		System::assert_has_event(Event::ItemFailed { index: 2, error }.into());
		let most = Deals::worst_commit().saturating_mul(4);
		assert!(info.actual_weight.expect("it is refunded").all_lte(most));
	});
}

/// An item that draws and then fails must not leave the draw behind without the rest.
#[test]
fn commit_many_should_undo_an_item_as_a_whole() {
	build_and_execute(|| {
		let task = open(1, 1, 3);
		pass(4);
		let chosen = Deals::draw_view(task).expect("known").drawn[0] as u8;
		let other = (chosen + 1) % 3;
		let items = vec![sealing(task, &stash(other), good())];
		let call = Call::commit_many { items: BoundedVec::truncate_from(items) };
		assert!(dispatch(&operator(other), call).is_ok());
		let error = Error::<Test>::NotDrawn.into();
		System::assert_has_event(Event::ItemFailed { index: 0, error }.into());
		assert!(!Draws::<Test>::contains_key(task));
	});
}

#[test]
fn reveal_many_should_settle_what_it_can_when_one_item_fails() {
	build_and_execute(|| {
		let tasks: Vec<_> = (0..3).map(|_| open_and_draw(1, 1, 1).0).collect();
		for task in &tasks {
			commit(*task, &stash(0), good());
		}
		let mut items: Vec<_> =
			tasks.iter().map(|task| (*task, opening(*task, &stash(0), good()))).collect();
		items[0].1.salt = [0; 32];
		let call = Call::reveal_many { items: BoundedVec::truncate_from(items) };
		let info = dispatch(&operator(0), call).expect("a batch does not fail");
		let error = Error::<Test>::SealMismatch.into();
		System::assert_has_event(Event::ItemFailed { index: 0, error }.into());
		assert!(live(tasks[0]).is_some());
		for task in &tasks[1..] {
			assert_eq!(ended(*task).ending, Ending::Settled(good()));
		}
		let most = Deals::worst_reveal().saturating_mul(3);
		assert!(info.actual_weight.expect("it is refunded").all_lte(most));
	});
}

/// The same item twice: the second one fails like a second call would.
#[test]
fn commit_many_should_refuse_a_repeated_item() {
	build_and_execute(|| {
		let (task, _) = open_and_draw(2, 2, 2);
		let item = sealing(task, &stash(0), good());
		let call = Call::commit_many { items: BoundedVec::truncate_from(vec![item, item]) };
		assert!(dispatch(&operator(0), call).is_ok());
		let error = Error::<Test>::ReplicaNotOpen.into();
		System::assert_last_event(Event::ItemFailed { index: 1, error }.into());
	});
}
