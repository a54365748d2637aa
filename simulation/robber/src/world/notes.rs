//! What is noted of a world, for coverage and statistics.

use super::{Bills, Waiting, World};
use crate::{
	programs::programs,
	tries::{Tries, refusal},
};
use assay_primitives::{
	AccountId, BlockNumber,
	api::{DealTasks, MAX_TASK_PAGE},
	case::CaseLimits,
	content::ContentRef,
	deal::{Ending, ReplicaResult, TaskStatus, TaskView},
	request::Candidate,
	task::{DealId, Input, TaskId},
	time::gas_in,
	traits::CaseId,
};
use assay_runtime::{
	Deals, MILLIS_PER_BLOCK, Mediation, Providers, Runtime, RuntimeCall, RuntimeEvent, System,
};
use assay_simulation::account;
use codec::Encode;
use polkadot_sdk::{
	frame_support::{dispatch::DispatchClass, traits::GetCallMetadata},
	frame_system,
	pallet_transaction_payment::Event::TransactionFeePaid,
	sp_runtime::ApplyExtrinsicResult,
};
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Mutex,
};

/// What happened, for coverage and statistics.
#[derive(Clone, Debug, Default)]
pub struct Noted {
	/// By name.
	pub seen: BTreeSet<String>,
	/// Calls that were applied.
	pub calls: u64,
	/// Those of the coalition, by kind.
	pub kinds: BTreeMap<u16, Tries>,
	/// Most of a block that hooks have taken, in millionths.
	pub heaviest: u64,
	/// Most keys beyond what concerns a daemon that the chain has looked up for it.
	pub reads: u64,
	/// Tasks that were settled on a lie though an honest replica had said what is true, and everybody could
	/// have run the program.
	pub overruled: BTreeSet<TaskId>,
	/// Votes that honest mediators have opened.
	pub votes: u32,
	/// Cases for which an honest mediator was seated for less than it asks for, or for what it can't run in time.
	pub conscripted: BTreeSet<CaseId>,
	/// What the court and audits have cost.
	pub bills: Bills,
	/// Deals with an honest provider on terms that it has offered to others.
	pub unwanted: BTreeSet<DealId>,
	/// Most rounds that were opened in a block.
	pub opened: usize,
}

/// What rare draws do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Luck {
	/// Whether audits hit; by the chain's draw where it is not said.
	pub audits: Option<bool>,
	/// How often they do, in millionths: the highest rate of all deals.
	pub ppm: u32,
}

impl World {
	/// Notes what the chain looks up to answer what the daemon of each honest provider asks at a block.
	pub fn note_reads(&mut self) {
		let honest = self.providers.iter().map(|host| host.keys.id());
		let honest: Vec<_> = honest.filter(|who| !self.memory.is_ours(who)).collect();
		for who in honest {
			let (granted, reads) = self.chain.count_reads(|| ask(&who));
			self.noted.reads = self.noted.reads.max(reads.saturating_sub(granted));
		}
	}

	pub(super) fn note_call(&mut self, one: &Waiting, result: &ApplyExtrinsicResult) {
		let name = name_of(&one.call);
		let about = one.made.as_ref().map_or("", |(_, about)| about);
		// Each reason for which a call is refused is one step nearer to its being carried out.
		let refused = refusal(result);
		let how = refused.as_deref().unwrap_or("done");
		self.noted.seen.insert(format!("{name} {about} {how}"));
		if let Some((kind, _)) = &one.made {
			self.noted.kinds.entry(*kind).or_default().note(refused);
		}
	}

