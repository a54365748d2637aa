//! What Prometheus reads. Labels are words of this program, never anything that others choose.

use anyhow::Result;
use prometheus::{
	Counter, Encoder, Gauge, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge,
	IntGaugeVec, Opts, Registry, TextEncoder,
};

/// The daemon's metrics. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Metrics {
	registry: Registry,
	/// Open tasks by what they wait for.
	pub tasks: IntGaugeVec,
	/// Jobs in the queue.
	pub jobs_queued: IntGauge,
	/// Jobs that run.
	pub jobs_running: IntGauge,
	/// Finished jobs by class, and failed ones by cause.
	pub jobs: IntCounterVec,
	/// How tasks ended for this provider.
	pub replicas: IntCounterVec,
	/// Tasks that were not worked on, by reason.
	pub skipped: IntCounterVec,
	/// Tasks that were declined when drawn, by reason.
	pub declined: IntCounterVec,
	/// Faults of this provider that the chain shows.
	pub faults: IntCounterVec,
	/// Blocks left when a transaction was sent.
	pub commit_margin: Histogram,
	pub reveal_margin: Histogram,
	pub gas: IntCounter,
	pub cpu_seconds: Counter,
	pub job_seconds: Histogram,
	pub fetches: IntCounterVec,
	pub fetched_bytes: IntCounter,
	pub store_bytes: IntGauge,
	pub free_bytes: IntGauge,
	pub sealed_records: IntGauge,
	pub transactions: IntCounterVec,
	pub transaction_failures: IntCounterVec,
	pub balance: Gauge,
	pub slots: IntGaugeVec,
	pub bond_free: Gauge,
	pub bond_locked: Gauge,
	pub bond_unbonding: Gauge,
	pub reputation: IntGauge,
	pub paid: Counter,
	pub slashed: Counter,
	pub best_block: IntGauge,
	pub finalized_block: IntGauge,
	pub chain_lag: Gauge,
	pub outages: IntCounter,
	pub http_requests: IntCounterVec,
	/// Open cases by what they wait for.
	pub cases: IntGaugeVec,
	/// Cases that were not run although this mediator was drawn, by reason.
	pub cases_refused: IntCounterVec,
	/// Runs for cases by result.
	pub judged: IntCounterVec,
	/// Own votes by how they turned out.
	pub verdicts: IntCounterVec,
	pub mediator_bond: Gauge,
	pub mediator_locked: Gauge,
	pub mediator_weight: IntGauge,
	/// Tasks and verdicts that were looked at by a watcher, by what came out.
	pub watched: IntCounterVec,
	/// What a watcher did, and what it left.
	pub actions: IntCounterVec,
}

struct Builder(Registry);

impl Builder {
	fn keep<C>(&self, made: prometheus::Result<C>) -> Result<C>
	where
		C: prometheus::core::Collector + Clone + 'static,
	{
		let metric = made?;
		self.0.register(Box::new(metric.clone()))?;
		Ok(metric)
	}

	fn counters(&self, name: &str, help: &str, label: &str) -> Result<IntCounterVec> {
		self.keep(IntCounterVec::new(opts(name, help), &[label]))
	}

	fn counter(&self, name: &str, help: &str) -> Result<IntCounter> {
		self.keep(IntCounter::with_opts(opts(name, help)))
	}

	fn sum(&self, name: &str, help: &str) -> Result<Counter> {
		self.keep(Counter::with_opts(opts(name, help)))
	}

	fn gauge(&self, name: &str, help: &str) -> Result<IntGauge> {
		self.keep(IntGauge::with_opts(opts(name, help)))
	}

	fn real(&self, name: &str, help: &str) -> Result<Gauge> {
		self.keep(Gauge::with_opts(opts(name, help)))
	}

	fn gauges(&self, name: &str, help: &str, label: &str) -> Result<IntGaugeVec> {
		self.keep(IntGaugeVec::new(opts(name, help), &[label]))
	}

	fn histogram(&self, name: &str, help: &str, buckets: &[f64]) -> Result<Histogram> {
		let opts = HistogramOpts::from(opts(name, help)).buckets(buckets.to_vec());
		self.keep(Histogram::with_opts(opts))
	}
}

fn opts(name: &str, help: &str) -> Opts {
	Opts::new(format!("assay_worker_{name}"), help)
}

const BLOCKS: &[f64] = &[0., 1., 2., 3., 5., 8., 13., 21., 34., 55., 100., 200.];
const SECONDS: &[f64] = &[0.01, 0.03, 0.1, 0.3, 1., 3., 10., 30., 100., 300., 1000., 3000.];

