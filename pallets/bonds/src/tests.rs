use crate::{mock::*, *};
use assay_primitives::UNIT;
use polkadot_sdk::{
	frame_support::{assert_noop, assert_ok},
	sp_runtime::TokenError,
};
use proptest::prelude::*;

mod money {
	use super::*;

	fn add(stash: u8, amount: Balance) -> DispatchResult {
		with(stash, |stash, bond| Own::add(stash, &mut bond.held, amount))
	}

	fn unbond(stash: u8, amount: Balance) -> Result<BlockNumber, DispatchError> {
		with(stash, |_, bond| Own::unbond(bond, amount, LEAST))
	}

	fn withdraw(stash: u8) -> Result<Balance, DispatchError> {
		with(stash, Own::withdraw)
	}

	/// Returns what was burnt and what was paid.
	fn slash(stash: u8, amount: Balance, shares: &[(u8, Balance)]) -> (Balance, Balance) {
		let shares: Vec<_> = shares.iter().map(|(who, share)| (account(*who), *share)).collect();
		let mut told = 0;
		let collected = with(stash, |stash, bond| {
			let due = bond.slash(amount);
			Ok(Own::collect(stash, due, &shares, |_, share| told += share))
		});
		let (got, burnt) = collected.expect("it is a member");
		assert_eq!((got.len(), got.iter().sum()), (shares.len(), told));
		(burnt, told)
	}

	#[test]
	fn bond_should_be_put_up_in_full_or_not_at_all() {
		build_and_execute(|| {
			let below = refused(BondFault::BelowMinimum);
			assert_noop!(join(STASH, OPERATOR, LEAST - 1), below);
			let most = ENDOWMENT - EXISTENTIAL_DEPOSIT;
			for bond in [most + 1, Balance::MAX] {
				assert_noop!(join(STASH, OPERATOR, bond), TokenError::FundsUnavailable);
			}
			assert_ok!(join(STASH, OPERATOR, LEAST));
			assert_noop!(add(STASH, 0), refused(BondFault::ZeroAmount));
			for amount in [most, Balance::MAX] {
				assert_noop!(add(STASH, amount), TokenError::FundsUnavailable);
			}
			assert_ok!(add(STASH, 5 * UNIT));
			assert_eq!((held(STASH), usable(STASH)), (15 * UNIT, ENDOWMENT - 15 * UNIT));
		});
	}

	#[test]
	fn withdraw_should_give_back_each_part_in_its_own_time() {
		build_and_execute(|| {
			serve(STASH, OPERATOR, 30 * UNIT);
			assert_noop!(withdraw(STASH), refused(BondFault::NothingToWithdraw));
			assert_eq!(unbond(STASH, 5 * UNIT), Ok(1 + PERIOD));
			System::set_block_number(2);
			assert_eq!(unbond(STASH, 7 * UNIT), Ok(2 + PERIOD));
			System::set_block_number(PERIOD);
			assert_noop!(withdraw(STASH), refused(BondFault::NothingToWithdraw));
			System::set_block_number(1 + PERIOD);
			assert_eq!(withdraw(STASH), Ok(5 * UNIT));
			assert_eq!((held(STASH), usable(STASH)), (25 * UNIT, ENDOWMENT - 25 * UNIT));
			System::set_block_number(2 + PERIOD);
			assert_eq!(withdraw(STASH), Ok(7 * UNIT));
		});
	}

	#[test]
	fn party_should_be_gone_when_it_has_left_and_nothing_is_held_any_more() {
		build_and_execute(|| {
			serve(STASH, OPERATOR, 30 * UNIT);
			let go = |left| with(STASH, |stash, bond| Own::withdraw_or_go(stash, bond, left));
			assert_noop!(go(true), refused(BondFault::NothingToWithdraw));
			assert_eq!(slash(STASH, Balance::MAX, &[]), (30 * UNIT, 0));
			assert_noop!(go(false), refused(BondFault::NothingToWithdraw));
			assert_eq!(go(true), Ok((None, true)));
		});
	}

