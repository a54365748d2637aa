//! Takes the parameters of blocks away, and the values of branch tables.
//!
//! wasmi 2.0.0 keeps the topmost values in registers. Where a block takes parameters it moves them to
//! where branches bring them, and may overwrite a register that a value below them is still in. So it
//! gets no such block: values go through locals, which are set right before the block, or before a branch
//! to it if it is a loop, and read again at its beginning. Nothing comes between the two, so all blocks
//! of a function share the locals.
//!
//! Where a `br_table` takes several values along, wasmi confuses those that its targets have at different
//! places. So it takes none: such a table gets an inner target for each of its targets, from which a
//! plain branch leads on with the values. That serves loops among the targets too, which take no
//! parameters any more where blocks still have results.

use super::{number, signed};
use std::collections::BTreeMap;
use wasmparser::{BlockType, BrTable, FuncType, ValType};

const ELSE: u8 = 0x05;
const END: u8 = 0x0b;
const BR: u8 = 0x0c;
const BR_IF: u8 = 0x0d;
const BR_TABLE: u8 = 0x0e;
const LOCAL_GET: u8 = 0x20;
const LOCAL_SET: u8 = 0x21;
const FUNCTION_TYPE: u8 = 0x60;
/// A block without results.
const BLOCK: [u8; 2] = [0x02, EMPTY];
const EMPTY: u8 = 0x40;

/// Kinds of block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
	Block = 0x02,
	Loop = 0x03,
	If = 0x04,
}

/// Parameters and results of a block. The validator has refused types that are not there.
pub fn signature(types: &[FuncType], ty: BlockType) -> (Vec<ValType>, Vec<ValType>) {
	match ty {
		BlockType::Empty => (Vec::new(), Vec::new()),
		BlockType::Type(ty) => (Vec::new(), vec![ty]),
		BlockType::FuncType(index) => types
			.get(index as usize)
			.map_or_else(Default::default, |ty| (ty.params().to_vec(), ty.results().to_vec())),
	}
}

/// Types of blocks without parameters that have several results, behind the module's own.
#[derive(Debug, Default)]
pub struct ResultTypes {
	first: u32,
	/// By the results as they are written.
	indices: BTreeMap<Vec<u8>, u32>,
	bytes: Vec<u8>,
}

impl ResultTypes {
	pub fn new(first: u32) -> Self {
		Self { first, ..Self::default() }
	}

	pub fn count(&self) -> u32 {
		self.indices.len() as u32
	}

	pub fn bytes(&self) -> &[u8] {
		&self.bytes
	}

	/// Writes the type of a block with these results.
	fn write(&mut self, out: &mut Vec<u8>, results: &[ValType]) {
		match results {
			[] => out.push(EMPTY),
			[single] => out.push(code(*single)),
			_ => signed(out, self.index(results).into()),
		}
	}

	fn index(&mut self, results: &[ValType]) -> u32 {
		let results: Vec<u8> = results.iter().map(|ty| code(*ty)).collect();
		if let Some(index) = self.indices.get(&results) {
			return *index;
		}
		let index = self.first + self.count();
		self.bytes.extend_from_slice(&[FUNCTION_TYPE, 0]);
		number(&mut self.bytes, results.len() as u32);
		self.bytes.extend_from_slice(&results);
		self.indices.insert(results, index);
		index
	}
}

/// A type as it is written. Of references a profile has only those to functions.
pub fn code(ty: ValType) -> u8 {
	match ty {
		ValType::I32 => 0x7f,
		ValType::I64 => 0x7e,
		ValType::F32 => 0x7d,
		ValType::F64 => 0x7c,
		ValType::V128 => 0x7b,
		ValType::Ref(_) => 0x70,
	}
}

/// The locals that values go through, added to a function as they are needed.
#[derive(Debug)]
pub struct Transit {
	first: u32,
	types: Vec<ValType>,
	condition: Option<u32>,
	/// Locals for values by type, in the order of [`code`].
	pools: [Vec<u32>; POOLS],
}

/// Types of values.
const POOLS: usize = 6;

fn pool(ty: ValType) -> usize {
	(usize::from(code(ValType::I32)) - usize::from(code(ty))).min(POOLS - 1)
}

impl Transit {
	/// For a function that has `first` locals, parameters included.
	pub fn new(first: u32) -> Self {
		Self { first, types: Vec::new(), condition: None, pools: Default::default() }
	}

