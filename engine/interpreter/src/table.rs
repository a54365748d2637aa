//! Tables of references to functions.

use crate::stop::Stop;
use alloc::vec::Vec;

/// A table of references to functions.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Table {
	elements: Vec<u32>,
	/// Most elements that it may come to.
	most: u32,
}

/// The range of `length` items from `from` on, of which there are `of`; a trap if it is not within.
fn range(from: u32, length: u32, of: usize) -> Result<core::ops::Range<usize>, Stop> {
	let (from, length) = (from as usize, length as usize);
	let end = from.checked_add(length).filter(|end| *end <= of).ok_or(Stop::Trap)?;
	Ok(from..end)
}

impl Table {
	/// A table of this many references to nothing, which may grow.
	pub fn new(initial: u32, most: u32) -> Result<Self, Stop> {
		let mut table = Self { elements: Vec::new(), most };
		table.extend(initial as usize, 0)?;
		Ok(table)
	}

	fn extend(&mut self, length: usize, value: u32) -> Result<(), Stop> {
		let more = length.saturating_sub(self.elements.len());
		self.elements.try_reserve(more).map_err(|_| Stop::Memory)?;
		self.elements.resize(length, value);
		Ok(())
	}

	/// How many elements it has.
	pub fn size(&self) -> u32 {
		// Never more than `most`.
		self.elements.len() as u32
	}

	/// Adds elements, and gives how many there were; `None` beyond the bound.
	pub fn grow(&mut self, by: u32, value: u32) -> Result<Option<u32>, Stop> {
		let before = self.size();
		match before.checked_add(by).filter(|after| *after <= self.most) {
			Some(after) => self.extend(after as usize, value).map(|()| Some(before)),
			None => Ok(None),
		}
	}

	/// The reference at an index.
	pub fn get(&self, index: u32) -> Result<u32, Stop> {
		self.elements.get(index as usize).copied().ok_or(Stop::Trap)
	}

	/// Puts a reference at an index.
	pub fn set(&mut self, index: u32, value: u32) -> Result<(), Stop> {
		*self.elements.get_mut(index as usize).ok_or(Stop::Trap)? = value;
		Ok(())
	}

	/// Puts a reference at `length` indices from `to` on.
	pub fn fill(&mut self, to: u32, value: u32, length: u32) -> Result<(), Stop> {
		let range = range(to, length, self.elements.len())?;
		self.elements.get_mut(range).ok_or(Stop::Trap)?.fill(value);
		Ok(())
	}

	/// Copies a part of other elements.
	pub fn init(&mut self, to: u32, others: &[u32], from: u32, length: u32) -> Result<(), Stop> {
		let part = others.get(range(from, length, others.len())?).ok_or(Stop::Trap)?;
		let range = range(to, length, self.elements.len())?;
		self.elements.get_mut(range).ok_or(Stop::Trap)?.copy_from_slice(part);
		Ok(())
	}

	/// Copies within it, as if by way of another place.
	pub fn copy_within(&mut self, to: u32, from: u32, length: u32) -> Result<(), Stop> {
		let from = range(from, length, self.elements.len())?;
		let to = range(to, length, self.elements.len())?;
		self.elements.copy_within(from, to.start);
		Ok(())
	}

	/// Its elements.
	pub fn elements(&self) -> &[u32] {
		&self.elements
	}
}
