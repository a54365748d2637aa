use super::*;
use frame_support::traits::Hooks;

/// Runs the integrity test of a configuration; the mock's own one runs it as it is.
fn integrity_test(vrf_index: Option<usize>, span: u32) {
	VrfIndex::set(vrf_index);
	Span::set(span);
	<Beacon as Hooks<BlockNumber>>::integrity_test();
}

#[test]
fn configuration_should_be_sound_when_the_vrf_is_set_before_it_is_recorded() {
	// The beacon's index is 1.
	integrity_test(Some(0), 8);
}

#[test]
#[should_panic = "must be set before"]
fn configuration_should_be_refused_when_the_vrf_is_set_after_it_is_recorded() {
	integrity_test(Some(2), 8);
}

#[test]
#[should_panic = "must cover a block"]
fn configuration_should_be_refused_when_a_ticket_covers_nothing() {
	integrity_test(None, 0);
}

#[test]
#[should_panic = "before it can be known"]
fn configuration_should_be_refused_when_the_ring_is_shorter_than_a_ticket() {
	integrity_test(None, 14);
}
