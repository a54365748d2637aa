//! Locals and operands of all frames, one behind the other.

use crate::{
	stop::Stop,
	value::{Cell, Give, Take},
};
use alloc::vec::Vec;
use core::cell;

/// Locals and operands of all frames, one behind the other.
///
/// It is as long as the frame at its end needs, and never longer than the profile's slots and one frame
/// that is not counted.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Stack {
	cells: Vec<Cell>,
	/// Where the next value goes.
	top: usize,
	/// Where the locals of the running function begin.
	base: usize,
}

impl Stack {
	/// Opens a frame over the topmost `params` values: further locals are zero, and there is room for
	/// `operands` values. Gives what [`Self::leave`] needs.
	pub fn enter(&mut self, params: usize, locals: usize, operands: usize) -> Result<usize, Stop> {
		let base = self.top.checked_sub(params).ok_or(Stop::Broken)?;
		let first = base + locals;
		let end = first + operands;
		if end > self.cells.len() {
			self.cells.try_reserve(end - self.cells.len()).map_err(|_| Stop::Memory)?;
			self.cells.resize(end, [0; 2]);
		}
		self.cells.get_mut(self.top..first).ok_or(Stop::Broken)?.fill([0; 2]);
		self.top = first;
		Ok(core::mem::replace(&mut self.base, base))
	}

	/// Closes the frame. Its topmost `results` values take the place of its locals.
	pub fn leave(&mut self, results: usize, base: usize) -> Result<(), Stop> {
		self.unwind(self.base, results)?;
		self.base = base;
		Ok(())
	}

	/// Drops what lies between `height` operands of the frame and the topmost `kept` ones. The locals
	/// count as operands here.
	pub fn shorten(&mut self, height: usize, kept: usize) -> Result<(), Stop> {
		self.unwind(self.base + height, kept)
	}

	fn unwind(&mut self, to: usize, kept: usize) -> Result<(), Stop> {
		let from = self.top.checked_sub(kept).filter(|from| *from >= to).ok_or(Stop::Broken)?;
		if from > to {
			// Cell by cell: inside of wasm without bulk memory a move of bytes takes three times as long.
			let cells = self.cells.get_mut(to..self.top).ok_or(Stop::Broken)?;
			let cells = cell::Cell::from_mut(cells).as_slice_of_cells();
			let values = cells.get(from - to..).ok_or(Stop::Broken)?;
			cells.iter().zip(values).for_each(|(place, value)| place.set(value.get()));
		}
		self.top = to + kept;
		Ok(())
	}

	#[inline(always)]
	pub fn push_cell(&mut self, cell: Cell) -> Result<(), Stop> {
		*self.cells.get_mut(self.top).ok_or(Stop::Broken)? = cell;
		self.top += 1;
		Ok(())
	}

	#[inline(always)]
	pub fn pop_cell(&mut self) -> Result<Cell, Stop> {
		// Below the beginning there is nothing to be got.
		let top = self.top.wrapping_sub(1);
		let cell = *self.cells.get(top).ok_or(Stop::Broken)?;
		self.top = top;
		Ok(cell)
	}

	#[inline(always)]
	pub fn push(&mut self, value: impl Give) -> Result<(), Stop> {
		self.push_cell(value.cell())
	}

	#[inline(always)]
	pub fn pop<T: Take>(&mut self) -> Result<T, Stop> {
		self.pop_cell().map(T::of)
	}

	/// The topmost value, which stays.
	#[inline(always)]
	pub fn peek_cell(&self) -> Result<Cell, Stop> {
		self.cells.get(self.top.wrapping_sub(1)).copied().ok_or(Stop::Broken)
	}

	#[inline(always)]
	pub fn local(&self, index: u32) -> Result<Cell, Stop> {
		self.cells.get(self.base + index as usize).copied().ok_or(Stop::Broken)
	}

	#[inline(always)]
	pub fn set_local(&mut self, index: u32, cell: Cell) -> Result<(), Stop> {
		*self.cells.get_mut(self.base + index as usize).ok_or(Stop::Broken)? = cell;
		Ok(())
	}

	/// Takes all operands that an operator has.
	#[inline(always)]
	pub fn take<T: Operands>(&mut self) -> Result<T, Stop> {
		T::take(self)
	}
}

/// Operands of an operator, the topmost last.
pub trait Operands: Sized {
	/// Takes them from the stack.
	fn take(stack: &mut Stack) -> Result<Self, Stop>;
}

impl<A: Take> Operands for (A,) {
	#[inline(always)]
	fn take(stack: &mut Stack) -> Result<Self, Stop> {
		Ok((stack.pop()?,))
	}
}

impl<A: Take, B: Take> Operands for (A, B) {
	#[inline(always)]
	fn take(stack: &mut Stack) -> Result<Self, Stop> {
		let b = stack.pop()?;
		Ok((stack.pop()?, b))
	}
}

impl<A: Take, B: Take, C: Take> Operands for (A, B, C) {
	#[inline(always)]
	fn take(stack: &mut Stack) -> Result<Self, Stop> {
		let (b, c) = <(B, C)>::take(stack)?;
		Ok((stack.pop()?, b, c))
	}
}
