//! What happens by the clock and not by the block: space, gauges, health, removal of what is old.

use super::{
	Event, Provider,
	chain::{Account, TaskChain},
	problems::Kind,
	report::tokens,
	retention,
};
use crate::{
	host::{
		clock::unix_now,
		disk,
		evict::evict,
		executor::Executor,
		status::{State, hide_urls},
	},
	roles::crew::Registration,
};
use assay_client::{Error, units::format_amount};
use assay_decisions::record::Key;
use assay_primitives::{Balance, MILLI, provider::ProviderView};
use std::{collections::BTreeMap, time::Duration};

/// Time without a block after which the chain counts as lost.
const SILENCE: Duration = Duration::from_secs(45);
/// Free space is told in steps of this many bytes.
const FREE_STEP: u64 = 64 << 20;
const PRUNE_EVERY: Duration = Duration::from_secs(60);
/// Below this the operator key is about to be unable to pay fees.
const LOW_BALANCE: Balance = 50 * MILLI;

impl<L: TaskChain, X: Executor> Provider<L, X> {
	/// What is looked after by the clock.
	pub(super) fn keep_house(&mut self) {
		self.check_disk();
		let silence = self.desk.silent_for();
		self.parts.metrics.chain_lag.set(silence.as_secs_f64());
		if silence > SILENCE && !self.problems.has(Kind::Chain) {
			let what = format!("no block for {} s", silence.as_secs());
			self.problems.raise(Kind::Chain, what);
		}
		if self.recent.reading.is_due() {
			self.refresh();
		}
		self.prune();
		self.ask_account();
	}

	fn check_disk(&mut self) {
		let least = self.parts.settings.host.store.min_free_bytes;
		let problem = match disk::free_bytes(&self.parts.settings.host.base_path) {
			Ok(free) => {
				// In large steps, so that it does not tell the size of outputs.
				let shown = free / FREE_STEP * FREE_STEP;
				self.parts.metrics.free_bytes.set(i64::try_from(shown).unwrap_or(i64::MAX));
				(free < least).then(|| {
					let path = self.parts.settings.host.base_path.display();
					format!("less than {least} bytes are free below {path}: no tasks are taken")
				})
			},
			Err(error) => Some(format!("the disk can't be asked: {error}")),
		};
		let problem = problem.or_else(|| self.are_outputs_full());
		self.problems.set(Kind::Disk, problem);
	}

	/// What others have not opened yet can't go, so no more may come.
	fn are_outputs_full(&self) -> Option<String> {
		let full = self.parts.outputs.bytes() > self.parts.settings.host.store.max_bytes;
		full.then(|| "outputs take all of store.max_bytes: no tasks are taken until some go".into())
	}

	/// Removes what is old, beside the loop: it reads and writes the disk.
	fn prune(&mut self) {
		let Some(finalized) = self.desk.finalized else { return };
		if !self.pruning.begin(PRUNE_EVERY) {
			return;
		}
		let settings = self.parts.settings.host.store;
		let over = self.parts.outputs.bytes() > settings.max_bytes;
		let (number, now) = (finalized.number, unix_now());
		let keys = retention::expired(&self.runs.ended, &self.table, &settings, number, now, over);
		let needed = retention::needed(&self.table);
		let (outputs, store) = (self.parts.outputs.clone(), self.parts.store.clone());
		let content = self.parts.content.clone();
		let prune = move || {
			retention::remove(&keys, &outputs, &store)?;
			evict(&content, &store, &needed, settings.max_bytes)?;
			Ok(keys)
		};
		self.desk.beside_blocking(prune, Event::Pruned);
	}

	pub(super) fn on_pruned(&mut self, result: anyhow::Result<Vec<Key>>) {
		self.pruning.end();
		self.runs.recount(&self.parts.store);
		match result {
			Ok(keys) => self.runs.forget(&keys),
			Err(error) => {
				self.problems.raise(Kind::Disk, format!("old outputs can't be removed: {error:#}"));
			},
		}
	}

	fn ask_account(&mut self) {
		let Some(best) = self.desk.best else { return };
		if !self.asking.begin(Duration::ZERO) {
			return;
		}
		let chain = self.parts.chain.clone();
		let ask = async move { Event::Account(chain.account(best).await) };
		self.desk.beside(ask, |panic| Event::Account(Err(Error::Execution(panic))));
	}

