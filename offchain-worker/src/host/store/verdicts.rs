//! What is written down of cases, and of what a watcher saw and did.

use super::{
	TaskStore,
	error::{Result, StoreError},
	runs::CASES,
	salts::fresh_salt,
	tables::{ACTIONS, META, VERDICT_RUNS, VERDICTS, VERIFICATIONS},
};
use assay_decisions::{
	action::{Action, affords},
	record::{CaseKey, Key, Verdict},
};
use assay_primitives::{
	Balance,
	outcome::{Digest, Outcome},
};
use codec::{Decode, DecodeAll, Encode};
use redb::ReadableTable;

/// What a watcher found about an agreed task.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Verification {
	/// Unix seconds.
	pub at: u64,
	/// What the replicas agreed on.
	pub agreed: Digest,
	/// What came out here.
	pub own: Outcome,
	/// Whether a second run here gave the same.
	pub confirmed: bool,
}

/// What an action has put up.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Outlay {
	/// Unix seconds of the first attempt.
	pub at: u64,
	/// What may be lost by it.
	pub amount: Balance,
}

impl TaskStore {
	/// Writes a finished run for a case down, unless there is one already, which then stands. Returns
	/// what the store holds.
	pub fn seal_verdict(&self, key: &CaseKey, verdict: &Verdict) -> Result<Verdict> {
		self.keep(CASES, &key.to_bytes(), verdict)
	}

	/// The run for a round of a case.
	pub fn verdict(&self, key: &CaseKey) -> Result<Option<Verdict>> {
		self.kept(CASES, &key.to_bytes())
	}

	/// All runs for cases, in the order of these.
	pub fn verdicts(&self) -> Result<Vec<(CaseKey, Verdict)>> {
		let key = |bytes: &[u8]| CaseKey::from_bytes(bytes).ok_or(StoreError::Corrupt("case"));
		self.all_kept(CASES, key)
	}

	/// Notes that a case is closed or gone.
	pub fn close_verdict(&self, key: &CaseKey, now: u64) -> Result<()> {
		let bytes = key.to_bytes();
		self.database.write(|write| {
			let mut table = write.open_table(VERDICTS)?;
			let old = table.get(bytes.as_slice())?.map(|value| decode_verdict(value.value()));
			if let Some(old) = old {
				let verdict = Verdict { closed_at: Some(now), ..old? };
				table.insert(bytes.as_slice(), verdict.encode().as_slice())?;
			}
			write.open_table(VERDICT_RUNS)?.remove(bytes.as_slice())?;
			Ok(())
		})
	}

	/// Forgets runs for cases.
	pub fn forget_verdicts(&self, keys: &[CaseKey]) -> Result<()> {
		self.database.write(|write| {
			let mut table = write.open_table(VERDICTS)?;
			for key in keys {
				table.remove(key.to_bytes().as_slice())?;
			}
			Ok(())
		})
	}

	/// Notes the start of a run for a case. Returns how often it was started before without finishing.
	pub fn start_verdict(&self, key: &CaseKey) -> Result<u32> {
		self.begin(CASES, &key.to_bytes())
	}

	/// Notes that a run for a case ended without an outcome, in good order.
	pub fn stopped_verdict(&self, key: &CaseKey) -> Result<()> {
		self.give_up(CASES, &key.to_bytes())
	}

	/// The secret by which tasks are chosen to be watched: nobody can tell which, and a restart does
	/// not choose anew.
	pub fn watch_secret(&self) -> Result<[u8; 32]> {
		let fresh = fresh_salt()?;
		self.database.write(|write| {
			let mut meta = write.open_table(META)?;
			let found = meta.get("watch-secret")?.map(|value| <[u8; 32]>::try_from(value.value()));
			match found {
				Some(found) => found.map_err(|_| StoreError::Corrupt("meta")),
				None => {
					meta.insert("watch-secret", &fresh[..])?;
					Ok(fresh)
				},
			}
		})
	}

	/// Writes down what running a task again gave.
	pub fn note_verification(&self, key: &Key, verification: &Verification) -> Result<()> {
		self.database.write(|write| {
			let mut table = write.open_table(VERIFICATIONS)?;
			table.insert(&key.to_bytes()[..], verification.encode().as_slice())?;
			Ok(())
		})
	}

