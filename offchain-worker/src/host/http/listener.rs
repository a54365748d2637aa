//! Connections of strangers: a bounded number of them, each for a bounded time without progress.

use axum::serve::Listener;
use std::{
	io,
	net::SocketAddr,
	pin::Pin,
	sync::Arc,
	task::{Context, Poll, ready},
	time::Duration,
};
use tokio::{
	io::{AsyncRead, AsyncWrite, ReadBuf},
	net::{TcpListener, TcpStream},
	sync::{OwnedSemaphorePermit, Semaphore},
	time::{Instant, Sleep, sleep, sleep_until},
};

/// Longest life of a connection; a client with more to ask opens another.
const LIFE: Duration = Duration::from_secs(300);

/// Accepts at most so many connections at a time; others wait in the kernel's queue.
pub struct Bounded {
	listener: TcpListener,
	slots: Arc<Semaphore>,
	idle: Duration,
}

impl Bounded {
	/// `idle` is the time without a byte after which a connection is closed.
	pub fn new(listener: TcpListener, connections: usize, idle: Duration) -> Self {
		Self { listener, slots: Arc::new(Semaphore::new(connections)), idle }
	}
}

impl Listener for Bounded {
	type Io = Connection;
	type Addr = SocketAddr;

	async fn accept(&mut self) -> (Self::Io, Self::Addr) {
		loop {
			let Ok(slot) = self.slots.clone().acquire_owned().await else {
				// The semaphore is never closed.
				std::future::pending().await
			};
			match self.listener.accept().await {
				Ok((stream, address)) => {
					return (Connection::new(stream, slot, self.idle), address);
				},
				Err(error) => {
					tracing::debug!(%error, "a connection was not accepted");
					// Out of descriptors, for example: give others time to close theirs.
					sleep(Duration::from_millis(100)).await;
				},
			}
		}
	}

	fn local_addr(&self) -> io::Result<Self::Addr> {
		self.listener.local_addr()
	}
}

/// A connection that closes itself when it stalls or gets too old.
pub struct Connection {
	stream: TcpStream,
	pause: Duration,
	idle: Pin<Box<Sleep>>,
	end: Instant,
	_slot: OwnedSemaphorePermit,
}

impl Connection {
	fn new(stream: TcpStream, slot: OwnedSemaphorePermit, pause: Duration) -> Self {
		let now = Instant::now();
		let idle = Box::pin(sleep_until(now + pause));
		Self { stream, pause, idle, end: now + LIFE, _slot: slot }
	}

	/// Postpones the end of idleness when there was progress, else checks for it.
	fn watch<T>(
		&mut self,
		cx: &mut Context<'_>,
		progress: Poll<io::Result<T>>,
	) -> Poll<io::Result<T>> {
		if progress.is_ready() {
			let next = (Instant::now() + self.pause).min(self.end);
			self.idle.as_mut().reset(next);
			return progress;
		}
		ready!(self.idle.as_mut().poll(cx));
		Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
	}
}

impl AsyncRead for Connection {
	fn poll_read(
		mut self: Pin<&mut Self>,
		cx: &mut Context<'_>,
		buffer: &mut ReadBuf<'_>,
	) -> Poll<io::Result<()>> {
		let progress = Pin::new(&mut self.stream).poll_read(cx, buffer);
		self.watch(cx, progress)
	}
}

impl AsyncWrite for Connection {
	fn poll_write(
		mut self: Pin<&mut Self>,
		cx: &mut Context<'_>,
		bytes: &[u8],
	) -> Poll<io::Result<usize>> {
		let progress = Pin::new(&mut self.stream).poll_write(cx, bytes);
		self.watch(cx, progress)
	}

	fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
		Pin::new(&mut self.stream).poll_flush(cx)
	}

	fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
		Pin::new(&mut self.stream).poll_shutdown(cx)
	}
}