	pub(super) fn note_block(&mut self) {
		let (mut agreed, mut rotates, mut opened) = (Vec::new(), false, 0);
		for event in std::mem::take(&mut self.chain.events) {
			let chain = std::cell::RefCell::new(&mut self.chain);
			let is_party = |who: &AccountId, task| chain.borrow_mut().read(|| is_party(who, task));
			self.noted.bills.note(&event, is_party);
			match &event {
				RuntimeEvent::Deals(pallet_deals::Event::DealOpened { deal, client, .. }) => {
					self.note_deal(*deal, client);
				},
				RuntimeEvent::Mediation(pallet_mediation::Event::RoundOpened { .. }) => opened += 1,
				RuntimeEvent::Mediation(pallet_mediation::Event::CommitteeDrawn {
					case,
					members,
					until,
					..
				}) => self.note_committee(*case, members, *until),
				RuntimeEvent::Deals(pallet_deals::Event::TaskAgreed { task, .. }) => {
					agreed.push(*task);
				},
				RuntimeEvent::Deals(pallet_deals::Event::TaskSettled { task, .. }) => {
					self.note_settled(*task);
				},
				RuntimeEvent::Mediation(pallet_mediation::Event::Revealed { mediator, .. })
					if !self.memory.is_ours(mediator) =>
				{
					self.noted.votes += 1;
				},
				RuntimeEvent::TransactionPayment(TransactionFeePaid {
					who,
					actual_fee,
					tip,
					..
				}) => {
					*self.fees.entry(who.clone()).or_default() += (actual_fee + tip) as i128;
				},
				_ => {},
			}
			rotates |= matches!(event, RuntimeEvent::Session(_));
			self.noted.seen.insert(event_name(&event));
			self.noted.seen.extend(reason(&event));
		}
		self.noted.opened = self.noted.opened.max(opened);
		let luck = &mut self.luck;
		let heaviest = self.chain.read(|| {
			for task in agreed {
				settle_luck(luck, task);
			}
			let all = <Runtime as frame_system::Config>::BlockWeights::get().max_block.ref_time();
			let hooks = *System::block_weight().get(DispatchClass::Mandatory);
			hooks.ref_time().saturating_mul(1_000_000) / all.max(1)
		});
		// The SDK takes a whole block for whoever begins a session.
		if !rotates {
			self.noted.heaviest = self.noted.heaviest.max(heaviest);
		}
	}

	/// Notes a deal with an honest provider at another price than it offers to everybody.
	fn note_deal(&mut self, id: DealId, client: &AccountId) {
		let Some(deal) = self.chain.read(|| pallet_deals::Deals::<Runtime>::get(id)) else {
			return;
		};
		let usual = self.scene.price();
		let honest = self.providers.iter().filter(|host| {
			let ours = |who| self.memory.is_ours(&who);
			!ours(host.keys.id()) && !ours(account(&host.keys.operator))
		});
		let honest: BTreeSet<AccountId> = honest.map(|host| host.keys.id()).collect();
		let cheap = |one: &Candidate| one.price != usual && honest.contains(&one.provider);
		if *client != account(&self.cast.client) && deal.candidates.iter().any(cheap) {
			self.noted.unwanted.insert(id);
		}
	}

	/// Notes a committee in which somebody honest sits that has not declared to take such a case.
	fn note_committee(&mut self, id: CaseId, members: &[AccountId], until: BlockNumber) {
		let honest = members.iter().filter(|who| !self.memory.is_ours(who));
		let takes = self.chain.read(|| {
			let terms = Mediation::case_view(id)?.terms;
			let blocks = until.saturating_sub(System::block_number());
			let takes = |one: pallet_mediation::Mediator| {
				let CaseLimits { min_wage, gas_per_second, .. } = one.terms.limits;
				let most = gas_in(gas_per_second, blocks, MILLIS_PER_BLOCK);
				min_wage <= terms.wage && u128::from(terms.spec.limits.gas) <= most
			};
			let mut all = honest.filter_map(pallet_mediation::Mediators::<Runtime>::get);
			Some(all.all(takes))
		});
		if takes == Some(false) {
			self.noted.conscripted.insert(id);
		}
	}

	/// Notes what became of a task that was just settled.
	fn note_settled(&mut self, task: TaskId) {
		let view = self.chain.read(|| Deals::task_view(task));
		let Some(TaskView { deal, status: TaskStatus::Ended(ended), .. }) = view else { return };
		let spec = &deal.request.task;
		let (Ending::Settled(outcome), Some(truth)) = (ended.ending, crate::programs::truth(spec))
		else {
			return;
		};
		if outcome == truth && deal.client == account(&self.cast.client) {
			self.paid += ended.paid as i128;
		}
		let served = spec.module == ContentRef::of(&programs()[0]) && self.scene.published;
		let digest = truth.digest(&deal.task_hash);
		let overruled = ended.replicas.iter().any(|replica| {
			let of = deal.candidates.get(replica.candidate as usize);
			let honest = of.is_some_and(|it| !self.memory.is_ours(&it.provider));
			let told = match replica.result {
				ReplicaResult::Wrong(said) | ReplicaResult::Undecided(said) => said == digest,
				_ => false,
			};
			honest && told
		});
		if outcome != truth && overruled && served && spec.input == Input::None {
			self.noted.overruled.insert(task);
		}
	}
}

