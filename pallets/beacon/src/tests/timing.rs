use super::*;

#[test]
fn fold_should_cover_blocks_from_two_after_the_ticket_when_known() {
	build_and_execute(|| {
		run_to(5);
		let ticket = ticket(2, 1);
		run_to(9);
		let fold = Beacon::fold(&ticket).unwrap();
		assert_eq!(blocks(&fold), vec![7, 8]);
	});
}

#[test]
fn fold_should_be_known_in_execution_from_block_taken_at_plus_two_plus_window() {
	for window in 1..=5u8 {
		build_and_execute(|| {
			run_to(5);
			let ticket = ticket(window, 1);
			let known = 5 + TICKET_DELAY + BlockNumber::from(window);
			while System::block_number() < known {
				assert_eq!(Beacon::fold(&ticket), Err(NoSeed::TooEarly));
				block(1, true);
			}
			assert!(Beacon::fold(&ticket).is_ok());
		});
	}
}

#[test]
fn fold_should_be_known_one_block_earlier_when_viewed_after_the_block() {
	build_and_execute(|| {
		run_to(5);
		let ticket = ticket(2, 1);
		run_to(8);
		// Transactions of block 8, the last one covered, don't know; its state does.
		assert_eq!(Beacon::fold(&ticket), Err(NoSeed::TooEarly));
		finalize(1, true);
		let viewed = Beacon::fold_view(ticket).unwrap();
		block(1, true);
		assert_eq!(Beacon::fold(&ticket), Ok(viewed));
	});
}

#[test]
fn outputs_up_to_the_block_after_the_ticket_should_not_matter() {
	let fold = |early: u8| {
		let mut folded = None;
		build_and_execute(|| {
			run_to(5);
			let ticket = ticket(2, 1);
			// Blocks 5 and 6 by one author or another, with an output or without.
			block(early, early == 1);
			block(early, early == 1);
			run_to(9);
			folded = Some(Beacon::fold(&ticket).unwrap());
		});
		folded
	};
	assert_eq!(fold(1), fold(2));
}

#[test]
fn window_should_extend_when_blocks_have_no_output() {
	build_and_execute(|| {
		run_to(5);
		let ticket = ticket(2, 1);
		run_to(7);
		block(1, false);
		block(1, true);
		block(1, false);
		assert_eq!(Beacon::fold(&ticket), Err(NoSeed::TooEarly));
		block(1, true);
		let fold = Beacon::fold(&ticket).unwrap();
		assert_eq!(blocks(&fold), vec![7, 8, 9, 10]);
		assert_eq!(fold.entries[0].vrf, None);
	});
}

#[test]
fn request_should_ask_for_an_output_when_the_window_is_empty() {
	build_and_execute(|| {
		let ticket = ticket(0, 0);
		assert_eq!(ticket.window, 1);
		assert_eq!(Beacon::fold(&ticket), Err(NoSeed::TooEarly));
	});
}

#[test]
fn request_should_cut_the_window_to_the_span_when_it_is_longer() {
	build_and_execute(|| assert_eq!(ticket(200, 1).window, 8));
}
