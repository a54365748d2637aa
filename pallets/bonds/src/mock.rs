//! Parties that are nothing but a bond and a key, with real balances.

use crate::*;
pub use assay_mocks::account;
use assay_mocks::configure_system;
use assay_primitives::{MILLI, UNIT, apply, stored};
use codec::{Decode, Encode};
use polkadot_sdk::{
	frame_support::{
		Blake2_128Concat, assert_ok, derive_impl,
		storage::types::StorageMap,
		traits::{
			ConstU128, StorageInstance, VariantCount,
			fungible::{Inspect, InspectHold},
		},
	},
	frame_system, pallet_balances,
	sp_runtime::{self, TryRuntimeError},
};

assay_mocks::runtime! {
	0 => System = frame_system,
	1 => Balances = pallet_balances,
}

pub const LEAST: Balance = 10 * UNIT;
pub const PERIOD: BlockNumber = 100;
pub const EXISTENTIAL_DEPOSIT: Balance = MILLI;
/// What every account of [`STASH`] and so on has at first.
pub const ENDOWMENT: Balance = 1_000 * UNIT;

pub const STASH: u8 = 1;
pub const OPERATOR: u8 = 2;
pub const OTHER_STASH: u8 = 3;
pub const OTHER_OPERATOR: u8 = 4;
pub const STRANGER: u8 = 5;
/// Has no account.
pub const NOBODY: u8 = 9;

/// Why money is held.
#[apply(stored)]
#[derive(Copy, Ord, PartialOrd)]
pub enum Reason {
	Bond,
}

impl VariantCount for Reason {
	const VARIANT_COUNT: u32 = 1;
}

configure_system!();

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
	type RuntimeHoldReason = Reason;
}

/// A party.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Member {
	pub bond: Bond,
	pub operator: AccountId,
	pub signed: bool,
	pub leaving: bool,
}

impl Party for Member {
	fn operator(&self) -> &AccountId {
		&self.operator
	}

	fn is_signed(&self) -> bool {
		self.signed
	}

	fn set_signed(&mut self, signed: bool) {
		self.signed = signed;
	}

	fn is_leaving(&self) -> bool {
		self.leaving
	}
}

macro_rules! instance {
	($name:ident) => {
		pub struct $name;

		impl StorageInstance for $name {
			const STORAGE_PREFIX: &'static str = stringify!($name);

			fn pallet_prefix() -> &'static str {
				"Bonds"
			}
		}
	};
}

instance!(OfMembers);
instance!(OfOperators);

pub type Members = StorageMap<OfMembers, Blake2_128Concat, AccountId, Member>;
pub type Keys = StorageMap<OfOperators, Blake2_128Concat, AccountId, AccountId>;

/// The error of the pallet that the mock stands for.
#[derive(Debug)]
pub struct Error(BondFault);

impl From<BondFault> for Error {
	fn from(fault: BondFault) -> Self {
		Self(fault)
	}
}

impl From<Error> for DispatchError {
	fn from(Error(fault): Error) -> Self {
		refused(fault)
	}
}

/// A fault as the mock's calls give it back.
pub fn refused(fault: BondFault) -> DispatchError {
	let mut error = [0; 4];
	error[0] = fault.encode()[0];
	DispatchError::Module(sp_runtime::ModuleError { index: 7, error, message: None })
}

/// The bonds of members.
pub struct Own;

impl Bonds for Own {
	type Currency = Balances;
	type Error = Error;

	fn reason() -> Reason {
		Reason::Bond
	}

	fn least() -> Balance {
		LEAST
	}

	fn now() -> BlockNumber {
		System::block_number()
	}

	fn unbonded_at() -> BlockNumber {
		Self::now() + PERIOD
	}
}

impl Parties for Own {
	type Party = Member;
	type Operators = Keys;

	fn party(stash: &AccountId) -> Option<Member> {
		Members::get(stash)
	}

	fn is_stash(account: &AccountId) -> bool {
		Members::contains_key(account)
	}
}

assay_mocks::helpers!(usable);

/// Runs a test and then checks the invariants.
pub fn build_and_execute(test: impl FnOnce()) {
	let balances = assay_mocks::endowed((STASH..=STRANGER).map(account), ENDOWMENT);
	let genesis = RuntimeGenesisConfig { balances, ..Default::default() };
	assay_mocks::execute_and_check(assay_mocks::externalities::<Test>(genesis), test, check);
}

/// What always holds.
pub fn check() -> Result<(), TryRuntimeError> {
	for (stash, member) in Members::iter() {
		Own::check(&stash, &member.bond)?;
		Own::check_operator(&stash, &member)?;
	}
	for (operator, stash) in Keys::iter() {
		Own::check_pointer(&operator, &stash)?;
	}
	Ok(())
}

/// Registers a member, whose operator is asked to sign for it.
pub fn join(stash: u8, operator: u8, bond: Balance) -> DispatchResult {
	let (stash, operator) = (account(stash), account(operator));
	Own::ensure_new(&stash)?;
	Own::ensure_can_operate(&operator, &stash)?;
	let bond = Own::open(&stash, bond)?;
	Members::insert(stash, Member { bond, operator, signed: false, leaving: false });
	Ok(())
}

/// Lets an operator accept.
pub fn accept(operator: u8, stash: u8) -> DispatchResult {
	let (operator, stash) = (account(operator), account(stash));
	let mut member = Own::asked(&operator, &stash)?;
	assert_eq!(Own::sign(&stash, &mut member), operator);
	Members::insert(stash, member);
	Ok(())
}

/// Lets an operator resign.
pub fn resign(operator: u8) -> DispatchResult {
	let (stash, mut member) = Own::signed_by(&account(operator))?;
	assert_eq!(Own::unsign(&mut member), Some(account(operator)));
	Members::insert(stash, member);
	Ok(())
}

/// A member whose operator has accepted.
pub fn serve(stash: u8, operator: u8, bond: Balance) {
	assert_ok!(join(stash, operator, bond));
	assert_ok!(accept(operator, stash));
}

/// Does something with a bond, which is stored again if it works.
pub fn with<R>(
	stash: u8,
	then: impl FnOnce(&AccountId, &mut Bond) -> Result<R, DispatchError>,
) -> Result<R, DispatchError> {
	let stash = account(stash);
	let mut member = Own::find(&stash)?;
	let result = then(&stash, &mut member.bond)?;
	Members::insert(stash, member);
	Ok(result)
}

pub fn held(id: u8) -> Balance {
	Balances::balance_on_hold(&Reason::Bond, &account(id))
}

pub fn issuance() -> Balance {
	<Balances as Inspect<AccountId>>::total_issuance()
}
