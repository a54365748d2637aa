//! Handlers.

use super::{problem::Problem, served::Served};
use crate::host::private::NotTaken;
use assay_client::private::EnvelopeFault;
use assay_primitives::{
	Hash,
	content::{CODEC_DAG_PB, CODEC_RAW, MULTIHASH_BLAKE2B_256},
	task::TaskId,
};
use axum::{
	Json,
	body::{Body, Bytes},
	extract::{
		Path, RawQuery, State,
		rejection::{BytesRejection, PathRejection},
	},
	http::{HeaderMap, Response, StatusCode, header},
	response::IntoResponse,
};
use codec::Encode;

/// Longest text of a CID that is looked at. One of ours has 62 characters.
const MAX_CID_TEXT: usize = 128;

type Answer = Result<Response<Body>, Problem>;

/// `GET /ipfs/{cid}?format=raw`: one block. For content above a block its root is the DAG-PB node,
/// and the leaves have CIDs of their own.
pub async fn block(
	State(served): State<Served>,
	path: Result<Path<String>, PathRejection>,
	RawQuery(query): RawQuery,
	headers: HeaderMap,
) -> Answer {
	let Path(text) = path.map_err(|_| Problem::BadCid)?;
	let (hash, codec) = parse_cid(&text)?;
	if !wants_raw(query.as_deref(), &headers) && codec != CODEC_RAW {
		return Err(Problem::UnsupportedFormat);
	}
	if query.as_deref().is_some_and(wants_other) {
		return Err(Problem::UnsupportedFormat);
	}
	let etag = format!("\"{text}.raw\"");
	let known = headers.get(header::IF_NONE_MATCH).is_some_and(|value| value == etag.as_str());
	let found = tokio::task::spawn_blocking(move || read(&served, &hash))
		.await
		.map_err(|_| Problem::Storage)??;
	let response = Response::builder()
		.header(header::ETAG, etag)
		.header(header::CACHE_CONTROL, "public, max-age=29030400, immutable");
	let response = if known {
		response.status(StatusCode::NOT_MODIFIED).body(Body::empty())
	} else {
		response
			.header(header::CONTENT_TYPE, "application/vnd.ipld.raw")
			.header(header::CONTENT_DISPOSITION, "attachment")
			.body(Body::from(found))
	};
	response.map_err(|_| Problem::BadCid)
}

fn read(served: &Served, hash: &Hash) -> Result<Vec<u8>, Problem> {
	let kept = served.kept.get().ok_or(Problem::Starting)?;
	let failed = |error: &dyn std::fmt::Display| {
		tracing::error!(%error, ?hash, "a block can't be served");
		Problem::Storage
	};
	// Outputs only of runs that are public; modules and inputs are public anyway.
	if let Some(bytes) = kept.outputs.read(hash).map_err(|error| failed(&error))? {
		return Ok(bytes);
	}
	match kept.content.get_block(hash) {
		Ok(Some(bytes)) => Ok(bytes),
		Ok(None) => Err(Problem::BlockNotFound),
		Err(error) => Err(failed(&error)),
	}
}

/// Hash and codec of a CIDv1 in base32.
pub fn parse_cid(text: &str) -> Result<(Hash, u64), Problem> {
	if text.len() > MAX_CID_TEXT {
		return Err(Problem::BadCid);
	}
	let digits = text.strip_prefix('b').ok_or(Problem::BadCid)?;
	let bytes = base32(digits).ok_or(Problem::BadCid)?;
	let rest = bytes.as_slice();
	let (version, rest) = varint(rest).ok_or(Problem::BadCid)?;
	let (codec, rest) = varint(rest).ok_or(Problem::BadCid)?;
	let (function, rest) = varint(rest).ok_or(Problem::BadCid)?;
	let (len, digest) = varint(rest).ok_or(Problem::BadCid)?;
	if version != 1 || len != digest.len() as u64 {
		return Err(Problem::BadCid);
	}
	let known = codec == CODEC_RAW || codec == CODEC_DAG_PB;
	let digest = <[u8; 32]>::try_from(digest).ok();
	match digest.filter(|_| known && function == MULTIHASH_BLAKE2B_256) {
		Some(digest) => Ok((digest.into(), codec)),
		None => Err(Problem::UnsupportedCid),
	}
}