	#[test]
	fn collect_should_pay_the_shares_in_order_and_burn_the_rest() {
		build_and_execute(|| {
			serve(STASH, OPERATOR, 30 * UNIT);
			let before = issuance();
			let shares = [(STRANGER, 3 * UNIT), (OTHER_STASH, 2 * UNIT)];
			assert_eq!(slash(STASH, 8 * UNIT, &shares), (3 * UNIT, 5 * UNIT));
			assert_eq!(usable(STRANGER), ENDOWMENT + 3 * UNIT);
			assert_eq!(usable(OTHER_STASH), ENDOWMENT + 2 * UNIT);
			assert_eq!((held(STASH), issuance()), (22 * UNIT, before - 3 * UNIT));
			// What is left pays the first of those who are owed more.
			let shares = [(STRANGER, 15 * UNIT), (OTHER_STASH, Balance::MAX), (OPERATOR, UNIT)];
			assert_eq!(slash(STASH, Balance::MAX, &shares), (0, 22 * UNIT));
			assert_eq!(usable(OTHER_STASH), ENDOWMENT + 9 * UNIT);
			assert_eq!((usable(OPERATOR), held(STASH)), (ENDOWMENT, 0));
		});
	}

	#[test]
	fn collect_should_burn_what_can_not_or_must_not_be_paid() {
		build_and_execute(|| {
			serve(STASH, OPERATOR, 30 * UNIT);
			let before = issuance();
			let dust = EXISTENTIAL_DEPOSIT - 1;
			let shares = [(NOBODY, dust), (STASH, UNIT), (STRANGER, UNIT)];
			assert_eq!(slash(STASH, 3 * UNIT, &shares), (2 * UNIT, UNIT));
			assert_eq!((usable(NOBODY), usable(STASH)), (0, ENDOWMENT - 30 * UNIT));
			assert_eq!(issuance(), before - 2 * UNIT);
			assert_eq!(slash(STASH, 0, &shares), (0, 0));
		});
	}

	#[derive(Clone, Debug)]
	enum Op {
		Add(u8, Balance),
		Unbond(u8, Balance),
		Withdraw(u8),
		Slash(u8, Balance, Balance),
		Wait(BlockNumber),
	}

	fn op() -> impl Strategy<Value = Op> {
		let stash = || prop::sample::select(vec![STASH, OTHER_STASH, STRANGER]);
		let amount = || prop_oneof![9 => 0..9 * UNIT, 1 => Just(Balance::MAX)];
		prop_oneof![
			(stash(), amount()).prop_map(|(a, b)| Op::Add(a, b)),
			(stash(), amount()).prop_map(|(a, b)| Op::Unbond(a, b)),
			stash().prop_map(Op::Withdraw),
			(stash(), amount(), amount()).prop_map(|(a, b, c)| Op::Slash(a, b / 4, c)),
			(1..60u32).prop_map(Op::Wait),
		]
	}

	proptest! {
		#![proptest_config(ProptestConfig { cases: 100, ..Default::default() })]

		#[test]
		fn money_should_be_conserved_when_anything_happens(
			ops in prop::collection::vec(op(), 1..60),
		) {
			build_and_execute(|| {
				let (issued, mut burnt) = (issuance(), 0);
				serve(STASH, OPERATOR, 30 * UNIT);
				serve(OTHER_STASH, OTHER_OPERATOR, 50 * UNIT);
				for op in ops {
					let _ = match op {
						Op::Add(stash, amount) => add(stash, amount),
						Op::Unbond(stash, amount) => unbond(stash, amount).map(|_| ()),
						Op::Withdraw(stash) => withdraw(stash).map(|_| ()),
						Op::Slash(STRANGER, ..) => Ok(()),
						Op::Slash(stash, amount, share) => {
							burnt += slash(stash, amount, &[(STRANGER, share), (NOBODY, 1)]).0;
							Ok(())
						},
						Op::Wait(blocks) => {
							System::set_block_number(System::block_number() + blocks);
							Ok(())
						},
					};
					assert_ok!(check());
					assert_eq!(issuance() + burnt, issued);
					assert_eq!(held(STRANGER) + held(OPERATOR), 0);
				}
			});
		}
	}
}

