//! The solver's HTTP server. It answers strangers: bodies are bounded, addresses limited, and what is
//! dear to answer is answered to two at a time.

use super::{accept::Rejected, args::SolverOptions, limiter::Limiter, shared::Solver};
use crate::host::http::Bounded;
use assay_client::order::{MAX_FILE_BYTES, print_file, read_file};
use assay_decisions::book::ResourceKey;
use assay_primitives::order::{OrderId, Refusal};
use axum::{
	Json, Router,
	body::Bytes,
	extract::{
		ConnectInfo, DefaultBodyLimit, Path, RawQuery, Request, State,
		connect_info::Connected,
		rejection::{BytesRejection, PathRejection},
	},
	http::{HeaderValue, StatusCode, header},
	middleware::{self, Next},
	response::{IntoResponse, Response},
	routing::get,
	serve::IncomingStream,
};
use serde_json::{Value, json};
use std::{
	net::IpAddr,
	sync::{Arc, atomic::Ordering},
	time::Instant,
};
use tokio::sync::Semaphore;

/// Requests that are worked on at a time.
const CONCURRENT: usize = 64;
/// Dear ones of them.
const CONCURRENT_DEAR: usize = 2;
/// What reading costs of what an address may ask for, an order being one.
const READING: f64 = 0.2;
/// What looking through the whole book costs.
const DEAR: f64 = 5.0;
/// Orders on one page, if the asker does not say, and at most.
const PAGE: usize = 100;
const LONGEST_PAGE: usize = 1_000;
/// Candidates that an explanation lists.
const EXPLAINED: usize = 500;

/// What the handlers share.
#[derive(Clone)]
pub struct Shared {
	solver: Solver,
	limiter: Arc<Limiter>,
	at_once: Arc<Semaphore>,
	dear: Arc<Semaphore>,
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Peer(IpAddr);

impl Connected<IncomingStream<'_, Bounded>> for Peer {
	fn connect_info(stream: IncomingStream<'_, Bounded>) -> Self {
		Self(stream.remote_addr().ip())
	}
}

/// Why a request is not answered.
struct Problem {
	status: StatusCode,
	code: &'static str,
	title: String,
}

impl Problem {
	fn new(status: StatusCode, code: &'static str, title: impl Into<String>) -> Self {
		Self { status, code, title: title.into() }
	}

	fn busy() -> Self {
		Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "too many requests at a time")
	}

	fn not_found() -> Self {
		Self::new(StatusCode::NOT_FOUND, "order-not-found", "the order is not in the book")
	}
}

impl IntoResponse for Problem {
	fn into_response(self) -> Response {
		let body = json!({
			"type": "about:blank",
			"title": self.title,
			"status": self.status.as_u16(),
			"code": self.code,
		});
		let mut response = (self.status, Json(body)).into_response();
		let problem = HeaderValue::from_static("application/problem+json");
		response.headers_mut().insert(header::CONTENT_TYPE, problem);
		response
	}
}

impl From<Rejected> for Problem {
	fn from(rejected: Rejected) -> Self {
		match rejected {
			Rejected::Refused(refusal) => {
				let status = match refusal.may_pass() {
					true => StatusCode::SERVICE_UNAVAILABLE,
					false => StatusCode::UNPROCESSABLE_ENTITY,
				};
				Self::new(status, refusal.code(), refusal.to_string())
			},
			Rejected::Chain(error) => {
				tracing::warn!("an order can't be checked: {error}");
				let title = "the chain can't be asked at present";
				Self::new(StatusCode::SERVICE_UNAVAILABLE, "chain", title)
			},
		}
	}
}

type Answer = Result<Response, Problem>;

/// All paths.
pub fn router(solver: &Solver, args: &SolverOptions) -> Router {
	let shared = Shared {
		solver: solver.clone(),
		limiter: Arc::new(Limiter::new(args.per_minute, args.burst)),
		at_once: Arc::new(Semaphore::new(CONCURRENT)),
		dear: Arc::new(Semaphore::new(CONCURRENT_DEAR)),
	};
	Router::new()
		.route("/v1/orders", get(list).post(take))
		.route("/v1/orders/{id}", get(show))
		.route("/v1/why-not/{request}", get(why_not))
		.route("/v1/book", get(book))
		.route("/v1/matches", get(matches))
		.route("/health", get(health))
		.route("/metrics", get(metrics))
		.fallback(async || Problem::new(StatusCode::NOT_FOUND, "no-such-path", "no such path"))
		.method_not_allowed_fallback(async || {
			let title = "the path takes another method";
			Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", title)
		})
		.layer(middleware::from_fn_with_state(shared.clone(), guard))
		.layer(DefaultBodyLimit::max(MAX_FILE_BYTES))
		.with_state(shared)
}

