use super::*;

#[test]
fn fold_should_wait_for_distinct_authors_when_the_same_one_repeats() {
	build_and_execute(|| {
		let ticket = ticket(2, 3);
		run_to(3);
		block(1, true);
		block(1, true);
		block(2, true);
		block(1, true);
		assert_eq!(Beacon::fold(&ticket), Err(NoSeed::TooEarly));
		block(3, true);
		assert_eq!(blocks(&Beacon::fold(&ticket).unwrap()), vec![3, 4, 5, 6, 7]);
	});
}

#[test]
fn author_should_not_count_when_its_block_has_no_output() {
	build_and_execute(|| {
		let ticket = ticket(1, 2);
		run_to(3);
		block(1, true);
		block(2, false);
		assert_eq!(Beacon::fold(&ticket), Err(NoSeed::TooEarly));
		block(2, true);
		assert_eq!(blocks(&Beacon::fold(&ticket).unwrap()), vec![3, 4, 5]);
	});
}

#[test]
fn output_should_count_but_add_no_author_when_the_author_is_unknown() {
	build_and_execute(|| {
		let two_authors = ticket(2, 2);
		let one_author = ticket(2, 1);
		run_to(4);
		CurrentAuthor::set(None);
		CurrentVrf::set(Some(vrf(4)));
		Beacon::record();
		System::set_block_number(5);
		assert_eq!(blocks(&Beacon::fold(&one_author).unwrap()), vec![3, 4]);
		assert_eq!(Beacon::fold(&two_authors), Err(NoSeed::TooEarly));
	});
}

#[test]
fn request_should_cap_authors_when_the_network_is_small() {
	build_and_execute(|| {
		assert_eq!(ticket(2, 200).authors, 5);
		AuthorLimit::set(1);
		let ticket = ticket(2, 5);
		assert_eq!(ticket.authors, 1);
		run_to(5);
		assert!(Beacon::fold(&ticket).is_ok());
	});
}