impl Metrics {
	/// All metrics, at zero.
	pub fn new() -> Result<Self> {
		let b = Builder(Registry::new());
		let info = opts("build_info", "Version of the daemon; always 1")
			.const_label("version", env!("CARGO_PKG_VERSION"));
		b.keep(IntGauge::with_opts(info))?.set(1);
		Ok(Self {
			tasks: b.gauges("tasks", "Open tasks by what they wait for", "state")?,
			jobs_queued: b.gauge("job_queue_depth", "Jobs that wait for a free slot")?,
			jobs_running: b.gauge("jobs_running", "Jobs that run")?,
			jobs: b.counters("jobs_total", "Ended jobs by result", "result")?,
			replicas: b.counters("replicas_total", "Replicas by how they ended", "result")?,
			skipped: b.counters("skipped_total", "Tasks not worked on", "reason")?,
			declined: b.counters("declined_total", "Declines sent, by reason", "reason")?,
			faults: b.counters("faults_total", "Faults of this provider by kind", "kind")?,
			commit_margin: b.histogram(
				"commit_margin_blocks",
				"Blocks left to the deadline when a seal was sent",
				BLOCKS,
			)?,
			reveal_margin: b.histogram(
				"reveal_margin_blocks",
				"Blocks left to the deadline when an opening was sent",
				BLOCKS,
			)?,
			gas: b.counter("gas_total", "Gas that jobs used")?,
			cpu_seconds: b.sum("job_execute_seconds_total", "Time that job processes ran for")?,
			job_seconds: b.histogram("job_seconds", "From start to end of a job", SECONDS)?,
			fetches: b.counters("fetches_total", "Fetches of content by result", "result")?,
			fetched_bytes: b.counter("fetched_bytes_total", "Bytes of content fetched")?,
			store_bytes: b.gauge("store_bytes", "Bytes of outputs and content kept")?,
			free_bytes: b.gauge("disk_free_bytes", "Bytes free where the store is")?,
			sealed_records: b.gauge("sealed_records", "Runs that the store remembers")?,
			transactions: b.counters("transactions_total", "Transactions in a block", "call")?,
			transaction_failures: b.counters(
				"transaction_failures_total",
				"Transactions that failed, by reason",
				"reason",
			)?,
			balance: b.real("operator_balance_tokens", "Free tokens of the operator key")?,
			slots: b.gauges("slots", "Slots by use", "use")?,
			bond_free: b.real("bond_free_tokens", "Bond that is not at risk")?,
			bond_locked: b.real("bond_locked_tokens", "Bond at risk in tasks")?,
			bond_unbonding: b.real("bond_unbonding_tokens", "Bond on its way out")?,
			reputation: b.gauge("reputation_score", "Score of this provider")?,
			paid: b.sum("paid_tokens_total", "Tokens that ended tasks paid")?,
			slashed: b.sum("slashed_tokens_total", "Tokens lost in ended tasks")?,
			best_block: b.gauge("best_block", "Height of the best block seen")?,
			finalized_block: b.gauge("finalized_block", "Height of the last final block seen")?,
			chain_lag: b.real("chain_lag_seconds", "Time since the last best block")?,
			outages: b.counter("chain_outages_total", "Times that the node was lost")?,
			http_requests: b.counters("http_requests_total", "Answers by status", "status")?,
			cases: b.gauges("cases", "Open cases by what they wait for", "state")?,
			cases_refused: b.counters("cases_refused_total", "Cases not run", "reason")?,
			judged: b.counters("judged_total", "Runs for cases by result", "result")?,
			verdicts: b.counters("verdicts_total", "Own votes by how they turned out", "result")?,
			mediator_bond: b.real("mediator_bond_tokens", "Bond of the mediator")?,
			mediator_locked: b.real("mediator_locked_tokens", "Part of it at risk in cases")?,
			mediator_weight: b.gauge("mediator_weight", "Weight of the mediator in draws")?,
			watched: b.counters(
				"watched_total",
				"Results run again, by what came out",
				"result",
			)?,
			actions: b.counters(
				"watcher_actions_total",
				"What the watcher did or left",
				"action",
			)?,
			registry: b.0,
		})
	}

	/// In the text format.
	pub fn render(&self) -> Result<String> {
		rendered(&self.registry)
	}
}

/// A registry in the text format.
pub fn rendered(registry: &Registry) -> Result<String> {
	let mut text = Vec::new();
	TextEncoder::new().encode(&registry.gather(), &mut text)?;
	Ok(String::from_utf8(text)?)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn every_metric_should_be_registered_under_the_prefix() {
		let metrics = Metrics::new().expect("names are unique");
		metrics.jobs.with_label_values(&["exited"]).inc();
		let text = metrics.render().expect("renders");
		assert!(text.contains("assay_worker_build_info{version="));
		assert!(text.contains("assay_worker_jobs_total{result=\"exited\"} 1"));
		for line in text.lines().filter(|line| !line.starts_with('#')) {
			assert!(line.starts_with("assay_worker_"), "{line}");
		}
	}
}
