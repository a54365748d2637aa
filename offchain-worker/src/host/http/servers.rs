//! The servers of a process.

use super::{Served, bind, metrics_router, router, serve};
use crate::host::settings::HttpSettings;
use anyhow::Result;
use std::time::Duration;
use tokio::sync::watch;

/// The HTTP servers of a run.
pub struct Servers {
	stop: watch::Sender<bool>,
	tasks: Vec<tokio::task::JoinHandle<Result<()>>>,
}

impl Servers {
	/// Starts them; metrics have one of their own where they are configured so.
	pub async fn start(settings: &HttpSettings, served: &Served) -> Result<Self> {
		let (stop, stopped) = watch::channel(false);
		let mut servers = Self { stop, tasks: Vec::new() };
		let with_metrics = settings.metrics_listen.is_none();
		let routes = router(served.clone(), with_metrics);
		servers.add(bind(settings.listen).await?, settings, routes, &stopped);
		if let Some(address) = settings.metrics_listen {
			let routes = metrics_router(served.clone());
			servers.add(bind(address).await?, settings, routes, &stopped);
		}
		Ok(servers)
	}

	fn add(
		&mut self,
		listener: tokio::net::TcpListener,
		settings: &HttpSettings,
		routes: axum::Router,
		stopped: &watch::Receiver<bool>,
	) {
		let mut stopped = stopped.clone();
		let stop = async move {
			let _ = stopped.wait_for(|stopped| *stopped).await;
		};
		let connections = settings.max_connections;
		self.tasks.push(tokio::spawn(serve(listener, connections, routes, stop)));
	}

	/// Ends answers that are under way, but not for long.
	pub async fn stop(self) {
		let _ = self.stop.send(true);
		for mut task in self.tasks {
			if tokio::time::timeout(Duration::from_secs(2), &mut task).await.is_err() {
				task.abort();
			}
		}
	}
}
