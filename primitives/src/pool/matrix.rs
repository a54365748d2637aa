//! The order of all leaves at once, for who has the memory: whoever works a column, verifies a pool, or forecasts one.
//!
//! It is the same order that [`History`](super::History) computes leaf by leaf.

use super::{InWork, history::Round, shuffle::Shuffle};
use alloc::{vec, vec::Vec};

/// The leaves of a pool, where they are after some rounds.
#[derive(Clone, Debug)]
pub struct Matrix {
	in_work: InWork,
	pooled: Vec<u32>,
	kept: Vec<Option<u32>>,
	columns: Vec<Vec<u32>>,
	/// What was published, by rounds and members.
	done: Vec<Vec<Vec<u32>>>,
}

impl Matrix {
	/// Of a pool that has not begun.
	pub fn new(leaves: u32, in_work: InWork) -> Self {
		let pooled = (0..leaves).collect();
		Self { in_work, pooled, kept: Vec::new(), columns: Vec::new(), done: Vec::new() }
	}

	/// Deals out the leaves of a round that begins.
	pub fn begin(&mut self, round: &Round) {
		let mut places = vec![0; self.pooled.len()];
		let shuffled = Shuffle::new(&round.seed, round.pooled).all();
		for (leaf, place) in self.pooled.iter().zip(shuffled) {
			places[place as usize] = *leaf;
		}
		let mut places = places.into_iter();
		self.columns = round
			.columns
			.iter()
			.enumerate()
			.map(|(member, column)| {
				let kept = self.kept.get(member).copied().flatten();
				kept.into_iter().chain(places.by_ref().take(column.fresh as usize)).collect()
			})
			.collect();
		self.pooled.clear();
	}

	/// Takes back what is left of a round that has ended.
	pub fn end(&mut self, round: &Round) {
		self.kept.clear();
		let mut published = Vec::new();
		for (member, mut column) in core::mem::take(&mut self.columns).into_iter().enumerate() {
			let mut rest = column.split_off(round.done(member) as usize).into_iter();
			published.push(column);
			let keeps = round.keeps(member, self.in_work);
			self.kept.push(if keeps { rest.next() } else { None });
			self.pooled.extend(rest);
		}
		self.done.push(published);
		for (member, since) in round.expelled() {
			for done in self.done.iter_mut().skip(since) {
				let theirs = done.get_mut(member).map(core::mem::take).unwrap_or_default();
				self.pooled.extend(theirs);
			}
		}
	}

	/// The leaves of each member in the round that is going on, in the order in which it has to run them.
	pub fn columns(&self) -> &[Vec<u32>] {
		&self.columns
	}

	/// Leaves that the next round deals out, in their order.
	pub fn pooled(&self) -> &[u32] {
		&self.pooled
	}
}