	pub(super) fn on_account(&mut self, account: Result<Account, Error>) {
		self.asking.end();
		let account = match account {
			Ok(account) => account,
			Err(error) => {
				tracing::debug!(%error, "bond and balance can't be read");
				return;
			},
		};
		self.show_account(&account);
		let Account { provider, signs_for, balance } = account;
		let operator = &self.parts.operator;
		let register = Registration::PROVIDER.command;
		let registration = match &provider {
			None => Some(format!("{} is not registered; run `{register}`", self.me)),
			Some(provider) if provider.declaration.operator != *operator => Some(format!(
				"{operator} is not the operator of {}; the chain names {}",
				self.me, provider.declaration.operator
			)),
			Some(_) if signs_for.as_ref() != Some(&self.me) => Some(format!(
				"{operator} has not accepted to sign for {}; run `{register}`",
				self.me
			)),
			Some(_) => None,
		};
		self.problems.set(Kind::Registration, registration);
		self.check_endpoint(provider.as_ref());
		let low = (balance < LOW_BALANCE)
			.then(|| format!("the operator key has only {} left for fees", format_amount(balance)));
		self.problems.set(Kind::Fees, low);
		let spent = provider.filter(|provider| provider.free == 0).map(|provider| {
			format!("no bond is free ({} at risk): no new work", format_amount(provider.locked))
		});
		self.problems.set(Kind::Bond, spent);
	}

	/// Clients go where the chain says; another address on the command line helps nobody.
	fn check_endpoint(&mut self, provider: Option<&ProviderView>) {
		let (Some(provider), Some(wanted)) = (provider, &self.parts.settings.public_url) else {
			return;
		};
		let declared = String::from_utf8_lossy(&provider.declaration.endpoint);
		let differs = (declared != wanted.as_str()).then(|| {
			format!("the chain sends clients to {declared}, not to {wanted}; register again")
		});
		self.problems.set(Kind::Endpoint, differs);
	}

	fn show_account(&self, account: &Account) {
		let metrics = &self.parts.metrics;
		metrics.balance.set(tokens(account.balance));
		self.parts.status.update(|status| status.provider.balance = account.balance.to_string());
		let Some(provider) = &account.provider else {
			return self.parts.status.update(|status| status.provider.registered = false);
		};
		metrics.bond_free.set(tokens(provider.free));
		metrics.bond_locked.set(tokens(provider.locked));
		metrics.bond_unbonding.set(tokens(provider.unbonding));
		metrics.reputation.set(provider.reputation.score.into());
		let slots = provider.declaration.capacity.slots;
		metrics.slots.with_label_values(&["used"]).set(provider.slots_used.into());
		metrics.slots.with_label_values(&["declared"]).set(slots.into());
		self.parts.status.update(|status| {
			status.provider.registered = true;
			status.provider.bond_free = provider.free.to_string();
			status.provider.bond_locked = provider.locked.to_string();
			status.provider.score = provider.reputation.score;
		});
	}

	/// Brings health and gauges up to date.
	pub(super) fn show(&mut self) {
		let mut tasks = BTreeMap::new();
		for entry in self.table.entries.values().filter(|entry| !entry.logged.is_empty()) {
			*tasks.entry(entry.logged.to_string()).or_insert(0u64) += 1;
		}
		let metrics = &self.parts.metrics;
		metrics.tasks.reset();
		for (state, count) in &tasks {
			let count = i64::try_from(*count).unwrap_or(i64::MAX);
			metrics.tasks.with_label_values(&[state.as_str()]).set(count);
		}
		let gauge = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
		metrics.jobs_queued.set(gauge(self.jobs.queued()));
		metrics.jobs_running.set(gauge(self.jobs.running()));
		let bytes =
			self.parts.outputs.public_bytes().saturating_add(self.parts.content.used_bytes());
		metrics.store_bytes.set(i64::try_from(bytes).unwrap_or(i64::MAX));
		let sealed = self.runs.count;
		metrics.sealed_records.set(i64::try_from(sealed).unwrap_or(i64::MAX));
		let free = u64::try_from(metrics.free_bytes.get()).unwrap_or(0);
		let node = self.recent.node.as_deref().map(hide_urls);
		let state =
			match (self.desk.is_draining(), self.desk.best.is_some(), self.problems.is_empty()) {
				(true, ..) => State::Draining,
				(_, false, _) => State::Starting,
				(.., false) => State::Degraded,
				(.., true) => State::Ok,
			};
		let reachable = self.desk.best.is_some() && !self.problems.has(Kind::Chain);
		let takes_work = self.takes_work() && reachable;
		self.parts.status.update(|status| {
			status.state = state;
			status.takes_work = takes_work;
			status.problems = self.problems.list().iter().map(|it| hide_urls(it)).collect();
			status.tasks = tasks;
			status.chain.connected = reachable;
			status.chain.node = node;
			status.chain.best = self.desk.best.map_or(0, |block| block.number);
			status.chain.finalized = self.desk.finalized.map_or(0, |block| block.number);
			status.chain.seconds_since_block = Some(self.desk.silent_for().as_secs());
			status.jobs.queued = self.jobs.queued();
			status.jobs.running = self.jobs.running();
			status.jobs.limit = self.jobs.limit();
			status.store.bytes = bytes;
			status.store.free_bytes = free;
			status.store.sealed = sealed;
		});
	}
}
