//! Who looks at what others say: watchers, and providers whose own results are doubted.

use crate::{
	blobs::Blobs,
	live::Live,
	programs::{bytes_of, truth},
	snapshot::{Due, Snapshot},
};
use assay_decisions::{
	defender,
	record::Key,
	view::SharedView,
	watcher::{self, PutUp, Remedy, Rules},
};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, UNIT,
	case::{CaseView, Subject},
	deal::{TaskState, TaskStatus},
	hashing::tagged_hash,
	money::case_cost,
	outcome::Digest,
	sealed_input::SealedInput,
	task::{Input, TaskSpec},
	traits::CaseId,
};
use assay_runtime::RuntimeCall;
use assay_simulation::{Pair, account};
use std::collections::{BTreeMap, BTreeSet};

/// Most gas that the court takes.
const COURT_GAS: u64 = 1 << 24;

/// What comes out of a task, where its content can be had.
fn own_digest(spec: &TaskSpec, hash: Hash, live: &Live, blobs: &Blobs) -> Option<Digest> {
	blobs.has(spec, live.now).then(|| truth(spec))?.map(|outcome| outcome.digest(&hash))
}

/// What can be done about a case that says something else than `own`, if anything.
fn remedy(view: &CaseView, own: Digest) -> Option<(RuntimeCall, Remedy)> {
	let (round, found, _) = watcher::standing(view)?;
	if found == Some(own) {
		return None;
	}
	let (spec, task_hash, case) = (&view.terms.spec, view.terms.task_hash, view.id);
	let takes = spec.limits.gas <= COURT_GAS && spec.input == Input::None;
	let remedy = watcher::remedy(view, takes, true);
	let call = match remedy {
		Remedy::Court => {
			let (module, max_gas) = (bytes_of(&spec.module)?.clone(), spec.limits.gas);
			let input = None;
			pallet_court::Call::adjudicate { case, task_hash, max_gas, module, input }.into()
		},
		Remedy::Appeal(bond) => {
			watcher::gain_of_appeal(bond)?;
			pallet_mediation::Call::appeal { case, digest: found?, round }.into()
		},
		Remedy::None => return None,
	};
	Some((call, remedy))
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
		let own = |view: &CaseView| own_digest(&view.terms.spec, view.terms.task_hash, live, blobs);
		let of_cases = live.cases.iter().filter_map(|view| Some(remedy(view, own(view)?)?.0));
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
		Some(challenge(view, own, live)?.0)
	}
}

/// A challenge of what was agreed on, where that is something else and a challenge pays, and what it puts up.
fn challenge(view: &SharedView, own: Digest, live: &Live) -> Option<(RuntimeCall, Balance)> {
	let TaskStatus::Open(task) = &view.status else { return None };
	let TaskState::Agreed { digest, .. } = task.state else { return None };
	if own == digest {
		return None;
	}
	let put_up = PutUp::of(view, case_cost(live.tariff.case_wages, view.deal.terms.wage));
	let bond = |who: &AccountId| live.bonds.get(who).copied().unwrap_or(0);
	watcher::gain_of_challenge(view, &own, put_up, &Rules { slashes: &live.slashes, bond })?;
	Some((pallet_deals::Call::challenge { task: view.id, digest }.into(), put_up.total()))
}

/// What a provider's daemon does about doubts of what it has revealed, within the budget that it comes with.
#[derive(Clone, Default)]
pub struct Defence {
	spent: Balance,
	/// When a verdict was first seen to be wrong.
	wrong_since: BTreeMap<Key, BlockNumber>,
	/// What was done, by round; a challenge comes before all.
	done: BTreeSet<(Key, Option<(CaseId, u8)>)>,
}

impl Defence {
	/// What it sends about a task, if anything.
	pub fn call(
		&mut self,
		me: &AccountId,
		view: &SharedView,
		snapshot: Snapshot,
	) -> Option<RuntimeCall> {
		/// Blocks before the end of a window in which it does not wait for others any more.
		const LAST_CALL: BlockNumber = 4;
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
		let key = view.key();
		if let Some((call, put_up)) = challenge(view, own, live) {
			return self.allow((key, None), put_up).then_some(call);
		}
		let subject = Subject::Task(view.id);
		let judged = live.cases.iter().find(|case| case.terms.subject == subject)?;
		let (round, found, until) = watcher::standing(judged)?;
		let (call, remedy) = remedy(judged, own)?;
		if found == Some(own) || live.now + 1 >= until {
			return None;
		}
		let since = *self.wrong_since.entry(key).or_insert(live.now);
		let turn = since + defender::patience(view, me, &own);
		if live.now < turn.min(until.saturating_sub(LAST_CALL)) {
			return None;
		}
		let put_up = if let Remedy::Appeal(bond) = remedy { bond } else { 0 };
		self.allow((key, Some((judged.id, round))), put_up).then_some(call)
	}

	/// Whether something may be done that was not done before, and what it puts up is within the budget.
	fn allow(&mut self, action: (Key, Option<(CaseId, u8)>), put_up: Balance) -> bool {
		/// Of a day. No sequence lasts longer.
		const BUDGET: Balance = 10 * UNIT;
		let allowed = self.spent + put_up <= BUDGET && self.done.insert(action);
		if allowed {
			self.spent += put_up;
		}
		allowed
	}
}