/// RFC 4648 base32 in lower case without padding. Refuses bits beyond the last byte, so that every
/// CID has one text.
fn base32(text: &str) -> Option<Vec<u8>> {
	let (mut bytes, mut buffer, mut bits) = (Vec::with_capacity(text.len() * 5 / 8), 0u32, 0u32);
	for character in text.bytes() {
		let value = match character {
			b'a'..=b'z' => character - b'a',
			b'2'..=b'7' => character - b'2' + 26,
			_ => return None,
		};
		buffer = (buffer << 5 | u32::from(value)) & 0xfff;
		bits += 5;
		if bits >= 8 {
			bits -= 8;
			bytes.push((buffer >> bits) as u8);
		}
	}
	let rest = buffer & ((1 << bits) - 1);
	(bits < 5 && rest == 0).then_some(bytes)
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
	let mut value = 0u64;
	for (position, byte) in bytes.iter().enumerate().take(9) {
		value |= u64::from(byte & 0x7f) << (7 * position);
		if byte & 0x80 == 0 {
			// A zero last byte would be a second way to write the same number.
			return (position == 0 || *byte != 0).then(|| (value, &bytes[position + 1..]));
		}
	}
	None
}

fn wants_raw(query: Option<&str>, headers: &HeaderMap) -> bool {
	let asked = query.is_some_and(|query| query.split('&').any(|pair| pair == "format=raw"));
	let accepts = headers
		.get(header::ACCEPT)
		.and_then(|value| value.to_str().ok())
		.is_some_and(|value| value.contains("application/vnd.ipld.raw"));
	asked || accepts
}

fn wants_other(query: &str) -> bool {
	query.split('&').any(|pair| pair.starts_with("format=") && pair != "format=raw")
}

/// `GET /v1/tasks/{deal}/{index}/manifest`: SCALE encoding of the run's manifest, once its outcome
/// is public.
pub async fn manifest(
	State(served): State<Served>,
	path: Result<Path<(u64, u32)>, PathRejection>,
) -> Answer {
	let Path((deal, index)) = path.map_err(|_| Problem::BadTask)?;
	let kept = served.kept.get().ok_or(Problem::Starting)?;
	// Before the outcome is public, there is no telling whether there is one.
	let key = kept.outputs.public_run(TaskId { deal, index }).ok_or(Problem::TaskNotFound)?;
	let store = kept.store.clone();
	let found = tokio::task::spawn_blocking(move || store.sealed(&key))
		.await
		.map_err(|_| Problem::Storage)?
		.map_err(|error| {
			tracing::error!(%error, deal, index, "a manifest can't be served");
			Problem::Storage
		})?;
	let sealed = found.ok_or(Problem::TaskNotFound)?;
	Response::builder()
		.header(header::CONTENT_TYPE, "application/octet-stream")
		.header(header::CACHE_CONTROL, "no-cache")
		.header("x-assay-task-hash", format!("{:?}", key.task_hash))
		.body(Body::from(sealed.manifest.encode()))
		.map_err(|_| Problem::Storage)
}

/// `POST /v1/tasks/{deal}/{index}/key`: an envelope with the key of a private input. Taken twice it is
/// taken once.
pub async fn key(
	State(served): State<Served>,
	path: Result<Path<(u64, u32)>, PathRejection>,
	body: Result<Bytes, BytesRejection>,
) -> Answer {
	let Path((deal, index)) = path.map_err(|_| Problem::BadTask)?;
	let envelope = body.map_err(|_| Problem::BadEnvelope(EnvelopeFault::Length))?;
	served.kept.get().ok_or(Problem::Starting)?;
	let taken = tokio::task::spawn_blocking(move || {
		let kept = served.kept.get().ok_or(Problem::Starting)?;
		kept.inbox.accept(TaskId { deal, index }, &envelope).map_err(|refusal| match refusal {
			NotTaken::NotExpected => Problem::KeyNotExpected,
			NotTaken::Envelope(fault) => Problem::BadEnvelope(fault),
			NotTaken::Storage => Problem::Storage,
		})
	});
	taken.await.map_err(|_| Problem::Storage)??;
	tracing::info!(deal, index, "the key of a private input is here");
	Response::builder()
		.status(StatusCode::NO_CONTENT)
		.body(Body::empty())
		.map_err(|_| Problem::Storage)
}

/// `GET /health`: 200 while new tasks are worked on, else 503; with everything that is wrong.
pub async fn health(State(served): State<Served>) -> impl IntoResponse {
	let status = served.status.borrow().clone();
	let code = if status.takes_work { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
	(code, [(header::CACHE_CONTROL, "no-store")], Json(status))
}

/// `GET /metrics`: the text format of Prometheus.
pub async fn metrics(State(served): State<Served>) -> Answer {
	let text = served.metrics.render().map_err(|error| {
		tracing::error!(%error, "metrics can't be rendered");
		Problem::Storage
	})?;
	Response::builder()
		.header(header::CONTENT_TYPE, "text/plain; version=0.0.4")
		.body(Body::from(text))
		.map_err(|_| Problem::Storage)
}
