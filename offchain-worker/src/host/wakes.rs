//! What wakes the loop of a role.

use super::heads::Heads;
use anyhow::{Context, Result};
use std::time::Duration;
use tokio::{
	sync::{mpsc, watch},
	time::{Interval, MissedTickBehavior},
};

/// Between two looks at what no block brings about.
const TICK: Duration = Duration::from_secs(5);

/// Why a loop goes round.
pub enum Wake<E> {
	/// There are newer blocks, or none any more.
	Heads(Heads),
	/// Something that runs beside the loop has an answer.
	Event(E),
	/// It is time to look.
	Tick,
	/// Told to stop, so many times.
	Stop(u32),
}

/// Everything that a loop waits for beside its own events.
pub struct Wakes {
	heads: watch::Receiver<Heads>,
	stop: watch::Receiver<u32>,
	tick: Interval,
}

impl Wakes {
	pub fn new(heads: watch::Receiver<Heads>, stop: watch::Receiver<u32>) -> Self {
		let mut tick = tokio::time::interval(TICK);
		tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
		Self { heads, stop, tick }
	}

	/// The next one, of `events` too. Errors: nobody follows the chain's blocks any more.
	pub async fn next<E>(&mut self, events: &mut mpsc::UnboundedReceiver<E>) -> Result<Wake<E>> {
		tokio::select! {
			changed = self.heads.changed() => {
				changed.context("the chain's blocks are not followed any more")?;
				Ok(Wake::Heads(self.heads.borrow_and_update().clone()))
			},
			Some(event) = events.recv() => Ok(Wake::Event(event)),
			_ = self.tick.tick() => Ok(Wake::Tick),
			Ok(()) = self.stop.changed() => Ok(Wake::Stop(*self.stop.borrow_and_update())),
		}
	}
}
