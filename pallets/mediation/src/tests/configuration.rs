use super::*;
use frame_support::traits::Hooks;

#[test]
fn configuration_should_be_accepted_when_eras_outlast_tickets() {
	build_and_execute(0, Mediation::integrity_test);
}

#[test]
#[should_panic(expected = "the pool could change under a draw")]
fn configuration_should_be_refused_when_eras_are_shorter_than_tickets() {
	JoinDelay::set(SEED_SPAN);
	Mediation::integrity_test();
}

#[test]
#[should_panic(expected = "the first round could never be held")]
fn configuration_should_be_refused_when_no_round_can_be_held() {
	MinSeats::set(4);
	Mediation::integrity_test();
}