/// Bounds requests, by number and by address.
async fn guard(
	State(shared): State<Shared>,
	ConnectInfo(Peer(peer)): ConnectInfo<Peer>,
	request: Request,
	next: Next,
) -> Response {
	let cost = match (request.method().as_str(), request.uri().path()) {
		("POST", _) => 1.0,
		(_, "/v1/book") => DEAR,
		(_, path) if path.starts_with("/v1/why-not/") => DEAR,
		// Supervisors ask often.
		(_, "/health" | "/metrics") => 0.0,
		_ => READING,
	};
	let mut response = if !shared.limiter.admit(peer, cost, Instant::now()) {
		let title = "this address asks for too much; try again in a minute";
		Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", title).into_response()
	} else {
		match shared.at_once.clone().try_acquire_owned() {
			Ok(_slot) => next.run(request).await,
			Err(_) => Problem::busy().into_response(),
		}
	};
	let status = response.status();
	shared.solver.0.metrics.http_requests.with_label_values(&[status.as_str()]).inc();
	let headers = response.headers_mut();
	for (name, value) in [
		("cache-control", "no-store"),
		("access-control-allow-origin", "*"),
		("x-content-type-options", "nosniff"),
		("content-security-policy", "default-src 'none'; sandbox"),
	] {
		headers.insert(name, HeaderValue::from_static(value));
	}
	response
}

/// `POST /v1/orders`: an order's file. 201 when it is kept, 200 when it was there before.
async fn take(State(shared): State<Shared>, body: Result<Bytes, BytesRejection>) -> Answer {
	let body = body.map_err(|rejection| {
		let status = rejection.status();
		Problem::new(status, "body", "the body is too large, or did not come whole")
	})?;
	let file = read_file(&body)
		.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, "malformed", error.to_string()))?;
	let accepted = shared.solver.accept(file, "http").await?;
	let status = if accepted.known { StatusCode::OK } else { StatusCode::CREATED };
	let body =
		json!({ "order": accepted.id, "kind": accepted.kind.to_string(), "known": accepted.known });
	Ok((status, Json(body)).into_response())
}

/// `GET /v1/orders?after=ID&limit=N`: orders by id.
async fn list(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Answer {
	let mut after = None;
	let mut limit = PAGE;
	for pair in query.as_deref().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
		let bad = || {
			let title = "use ?after=ORDER and ?limit=NUMBER";
			Problem::new(StatusCode::BAD_REQUEST, "bad-query", title)
		};
		match pair.split_once('=') {
			Some(("after", id)) => after = Some(parse_id(id).ok_or_else(bad)?),
			Some(("limit", text)) => {
				limit = text.parse::<usize>().map_err(|_| bad())?.clamp(1, LONGEST_PAGE);
			},
			_ => return Err(bad()),
		}
	}
	let orders = shared.solver.book().page(after, limit);
	Ok(Json(json!({ "orders": orders })).into_response())
}

/// `GET /v1/orders/{id}`: one order, in short and as a file that can be sent elsewhere.
async fn show(State(shared): State<Shared>, path: Result<Path<String>, PathRejection>) -> Answer {
	let id = id_of(path)?;
	let (short, file) = {
		let book = shared.solver.book();
		(book.describe(&id), book.file(&id))
	};
	let (mut short, file) = short.zip(file).ok_or_else(Problem::not_found)?;
	let file: Value = serde_json::from_str(&print_file(&file)).unwrap_or_default();
	short["file"] = file;
	Ok(Json(short).into_response())
}

