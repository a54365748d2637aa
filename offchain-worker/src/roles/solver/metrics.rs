//! What Prometheus reads. Labels are words of this program, never anything that others choose.

use crate::host::metrics::rendered;
use anyhow::Result;
use prometheus::{Histogram, HistogramOpts, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry};

const SECONDS: &[f64] = &[0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1., 2., 5., 10.];

/// A solver's metrics. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Metrics {
	registry: Registry,
	/// Orders by source and what became of them.
	pub arrivals: IntCounterVec,
	/// Orders in the book by kind.
	pub book: IntGaugeVec,
	/// Matches by result.
	pub matches: IntCounterVec,
	/// From a request's arrival to its match in the pool.
	pub latency: Histogram,
	pub http_requests: IntCounterVec,
	pub best_block: IntGauge,
	pub outages: IntCounterVec,
}

fn opts(name: &str, help: &str) -> Opts {
	Opts::new(format!("assay_solver_{name}"), help)
}

impl Metrics {
	pub fn new() -> Result<Self> {
		let registry = Registry::new();
		let counters = |name, help, labels: &[&str]| -> Result<IntCounterVec> {
			let made = IntCounterVec::new(opts(name, help), labels)?;
			registry.register(Box::new(made.clone()))?;
			Ok(made)
		};
		let arrivals =
			counters("arrivals_total", "Orders that came, by result", &["source", "result"])?;
		let matches = counters("matches_total", "Matches by result", &["result"])?;
		let http_requests = counters("http_requests_total", "Answers by status", &["status"])?;
		let outages = counters("outages_total", "Times that a source was lost", &["source"])?;
		let book = IntGaugeVec::new(opts("book_orders", "Orders in the book"), &["kind"])?;
		registry.register(Box::new(book.clone()))?;
		let options =
			HistogramOpts::from(opts("match_seconds", "From arrival to a match in the pool"));
		let latency = Histogram::with_opts(options.buckets(SECONDS.to_vec()))?;
		registry.register(Box::new(latency.clone()))?;
		let best_block = IntGauge::with_opts(opts("best_block", "Height of the best block seen"))?;
		registry.register(Box::new(best_block.clone()))?;
		Ok(Self { registry, arrivals, book, matches, latency, http_requests, best_block, outages })
	}

	/// In the text format.
	pub fn render(&self) -> Result<String> {
		rendered(&self.registry)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn metrics_should_be_rendered_under_the_prefix() {
		let metrics = Metrics::new().expect("names are unique");
		metrics.matches.with_label_values(&["lost"]).inc();
		let text = metrics.render().expect("renders");
		assert!(text.contains("assay_solver_matches_total{result=\"lost\"} 1"), "{text}");
	}
}
