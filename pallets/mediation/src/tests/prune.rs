use super::*;
use frame_support::{traits::Hooks, weights::Weight};

fn closed(deal: u64) -> CaseId {
	let case = open(deal);
	vote(case, 0);
	expire(case);
	case
}

#[test]
fn prune_should_remove_everything_when_the_case_was_kept_long_enough() {
	build_and_execute(3, || {
		let case = closed(1);
		pass(RETAIN);
		assert_ok!(Mediation::prune(signed(STRANGER), case));
		assert!(Mediation::case_view(case).is_none());
		assert_eq!(Rounds::<Test>::iter().count(), 0);
		assert_eq!(CaseTermsOf::<Test>::iter().count(), 0);
		assert!(emitted(Event::CasePruned { case }));
		assert_noop!(Mediation::prune(signed(STRANGER), case), Error::<Test>::CaseNotFound);
	});
}

#[test]
fn prune_should_be_refused_when_the_case_is_open_or_fresh() {
	build_and_execute(3, || {
		let case = open(1);
		let early = Error::<Test>::RetentionNotElapsed;
		assert_noop!(Mediation::prune(signed(STRANGER), case), early);
		vote(case, 0);
		expire(case);
		pass(RETAIN - 1);
		assert_noop!(Mediation::prune(signed(STRANGER), case), Error::<Test>::RetentionNotElapsed);
	});
}

#[test]
fn idle_blocks_should_prune_by_themselves() {
	build_and_execute(9, || {
		let closed: Vec<CaseId> = (0..6).map(closed).collect();
		assert_eq!(PruneQueue::<Test>::iter().count(), closed.len());
		pass(RETAIN);
		for _ in 0..3 {
			Mediation::on_idle(System::block_number(), Weight::MAX);
		}
		assert_eq!(Cases::<Test>::iter().count(), 0);
		assert_eq!(PruneQueue::<Test>::iter().count(), 0);
	});
}
