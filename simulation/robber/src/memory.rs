//! What a coalition knows: who belongs to it, in whose name its keys sign, and what it has sealed.

use assay_primitives::{
	AccountId, Hash, hashing::tagged_hash, outcome::Outcome, seal::Salt, task::TaskId,
	traits::CaseId,
};
use std::collections::{BTreeMap, BTreeSet};

/// What a coalition knows.
#[derive(Clone, Debug, Default)]
pub struct Memory {
	ours: BTreeSet<AccountId>,
	stashes: BTreeMap<AccountId, AccountId>,
	sealed: BTreeMap<(AccountId, TaskId), Outcome>,
	votes: BTreeMap<(AccountId, CaseId, u8), Hash>,
}

impl Memory {
	/// An account signs for another.
	pub fn signs_for(&mut self, operator: AccountId, stash: AccountId) {
		self.ours.extend([operator.clone(), stash.clone()]);
		self.stashes.insert(operator, stash);
	}

	/// In whose name an account seals.
	pub fn stash<'a>(&'a self, caller: &'a AccountId) -> &'a AccountId {
		self.stashes.get(caller).unwrap_or(caller)
	}

	/// Whether an account belongs to the coalition.
	pub fn is_ours(&self, account: &AccountId) -> bool {
		self.ours.contains(account)
	}

	/// The salt that an account always uses; nobody else guesses it.
	pub fn salt(&self, caller: &AccountId) -> Salt {
		tagged_hash(b"assay/robber/salt/1", caller).0
	}

	/// Notes what was sealed.
	pub fn sealed(&mut self, caller: &AccountId, task: TaskId, outcome: Outcome) {
		self.sealed.entry((caller.clone(), task)).or_insert(outcome);
	}

	/// What was sealed.
	pub fn opening(&self, caller: &AccountId, task: TaskId) -> Option<Outcome> {
		self.sealed.get(&(caller.clone(), task)).copied()
	}

	/// Notes a vote that was sealed.
	pub fn voted(&mut self, caller: &AccountId, case: CaseId, round: u8, digest: Hash) {
		self.votes.entry((caller.clone(), case, round)).or_insert(digest);
	}

	/// The vote that was sealed.
	pub fn verdict(&self, caller: &AccountId, case: CaseId, round: u8) -> Option<Hash> {
		self.votes.get(&(caller.clone(), case, round)).copied()
	}
}
