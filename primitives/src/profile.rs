//! Execution profiles: the versioned rules that fix what a module does, to the last bit.

use crate::{Hash, apply, hashing::tagged_hash};

/// Hash of a profile's description; a task names its profile by it.
pub type ProfileId = Hash;

/// What is wrong with the profiles that somebody says that it serves.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ServedFault {
	/// There are none.
	None,
	/// One is there twice.
	Twice,
}

/// Whether somebody may say that it serves these profiles.
///
/// # Errors
///
/// See [`ServedFault`].
pub fn check_served(profiles: &[ProfileId]) -> Result<(), ServedFault> {
	if profiles.is_empty() {
		return Err(ServedFault::None);
	}
	let twice =
		profiles.iter().enumerate().any(|(at, one)| profiles.iter().take(at).any(|it| it == one));
	if twice { Err(ServedFault::Twice) } else { Ok(()) }
}

/// Bytes in a page of linear memory.
pub const PAGE_SIZE: u64 = 65_536;

/// Gas that a function may be charged without being looked at, for each slot that its frame takes whatever is in it.
const UNLOOKED: u64 = 16;

/// Gas after which samples of a run are taken, where a profile has them. It is a power of two.
pub const SAMPLED_GAS: u64 = 1 << 14;

/// WebAssembly features as a bit set.
#[apply(stored)]
#[derive(Copy)]
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
#[apply(stored)]
#[derive(Copy)]
pub struct ModuleLimits {
	/// Bytes of the whole module.
	pub module_bytes: u32,
	/// Bytes of one function body.
	pub body_bytes: u32,
	/// Locals of one function, parameters included.
	pub locals: u32,
	/// Locals times control operators of one function; compile time grows with this product.
	pub locals_by_control: u64,
	/// The same of all functions together.
	pub locals_by_control_per_module: u64,
	/// Values merged where control flow joins, times the ways that lead there, summed over one
	/// function. Each may become an operand of a phi, and compile time and memory grow with them.
	pub merges_per_function: u64,
	/// The same of all functions together.
	pub merges_per_module: u64,
	/// Pieces of one function that are charged for.
	pub pieces: u32,
	/// Loops of one function; compile time grows by more than their square.
	pub loops: u32,
	/// Values that blocks of one function take and leave and that its branches take along.
	pub carried: u32,
	/// Work of compiling all functions together, by [`WorkTable`].
	pub work: u64,
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
	/// Tables.
	pub tables: u32,
	/// Elements of a table.
	pub table_elements: u32,
	/// Data segments, and likewise element segments.
	pub segments: u32,
	/// Types.
	pub types: u32,
	/// Exports, and likewise imports.
	pub exports: u32,
}

/// How the height of the stack is counted, in slots. A frame takes its locals, the most values that
/// are on its operand stack, `frame`, and one for each `operators`.
#[apply(stored)]
#[derive(Copy)]
pub struct StackRules {
	/// Slots of all frames together.
	pub slots: u32,
	/// Slots of a frame besides its values.
	pub frame: u32,
	/// Operators of a function that add a slot to its frame. An optimiser may keep a value of each
	/// operator across a call, in a native frame that is far larger than what the program sees.
	pub operators: u32,
	/// Highest frame of a function without calls that is not counted. Only one such frame exists at
	/// a time, at the top of the stack.
	pub leaf: u32,
	/// What a 128-bit value among the locals, and each operator on such values, counts for.
	pub vector: u32,
}

/// What compiling costs at least, in units of about a quarter of a microsecond.
#[apply(stored)]
#[derive(Copy)]
pub struct WorkTable {
	/// Any operator; those that are named below cost the more besides.
	pub operator: u32,
	/// An operator that reads or writes memory (three times that for an offset of 32 MiB or more) or a global,
	/// any on vectors, arithmetic on floats, division, and conversion between integers and floats.
	pub access: u32,
	/// A call, also an indirect one.
	pub call: u32,
	/// Each parameter and result of what is called.
	pub value: u32,
	/// An indirect call, a loop, and each operator on tables or on ranges of memory.
	pub engine: u32,
	/// A piece that is charged for.
	pub piece: u32,
	/// A target of a `br_table`.
	pub target: u32,
	/// A function.
	pub function: u32,
}

/// Gas charged for what a module does.
#[apply(stored)]
#[derive(Copy)]
pub struct CostTable {
	/// Any operator that is not named below.
	pub operator: u32,
	/// `block`, `loop`, `end`, `nop`, `drop`.
	pub free: u32,
	/// Division, remainder and square root.
	pub division: u32,
	/// An operator on 128-bit vectors that is not named below.
	pub vector: u32,
	/// An operator on vectors that machines do lane by lane or in many steps.
	pub vector_steps: u32,
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

/// How much a run may do for its gas: no more than `per_gas` operators for each unit that it has used, and
/// `beyond` besides, whatever its end and whoever executes it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct WorkBound {
	/// Operators for a unit of gas.
	pub per_gas: u64,
	/// Operators besides.
	pub beyond: u64,
}