mod keys {
	use super::*;

	#[test]
	fn operator_should_sign_once_it_has_accepted_and_until_it_resigns() {
		build_and_execute(|| {
			assert_ok!(join(STASH, OPERATOR, LEAST));
			let signs_for = || Own::stash_of(&account(OPERATOR));
			assert_eq!(signs_for(), Err(refused(BondFault::NotOperator)));
			assert_ok!(accept(OPERATOR, STASH));
			assert_eq!(signs_for(), Ok(account(STASH)));
			assert_noop!(accept(OPERATOR, STASH), refused(BondFault::AlreadyAccepted));
			assert_ok!(resign(OPERATOR));
			assert_noop!(resign(OPERATOR), refused(BondFault::NotOperator));
			assert_ok!(accept(OPERATOR, STASH));
		});
	}

	#[test]
	fn accepting_should_be_refused_when_nobody_asked() {
		build_and_execute(|| {
			assert_noop!(accept(OPERATOR, STASH), refused(BondFault::NotRegistered));
			assert_ok!(join(STASH, OPERATOR, LEAST));
			for id in [STASH, STRANGER] {
				assert_noop!(accept(id, STASH), refused(BondFault::OperatorNotNamed));
			}
			Members::mutate(account(STASH), |member| {
				member.as_mut().expect("it has joined").leaving = true;
			});
			assert_noop!(accept(OPERATOR, STASH), refused(BondFault::Leaving));
		});
	}

	#[test]
	fn one_account_should_have_one_role() {
		build_and_execute(|| {
			serve(STASH, OPERATOR, LEAST);
			let again = join(STASH, OTHER_OPERATOR, LEAST);
			assert_eq!(again, Err(refused(BondFault::AlreadyRegistered)));
			assert_noop!(
				join(OPERATOR, OTHER_OPERATOR, LEAST),
				refused(BondFault::StashIsOperator)
			);
			assert_noop!(join(OTHER_STASH, OPERATOR, LEAST), refused(BondFault::OperatorInUse));
			assert_noop!(join(OTHER_STASH, STASH, LEAST), refused(BondFault::OperatorIsStash));
			// Being named binds nobody, and what was free then may be taken now.
			assert_ok!(join(OTHER_STASH, OTHER_OPERATOR, LEAST));
			assert_ok!(join(OTHER_OPERATOR, STRANGER, LEAST));
			let late = accept(OTHER_OPERATOR, OTHER_STASH);
			assert_eq!(late, Err(refused(BondFault::OperatorIsStash)));
			assert_ok!(join(STRANGER, STRANGER, LEAST));
			assert_ok!(accept(STRANGER, STRANGER));
		});
	}

	#[test]
	fn checks_should_find_keys_that_do_not_match() {
		let point = |operator, stash| Own::check_pointer(&account(operator), &account(stash));
		build_and_execute(|| {
			serve(STASH, OPERATOR, LEAST);
			let member = || Members::get(account(STASH)).expect("it has joined");
			assert_eq!(point(OPERATOR, NOBODY), Err("an operator of nobody"));
			assert_eq!(point(STRANGER, STASH), Err("an operator that its party does not know"));
			let lost = Member { signed: false, ..member() };
			let message = Err("a party serves without an operator");
			assert_eq!(Own::check_operator(&account(STASH), &lost), message);
			let lost = Member { operator: account(STRANGER), ..member() };
			assert_eq!(Own::check_operator(&account(STASH), &lost), message);
			let mut short = member().bond;
			short.held += 1;
			let message = Err("the hold differs from the bond");
			assert_eq!(Own::check(&account(STASH), &short), message);
			Members::insert(account(OPERATOR), Member { signed: false, ..member() });
			assert_eq!(point(OPERATOR, STASH), Err("an operator is another's stash"));
			Members::remove(account(OPERATOR));
		});
	}
}
