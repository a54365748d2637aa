//! Why a module is outside the profile.

use alloc::string::String;
use codec::{Decode, Encode};
use core::fmt;

/// Why a module is outside the profile, and where.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Refusal {
	/// Byte of the module at which it was found.
	pub offset: u64,
	/// What was found.
	pub reason: Reason,
}

/// What is wrong with a module. Only that it is refused is part of an outcome, never the reason.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub enum Reason {
	/// Not a WebAssembly module of the accepted features; the validator's words.
	Malformed(String),
	/// Uses what another profile allows and this one does not.
	NeedsProfile {
		/// Number of the other one.
		number: u32,
	},
	/// A bound of the profile is exceeded.
	Limit {
		/// Which one.
		bound: Bound,
		/// What the module has.
		found: u64,
		/// What it may have.
		limit: u64,
	},
	/// Imports something else than a WASI preview 1 function.
	UnknownImport {
		/// Module part of the import.
		module: String,
		/// Name part of the import.
		name: String,
	},
	/// Imports a WASI function under a type that is not its own.
	ImportType {
		/// The function.
		name: String,
	},
	/// Exports no memory under the name `memory`.
	NoMemory,
	/// Exports no function `_start`.
	NoStart,
	/// `_start` takes parameters or has results.
	StartType,
	/// Exports a name that is reserved for metering.
	ReservedExport {
		/// The name.
		name: String,
	},
	/// Starts with more memory than the task allows.
	MemoryAboveTask {
		/// Pages that it starts with.
		minimum: u32,
		/// Pages that the task allows.
		limit: u32,
	},
	/// An active segment does not fit into the initial memory or table.
	SegmentOutOfBounds,
}

/// A bound of the profile, see [`assay_primitives::profile::ModuleLimits`].
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, Ord, PartialEq, PartialOrd)]
pub enum Bound {
	/// Bytes of the module.
	ModuleBytes,
	/// Bytes of one function body.
	BodyBytes,
	/// Locals of one function, parameters included.
	Locals,
	/// Locals times control operators of one function.
	LocalsByControl,
	/// The same of all functions together.
	ModuleLocalsByControl,
	/// Parameters of one type.
	Params,
	/// Results of one type.
	Results,
	/// Depth of nested blocks.
	Nesting,
	/// Targets of one `br_table`.
	BranchTargets,
	/// Functions.
	Functions,
	/// Globals.
	Globals,
	/// Tables.
	Tables,
	/// Elements of a table.
	TableElements,
	/// Data segments.
	DataSegments,
	/// Element segments.
	ElementSegments,
	/// Types.
	Types,
	/// Exports.
	Exports,
	/// Imports.
	Imports,
	/// Values merged where control flow joins, of one function.
	Merges,
	/// The same of all functions together.
	ModuleMerges,
	/// Pieces of one function that are charged for.
	Pieces,
	/// Loops of one function.
	Loops,
	/// Values that blocks of one function take and leave and that its branches take along.
	Carried,
	/// Work of compiling all functions together.
	Work,
}

impl Refusal {
	pub(crate) fn new(offset: usize, reason: Reason) -> Self {
		Self { offset: offset as u64, reason }
	}

	/// Refuses what exceeds a bound.
	pub(crate) fn above(
		bound: Bound,
		offset: usize,
		found: impl Into<u64>,
		limit: impl Into<u64>,
	) -> Result<(), Self> {
		let (found, limit) = (found.into(), limit.into());
		if found <= limit {
			return Ok(());
		}
		Err(Self::new(offset, Reason::Limit { bound, found, limit }))
	}
}

impl fmt::Display for Refusal {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{} (at byte {:#x})", self.reason, self.offset)
	}
}

impl fmt::Display for Reason {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Malformed(message) => write!(f, "not a valid module: {}", Line(message)),
			Self::NeedsProfile { number } => write!(f, "this module needs profile {number}"),
			Self::Limit { bound, found, limit } => {
				write!(f, "{} {found} above the profile's limit of {limit}", bound.name())
			},
			Self::UnknownImport { module, name } => {
				let (module, name) = (Shown(module), Shown(name));
				write!(f, "import {module}.{name} is not a WASI preview 1 function")
			},
			Self::ImportType { name } => {
				write!(f, "import {} has another type than WASI's", Shown(name))
			},
			Self::NoMemory => f.write_str("no memory is exported as `memory`"),
			Self::NoStart => f.write_str("no function is exported as `_start`"),
			Self::StartType => f.write_str("`_start` must neither take nor return values"),
			Self::ReservedExport { name } => {
				write!(f, "export name {} is reserved", Shown(name))
			},
			Self::MemoryAboveTask { minimum, limit } => {
				write!(f, "starts with {minimum} pages of memory, the task allows {limit}")
			},
			Self::SegmentOutOfBounds => f.write_str("an active segment is out of bounds"),
		}
	}
}

impl core::error::Error for Refusal {}

/// Most characters that are shown of a name.
const SHOWN: usize = 100;

/// A name that somebody else chose: cut, and without characters that act on a terminal or a log.
struct Shown<'n>(&'n str);

impl fmt::Display for Shown<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let mut characters = self.0.chars();
		for character in characters.by_ref().take(SHOWN) {
			write!(f, "{}", character.escape_debug())?;
		}
		if characters.next().is_some() { f.write_str("...") } else { Ok(()) }
	}
}

/// Most characters that are shown of the validator's words.
const LINE: usize = 400;

/// Words that may quote the module: on one line, cut, and without characters that act on a terminal.
struct Line<'n>(&'n str);

impl fmt::Display for Line<'_> {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		for character in self.0.chars().take(LINE) {
			match character {
				'\n' | '\t' => f.write_str(" ")?,
				' '..='~' => write!(f, "{character}")?,
				other => write!(f, "{}", other.escape_default())?,
			}
		}
		Ok(())
	}
}

impl Bound {
	/// The bound in words, as the subject of a sentence.
	pub fn name(self) -> &'static str {
		match self {
			Self::ModuleBytes => "module bytes",
			Self::BodyBytes => "function body bytes",
			Self::Locals => "locals",
			Self::LocalsByControl => "locals times control operators",
			Self::ModuleLocalsByControl => "locals times control operators of all functions",
			Self::Params => "parameters",
			Self::Results => "results",
			Self::Nesting => "nesting",
			Self::BranchTargets => "br_table targets",
			Self::Functions => "functions",
			Self::Globals => "globals",
			Self::Tables => "tables",
			Self::TableElements => "table elements",
			Self::DataSegments => "data segments",
			Self::ElementSegments => "element segments",
			Self::Types => "types",
			Self::Exports => "exports",
			Self::Imports => "imports",
			Self::Merges => "values merged where control flow joins",
			Self::Pieces => "charged pieces of a function",
			Self::Loops => "loops of a function",
			Self::Carried => "values that blocks and branches of a function pass on",
			Self::Work => "work of compiling",
			Self::ModuleMerges => "values merged where control flow joins, of all functions,",
		}
	}
}
