//! What the state has that a call may be about.

use crate::{
	court,
	programs::{named, programs, truth},
};
use assay_decisions::{view::SharedView, watcher};
use assay_primitives::{
	AccountId, Balance, Hash,
	api::{DealTasks, OfferView},
	case::{CasePhase, CaseView},
	content::ContentRef,
	deal::{TaskState, TaskStatus, TaskView},
	money::{Slashes, Tariff},
	order::{Asset, AssetId, GroupId},
	outcome::{Class, Outcome},
	task::{DealId, TaskId, TaskSpec},
	traits::{CaseId, Economy},
};
use assay_runtime::{Deals, Economics, Market, Mediation, Providers, Register, Runtime};
use std::collections::{BTreeMap, BTreeSet};

/// What the state has now.
pub struct Live {
	/// Hash of block 0.
	pub genesis: Hash,
	/// Height.
	pub now: u32,
	/// Tasks that have not ended.
	pub tasks: Vec<TaskView>,
	/// The same as daemons keep them.
	pub shared: Vec<SharedView>,
	/// Cases that are not closed.
	pub cases: Vec<CaseView>,
	/// Offers.
	pub offers: Vec<OfferView>,
	/// Registered apps and datasets.
	pub assets: Vec<(AssetId, Asset)>,
	/// Groups of accounts.
	pub groups: Vec<GroupId>,
	/// What having the court rule takes, of cases that it can rule on and that say something now.
	pub court_fees: BTreeMap<CaseId, Balance>,
	/// Bond of each provider.
	pub bonds: BTreeMap<AccountId, Balance>,
	/// How stakes are divided.
	pub slashes: Slashes,
	/// What the money of deals and cases follows from.
	pub tariff: Tariff,
}

impl Live {
	/// Reads the state; to be called within it.
	pub fn read(genesis: Hash) -> Self {
		let is_open = |view: &TaskView| matches!(view.status, TaskStatus::Open(_));
		// Of a bag nothing is stored of a task before it is drawn.
		let bags: BTreeSet<DealId> =
			pallet_deals::Bags::<Runtime>::iter_keys().map(|(_, id)| id).collect();
		let keys = pallet_deals::Tasks::<Runtime>::iter_keys().map(|(_, id)| id);
		let single = keys.filter(|id| !bags.contains(&id.deal)).filter_map(Deals::task_view);
		let of_bag = |id: &DealId| Deals::tasks_of_deal(*id, 0, u32::MAX);
		let of_bags = bags.iter().filter_map(of_bag).flat_map(DealTasks::into_views);
		let mut tasks: Vec<_> = single.chain(of_bags).filter(is_open).collect();
		tasks.sort_by_key(|view| view.id);
		let shared = tasks.iter().cloned().map(SharedView::from).collect();
		let all = Mediation::cases(None, u32::MAX).items.into_iter();
		let closed = |view: &CaseView| matches!(view.case.phase, CasePhase::Closed { .. });
		let cases: Vec<CaseView> = all.filter(|view| !closed(view)).collect();
		let questionable = cases.iter().filter(|view| watcher::standing(view).is_some());
		let court_fees = questionable.filter_map(|view| Some((view.id, court::fee(view)?)));
		let court_fees = court_fees.collect();
		let offers = Market::offers(None, u32::MAX).items;
		let assets = Register::assets(None, u32::MAX).items;
		let mut groups: Vec<_> = pallet_groups::Groups::<Runtime>::iter_keys().collect();
		groups.sort();
		let now = assay_runtime::System::block_number();
		let providers = Providers::providers(None, u32::MAX).items.into_iter();
		let bonds = providers.map(|it| (it.stash.clone(), it.bond())).collect();
		Self {
			genesis,
			now,
			tasks,
			shared,
			cases,
			offers,
			assets,
			groups,
			court_fees,
			bonds,
			slashes: Economics::current().1.slashes,
			tariff: Deals::tariff(),
		}
	}

	/// A task as a daemon keeps it.
	pub fn task(&self, id: TaskId) -> Option<&SharedView> {
		self.shared.iter().find(|view| view.id == id)
	}
}

/// Answers that somebody may give to a task: the truth, what is known without running it, and lies.
pub fn answers(spec: &TaskSpec) -> Vec<Outcome> {
	let empty = Outcome::of_no_run(Class::ModuleInvalid);
	let out_of_gas = Outcome { class: Class::OutOfGas, gas_used: spec.limits.gas, ..empty };
	let mut found: Vec<_> = truth(spec).into_iter().collect();
	let all_gas = |outcome: &Outcome| Outcome { gas_used: spec.limits.gas, ..*outcome };
	let lies: Vec<_> = found.iter().map(all_gas).collect();
	found.extend(lies);
	found.extend([out_of_gas, empty, Outcome { class: Class::Exited(0), ..empty }]);
	found
}

/// Digests that are public in a task, the one that was agreed on first.
pub fn public_digests(view: &TaskView) -> Vec<Hash> {
	let TaskStatus::Open(task) = &view.status else { return Vec::new() };
	let said = task.replicas.iter().filter_map(|it| it.digest(&view.deal.task_hash));
	task.state.agreed().into_iter().chain(said).collect()
}

/// Content of all programs.
pub fn contents() -> Vec<ContentRef> {
	named().take(programs().len()).collect()
}

/// Amounts that mean something: what is held, what is asked, and what is near it.
pub fn amounts() -> Vec<Balance> {
	use assay_primitives::{MILLI, UNIT};
	vec![0, 1, MILLI, 10 * MILLI, 100 * MILLI, UNIT, 5 * UNIT, 10 * UNIT, 100 * UNIT, 1_000 * UNIT]
}

/// Where a task stands, in a word.
pub fn stage(view: &TaskView) -> &'static str {
	let TaskStatus::Open(task) = &view.status else { return "ended" };
	match task.state {
		TaskState::Waiting { .. } => "waiting",
		TaskState::Running { .. } => "running",
		TaskState::Revealing { .. } => "revealing",
		TaskState::Agreed { .. } => "agreed",
		TaskState::Disputed { .. } => "disputed",
		TaskState::Missing { .. } => "missing",
	}
}
