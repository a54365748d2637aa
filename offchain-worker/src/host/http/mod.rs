//! The HTTP server: outputs for clients, health for supervisors, metrics for Prometheus.
//!
//! It answers strangers, so it looks blocks up by the hash in a parsed CID and never by anything that
//! a path says. It takes no body but an envelope of a fixed length, and keeps nothing of one but the key
//! that a task of this provider waits for.

mod listener;
mod problem;
mod routes;
mod served;
mod servers;
#[cfg(test)]
mod tests;

use anyhow::{Context, Result};
use assay_client::private::ENVELOPE_BYTES;
use axum::{
	Router,
	extract::{DefaultBodyLimit, Request, State, connect_info::Connected},
	middleware::{self, Next},
	response::{IntoResponse, Response},
	routing::{get, post},
	serve::IncomingStream,
};
pub use listener::Bounded;
use problem::Problem;
pub use served::{Kept, Served};
pub use servers::Servers;
use std::{net::SocketAddr, time::Duration};
use tokio::net::TcpListener;

/// Time without a byte after which a connection is closed.
const IDLE: Duration = Duration::from_secs(20);

/// Binds an address; the port is taken before the daemon does anything else.
pub async fn bind(address: SocketAddr) -> Result<TcpListener> {
	TcpListener::bind(address).await.with_context(|| {
		format!(
			"can't listen on {address}; is another daemon running? choose another --http-listen"
		)
	})
}

/// Serves until `stop` resolves.
pub async fn serve(
	listener: TcpListener,
	connections: usize,
	routes: Router,
	stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
	let listener = Bounded::new(listener, connections, IDLE);
	axum::serve(listener, routes).with_graceful_shutdown(stop).await?;
	Ok(())
}

/// The same for routes that have to know who asks.
pub async fn serve_peers<P>(
	listener: TcpListener,
	connections: usize,
	routes: Router,
	stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()>
where
	P: for<'a> Connected<IncomingStream<'a, Bounded>>,
{
	let listener = Bounded::new(listener, connections, IDLE);
	let service = routes.into_make_service_with_connect_info::<P>();
	axum::serve(listener, service).with_graceful_shutdown(stop).await?;
	Ok(())
}

/// All paths; metrics only where they have no listener of their own.
pub fn router(served: Served, with_metrics: bool) -> Router {
	let mut router = Router::new()
		.route("/ipfs/{cid}", get(routes::block))
		.route("/v1/tasks/{deal}/{index}/manifest", get(routes::manifest))
		.route(
			"/v1/tasks/{deal}/{index}/key",
			post(routes::key).layer(DefaultBodyLimit::max(ENVELOPE_BYTES)),
		)
		.route("/health", get(routes::health));
	if with_metrics {
		router = router.route("/metrics", get(routes::metrics));
	}
	finish(router, served)
}

/// Metrics and health, for a listener of their own.
pub fn metrics_router(served: Served) -> Router {
	let router =
		Router::new().route("/metrics", get(routes::metrics)).route("/health", get(routes::health));
	finish(router, served)
}

fn finish(router: Router<Served>, served: Served) -> Router {
	router
		.fallback(async || Problem::NoSuchPath)
		.method_not_allowed_fallback(async || Problem::MethodNotAllowed)
		.layer(middleware::from_fn_with_state(served.clone(), guard))
		.layer(DefaultBodyLimit::max(0))
		.with_state(served)
}

/// Bounds the requests at a time, counts answers and sets the headers that all of them have.
async fn guard(State(served): State<Served>, request: Request, next: Next) -> Response {
	let mut response = match served.at_once.clone().try_acquire_owned() {
		Ok(_slot) => next.run(request).await,
		Err(_) => Problem::Busy.into_response(),
	};
	let status = response.status();
	served.metrics.http_requests.with_label_values(&[status.as_str()]).inc();
	let headers = response.headers_mut();
	// Blocks are for browsers too, and they are never a page.
	for (name, value) in [
		("access-control-allow-origin", "*"),
		("x-content-type-options", "nosniff"),
		("content-security-policy", "default-src 'none'; sandbox"),
	] {
		headers.insert(name, axum::http::HeaderValue::from_static(value));
	}
	response
}
