//! Who looks at what others say: watchers, and providers whose own results are doubted.

use crate::{
	blobs::Blobs,
	court,
	live::Live,
	programs::truth,
	snapshot::{Due, Snapshot},
};
use assay_decisions::{
	action::{Action, affords},
	defender,
	record::Key,
	view::SharedView,
	watcher::{self, CourtUse, PutUp, Remedy, Rules, WrongVerdict},
};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash,
	case::{CaseView, Subject},
	deal::{TaskState, TaskStatus},
	hashing::tagged_hash,
	money::case_cost,
	outcome::Digest,
	sealed_input::SealedInput,
	task::TaskSpec,
};
use assay_runtime::RuntimeCall;
use assay_simulation::{Pair, account};
use std::collections::BTreeMap;

/// What comes out of a task, where its content can be had.
fn own_digest(spec: &TaskSpec, hash: Hash, live: &Live, blobs: &Blobs) -> Option<Digest> {
	blobs.has(spec, live.now).then(|| truth(spec))?.map(|outcome| outcome.digest(&hash))
}

/// What is done about a verdict that is `wrong`, if anything: the court where it `comes_first` for this fee, else another
/// committee where that earns so much at `least`, and the court where there is none.
fn remedy(
	view: &CaseView,
	wrong: &WrongVerdict,
	live: &Live,
	least: Balance,
	comes_first: impl Fn(Balance) -> bool,
) -> Option<(RuntimeCall, Action, Balance)> {
	let (case, task_hash) = (view.id, view.terms.task_hash);
	let fee = live.court_fees.get(&case);
	let court = CourtUse::of(fee.is_some(), fee.is_some_and(|fee| comes_first(*fee)));
	match watcher::remedy(view, court, true) {
		Remedy::Appeal(bond) => {
			let WrongVerdict { round, found, .. } = *wrong;
			let call = pallet_mediation::Call::appeal { case, digest: found?, round }.into();
			let pays = watcher::pays(watcher::gain_of_appeal(bond), least);
			pays.then_some((call, Action::Appeal(case, round, task_hash), bond))
		},
		Remedy::Court => Some((court::call(view)?, Action::Court(case, task_hash), 0)),
		Remedy::None => None,
	}
}

/// An honest watcher that looks at a share of what is agreed on.
#[derive(Clone)]
pub struct WatcherHost {
	key: Pair,
	secret: [u8; 32],
	sample_ppm: u32,
}

impl WatcherHost {
	/// A watcher with a secret of its own.
	pub fn new(key: Pair, sample_ppm: u32) -> Self {
		let secret = tagged_hash(b"watch", &account(&key)).0;
		Self { key, secret, sample_ppm }
	}

	/// What it sends now.
	pub fn due(&self, snapshot: Snapshot) -> Due {
		let Snapshot { best: live, blobs, .. } = snapshot;
		let of_tasks = live.shared.iter().filter_map(|view| self.challenge(view, live, blobs));
		let of_case = |view: &CaseView| {
			let own = own_digest(&view.terms.spec, view.terms.task_hash, live, blobs)?;
			let wrong = WrongVerdict::of(view, &own, live.now)?;
			Some(remedy(view, &wrong, live, watcher::MIN_GAIN, |_| true)?.0)
		};
		let of_cases = live.cases.iter().filter_map(of_case);
		of_tasks.chain(of_cases).map(|call| (self.key.clone(), call)).collect()
	}

	fn looks_at(&self, view: &SharedView) -> bool {
		let (id, hash) = (view.id, view.task_hash);
		watcher::is_chosen(&self.secret, &id, &hash, self.sample_ppm)
			&& !watcher::is_party(view, &[account(&self.key)])
	}

	fn challenge(&self, view: &SharedView, live: &Live, blobs: &Blobs) -> Option<RuntimeCall> {
		if !self.looks_at(view) {
			return None;
		}
		let own = own_digest(&view.deal.request.task, view.task_hash, live, blobs)?;
		Some(challenge(view, own, live, watcher::MIN_GAIN)?.0)
	}
}

/// A challenge of what was agreed on, where that is something else and a challenge earns so much at `least`, and what it
/// puts up.
fn challenge(
	view: &SharedView,
	own: Digest,
	live: &Live,
	least: Balance,
) -> Option<(RuntimeCall, Balance)> {
	let TaskStatus::Open(task) = &view.status else { return None };
	let TaskState::Agreed { digest, .. } = task.state else { return None };
	if own == digest {
		return None;
	}
	let put_up = PutUp::of(view, case_cost(live.tariff.case_wages, view.deal.terms.wage));
	let bond = |who: &AccountId| live.bonds.get(who).copied().unwrap_or(0);
	let rules = Rules { slashes: &live.slashes, bond };
	let pays = watcher::pays(watcher::gain_of_challenge(view, &own, put_up, &rules), least);
	let call = || pallet_deals::Call::challenge { task: view.id, digest }.into();
	pays.then(|| (call(), put_up.total()))
}

/// What a provider's daemon does about doubts of what it has revealed.
#[derive(Clone, Default)]
pub struct Defence {
	/// When a verdict was first seen to be wrong.
	wrong_since: BTreeMap<Key, BlockNumber>,
	/// What was done, and what it has put up.
	done: BTreeMap<Action, Balance>,
}

impl Defence {
	/// What it sends about a task, if anything.
	pub fn call(
		&mut self,
		me: &AccountId,
		view: &SharedView,
		snapshot: Snapshot,
	) -> Option<RuntimeCall> {
		let Snapshot { best: live, blobs, .. } = snapshot;
		let against = defender::against(view, me)?;
		// Whose input is private is between its client and its providers.
		if !matches!(SealedInput::of(&view.deal.request), Ok(None)) {
			return None;
		}
		let own = own_digest(&view.deal.request.task, view.task_hash, live, blobs)?;
		if own != against.own {
			return None;
		}
		let (key, stake) = (view.key(), view.deal.terms.stake);
		if let Some((call, put_up)) = challenge(view, own, live, 0) {
			let action = Action::Challenge(key.to_bytes());
			return self.allow(action, put_up, stake).then_some(call);
		}
		let subject = Subject::Task(view.id);
		let judged = live.cases.iter().find(|case| case.terms.subject == subject)?;
		let wrong = WrongVerdict::of(judged, &own, live.now)?;
		let since = *self.wrong_since.entry(key).or_insert(live.now);
		let comes_first = |fee| defender::court_comes_first(fee, stake);
		let (call, action, put_up) = remedy(judged, &wrong, live, 0, comes_first)?;
		let sends = defender::has_turn(view, me, &own, since, live.now, wrong.until)
			&& self.allow(action, put_up, stake);
		sends.then_some(call)
	}

	/// Whether something may be done that was not done before, and what it puts up is within the budget for such a stake.
	fn allow(&mut self, action: Action, put_up: Balance, stake: Balance) -> bool {
		let same = self.done.iter().filter(|(other, _)| action.is_of_the_case_of(other));
		let spent = same.map(|(_, put_up)| *put_up);
		let allowed =
			!self.done.contains_key(&action) && affords(defender::budget(stake), spent, put_up);
		if allowed {
			self.done.insert(action, put_up);
		}
		allowed
	}
}
