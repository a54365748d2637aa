//! What a coalition knows: who belongs to it, in whose name its keys sign, what it has sealed, and what
//! anybody has signed.

use assay_primitives::{
	AccountId, Hash,
	hashing::tagged_hash,
	order::{AnyOrder, Authorization},
	outcome::Outcome,
	seal::Salt,
	task::TaskId,
	traits::CaseId,
};
use std::collections::{BTreeMap, BTreeSet};

/// An order with its owner's consent.
#[derive(Clone, Debug)]
pub struct SignedOrder {
	/// The order.
	pub order: AnyOrder,
	/// The consent.
	pub consent: Authorization,
}

/// What a coalition knows.
#[derive(Clone, Debug, Default)]
pub struct Memory {
	ours: BTreeSet<AccountId>,
	stashes: BTreeMap<AccountId, AccountId>,
	sealed: BTreeMap<(AccountId, TaskId), Outcome>,
	votes: BTreeMap<(AccountId, CaseId, u8), Hash>,
	orders: Vec<SignedOrder>,
	/// How many of these stay known, whatever is signed later.
	kept: usize,
}

/// Salts of digest and report of a task that an account seals. Nobody else guesses them; they are the same
/// in each repetition, and the same for a member that acts by itself and one that is told to.
pub fn salts(who: &AccountId, task_hash: &Hash) -> [Salt; 2] {
	[&b"digest"[..], b"report"].map(|kind| tagged_hash(kind, &(who, task_hash)).0)
}

/// Salt of a vote.
pub fn vote_salt(who: &AccountId, round: u8, task_hash: &Hash) -> Salt {
	tagged_hash(b"vote", &(who, round, task_hash)).0
}

impl Memory {
	/// An account signs for another.
	pub fn signs_for(&mut self, operator: AccountId, stash: AccountId) {
		self.ours.extend([operator.clone(), stash.clone()]);
		self.stashes.insert(operator, stash);
	}

	/// An account signs for another, which is somebody else's.
	pub fn signs_for_stranger(&mut self, operator: AccountId, stash: AccountId) {
		self.ours.insert(operator.clone());
		self.stashes.insert(operator, stash);
	}

	/// In whose name an account seals.
	pub fn stash<'a>(&'a self, caller: &'a AccountId) -> &'a AccountId {
		self.stashes.get(caller).unwrap_or(caller)
	}

	/// Whether the coalition has a key that seals in the name of an account, and so knows with which salts.
	pub fn seals_for(&self, stash: &AccountId) -> bool {
		self.is_ours(stash) || self.stashes.values().any(|other| other == stash)
	}

	/// Whether an account belongs to the coalition.
	pub fn is_ours(&self, account: &AccountId) -> bool {
		self.ours.contains(account)
	}

	/// Notes what was sealed.
	pub fn sealed(&mut self, stash: &AccountId, task: TaskId, outcome: Outcome) {
		self.sealed.entry((stash.clone(), task)).or_insert(outcome);
	}

	/// What was sealed.
	pub fn opening(&self, stash: &AccountId, task: TaskId) -> Option<Outcome> {
		self.sealed.get(&(stash.clone(), task)).copied()
	}

	/// Notes a vote that was sealed.
	pub fn voted(&mut self, stash: &AccountId, case: CaseId, round: u8, digest: Hash) {
		self.votes.entry((stash.clone(), case, round)).or_insert(digest);
	}

	/// The vote that was sealed.
	pub fn verdict(&self, stash: &AccountId, case: CaseId, round: u8) -> Option<Hash> {
		self.votes.get(&(stash.clone(), case, round)).copied()
	}

	/// Notes what somebody has signed, and shows to everybody. Of many the oldest is forgotten, which mostly is used up.
	pub fn signed(&mut self, order: SignedOrder) {
		const MOST: usize = 24;
		if self.orders.len() >= MOST && self.kept < MOST {
			self.orders.remove(self.kept);
		}
		self.orders.push(order);
	}

	/// Never forgets what was signed until now.
	pub fn keep(&mut self) {
		self.kept = self.orders.len();
	}

	/// What was signed, oldest first.
	pub fn orders(&self) -> &[SignedOrder] {
		&self.orders
	}
}
