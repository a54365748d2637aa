//! Views: runtime APIs of the connected chain, as far as they are those that this program knows.

use super::abi::pinned;
use crate::error::{Error, Result};
use subxt::Metadata;

/// Traits of our runtime APIs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Api {
	/// Tasks, offers and providers.
	Assay,
	/// Disputes.
	Case,
}

impl Api {
	fn name(self) -> &'static str {
		match self {
			Self::Assay => "AssayApi",
			Self::Case => "CaseApi",
		}
	}
}

/// Checks that a runtime API has the shape that this program encodes and decodes.
pub(super) fn check_view(metadata: &Metadata, api: Api, method: &str) -> Result<()> {
	let name = api.name();
	let hash = |metadata: &Metadata| {
		Some(metadata.runtime_api_trait_by_name(name)?.method_by_name(method)?.hash())
	};
	let expected = hash(pinned()?);
	if expected.is_none() || hash(metadata) != expected {
		return Err(Error::Incompatible { what: format!("runtime API {name}.{method}") });
	}
	Ok(())
}

/// Name of a runtime API as `state_call` wants it.
pub(super) fn view_name(api: Api, method: &str) -> String {
	format!("{}_{method}", api.name())
}

#[cfg(test)]
mod tests;
