//! Counts what a compiler has to merge where control flow joins.
//!
//! Compilers bring locals into a form in which each value is assigned once. Where several ways meet,
//! each local that was assigned on one of them becomes a new value, with an operand for each way. This
//! can be locals times blocks, far more than the code has bytes.

use alloc::vec::Vec;

/// Sets of the locals that are assigned in each block that is open, and what was counted.
pub struct Merges {
	/// Words of a set.
	words: usize,
	/// Sets as bits, the function's own first.
	sets: Vec<u64>,
	total: u64,
}

impl Merges {
	/// For a function with this many locals, whose own block is open.
	pub fn new(locals: u32) -> Self {
		let words = locals.div_ceil(u64::BITS) as usize;
		Self { words, sets: alloc::vec![0; words], total: 0 }
	}

	/// Counted so far.
	pub fn total(&self) -> u64 {
		self.total
	}

	/// Opens a block in which nothing is assigned yet.
	pub fn open(&mut self) {
		self.sets.resize(self.sets.len() + self.words, 0);
	}

	/// Notes an assignment in the innermost block.
	pub fn assign(&mut self, local: u32) {
		let start = self.sets.len().saturating_sub(self.words);
		let word = start + (local / u64::BITS) as usize;
		// The validator has refused locals that are not there.
		if let Some(word) = self.sets.get_mut(word) {
			*word |= 1 << (local % u64::BITS);
		}
	}

	/// Closes the innermost block, to whose label `edges` ways lead that bring `arity` values each.
	///
	/// What is assigned in it counts as assigned around it. At the end of the function no local is
	/// needed any more.
	pub fn close(&mut self, edges: u64, arity: u64) {
		let start = self.sets.len().saturating_sub(self.words);
		let (outer, inner) = self.sets.split_at_mut(start);
		let around = outer.len().saturating_sub(self.words);
		let mut assigned = 0;
		for (outer, inner) in outer[around..].iter_mut().zip(inner) {
			*outer |= *inner;
			assigned += u64::from(inner.count_ones());
		}
		self.sets.truncate(start);
		self.total = self.total.saturating_add(edges.saturating_mul(assigned + arity));
	}
}
