//! What parent and worker say to each other over the worker's standard streams.
//!
//! Every message is a length in eight bytes, little-endian, and that many bytes of SCALE. Bulk
//! content follows its message raw. The worker gets [`Setup`], sets up its sandbox, answers with
//! [`Reply::Ready`], and only then is given anything that a stranger made.

use crate::{Attempt, Codegen, Frame, SandboxReport, trace::Stopped};
use assay_metering::{CodePlace, ModuleInfo, Refusal};
use assay_primitives::{
	Hash,
	outcome::{Class, Manifest},
	profile::ProfileId,
	task::TaskSpec,
};
use codec::{Decode, DecodeAll, Encode};
use std::io::{self, Read, Write};

/// Most bytes of a message that carries no manifest.
pub const MESSAGE_BYTES: u64 = 1 << 20;
/// Most bytes of a message with a manifest; the WASI host bounds its listing by a quarter of it.
pub const MANIFEST_BYTES: u64 = 16 << 20;

/// First message to a worker. Made by the parent from its own settings.
#[derive(Clone, Debug, Decode, Encode)]
pub struct Setup {
	/// Process id of the parent.
	pub parent: u32,
	/// Go on where a part of the sandbox is missing.
	pub insecure: bool,
	/// Most bytes of writable private memory.
	pub data_bytes: u64,
	/// Most seconds of processor time.
	pub cpu_seconds: u64,
	/// How machine code is made.
	pub codegen: Codegen,
	/// Whether it is made so that it can be told where a run ended.
	pub traces: bool,
	/// What the worker is for.
	pub role: Role,
}

/// What a worker is for.
#[derive(Clone, Debug, Decode, Encode)]
pub enum Role {
	/// Try the sandbox.
	Probe,
	/// Check and compile one module: [`Prepare`] follows.
	Prepare,
	/// Run one job: [`Execute`] follows.
	Execute {
		/// Path of the compiled module, opened before the sandbox closes.
		artifact: Vec<u8>,
	},
	/// Try to break out.
	Attempt(Attempt),
	/// Say what places of a module's metered code are: [`Locate`] follows.
	Locate,
}

/// Work of [`Role::Prepare`].
#[derive(Clone, Debug, Decode, Encode)]
pub struct Prepare {
	/// The rules.
	pub profile: ProfileId,
	/// Length of the module, which follows.
	pub module_bytes: u64,
}

/// Work of [`Role::Locate`].
#[derive(Clone, Debug, Decode, Encode)]
pub struct Locate {
	/// The rules.
	pub profile: ProfileId,
	/// Length of the module, which follows.
	pub module_bytes: u64,
	/// The places.
	pub places: Vec<CodePlace>,
}

/// Work of [`Role::Execute`].
#[derive(Clone, Debug, Decode, Encode)]
pub struct Execute {
	/// What is to be run.
	pub spec: TaskSpec,
	/// What the module costs before its first operator.
	pub startup_gas: u64,
	/// Length of the input, which follows; `None` where there is none.
	pub input_bytes: Option<u64>,
}

/// What a worker answers.
#[derive(Clone, Debug, Decode, Encode)]
pub enum Reply {
	/// The sandbox stands.
	Ready {
		/// What it consists of.
		sandbox: SandboxReport,
		/// Names the engine, its settings and this processor's features.
		engine: Hash,
	},
	/// A required part of the sandbox is missing.
	NoSandbox(String),
	/// The compiled module can't be loaded.
	UnusableArtifact(String),
	/// The module is outside the profile.
	Refused(Refusal),
	/// The module is compiled.
	Compiled {
		/// About the module.
		info: ModuleInfo,
		/// Length of the compiled module, which follows.
		artifact_bytes: u64,
	},
	/// The program has ended.
	Ran {
		/// How.
		class: Class,
		/// Gas used.
		gas_used: u64,
		/// Pages of linear memory at the end. For information only.
		memory_pages: u32,
		/// Why and where it ended early, if that was asked for. For information only.
		stopped: Option<Stopped>,
		/// What it left; the contents follow in this order.
		manifest: Manifest,
	},
	/// What the places are, in their order.
	Located(Vec<Frame>),
	/// An attempt to break out was not stopped; whether it also succeeded.
	Attempted(bool),
	/// The engine failed; says nothing about the program.
	EngineFailed(String),
}

/// Writes a message.
pub fn send(to: &mut impl Write, message: &impl Encode) -> io::Result<()> {
	to.write_all(&framed(message))
}

/// Bytes of a message.
pub fn framed(message: &impl Encode) -> Vec<u8> {
	let message = message.encode();
	[&(message.len() as u64).to_le_bytes(), message.as_slice()].concat()
}

/// Reads a message of at most `most` bytes.
pub fn receive<T: Decode>(from: &mut impl Read, most: u64) -> io::Result<T> {
	let mut length = [0; 8];
	from.read_exact(&mut length)?;
	let bytes = receive_bytes(from, u64::from_le_bytes(length), most)?;
	T::decode_all(&mut bytes.as_slice()).map_err(io::Error::other)
}

/// Reads raw content of a length that was announced, at most `most` bytes.
pub fn receive_bytes(from: &mut impl Read, length: u64, most: u64) -> io::Result<Vec<u8>> {
	if length > most {
		return Err(io::Error::other("a message is longer than allowed"));
	}
	// Grown as bytes arrive: an announced length alone takes no memory.
	let mut bytes = Vec::new();
	from.take(length).read_to_end(&mut bytes)?;
	if bytes.len() as u64 != length {
		return Err(io::ErrorKind::UnexpectedEof.into());
	}
	Ok(bytes)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn message_should_arrive_when_it_is_whole_and_within_the_bound() {
		let message = framed(&String::from("text"));
		let received: io::Result<String> = receive(&mut message.as_slice(), 5);
		assert_eq!(received.ok().as_deref(), Some("text"));
	}

	#[test]
	fn message_should_be_refused_when_cut_too_long_or_followed_by_more() {
		let message = framed(&String::from("text"));
		for end in 0..message.len() {
			assert!(receive::<String>(&mut &message[..end], 5).is_err());
		}
		assert!(receive::<String>(&mut message.as_slice(), 4).is_err());
		let announced = u64::MAX.to_le_bytes();
		assert!(receive::<String>(&mut announced.as_slice(), u64::MAX).is_err());
		assert!(receive::<u8>(&mut framed(&[1u8, 2]).as_slice(), 5).is_err());
	}
}