/// `GET /v1/why-not/{request}`: why a request waits: what it needs, and for each candidate every
/// reason why it does not serve. Where the book finds a match, what the chain says about it.
async fn why_not(
	State(shared): State<Shared>,
	path: Result<Path<String>, PathRejection>,
) -> Answer {
	let id = id_of(path)?;
	let _slot = shared.dear.clone().try_acquire_owned().map_err(|_| Problem::busy())?;
	let (explanation, plan) = {
		let solver = shared.solver.clone();
		let looked = tokio::task::spawn_blocking(move || {
			let book = solver.book();
			(book.explain(&id, EXPLAINED), book.plan(&id).ok())
		});
		looked.await.map_err(|_| Problem::busy())?
	};
	let explanation = explanation.ok_or_else(Problem::not_found)?;
	let refusals = match plan {
		None => explanation.refusals,
		Some(plan) => {
			let at = shared.solver.state();
			let found = at.why_not(&shared.solver.0.me, &plan.orders).await;
			found.map_err(|error| Problem::from(Rejected::Chain(error)))?
		},
	};
	let unfit: Vec<Value> = explanation
		.unfit
		.iter()
		.map(|unfit| {
			fn reason(why: impl std::fmt::Debug + std::fmt::Display) -> Value {
				json!({ "code": format!("{why:?}"), "text": why.to_string() })
			}
			let too_small = unfit.too_small.then_some(Refusal::VolumeTooSmall);
			let reasons = unfit.reasons.iter().map(reason).chain(too_small.map(reason));
			let reasons: Vec<Value> = reasons.collect();
			match unfit.candidate {
				ResourceKey::Order(id) => json!({ "order": id, "reasons": reasons }),
				ResourceKey::Offer(id) => json!({ "offer": id, "reasons": reasons }),
			}
		})
		.collect();
	let body = json!({
		"request": id,
		"left": explanation.left,
		"inFlight": explanation.in_flight,
		"tries": explanation.tries,
		"nextTry": explanation.try_at,
		"last": explanation.last,
		"shortage": explanation.shortage.map(|it| it.to_string()),
		"refusals": refusals.iter().map(ToString::to_string).collect::<Vec<_>>(),
		"fits": explanation.fits,
		"unfit": unfit,
		"more": explanation.more,
	});
	Ok(Json(body).into_response())
}

/// `GET /v1/book`: all of the book in short.
async fn book(State(shared): State<Shared>) -> Answer {
	let _slot = shared.dear.clone().try_acquire_owned().map_err(|_| Problem::busy())?;
	let solver = shared.solver.clone();
	let text = tokio::task::spawn_blocking(move || {
		let export = solver.book().export();
		export.to_string()
	});
	let text = text.await.map_err(|_| Problem::busy())?;
	Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// `GET /v1/matches`: what became of the last matches, the newest first.
async fn matches(State(shared): State<Shared>) -> Answer {
	let all = shared.solver.history().all();
	Ok(Json(json!({ "matches": all })).into_response())
}

/// `GET /health`: 200 while the chain can be read, else 503.
async fn health(State(shared): State<Shared>) -> Response {
	let inner = &shared.solver.0;
	let reachable = inner.reachable.load(Ordering::Relaxed);
	let (block, counts) = {
		let book = shared.solver.book();
		(book.now(), book.counts())
	};
	let state = match (shared.solver.is_stopping(), reachable) {
		(true, _) => "draining",
		(_, true) => "ok",
		(_, false) => "degraded",
	};
	let body = json!({
		"state": state,
		"version": env!("CARGO_PKG_VERSION"),
		"chain": inner.chain.name(),
		"genesis": inner.chain.genesis(),
		"solver": inner.me.to_string(),
		"block": block,
		"requests": counts.requests,
		"resources": counts.resources,
		"offers": counts.offers,
		"apps": counts.apps,
		"datasets": counts.datasets,
		"underWay": inner.at_once.saturating_sub(inner.slots.available_permits()),
	});
	let status = if state == "ok" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
	(status, Json(body)).into_response()
}

/// `GET /metrics`: the text format of Prometheus.
async fn metrics(State(shared): State<Shared>) -> Answer {
	let text = shared.solver.0.metrics.render().map_err(|error| {
		tracing::error!("metrics can't be rendered: {error}");
		Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "metrics", "metrics can't be rendered")
	})?;
	Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

fn id_of(path: Result<Path<String>, PathRejection>) -> Result<OrderId, Problem> {
	let bad = || Problem::new(StatusCode::BAD_REQUEST, "bad-id", "use 0x and 64 digits");
	let Path(text) = path.map_err(|_| bad())?;
	parse_id(&text).ok_or_else(bad)
}

fn parse_id(text: &str) -> Option<OrderId> {
	let digits = text.strip_prefix("0x").filter(|digits| digits.len() == 64)?;
	let bytes: [u8; 32] = hex::decode(digits).ok()?.try_into().ok()?;
	Some(bytes.into())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn ids_should_be_taken_in_one_form_only() {
		let id = OrderId::repeat_byte(0xab);
		assert_eq!(parse_id(&format!("{id:?}")), Some(id));
		for bad in ["", "0x", "0xab", &format!("{id:?}0"), &format!("{id:?}")[2..], "0xzz"] {
			assert_eq!(parse_id(bad), None, "{bad}");
		}
	}
}
