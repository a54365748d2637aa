//! The loop of every role.

use super::{
	desk::Course,
	heads::Heads,
	role::{End, Role},
	wakes::{Wake, Wakes},
};
use anyhow::Result;
use std::time::Instant;
use tokio::sync::watch;

/// Works in a role over the chain's blocks until it is told to stop, and for the time that its drain takes.
///
/// Errors: nobody follows the chain's blocks any more.
pub async fn drive<R: Role>(
	mut role: R,
	heads: watch::Receiver<Heads>,
	stop: watch::Receiver<u32>,
) -> Result<()> {
	let mut wakes = Wakes::new(heads, stop);
	let end = loop {
		match wakes.next(&mut role.desk().events).await? {
			Wake::Heads(heads) => {
				if let Some(outage) = &heads.outage {
					role.on_outage(outage);
				}
				role.on_finality(heads.unproven.as_deref());
				if role.desk().hear(&heads) {
					role.on_heads().await;
				}
			},
			Wake::Event(event) => {
				let mut events = vec![event];
				while let Ok(event) = role.desk().events.try_recv() {
					events.push(event);
				}
				role.on_events(events);
			},
			Wake::Tick => role.on_tick().await,
			Wake::Stop(times) => {
				let drain = role.drain_time();
				if role.desk().stop(times, drain) {
					role.begin_drain();
				}
			},
		}
		let course = role.desk().course;
		match course {
			Course::Working => {},
			Course::Draining { .. } if role.is_drained() => break End::Drained,
			Course::Draining { end } if Instant::now() < end => {},
			Course::Draining { .. } | Course::Stopping => break End::Cut,
		}
		role.publish();
	};
	role.end(end).await;
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::host::desk::Desk;
	use assay_client::BlockInfo;
	use assay_primitives::Hash;
	use std::{
		sync::{Arc, Mutex},
		time::Duration,
	};

	/// Notes what it is asked for, and is told to stop once all that it began has reported.
	struct Clerk {
		desk: Desk<u8>,
		is_drained: bool,
		drain: Duration,
		notes: Arc<Mutex<Vec<String>>>,
		stop: watch::Sender<u32>,
	}

	impl Clerk {
		fn note(&self, what: impl Into<String>) {
			self.notes.lock().expect("no panic").push(what.into());
		}
	}

	impl Role for Clerk {
		type Event = u8;

		fn desk(&mut self) -> &mut Desk<u8> {
			&mut self.desk
		}

		fn drain_time(&self) -> Duration {
			self.drain
		}

		async fn on_heads(&mut self) {
			self.note(format!("block {}", self.desk.now()));
			for number in 0..3 {
				self.desk.beside(async move { number }, |_| 9);
			}
			self.desk.beside(async { panic!("of a test") }, |_| 9);
		}

		fn on_outage(&mut self, why: &str) {
			self.note(why);
		}

		fn on_finality(&mut self, unproven: Option<&str>) {
			unproven.into_iter().for_each(|why| self.note(why));
		}

		fn on_events(&mut self, events: Vec<u8>) {
			events.iter().for_each(|event| self.note(event.to_string()));
			if self.notes.lock().expect("no panic").len() >= 7 {
				self.stop.send_replace(1);
			}
		}

		async fn on_tick(&mut self) {}

		fn begin_drain(&mut self) {
			self.note("drain");
		}

		fn is_drained(&self) -> bool {
			self.is_drained
		}

		fn publish(&mut self) {}

		async fn end(&mut self, end: End) {
			self.note(format!("{end:?}"));
		}
	}

	async fn notes(is_drained: bool, drain: Duration, signals: u32, heads: Heads) -> Vec<String> {
		let (stop, stopped) = watch::channel(0);
		let (told, seen) = watch::channel(Heads::default());
		let notes = Arc::<Mutex<Vec<String>>>::default();
		let desk = Desk::default();
		let clerk = Clerk { desk, is_drained, drain, notes: notes.clone(), stop: stop.clone() };
		if signals > 0 {
			stop.send_replace(signals);
		}
		if heads.best.is_some() {
			told.send_replace(heads);
		}
		drive(clerk, seen, stopped).await.expect("blocks are followed");
		let notes = notes.lock().expect("no panic");
		notes.clone()
	}

	const HOUR: Duration = Duration::from_secs(3_600);

	#[tokio::test]
	async fn role_should_end_when_drained_or_told_twice_or_late() {
		let none = Heads::default;
		assert_eq!(notes(true, HOUR, 1, none()).await, ["drain", "Drained"]);
		assert_eq!(notes(false, Duration::ZERO, 1, none()).await, ["drain", "Cut"]);
		assert_eq!(notes(false, HOUR, 2, none()).await, ["Cut"], "nothing is begun to be finished");
	}

	#[tokio::test]
	async fn role_should_hear_of_blocks_and_of_everything_that_ran_beside_it() {
		let block = BlockInfo { number: 7, hash: Hash::zero(), parent: Hash::zero() };
		let outage = Some("one of two nodes is gone".into());
		let unproven = Some("nobody has voted for it".into());
		let heads = Heads { best: Some(block), finalized: None, outage, unproven };
		let mut notes = notes(true, HOUR, 0, heads).await;
		assert_eq!(notes[..3], ["one of two nodes is gone", "nobody has voted for it", "block 7"]);
		notes[3..7].sort();
		assert_eq!(notes[3..], ["0", "1", "2", "9", "drain", "Drained"], "a panic reports too");
	}
}