	/// What running a task again gave.
	pub fn verification(&self, key: &Key) -> Result<Option<Verification>> {
		self.database.read(|read| {
			let found = read.open_table(VERIFICATIONS)?.get(&key.to_bytes()[..])?;
			let decode = |mut bytes: &[u8]| {
				Verification::decode_all(&mut bytes)
					.map_err(|_| StoreError::Corrupt("verification"))
			};
			found.map(|value| decode(value.value())).transpose()
		})
	}

	/// Writes an action down before it is done, unless it is written down already, or what was put up
	/// since `since` and what this puts up are above `budget` together. Whether it may be done.
	pub fn allow_action(
		&self,
		action: &Action,
		outlay: Outlay,
		since: u64,
		budget: Balance,
	) -> Result<bool> {
		self.allow(action, outlay, budget, |_, past| past.at >= since)
	}

	/// The same where what was put up in the same case counts, whenever that was, and nothing else.
	pub fn allow_defence(&self, action: &Action, outlay: Outlay, budget: Balance) -> Result<bool> {
		let same = |other: Option<Action>, _: &Outlay| {
			other.is_some_and(|it| action.is_of_the_case_of(&it))
		};
		self.allow(action, outlay, budget, same)
	}

	fn allow(
		&self,
		action: &Action,
		outlay: Outlay,
		budget: Balance,
		counts: impl Fn(Option<Action>, &Outlay) -> bool,
	) -> Result<bool> {
		let bytes = action.encode();
		self.database.write(|write| {
			let mut table = write.open_table(ACTIONS)?;
			if table.get(bytes.as_slice())?.is_some() {
				return Ok(true);
			}
			let mut spent = Vec::new();
			for row in table.iter()? {
				let (other, past) = row?;
				let past = decode_outlay(past.value())?;
				// What earlier versions wrote may be of another kind.
				let other = Action::decode_all(&mut other.value()).ok();
				if counts(other, &past) {
					spent.push(past.amount);
				}
			}
			if !affords(budget, spent, outlay.amount) {
				return Ok(false);
			}
			table.insert(bytes.as_slice(), outlay.encode().as_slice())?;
			Ok(true)
		})
	}

	/// Whether an action is written down.
	#[cfg(test)]
	pub fn has_action(&self, action: &Action) -> Result<bool> {
		let bytes = action.encode();
		self.database.read(|read| Ok(read.open_table(ACTIONS)?.get(bytes.as_slice())?.is_some()))
	}

	/// Forgets what a watcher saw and did before `until`.
	pub fn forget_watched(&self, until: u64) -> Result<()> {
		self.database.write(|write| {
			let mut verifications = write.open_table(VERIFICATIONS)?;
			verifications.retain(|_, mut value| {
				Verification::decode_all(&mut value)
					.is_ok_and(|verification| verification.at >= until)
			})?;
			let mut actions = write.open_table(ACTIONS)?;
			actions
				.retain(|_, value| decode_outlay(value).is_ok_and(|outlay| outlay.at >= until))?;
			Ok(())
		})
	}
}

fn decode_verdict(mut bytes: &[u8]) -> Result<Verdict> {
	Verdict::decode_all(&mut bytes).map_err(|_| StoreError::Corrupt("verdict"))
}

