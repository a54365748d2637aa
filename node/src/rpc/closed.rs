//! A server of RPC that web pages of other origins can't use.
//!
//! The SDK's server tells browsers which pages may read its answers, which stops pages over HTTP.
//! Browsers don't ask before they open a WebSocket, so a server has to look at who opens it.

use hyper::{
	HeaderMap,
	body::Incoming,
	header::{HOST, HeaderValue, ORIGIN},
};
use jsonrpsee::{
	Methods, RpcModule,
	server::{
		HttpRequest, PingConfig, RandomStringIdProvider, Server, ServerHandle, StopHandle, http,
		serve_with_graceful_shutdown, stop_channel,
	},
};
use polkadot_sdk::{
	sc_rpc_api::DenyUnsafe,
	sc_service::{
		Error, RpcHandlers,
		config::{RpcConfiguration, RpcEndpoint, RpcMethods},
	},
};
use std::{
	net::{Ipv4Addr, SocketAddr, TcpListener},
	sync::Arc,
	time::Duration,
};
use tokio::runtime::Handle;
use tower::{Service, service_fn};

const MIB: u32 = 1024 * 1024;
/// Characters of a subscription's id.
const SUBSCRIPTION_ID_LENGTH: usize = 16;

/// A server on the way to being started.
pub struct ClosedServer {
	endpoints: Vec<RpcEndpoint>,
	origins: Arc<[String]>,
}

impl ClosedServer {
	/// Takes over a node's endpoints; `None` where it has none. The SDK's server insists on one, and
	/// gets one that takes no connections.
	///
	/// Errors: all origins are let in, so there is nothing to be checked.
	pub fn take(config: &mut RpcConfiguration) -> Result<Option<Self>, Error> {
		let origins = config.cors.clone().ok_or_else(|| {
			let why =
				"--rpc-check-origin needs --rpc-cors with the web pages that may ask, or none";
			Error::Other(why.into())
		})?;
		let Some(endpoints) = config.addr.take() else { return Ok(None) };
		let Some(first) = endpoints.first() else { return Ok(None) };
		let unused = RpcEndpoint {
			listen_addr: (Ipv4Addr::LOCALHOST, 0).into(),
			max_connections: 0,
			rpc_methods: RpcMethods::Safe,
			..first.clone()
		};
		config.addr = Some(vec![unused]);
		Ok(Some(Self { endpoints, origins: origins.into() }))
	}

	/// Serves what `handlers` answer, until the handle is dropped.
	pub fn start(self, handlers: &RpcHandlers, tokio: &Handle) -> Result<ServerHandle, Error> {
		let (stop, handle) = stop_channel();
		let methods = with_list(&handlers.handle())?;
		let _context = tokio.enter();
		for endpoint in &self.endpoints {
			let listener = match TcpListener::bind(endpoint.listen_addr) {
				Ok(listener) => listener,
				Err(_) if endpoint.is_optional => continue,
				Err(error) => return Err(error.into()),
			};
			listener.set_nonblocking(true)?;
			let listener = tokio::net::TcpListener::from_std(listener)?;
			log::info!(
				"Serving RPC at {}, to no web pages but {:?}",
				endpoint.listen_addr,
				self.origins
			);
			let serving = serve(listener, endpoint, methods.clone(), &self.origins, stop.clone());
			tokio.spawn(serving);
		}
		Ok(handle)
	}
}

/// Clients ask for the list of methods, which the SDK's server adds by itself.
fn with_list(module: &RpcModule<()>) -> Result<Methods, Error> {
	const LIST: &str = "rpc_methods";
	let mut module = module.clone();
	let names: Vec<&str> = module.method_names().chain([LIST]).collect();
	module
		.register_method(LIST, move |_, _, _| serde_json::json!({ "methods": names }))
		.map_err(|error| Error::Other(error.to_string()))?;
	Ok(module.into())
}

fn serve(
	listener: tokio::net::TcpListener,
	endpoint: &RpcEndpoint,
	methods: Methods,
	origins: &Arc<[String]>,
	stop: StopHandle,
) -> impl Future<Output = ()> + use<> {
	let address = endpoint.listen_addr;
	let builder = Server::builder()
		.max_request_body_size(endpoint.max_payload_in_mb.saturating_mul(MIB))
		.max_response_body_size(endpoint.max_payload_out_mb.saturating_mul(MIB))
		.max_connections(endpoint.max_connections)
		.max_subscriptions_per_connection(endpoint.max_subscriptions_per_connection)
		.set_message_buffer_capacity(endpoint.max_buffer_capacity_per_connection)
		.set_batch_request_config(endpoint.batch_config)
		// As the SDK's server: `chainHead` takes its subscriptions' ids back as strings, and a client
		// that is busy for a while is not gone.
		.set_id_provider(RandomStringIdProvider::new(SUBSCRIPTION_ID_LENGTH))
		.enable_ws_ping(
			PingConfig::new()
				.ping_interval(Duration::from_secs(30))
				.inactive_limit(Duration::from_secs(60))
				.max_failures(3),
		)
		.to_service_builder();
	let deny_unsafe = deny_unsafe(&address, &endpoint.rpc_methods);
	let origins = origins.clone();
	async move {
		loop {
			let accepted = tokio::select! {
				accepted = listener.accept() => accepted,
				() = stop.clone().shutdown() => return,
			};
			// The other side may be gone again, or too many files be open for a moment.
			let Ok((socket, _)) = accepted else { continue };
			let (builder, methods) = (builder.clone(), methods.clone());
			let (origins, stopped) = (origins.clone(), stop.clone());
			let checked = service_fn(move |mut request: HttpRequest<Incoming>| {
				let welcome = is_welcome(request.headers(), &address, &origins);
				request.extensions_mut().insert(deny_unsafe);
				let service = || builder.clone().build(methods.clone(), stopped.clone());
				let answer = welcome.then(|| service().call(request));
				async move {
					match answer {
						Some(answer) => answer.await,
						None => Ok(http::response::denied()),
					}
				}
			});
			tokio::spawn(serve_with_graceful_shutdown(socket, checked, stop.clone().shutdown()));
		}
	}
}

fn deny_unsafe(address: &SocketAddr, methods: &RpcMethods) -> DenyUnsafe {
	match methods {
		RpcMethods::Unsafe => DenyUnsafe::No,
		RpcMethods::Auto if address.ip().is_loopback() => DenyUnsafe::No,
		_ => DenyUnsafe::Yes,
	}
}

/// Whether a program asks, or a page of one of `origins`.
fn is_welcome(headers: &HeaderMap, address: &SocketAddr, origins: &[String]) -> bool {
	let allowed =
		|origin: &HeaderValue| origins.iter().any(|it| it.as_bytes() == origin.as_bytes());
	headers.get_all(ORIGIN).iter().all(allowed)
		&& (!address.ip().is_loopback() || headers.get(HOST).is_some_and(is_loopback_name))
}

/// Whether a name is one of this machine for itself. A page whose own name is made to lead here is of
/// the same origin to its browser.
fn is_loopback_name(host: &HeaderValue) -> bool {
	let Ok(host) = host.to_str() else { return false };
	let port = |rest: &str| rest.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
	["localhost", "127.0.0.1", "[::1]"]
		.iter()
		.filter_map(|name| host.strip_prefix(name))
		.any(|rest| rest.is_empty() || port(rest))
}