/// Whether an account is client, payer or candidate of a task's deal, or signs for a candidate.
fn is_party(who: &AccountId, task: TaskId) -> bool {
	let Some(TaskView { deal, .. }) = Deals::task_view(task) else { return false };
	let stash = Providers::provider_of(who);
	let runs = |one: &Candidate| one.provider == *who || Some(&one.provider) == stash.as_ref();
	deal.client == *who || deal.payer == *who || deal.candidates.iter().any(runs)
}

/// Asks what a provider's daemon asks at a block. Gives how many keys may be looked up for that.
fn ask(who: &AccountId) -> u64 {
	/// For each deal that it may be drawn for, its draw included.
	const DEAL: u64 = 40;
	/// For each task of it that a page shows.
	const TASK: u64 = 16;
	let page = Deals::deals_of_candidate(who, None, MAX_TASK_PAGE);
	let of = |id: &DealId| Deals::tasks_of_candidate(who, *id, 0, u32::MAX);
	let deals: Vec<_> = page.items.iter().filter_map(of).collect();
	let tasks = |deal: &DealTasks| u64::from(deal.deal.tasks.min(MAX_TASK_PAGE));
	DEAL * (1 + deals.len() as u64) + TASK * deals.iter().map(tasks).sum::<u64>()
}

/// Notes how often a result that was agreed on is audited, and has it be audited always or never where that is forced.
fn settle_luck(luck: &mut Luck, task: TaskId) {
	let Some(rate) = Deals::audit_chance(task) else { return };
	pallet_deals::Deals::<Runtime>::mutate(task.deal, |deal| {
		let Some(deal) = deal else { return };
		let least = &mut deal.terms.audit_ppm;
		// Of a bag it may have been forced for another task.
		if *least > 0 {
			luck.ppm = luck.ppm.max(rate.deconstruct());
			if let Some(hit) = luck.audits {
				// It pays its tax all the same.
				*least = if hit { 1_000_000 } else { 0 };
			}
		}
	});
}

fn name_of(call: &RuntimeCall) -> String {
	let of = call.get_call_metadata();
	format!("{}.{}", of.pallet_name, of.function_name)
}

/// What the first words of [`reason`] are.
pub const REASONS: [&str; 6] = ["case", "replica", "share", "failed", "paid", "member"];

/// Why money moves, where an event says so: there are many ways to one of them.
fn reason(event: &RuntimeEvent) -> Option<String> {
	use pallet_deals::Event as Deals;
	use pallet_mediation::Event as Mediation;
	Some(match event {
		RuntimeEvent::Deals(Deals::TaskDisputed { reason, .. }) => format!("case {reason:?}"),
		RuntimeEvent::Deals(Deals::ReplicaSlashed { reason, .. }) => format!("replica {reason:?}"),
		RuntimeEvent::Deals(Deals::SlashShared { reason, .. }) => format!("share {reason:?}"),
		RuntimeEvent::Deals(Deals::TaskFailed { cause, .. }) => format!("failed {cause:?}"),
		RuntimeEvent::Mediation(Mediation::Paid { reason, .. }) => format!("paid {reason:?}"),
		RuntimeEvent::Mediation(Mediation::Slashed { reason, .. }) => format!("member {reason:?}"),
		_ => return None,
	})
}

/// Names of events that were seen. To print one takes as long as to apply a call.
static EVENTS: Mutex<BTreeMap<[u8; 2], String>> = Mutex::new(BTreeMap::new());

/// Pallet and variant of an event: what stands before its fields, which is its first two bytes.
fn event_name(event: &RuntimeEvent) -> String {
	let encoded = event.encode();
	let key = [encoded[0], encoded.get(1).copied().unwrap_or_default()];
	let mut known = EVENTS.lock().expect("nobody panics with it");
	let name = || {
		let text = format!("{event:?}");
		text.split_once([' ', '{']).map_or(text.clone(), |(name, _)| name.into())
	};
	known.entry(key).or_insert_with(name).clone()
}
