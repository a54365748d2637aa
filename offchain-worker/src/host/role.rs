//! What the host asks of whoever works in a role.

use super::desk::Desk;
use std::time::Duration;

/// How a role's work has ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
	/// Nothing is left to be finished.
	Drained,
	/// Something is: it was told to stop at once, or took too long.
	Cut,
}

/// Somebody at work in a role. It owns all of its state; what takes long runs beside the loop, [`Desk::beside`], and
/// reports to it.
pub trait Role: Send {
	/// What is reported.
	type Event: Send + 'static;

	/// What it has of the host.
	fn desk(&mut self) -> &mut Desk<Self::Event>;
	/// Time for finishing what was begun, once it is told to stop.
	fn drain_time(&self) -> Duration;
	/// There are newer blocks on the desk.
	fn on_heads(&mut self) -> impl Future<Output = ()> + Send;
	/// There are none, because of this.
	fn on_outage(&mut self, _why: &str) {}
	/// What the node calls final is taken for that, or is not because of this. Blocks come all the same.
	fn on_finality(&mut self, _unproven: Option<&str>) {}
	/// These were reported, all that were there.
	fn on_events(&mut self, events: Vec<Self::Event>);
	/// It is time to look after what no block brings about.
	fn on_tick(&mut self) -> impl Future<Output = ()> + Send;
	/// Told to stop: nothing new from now on.
	fn begin_drain(&mut self) {}
	/// Whether everything that was begun is finished.
	fn is_drained(&self) -> bool {
		true
	}
	/// Brings health and gauges up to date.
	fn publish(&mut self);
	/// The last that it does.
	fn end(&mut self, end: End) -> impl Future<Output = ()> + Send;
}
