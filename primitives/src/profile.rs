//! Execution profiles: the versioned rules that fix what a module does, to the last bit.

use crate::{Hash, hashing::tagged_hash};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Hash of a profile's description; a task names its profile by it.
pub type ProfileId = Hash;

/// Bytes in a page of linear memory.
pub const PAGE_SIZE: u64 = 65_536;

/// WebAssembly features as a bit set.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Features(pub u32);

impl Features {
	/// What rustc and clang emit for `wasm32-wasip1`: MVP, sign extension, saturating conversion,
	/// multi-value, bulk memory, reference types, extended constants, mutable globals.
	pub const BASE: Self = Self(1);
	/// 128-bit SIMD beside the base.
	pub const SIMD: Self = Self(2);

	/// Whether every feature of `other` is included.
	pub const fn contains(self, other: Self) -> bool {
		self.0 & other.0 == other.0
	}
}

/// Bounds on what a module may contain. They bound the time and memory that compiling it takes.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct ModuleLimits {
	/// Bytes of the whole module.
	pub module_bytes: u32,
	/// Bytes of one function body.
	pub body_bytes: u32,
	/// Locals of one function, parameters included.
	pub locals: u32,
	/// Locals times control operators of one function; compile time grows with this product.
	pub locals_by_control: u64,
	/// Values merged where control flow joins, times the ways that lead there, summed over one
	/// function. Each may become an operand of a phi, and compile time and memory grow with them.
	pub merges_per_function: u64,
	/// The same of all functions together.
	pub merges_per_module: u64,
	/// Parameters of one function type, and likewise its results.
	pub params: u32,
	/// Depth of nested blocks.
	pub nesting: u32,
	/// Targets of one `br_table`.
	pub branch_targets: u32,
	/// Functions, imported ones included.
	pub functions: u32,
	/// Globals.
	pub globals: u32,
	/// Elements of a table.
	pub table_elements: u32,
	/// Data segments, and likewise element segments.
	pub segments: u32,
	/// Types.
	pub types: u32,
	/// Exports, and likewise imports.
	pub exports: u32,
	/// Slots of the value stack over all frames.
	pub stack_slots: u32,
}

/// Gas charged for what a module does.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct CostTable {
	/// Any operator that is not named below.
	pub operator: u32,
	/// `block`, `loop`, `end`, `nop`, `drop`.
	pub free: u32,
	/// Division, remainder and square root.
	pub division: u32,
	/// A direct call.
	pub call: u32,
	/// An indirect call.
	pub call_indirect: u32,
	/// `memory.grow`, and each operator on a range of memory or a table, whatever the size: they
	/// call into the engine.
	pub bulk: u32,
	/// Each page that `memory.grow` asks for.
	pub memory_grow_page: u32,
	/// Bytes that a bulk operation moves for one unit.
	pub bulk_bytes: u32,
	/// A call of a WASI function.
	pub host_call: u32,
	/// Each byte that a WASI function moves.
	pub host_byte: u32,
}

/// Everything that decides what a module does. Its hash is the profile's id.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct Profile {
	/// Number that people use; 1 is the base, 2 adds SIMD.
	pub number: u32,
	/// Accepted features.
	pub features: Features,
	/// Bounds on modules.
	pub limits: ModuleLimits,
	/// Prices in gas.
	pub costs: CostTable,
	/// Version of the metering pass.
	pub pass_version: u32,
	/// Version of the WASI host.
	pub wasi_version: u32,
	/// Version of the reference interpreter.
	pub interpreter_version: u32,
}

impl Profile {
	/// Profile 1.
	pub const BASE: Self = Self {
		number: 1,
		features: Features::BASE,
		limits: ModuleLimits {
			module_bytes: 16 << 20,
			body_bytes: 256 << 10,
			locals: 2_000,
			locals_by_control: 4_000_000,
			merges_per_function: 400_000,
			merges_per_module: 8_000_000,
			params: 32,
			nesting: 1_024,
			branch_targets: 16_384,
			functions: 50_000,
			globals: 1_000,
			table_elements: 65_536,
			segments: 10_000,
			types: 10_000,
			exports: 10_000,
			stack_slots: 65_536,
		},
		costs: CostTable {
			operator: 1,
			free: 0,
			division: 4,
			call: 4,
			call_indirect: 8,
			bulk: 200,
			memory_grow_page: 65_536,
			bulk_bytes: 8,
			host_call: 500,
			host_byte: 1,
		},
		pass_version: 1,
		wasi_version: 1,
		interpreter_version: 1,
	};

	/// Hash of the description.
	pub fn id(&self) -> ProfileId {
		tagged_hash(b"assay/profile/1", self)
	}

	/// The profile with this id, among those that this build can execute.
	pub fn by_id(id: &ProfileId) -> Option<Self> {
		[Self::BASE].into_iter().find(|profile| profile.id() == *id)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::format;

	#[test]
	fn id_should_be_the_documented_one_when_nothing_has_changed() {
		// A change here is another profile: the document and every task change with it.
		let id = format!("{:?}", Profile::BASE.id());
		assert!(include_str!("../../docs/profile.md").contains(&id), "{id}");
		assert_eq!(id, "0xa840fa792fd0bb67ccadf8fe584b9bfd74bd7379cbb6608517f11cdcd5adebc8");
	}
}
