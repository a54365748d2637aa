//! Whether a daemon takes work.

use std::time::Duration;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
};

/// Longest time for an answer. Whoever asks goes on asking, so it is no limit to a slow machine.
const ANSWER: Duration = Duration::from_secs(30);

/// Whether the daemon on this port of the loopback interface answers its health check with success.
pub async fn is_healthy(port: u16) -> bool {
	let ask = async {
		let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
		let request = b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
		stream.write_all(request).await.ok()?;
		let mut answer = [0u8; 12];
		stream.read_exact(&mut answer).await.ok()?;
		Some(&answer[9..12] == b"200")
	};
	matches!(tokio::time::timeout(ANSWER, ask).await, Ok(Some(true)))
}
