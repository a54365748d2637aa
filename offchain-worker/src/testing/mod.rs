//! Views and records for tests, and a node with the real runtime.

pub mod node;

use std::time::Duration;

/// Longest time for what comes at once on an idle machine.
pub const PATIENCE: Duration = Duration::from_secs(600);
/// Turns that everything which is ready is given after a pause; each may make something else ready.
const TURNS: usize = 50;

/// Lets time pass, and everything be done that is ready then: on a busy machine time passes before a
/// daemon has had its turn.
pub async fn pause(time: Duration) {
	tokio::time::sleep(time).await;
	for _ in 0..TURNS {
		tokio::task::yield_now().await;
	}
}
