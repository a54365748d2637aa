use super::*;

#[test]
fn ticket_should_expire_when_its_entries_are_overwritten() {
	build_and_execute(|| {
		let ticket = ticket(2, 1);
		// Block 3 is overwritten by block 3 + 16, at its end.
		run_to(19);
		assert!(Beacon::fold(&ticket).is_ok());
		block(1, true);
		assert_eq!(Beacon::fold(&ticket), Err(NoSeed::Expired));
	});
}

#[test]
fn ticket_should_expire_when_the_span_has_too_few_authors() {
	build_and_execute(|| {
		let ticket = ticket(2, 2);
		// The span is blocks 3 to 10.
		run_to(10);
		assert_eq!(Beacon::fold(&ticket), Err(NoSeed::TooEarly));
		block(1, true);
		assert_eq!(Beacon::fold(&ticket), Err(NoSeed::Expired));
		block(2, true);
		assert_eq!(Beacon::fold(&ticket), Err(NoSeed::Expired));
	});
}

#[test]
fn ticket_should_be_known_when_the_last_block_of_the_span_completes_it() {
	build_and_execute(|| {
		let ticket = ticket(2, 2);
		run_to(10);
		block(2, true);
		assert_eq!(blocks(&Beacon::fold(&ticket).unwrap()).last(), Some(&10));
	});
}

#[test]
fn ticket_should_expire_when_the_span_has_too_few_outputs() {
	build_and_execute(|| {
		let ticket = ticket(1, 1);
		run_to(3);
		for _ in 3..=10 {
			assert_eq!(Beacon::fold(&ticket), Err(NoSeed::TooEarly));
			block(1, false);
		}
		assert_eq!(Beacon::fold(&ticket), Err(NoSeed::Expired));
	});
}

#[test]
fn fold_view_should_refuse_when_the_ticket_is_forged() {
	build_and_execute(|| {
		run_to(12);
		let view = |taken_at, window| {
			Beacon::fold_view(Ticket { taken_at, window, authors: 0 }).map(|fold| blocks(&fold))
		};
		assert_eq!(view(BlockNumber::MAX, 1), Err(NoSeed::Expired));
		assert_eq!(view(BlockNumber::MAX - 5, 1), Err(NoSeed::TooEarly));
		assert_eq!(view(1, u8::MAX), Err(NoSeed::Expired));
		assert_eq!(view(1, 0), Ok(vec![3]));
	});
}
