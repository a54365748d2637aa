//! Why and where a run ended before its program was done: told to people, never part of an outcome.

use assay_metering::CodePlace;
use assay_primitives::outcome::Class;
use codec::{Decode, Encode};
use std::{
	collections::{BTreeMap, BTreeSet},
	fmt,
};
use wasmtime::{Error, FrameInfo, Trap, WasmBacktrace};

/// Frames that are kept at either end of a backtrace.
const KEPT: usize = 24;

/// Most characters of a function's name; those of generic functions in Rust are long.
const NAME_CHARS: usize = 1_000;

/// Why a program did not end by itself, or ended with a code.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub enum Cause {
	/// It reached `unreachable`, which is what compilers make of a panic or an abort.
	Unreachable,
	/// It read or wrote beyond its memory.
	MemoryOutOfBounds {
		/// Where, if the machine told.
		address: Option<u64>,
		/// Bytes of memory that there were.
		bytes: u64,
	},
	/// It used an element beyond the end of a table.
	TableOutOfBounds,
	/// It called through a pointer that is no function.
	NullCall,
	/// It called through a pointer a function of another type.
	CallType,
	/// It divided by zero.
	DivisionByZero,
	/// The result of a division, or of a conversion to an integer, did not fit.
	IntegerOverflow,
	/// It converted what is no number to an integer.
	NotANumber,
	/// Its gas ran out.
	OutOfGas,
	/// The stack that the profile allows was used up.
	StackExhausted,
	/// Its outputs would have grown beyond the limit.
	OutputLimit,
	/// It ended itself with this code.
	Exited(u32),
}

/// A function that was being executed.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Frame {
	/// Index of the function in the module.
	pub function: u32,
	/// Its name, as the module has it: a stranger may have chosen it.
	pub name: Option<String>,
	/// Byte of the module with the operator that was executed. Where a branch leads to nothing but a trap,
	/// the optimiser may have left the branch alone.
	pub offset: Option<u64>,
}

/// Why a run ended, and in which functions.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Trace {
	/// Why.
	pub cause: Cause,
	/// The function of the system that the program had called, where that ended it.
	pub host_call: Option<String>,
	/// Functions, the innermost first.
	pub frames: Vec<Frame>,
	/// How many frames were left out, and behind how many of those that are here.
	pub left_out: Option<(usize, u32)>,
}

/// The same in places of the metered module, as the engine knows it.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Stopped {
	/// Why.
	pub cause: Cause,
	/// The function of the host that ended the run.
	pub host_call: Option<String>,
	/// Where, the innermost first.
	pub inner: Vec<CodePlace>,
	/// Frames that were left out behind these.
	pub left_out: u32,
	/// Those behind them.
	pub outer: Vec<CodePlace>,
}

impl Stopped {
	/// What an error of the engine tells about a run of this class, if it has a backtrace.
	///
	/// `memory_bytes` is the memory that it had.
	pub fn of(
		error: &Error,
		class: Class,
		memory_bytes: u64,
		host_call: Option<&str>,
	) -> Option<Self> {
		let backtrace = error.downcast_ref::<WasmBacktrace>()?;
		let cause = cause(error, class, memory_bytes)?;
		let place = |frame: &FrameInfo| CodePlace {
			function: frame.func_index(),
			// A body is far shorter than 4 GiB.
			offset: frame.func_offset().map_or(0, |offset| offset as u32),
		};
		let mut inner: Vec<_> = backtrace.frames().iter().map(place).collect();
		let outer = inner.split_off(inner.len().min(KEPT));
		let left_out = outer.len().saturating_sub(KEPT);
		let outer = outer[left_out..].to_vec();
		let host_call = host_call.map(str::to_owned);
		Some(Self { cause, host_call, inner, left_out: left_out as u32, outer })
	}

	/// Leaves out what the pass has added to a module of so many functions.
	pub fn without_added(mut self, functions: u32) -> Self {
		let own = |place: &CodePlace| place.function < functions;
		self.inner.retain(own);
		self.outer.retain(own);
		self
	}

	/// All of its places.
	pub fn places(&self) -> Vec<CodePlace> {
		[self.inner.as_slice(), &self.outer].concat()
	}

