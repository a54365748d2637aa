use super::*;

fn folded() -> Fold {
	let ticket = ticket(3, 1);
	run_to(System::block_number() + 5);
	Beacon::fold(&ticket).unwrap()
}

#[test]
fn seeds_should_differ_when_subjects_do() {
	build_and_execute(|| {
		let fold = folded();
		assert_ne!(fold.seed(b"draw/1"), fold.seed(b"draw/2"));
		assert_ne!(fold.seed(b""), fold.randomness);
		assert_eq!(fold.seed(b"draw/1"), fold.seed(b"draw/1"));
	});
}

#[test]
fn fold_should_be_recomputed_when_only_the_view_is_known() {
	build_and_execute(|| {
		let fold = folded();
		let viewed = Beacon::fold_view(fold.ticket).unwrap();
		let again = Fold::compute(viewed.ticket, viewed.entries.clone()).unwrap();
		assert_eq!(again, fold);
		assert_eq!(again.seed(b"x"), fold.seed(b"x"));
	});
}

#[test]
fn fold_should_differ_when_any_output_does() {
	build_and_execute(|| {
		let fold = folded();
		for i in 0..fold.entries.len() {
			let mut entries = fold.entries.clone();
			entries[i].vrf = Some([1; 32]);
			let other = Fold::compute(fold.ticket, entries).unwrap();
			assert_ne!(other.randomness, fold.randomness);
		}
	});
}

#[test]
fn folds_should_differ_when_tickets_over_the_same_outputs_do() {
	build_and_execute(|| {
		let (a, b) = (ticket(2, 1), ticket(2, 0));
		run_to(6);
		let (a, b) = (Beacon::fold(&a).unwrap(), Beacon::fold(&b).unwrap());
		assert_eq!(a.entries, b.entries);
		assert_ne!(a.randomness, b.randomness);
	});
}

#[test]
fn entry_view_should_show_author_and_output_of_a_kept_block() {
	build_and_execute(|| {
		block(4, true);
		let entry = Entry { block: 1, author: Some(author(4)), vrf: Some(vrf(1)) };
		assert_eq!(Beacon::entry_view(1), Some(entry));
		assert_eq!(Beacon::entry_view(2), None);
		run_to(18);
		assert_eq!(Beacon::entry_view(1), None);
	});
}
