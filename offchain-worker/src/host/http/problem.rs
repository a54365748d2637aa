//! Errors as RFC 9457 problem details.

use assay_client::private::EnvelopeFault;
use axum::{
	Json,
	http::{StatusCode, header},
	response::{IntoResponse, Response},
};
use serde_json::json;

/// Why a request is not answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Problem {
	/// The path names no CID.
	BadCid,
	/// The CID is of a kind that this server never has.
	UnsupportedCid,
	/// Only `format=raw` is served.
	UnsupportedFormat,
	/// Not among what is kept.
	BlockNotFound,
	/// The path names no task.
	BadTask,
	/// No run of that task is kept.
	TaskNotFound,
	/// No such path.
	NoSuchPath,
	/// The path takes only GET and HEAD.
	MethodNotAllowed,
	/// Too many requests at a time.
	Busy,
	/// The daemon does not know yet whom it works for.
	Starting,
	/// The disk failed.
	Storage,
	/// No key is expected for that task.
	KeyNotExpected,
	/// What was sent holds no key for that task.
	BadEnvelope(EnvelopeFault),
}

impl Problem {
	fn parts(self) -> (StatusCode, &'static str, &'static str, &'static str) {
		use StatusCode as S;
		match self {
			Self::BadCid => (S::BAD_REQUEST, "E-1001", "not a CID", "use a CIDv1 in base32"),
			Self::UnsupportedCid => (
				S::NOT_FOUND,
				"E-1002",
				"no content of that kind is kept",
				"only raw and dag-pb blocks under blake2b-256 are kept",
			),
			Self::UnsupportedFormat => {
				(S::NOT_ACCEPTABLE, "E-1003", "only raw blocks are served", "ask for ?format=raw")
			},
			Self::BlockNotFound => (
				S::NOT_FOUND,
				"E-1004",
				"the block is not kept here",
				"outputs are removed some time after their task has ended",
			),
			Self::BadTask => (S::BAD_REQUEST, "E-1005", "not a task", "use /v1/tasks/DEAL/INDEX"),
			Self::TaskNotFound => (
				S::NOT_FOUND,
				"E-1006",
				"no run of that task is kept here",
				"ask a provider that the chain shows as drawn for it",
			),
			Self::NoSuchPath => (S::NOT_FOUND, "E-1007", "no such path", "see /health, /metrics"),
			Self::MethodNotAllowed => {
				(S::METHOD_NOT_ALLOWED, "E-1008", "the path does not take this method", "")
			},
			Self::Busy => {
				(S::SERVICE_UNAVAILABLE, "E-1009", "too many requests", "try again in a second")
			},
			Self::Starting => {
				(S::SERVICE_UNAVAILABLE, "E-1011", "the daemon is starting", "see /health")
			},
			Self::KeyNotExpected => (
				S::NOT_FOUND,
				"E-1012",
				"no key is expected for that task",
				"this provider has to be drawn for it first, and to have seen the block",
			),
			Self::BadEnvelope(fault) => (
				S::UNPROCESSABLE_ENTITY,
				"E-1013",
				match fault {
					EnvelopeFault::Length => "that is no envelope",
					EnvelopeFault::NotForUs => "the envelope is for another key",
					EnvelopeFault::Version => "the envelope is of another version",
					EnvelopeFault::Context => "the envelope is for another task",
					EnvelopeFault::OtherKey => "the deal commits to another key",
				},
				"wrap the key that the deal commits to for the key that this provider declares",
			),
			Self::Storage => {
				(S::INTERNAL_SERVER_ERROR, "E-1010", "the store failed", "see the daemon's log")
			},
		}
	}
}

impl IntoResponse for Problem {
	fn into_response(self) -> Response {
		let (status, code, title, hint) = self.parts();
		let body = json!({
			"type": "about:blank",
			"title": title,
			"status": status.as_u16(),
			"code": code,
			"hint": hint,
		});
		let mut response = (status, Json(body)).into_response();
		let problem = header::HeaderValue::from_static("application/problem+json");
		response.headers_mut().insert(header::CONTENT_TYPE, problem);
		response
	}
}