	/// Types of the locals that were added.
	pub fn added(&self) -> &[ValType] {
		&self.types
	}

	fn add(&mut self, ty: ValType) -> u32 {
		self.types.push(ty);
		self.first + self.types.len() as u32 - 1
	}

	/// The local for the condition of a branch, which lies above the values.
	fn condition(&mut self) -> u32 {
		match self.condition {
			Some(local) => local,
			None => {
				let local = self.add(ValType::I32);
				*self.condition.insert(local)
			},
		}
	}

	/// A local for each value, none of them twice.
	fn locals(&mut self, values: &[ValType]) -> Vec<u32> {
		let mut used = [0; POOLS];
		let mut locals = Vec::with_capacity(values.len());
		for ty in values {
			let pool = pool(*ty);
			if used[pool] == self.pools[pool].len() {
				let local = self.add(*ty);
				self.pools[pool].push(local);
			}
			locals.push(self.pools[pool][used[pool]]);
			used[pool] += 1;
		}
		locals
	}

	fn set(&mut self, out: &mut Vec<u8>, values: &[ValType]) {
		for local in self.locals(values).into_iter().rev() {
			out.push(LOCAL_SET);
			number(out, local);
		}
	}

	fn get(&mut self, out: &mut Vec<u8>, values: &[ValType]) {
		for local in self.locals(values) {
			out.push(LOCAL_GET);
			number(out, local);
		}
	}

	/// The beginning of a block that has parameters.
	pub fn open(
		&mut self,
		out: &mut Vec<u8>,
		kind: Kind,
		(params, results): (&[ValType], &[ValType]),
		types: &mut ResultTypes,
	) {
		let condition = (kind == Kind::If).then(|| self.condition());
		if let Some(local) = condition {
			out.push(LOCAL_SET);
			number(out, local);
		}
		self.set(out, params);
		if let Some(local) = condition {
			out.push(LOCAL_GET);
			number(out, local);
		}
		out.push(kind as u8);
		types.write(out, results);
		self.get(out, params);
	}

	/// The other side of an `if`, which begins with the same parameters.
	pub fn otherwise(&mut self, out: &mut Vec<u8>, params: &[ValType]) {
		out.push(ELSE);
		self.get(out, params);
	}

	/// The end of an `if` without `else`, whose parameters are its results.
	pub fn end(&mut self, out: &mut Vec<u8>, params: &[ValType]) {
		self.otherwise(out, params);
		out.push(END);
	}

	/// A branch to a loop that has parameters.
	pub fn branch(&mut self, out: &mut Vec<u8>, depth: u32, params: &[ValType]) {
		self.set(out, params);
		out.push(BR);
		number(out, depth);
	}

	/// The same under a condition; the values stay where it does not hold.
	pub fn branch_if(&mut self, out: &mut Vec<u8>, depth: u32, params: &[ValType]) {
		let condition = self.condition();
		out.push(LOCAL_SET);
		number(out, condition);
		self.set(out, params);
		self.get(out, params);
		out.push(LOCAL_GET);
		number(out, condition);
		out.push(BR_IF);
		number(out, depth);
	}

	/// A table of branches that take these values, perhaps some of them to loops: `to_loop` tells by depth.
	pub fn branch_table(
		&mut self,
		out: &mut Vec<u8>,
		table: &BrTable<'_>,
		values: &[ValType],
		to_loop: impl Fn(u32) -> bool,
	) -> wasmparser::Result<()> {
		let mut inner = BTreeMap::new();
		let mut depths = Vec::new();
		let mut indices = Vec::new();
		for depth in table.targets().chain([Ok(table.default())]) {
			let depth = depth?;
			let index = *inner.entry(depth).or_insert(depths.len() as u32);
			if index as usize == depths.len() {
				depths.push(depth);
			}
			indices.push(index);
		}
		let condition = self.condition();
		out.push(LOCAL_SET);
		number(out, condition);
		self.set(out, values);
		depths.iter().for_each(|_| out.extend_from_slice(&BLOCK));
		out.push(LOCAL_GET);
		number(out, condition);
		out.push(BR_TABLE);
		number(out, table.len());
		indices.iter().for_each(|index| number(out, *index));
		for (index, depth) in depths.iter().enumerate() {
			out.push(END);
			if !to_loop(*depth) {
				self.get(out, values);
			}
			out.push(BR);
			// The inner blocks that are still open.
			number(out, depth + (depths.len() - 1 - index) as u32);
		}
		Ok(())
	}
}
