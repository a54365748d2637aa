//! SIGTERM and SIGINT.

use crate::daemon::Signals;
use anyhow::Result;
use tokio::{
	signal::unix::{SignalKind, signal},
	sync::{mpsc, watch},
};

/// Listens to both: one after the other for the provider, and counted for everybody else.
pub fn listen() -> Result<(Signals, watch::Receiver<u32>)> {
	let mut terminate = signal(SignalKind::terminate())?;
	let mut interrupt = signal(SignalKind::interrupt())?;
	let (sender, receiver) = mpsc::channel(4);
	let (count, counted) = watch::channel(0);
	tokio::spawn(async move {
		loop {
			tokio::select! {
				_ = terminate.recv() => {},
				_ = interrupt.recv() => {},
			}
			count.send_modify(|count: &mut u32| *count = count.saturating_add(1));
			// More signals than four waiting ones say nothing new.
			let _ = sender.try_send(());
		}
	});
	Ok((Signals::new(receiver), counted))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[tokio::test]
	async fn signal_should_reach_the_provider_and_everybody_who_counts() {
		let (mut signals, counted) = listen().expect("listening");
		let (mut one, mut other) = (counted.clone(), counted);
		// SAFETY: kill has no preconditions on memory; the signal is handled since `listen`.
		unsafe { libc::kill(std::process::id() as i32, libc::SIGTERM) };
		let all = async {
			signals.next().await;
			one.changed().await.expect("it is listened");
			other.changed().await.expect("it is listened");
		};
		tokio::time::timeout(crate::testing::PATIENCE, all).await.expect("the signal came");
		assert_eq!((*one.borrow(), *other.borrow()), (1, 1));
	}
}