fn decode_outlay(mut bytes: &[u8]) -> Result<Outlay> {
	Outlay::decode_all(&mut bytes).map_err(|_| StoreError::Corrupt("action"))
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_decisions::scenes::{account, identity, key, outcome};
	use assay_primitives::{Hash, traits::CaseId};

	fn open() -> (tempfile::TempDir, TaskStore) {
		let dir = tempfile::tempdir().expect("temporary directory");
		let store = TaskStore::open(dir.path(), identity()).expect("opens");
		(dir, store)
	}

	fn case(case: CaseId, round: u8) -> CaseKey {
		CaseKey { case, round, task_hash: Hash::repeat_byte(3) }
	}

	#[test]
	fn first_verdict_should_stand_also_when_the_store_is_opened_again() {
		let (dir, store) = open();
		let salt = || fresh_salt().expect("random numbers");
		let verdict = |gas| Verdict::new(account(1), outcome(gas), salt(), 5);
		let first = store.seal_verdict(&case(300, 1), &verdict(1)).expect("writes");
		let second = store.seal_verdict(&case(300, 1), &verdict(2)).expect("writes");
		assert_eq!(first, second);
		let genesis = identity().genesis;
		assert_eq!(first.seal(&genesis, &case(300, 1)), second.seal(&genesis, &case(300, 1)));
		store.seal_verdict(&case(2, 0), &verdict(3)).expect("writes");
		drop(store);
		let store = TaskStore::open(dir.path(), identity()).expect("opens");
		let keys: Vec<CaseKey> =
			store.verdicts().expect("reads").into_iter().map(|(key, _)| key).collect();
		assert_eq!(keys, [case(2, 0), case(300, 1)]);
		assert_eq!(store.verdict(&case(300, 0)).expect("reads"), None, "another round");
		store.close_verdict(&case(300, 1), 9).expect("writes");
		let closed = store.verdict(&case(300, 1)).expect("reads").expect("is there");
		assert_eq!(closed, Verdict { closed_at: Some(9), ..first });
		store.forget_verdicts(&[case(300, 1)]).expect("writes");
		assert_eq!(store.verdicts().expect("reads").len(), 1);
	}

	#[test]
	fn interrupted_runs_should_be_counted_until_one_ends() {
		let (_dir, store) = open();
		assert_eq!(store.start_verdict(&case(1, 0)).expect("writes"), 0);
		assert_eq!(store.start_verdict(&case(1, 0)).expect("writes"), 1);
		store.stopped_verdict(&case(1, 0)).expect("writes");
		assert_eq!(store.start_verdict(&case(1, 0)).expect("writes"), 0);
	}

	#[test]
	fn actions_should_be_bounded_by_the_budget_of_the_last_day_and_counted_once() {
		let (_dir, store) = open();
		let allow = |action, at, amount| {
			let outlay = Outlay { at, amount };
			store.allow_action(&action, outlay, at.saturating_sub(100), 10).expect("works")
		};
		let challenge = Action::Challenge(key().to_bytes());
		let appeal = Action::Appeal(1, 0, Hash::repeat_byte(3));
		assert!(allow(challenge, 1_000, 6));
		assert!(allow(challenge, 1_001, 6), "the same again puts up no more");
		assert!(!allow(appeal, 1_002, 5), "eleven are above ten");
		assert!(!store.has_action(&appeal).expect("reads"));
		assert!(allow(Action::Court(1, Hash::repeat_byte(3)), 1_002, 4));
		assert!(allow(appeal, 1_101, 6), "the first is a day old");
		let another = Action::Appeal(1, 0, Hash::repeat_byte(4));
		assert!(!allow(another, 1_101, 6), "another fork's case of that number is not the same");
		store.forget_watched(1_050).expect("writes");
		assert!(!store.has_action(&challenge).expect("reads"));
		assert!(store.has_action(&appeal).expect("reads"));
	}

	/// However much was put up for other things that day.
	#[test]
	fn defences_should_be_bounded_by_the_budget_of_their_own_case() {
		let (_dir, store) = open();
		let (task, now) = (Hash::repeat_byte(3), 1_000);
		let day = |action, amount| {
			store.allow_action(&action, Outlay { at: now, amount }, 0, 10).expect("works")
		};
		assert!(day(Action::Challenge(key().to_bytes()), 9));
		let defend = |action, amount| {
			store.allow_defence(&action, Outlay { at: now, amount }, 40).expect("works")
		};
		assert!(defend(Action::Appeal(1, 0, task), 14));
		assert!(defend(Action::Appeal(2, 0, task), 30), "another case");
		assert!(!defend(Action::Appeal(1, 1, task), 30), "44 are above 40");
		assert!(defend(Action::Appeal(1, 1, task), 26));
		assert!(defend(Action::Court(1, task), 0), "it costs a fee only");
		assert!(
			!day(Action::Appeal(9, 0, task), 2),
			"what was put up for others' sake still counts"
		);
	}

	#[test]
	fn secret_should_stay_and_verifications_be_kept_until_they_are_old() {
		let (dir, store) = open();
		let secret = store.watch_secret().expect("works");
		let verification =
			Verification { at: 7, agreed: Hash::zero(), own: outcome(1), confirmed: true };
		store.note_verification(&key(), &verification).expect("writes");
		drop(store);
		let store = TaskStore::open(dir.path(), identity()).expect("opens");
		assert_eq!(store.watch_secret().expect("works"), secret);
		assert_eq!(store.verification(&key()).expect("reads"), Some(verification));
		store.forget_watched(8).expect("writes");
		assert_eq!(store.verification(&key()).expect("reads"), None);
	}
}
