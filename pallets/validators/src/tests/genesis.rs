use super::*;

#[test]
fn genesis_should_bond_the_listed_accounts_when_there_is_a_list() {
	build_and_execute(|| {
		assert_eq!(active(), vec![1, 2, 3, 4]);
		assert_eq!(queued(), vec![1, 2, 3, 4]);
		assert_eq!((held(1), held(4)), (10_000, 7_000));
		assert_eq!(Candidates::<Test>::count(), 4);
	});
}

#[test]
fn genesis_should_leave_out_listed_accounts_when_they_have_no_keys() {
	let genesis = Genesis { keys: vec![1, 3], ..Default::default() };
	build_and_execute_from(genesis, || {
		assert_eq!(active(), vec![1, 3]);
		assert_eq!(Candidates::<Test>::count(), 4);
	});
}

#[test]
fn genesis_should_bond_every_account_with_keys_when_there_is_no_list() {
	let genesis = Genesis { validators: vec![], keys: vec![7, 5, 6] };
	build_and_execute_from(genesis, || {
		assert_eq!(active(), vec![5, 6, 7]);
		for i in [5, 6, 7] {
			assert_eq!(held(i), GENESIS_BOND);
		}
		next_session();
		next_session();
		assert_eq!(active(), vec![5, 6, 7]);
	});
}

#[test]
fn genesis_should_adopt_accounts_with_keys_when_none_of_the_list_has_any() {
	// A network tool has replaced the keys of a specification, but knows nothing of its list.
	let genesis = Genesis { keys: vec![7, 8], ..Default::default() };
	build_and_execute_from(genesis, || {
		assert_eq!(active(), vec![7, 8]);
		assert_eq!(held(7), GENESIS_BOND);
		assert_eq!(held(1), 10_000);
	});
}

#[test]
fn genesis_should_bond_what_there_is_when_accounts_are_poor() {
	// Accounts above 20 have nothing.
	let genesis = Genesis { validators: vec![], keys: vec![5, 30] };
	build_and_execute_from(genesis, || {
		assert_eq!(active(), vec![5, 30]);
		assert_eq!(Candidates::<Test>::get(account(30)).unwrap().bond, 0);
		assert_eq!(held(30), 0);
	});
}

#[test]
fn genesis_should_take_the_largest_bonds_when_there_are_too_many() {
	MaximumValidators::set(3);
	build_and_execute(|| assert_eq!(active(), vec![1, 2, 3]));
}

#[test]
fn genesis_should_start_with_a_single_validator_when_that_is_the_least() {
	MinimumValidators::set(1);
	let genesis = Genesis { validators: vec![], keys: vec![9] };
	build_and_execute_from(genesis, || {
		next_session();
		assert_eq!((active(), queued()), (vec![9], vec![9]));
	});
}

#[test]
#[should_panic = "lists a validator twice"]
fn genesis_should_panic_when_the_list_repeats_an_account() {
	let validators = vec![(account(1), 5_000), (account(1), 5_000)];
	Genesis { validators, keys: vec![1] }.build();
}

#[test]
#[should_panic = "cover the bonds"]
fn genesis_should_panic_when_a_listed_account_cannot_pay() {
	Genesis { validators: vec![(account(1), FUNDS + 1)], keys: vec![1] }.build();
}
