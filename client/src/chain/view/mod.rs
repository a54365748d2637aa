//! Views: runtime APIs of the connected chain, read through the types of this program.
//!
//! A program outlives the runtime that it was built for. The metadata that it was tested against is a part
//! of it; where the chain's types differ from that, questions and answers are translated by names: what
//! the chain has added is left out, and only what this program needs and the chain has no more is an
//! error. Nothing has to be started anew for a runtime that adds a field.

mod translate;

use crate::error::{Error, Result, foreign};
use assay_interface::metadata as pinned;
use subxt::{
	Metadata,
	metadata::{RuntimeApiMetadata, RuntimeApiMethodMetadata},
};
use translate::{Fault, Translation, Untranslatable};

/// Traits of runtime APIs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Api {
	/// Tasks, offers and providers.
	Assay,
	/// Disputes.
	Case,
	/// Task pools.
	Pool,
	/// Numbers of transactions, an API of the SDK.
	AccountNonce,
}

impl Api {
	fn name(self) -> &'static str {
		match self {
			Self::Assay => "AssayApi",
			Self::Case => "CaseApi",
			Self::Pool => "PoolApi",
			Self::AccountNonce => "AccountNonceApi",
		}
	}
}

/// A method of a runtime API, as the connected chain has it and as this program knows it.
pub(super) struct View<'a> {
	api: Api,
	method: &'a str,
	chain: RuntimeApiMethodMetadata<'a>,
	chain_types: &'a Metadata,
	own: RuntimeApiMethodMetadata<'static>,
	own_types: &'static Metadata,
}

impl<'a> View<'a> {
	/// Errors: [`Error::Incompatible`] where the chain does not have it.
	pub fn find(metadata: &'a Metadata, api: Api, method: &'a str) -> Result<Self> {
		let own_types = pinned();
		let missing = || differs(api, method, "it is missing");
		Ok(Self {
			api,
			method,
			chain: look_up(metadata, api, method).ok_or_else(missing)?,
			chain_types: metadata,
			own: look_up(own_types, api, method).ok_or_else(missing)?,
			own_types,
		})
	}

	/// Name as `state_call` wants it.
	pub fn name(&self) -> String {
		format!("{}_{}", self.api.name(), self.method)
	}

	/// The arguments, encoded as the chain takes them.
	///
	/// Errors: [`Error::Incompatible`] where it asks for something else, or can't be told all of them.
	pub fn question(&self, arguments: Vec<u8>) -> Result<Vec<u8>> {
		let (own, chain) = (inputs(&self.own), inputs(&self.chain));
		let mut translation =
			Translation::question(self.own_types.types(), self.chain_types.types());
		let alike = own.len() == chain.len()
			&& own.iter().zip(&chain).all(|((own_name, own), (name, chain))| {
				own_name == name && translation.alike(*own, *chain)
			});
		if alike {
			return Ok(arguments);
		}
		let (mut rest, mut question) = (&arguments[..], Vec::new());
		let done = translation.named(&own, &chain, &mut rest, &mut question);
		self.end(done, rest).map(|()| question)
	}

	/// The answer, encoded as this program knows it.
	///
	/// Errors: [`Error::Incompatible`] where it lacks something, or says what this program has no word
	/// for.
	pub fn answer(&self, bytes: Vec<u8>) -> Result<Vec<u8>> {
		let (chain, own) = (self.chain.output_ty(), self.own.output_ty());
		let mut translation = Translation::answer(self.chain_types.types(), self.own_types.types());
		if translation.alike(chain, own) {
			return Ok(bytes);
		}
		let (mut rest, mut answer) = (&bytes[..], Vec::new());
		let done = translation.value(chain, own, &mut rest, &mut answer);
		self.end(done, rest).map(|()| answer)
	}

	fn end(&self, done: Result<(), Untranslatable>, rest: &[u8]) -> Result<()> {
		match done {
			Ok(()) if rest.is_empty() => Ok(()),
			Ok(()) => Err(Error::decode(self.name(), format!("{} bytes are left", rest.len()))),
			Err(error) if error.fault == Fault::Bytes => Err(Error::decode(self.name(), error)),
			Err(error) => Err(differs(self.api, self.method, &error.to_string())),
		}
	}
}

fn differs(api: Api, method: &str, how: &str) -> Error {
	Error::Incompatible { what: format!("runtime API {}.{method} ({})", api.name(), foreign(how)) }
}

fn look_up<'a>(
	metadata: &'a Metadata,
	api: Api,
	method: &str,
) -> Option<RuntimeApiMethodMetadata<'a>> {
	let api: RuntimeApiMetadata<'a> = metadata.runtime_api_trait_by_name(api.name())?;
	api.method_by_name(method)
}

/// Names and types of the arguments.
fn inputs<'a>(method: &RuntimeApiMethodMetadata<'a>) -> Vec<(&'a str, u32)> {
	method.inputs().map(|input| (&*input.name, input.id)).collect()
}

#[cfg(test)]
mod tests;
