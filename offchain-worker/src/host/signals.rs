//! SIGTERM and SIGINT.

use anyhow::Result;
use tokio::{
	signal::unix::{SignalKind, signal},
	sync::watch,
};

/// Listens to both, and counts them: the first drains, the second stops at once.
pub fn listen() -> Result<watch::Receiver<u32>> {
	let mut terminate = signal(SignalKind::terminate())?;
	let mut interrupt = signal(SignalKind::interrupt())?;
	let (count, counted) = watch::channel(0);
	tokio::spawn(async move {
		loop {
			tokio::select! {
				_ = terminate.recv() => {},
				_ = interrupt.recv() => {},
			}
			count.send_modify(|count: &mut u32| *count = count.saturating_add(1));
		}
	});
	Ok(counted)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[tokio::test]
	async fn signal_should_reach_everybody_who_counts() {
		let mut one = listen().expect("listening");
		let mut other = one.clone();
		// SAFETY: kill has no preconditions on memory; the signal is handled since `listen`.
		unsafe { libc::kill(std::process::id() as i32, libc::SIGTERM) };
		let all = async {
			one.changed().await.expect("it is listened");
			other.changed().await.expect("it is listened");
		};
		tokio::time::timeout(crate::testing::PATIENCE, all).await.expect("the signal came");
		assert_eq!((*one.borrow(), *other.borrow()), (1, 1));
	}
}