/// Everything that decides what a module does. Its hash is the profile's id.
#[apply(stored)]
pub struct Profile {
	/// Number that people use; 1 is the base, 2 adds SIMD, 3 is the draft of what comes next.
	pub number: u32,
	/// Accepted features.
	pub features: Features,
	/// Bounds on modules.
	pub limits: ModuleLimits,
	/// Work of compiling.
	pub work: WorkTable,
	/// Height of the stack.
	pub stack: StackRules,
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
			locals_by_control_per_module: 24_000_000,
			merges_per_function: 400_000,
			merges_per_module: 8_000_000,
			pieces: 8_192,
			loops: 512,
			carried: 16_384,
			work: 18_000_000,
			params: 32,
			nesting: 1_024,
			branch_targets: 16_384,
			functions: 50_000,
			globals: 1_000,
			tables: 16,
			table_elements: 65_536,
			segments: 10_000,
			types: 10_000,
			exports: 10_000,
		},
		work: WorkTable {
			operator: 1,
			access: 16,
			call: 16,
			value: 2,
			engine: 80,
			piece: 40,
			target: 4,
			function: 100,
		},
		stack: StackRules { slots: 65_536, frame: 4, operators: 128, leaf: 64, vector: 2 },
		costs: CostTable {
			operator: 1,
			free: 0,
			division: 4,
			vector: 1,
			vector_steps: 8,
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

	/// Profile 2: profile 1 and fixed-width 128-bit SIMD.
	pub const SIMD: Self =
		Self { number: 2, features: Features(Features::BASE.0 | Features::SIMD.0), ..Self::BASE };

	/// What the next version of the profiles is to be. **It is a draft**: with each change of it, it has
	/// another id, and what was run under the former one can't be run any more.
	pub const DRAFT: Self =
		Self { number: 3, pass_version: 2, wasi_version: 2, interpreter_version: 2, ..Self::SIMD };

	/// The profiles that are fixed and offered, by ascending number.
	pub const ALL: [Self; 2] = [Self::BASE, Self::SIMD];

	/// The profiles that this build can execute, by ascending number.
	pub const EXECUTABLE: [Self; 3] = [Self::BASE, Self::SIMD, Self::DRAFT];

	/// Hash of the description.
	pub fn id(&self) -> ProfileId {
		tagged_hash(b"assay/profile/1", self)
	}

	/// The profile with this id, among those that this build can execute.
	pub fn by_id(id: &ProfileId) -> Option<Self> {
		Self::EXECUTABLE.into_iter().find(|profile| profile.id() == *id)
	}

	/// The profile with this number, likewise.
	pub fn by_number(number: u32) -> Option<Self> {
		Self::EXECUTABLE.into_iter().find(|profile| profile.number == number)
	}

	/// Whether the outcome of a program that is stopped commits to what it has come to. Then
	/// where gas is looked at decides about outcomes.
	pub const fn commits_to_ends(&self) -> bool {
		self.pass_version >= 2
	}

	/// Whether the first of a task's arguments is the program's name.
	pub const fn names_programs(&self) -> bool {
		self.wasi_version >= 2
	}

	/// Most gas that a function with so many slots of locals is charged without being looked at.
	///
	/// It goes by what every frame of it takes, so the slots of the stack bound what all open functions
	/// may be charged so.
	pub const fn unlooked(&self, locals: u32) -> u64 {
		match self.commits_to_ends() {
			true => UNLOOKED * (locals as u64 + self.stack.frame as u64),
			false => u64::MAX,
		}
	}

	/// What a run may do for its gas.
	///
	/// What is beyond is done without gas, until that is noticed: by what functions may be charged
	/// unlooked, where where looks stand is part of the profile; before, to the ends of all functions that are open.
	/// Where samples are taken a trap claims no gas that was charged after the last of them.
	pub const fn work_bound(&self) -> WorkBound {
		let per_gas = 2;
		let slots = self.stack.slots as u64;
		let beyond = match self.commits_to_ends() {
			true => per_gas * (UNLOOKED * (slots + self.stack.leaf as u64) + SAMPLED_GAS),
			false => slots * self.stack.operators as u64 + self.limits.body_bytes as u64,
		};
		WorkBound { per_gas, beyond }
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn profiles_that_are_served_should_be_some_and_each_once() {
		let [one, other] = [1, 2].map(Hash::repeat_byte);
		assert_eq!(check_served(&[]), Err(ServedFault::None));
		assert_eq!(check_served(&[one, other]), Ok(()));
		assert_eq!(check_served(&[one, other, one]), Err(ServedFault::Twice));
	}
	use alloc::format;

	/// Ids as they stand in the document, by number.
	const IDS: [&str; 2] = [
		"0x1e9a084fc7cf6c2f7d3f126e729e704416f39cd911f98bebeaad2328e3eb01eb",
		"0xd5bf1ca8e3f40e7cc6c274c086bbc77d3dc25fff90193ba287eede5620193ea8",
	];

	#[test]
	fn ids_should_be_the_documented_ones_when_nothing_has_changed() {
		// A change here is another profile: the document and every task change with it.
		let ids = Profile::ALL.map(|profile| format!("{:?}", profile.id()));
		assert_eq!(ids, IDS);
		for id in IDS {
			assert!(include_str!("../../docs/profile.md").contains(id), "{id}");
		}
	}

	#[test]
	fn draft_should_be_executable_and_not_offered() {
		assert!(!Profile::ALL.contains(&Profile::DRAFT));
		assert_eq!(Profile::by_number(3), Some(Profile::DRAFT));
		assert!(
			!include_str!("../../docs/profile.md").contains(&format!("{:?}", Profile::DRAFT.id()))
		);
	}

	#[test]
	fn profiles_should_be_found_when_asked_for_by_id_or_number() {
		for profile in Profile::EXECUTABLE {
			assert_eq!(Profile::by_id(&profile.id()), Some(profile.clone()));
			assert_eq!(Profile::by_number(profile.number), Some(profile));
		}
		assert_eq!(Profile::by_id(&Hash::zero()), None);
		assert_eq!(Profile::by_number(0), None);
		assert_ne!(Profile::BASE.id(), Profile::SIMD.id());
		assert!(Profile::SIMD.features.contains(Features::BASE));
		assert!(!Profile::BASE.features.contains(Features::SIMD));
	}
}
