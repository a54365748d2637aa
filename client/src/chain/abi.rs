//! What the chain's metadata must agree with this program about.
//!
//! Calls, views and events are encoded and decoded through the types of `assay-primitives`. The
//! metadata that they were tested against is part of the program; a call or view whose shape differs
//! in the metadata of the connected chain is refused before anything is sent.

use crate::error::{Error, Result};
use std::sync::LazyLock;
use subxt::Metadata;

/// SCALE metadata of the runtime that this crate was tested against.
pub(crate) const METADATA: &[u8] = include_bytes!("../../artifacts/assay.scale");

/// The one trait of our runtime APIs.
const API: &str = "AssayApi";

static PINNED: LazyLock<Option<Metadata>> = LazyLock::new(|| Metadata::decode_from(METADATA).ok());

fn pinned() -> Result<&'static Metadata> {
	PINNED.as_ref().ok_or_else(|| Error::Incompatible { what: "metadata format".into() })
}

/// Checks that a call has the shape that this program encodes.
pub(super) fn check_call(metadata: &Metadata, pallet: &str, call: &str) -> Result<()> {
	let hash = |metadata: &Metadata| metadata.pallet_by_name(pallet)?.call_hash(call);
	let expected = hash(pinned()?);
	if expected.is_none() || hash(metadata) != expected {
		return Err(Error::Incompatible { what: format!("call {pallet}.{call}") });
	}
	Ok(())
}

/// Checks that a runtime API has the shape that this program encodes and decodes.
pub(super) fn check_view(metadata: &Metadata, method: &str) -> Result<()> {
	let hash = |metadata: &Metadata| {
		Some(metadata.runtime_api_trait_by_name(API)?.method_by_name(method)?.hash())
	};
	let expected = hash(pinned()?);
	if expected.is_none() || hash(metadata) != expected {
		return Err(Error::Incompatible { what: format!("runtime API {API}.{method}") });
	}
	Ok(())
}

/// Name of a runtime API as `state_call` wants it.
pub(super) fn view_name(method: &str) -> String {
	format!("{API}_{method}")
}
