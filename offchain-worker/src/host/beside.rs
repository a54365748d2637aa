//! Work beside a loop that owns all state.

use tokio::sync::mpsc::UnboundedSender;

/// Runs something beside the loop that listens to `sender`; even a panic in it reports back.
pub fn beside<E: Send + 'static>(
	sender: &UnboundedSender<E>,
	work: impl Future<Output = E> + Send + 'static,
	panicked: impl FnOnce(String) -> E + Send + 'static,
) {
	let sender = sender.clone();
	tokio::spawn(async move {
		let event = tokio::spawn(work).await.unwrap_or_else(|error| panicked(error.to_string()));
		// Nobody listens when the daemon has stopped.
		let _ = sender.send(event);
	});
}