	/// With what is known of its places; where that is nothing, with their functions' indices.
	pub fn into_trace(self, frames: Option<Vec<Frame>>) -> Trace {
		let bare = |place: CodePlace| Frame { function: place.function, name: None, offset: None };
		let frames = frames.unwrap_or_else(|| self.places().into_iter().map(bare).collect());
		let left_out = (self.left_out > 0).then_some((self.inner.len(), self.left_out));
		Trace { cause: self.cause, host_call: self.host_call, frames, left_out }
	}
}

fn cause(error: &Error, class: Class, memory_bytes: u64) -> Option<Cause> {
	Some(match class {
		Class::Exited(0) | Class::ModuleInvalid | Class::InputMismatch => return None,
		Class::Exited(code) => Cause::Exited(code),
		Class::OutOfGas => Cause::OutOfGas,
		Class::StackExhausted => Cause::StackExhausted,
		Class::OutputLimit => Cause::OutputLimit,
		Class::Trapped => match error.downcast_ref::<Trap>()? {
			Trap::UnreachableCodeReached => Cause::Unreachable,
			Trap::MemoryOutOfBounds => {
				Cause::MemoryOutOfBounds { address: fault(error), bytes: memory_bytes }
			},
			Trap::TableOutOfBounds => Cause::TableOutOfBounds,
			Trap::IndirectCallToNull => Cause::NullCall,
			Trap::BadSignature => Cause::CallType,
			Trap::IntegerDivisionByZero => Cause::DivisionByZero,
			Trap::IntegerOverflow => Cause::IntegerOverflow,
			Trap::BadConversionToInteger => Cause::NotANumber,
			_ => return None,
		},
	})
}

/// The address that an access failed at. The engine keeps it in words alone.
fn fault(error: &Error) -> Option<u64> {
	error.chain().find_map(|error| {
		let text = error.to_string();
		let rest = text.strip_prefix("memory fault at wasm address 0x")?;
		let digits = rest.split_once(' ').map_or(rest, |(digits, _)| digits);
		u64::from_str_radix(digits, 16).ok()
	})
}

/// What a module's name section calls these functions, as the source has them. A stranger may have
/// chosen them.
pub fn function_names(module: &[u8], functions: &BTreeSet<u32>) -> BTreeMap<u32, String> {
	let mut names = assay_metering::function_names(module, functions);
	for name in names.values_mut() {
		// Without the hash that the compiler appends.
		let plain = format!("{:#}", rustc_demangle::demangle(name));
		*name = plain.chars().take(NAME_CHARS).collect();
	}
	names
}

impl Cause {
	/// A name for programs.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Unreachable => "unreachable",
			Self::MemoryOutOfBounds { .. } => "memoryOutOfBounds",
			Self::TableOutOfBounds => "tableOutOfBounds",
			Self::NullCall => "nullCall",
			Self::CallType => "callType",
			Self::DivisionByZero => "divisionByZero",
			Self::IntegerOverflow => "integerOverflow",
			Self::NotANumber => "notANumber",
			Self::OutOfGas => "outOfGas",
			Self::StackExhausted => "stackExhausted",
			Self::OutputLimit => "outputLimit",
			Self::Exited(_) => "exited",
		}
	}
}

/// What the program did, as the end of a sentence.
impl fmt::Display for Cause {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::MemoryOutOfBounds { address: Some(address), bytes } => {
				return write!(
					f,
					"accessed memory out of bounds, at {address:#x} of {bytes:#x} bytes"
				);
			},
			Self::MemoryOutOfBounds { address: None, bytes } => {
				return write!(f, "accessed memory out of bounds, beyond its {bytes:#x} bytes");
			},
			Self::Exited(code) => return write!(f, "ended itself with exit code {code}"),
			Self::Unreachable => "reached `unreachable`: a panic or an abort",
			Self::TableOutOfBounds => "used an element beyond the end of a table",
			Self::NullCall => "called through a pointer that is no function",
			Self::CallType => "called through a pointer a function of another type",
			Self::DivisionByZero => "divided an integer by zero",
			Self::IntegerOverflow => "overflowed an integer in a division or conversion",
			Self::NotANumber => "converted NaN to an integer",
			Self::OutOfGas => "ran out of gas",
			Self::StackExhausted => "used up the stack",
			Self::OutputLimit => "wrote more than the limit",
		})
	}
}
