//! Which values flow where, and what follows from it.

use alloc::vec::Vec;

/// Lanes of a value.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Shape {
	/// One of single precision.
	F32,
	/// One of double precision.
	F64,
	/// Four of single precision.
	F32x4,
	/// Two of double precision.
	F64x2,
}

/// What is known about the bits of a value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Bits {
	/// As defined, and if it is a NaN it is the canonical one.
	Settled,
	/// As defined, or some NaN in place of the canonical one.
	Open(Shape),
	/// As defined, whichever NaN it may be.
	Exact,
}

impl Bits {
	/// What is known where it is one or the other, of which an open one is settled if it has to be.
	fn join(self, other: Self) -> Self {
		match (self, other) {
			(Self::Settled, bits) | (bits, Self::Settled) => bits,
			(Self::Open(a), Self::Open(b)) if a == b => self,
			_ => Self::Exact,
		}
	}
}

/// Where the bits of a value come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source {
	/// Known at once.
	Known(Bits),
	/// A copy of this variable.
	Variable(u32),
}

/// A value on the operand stack.
#[derive(Clone, Copy, Debug)]
pub struct Value {
	/// Where its bits come from.
	pub source: Source,
	/// Offset at which it is topmost: that of the operator behind the one that made it.
	pub site: usize,
}

impl Value {
	/// One that needs no care.
	pub const KNOWN: Self = Self { source: Source::Known(Bits::Settled), site: 0 };
}

/// The topmost value has to be made canonical before the operator at an offset.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Settle {
	/// Offset of the operator.
	pub at: usize,
	/// Lanes of the value.
	pub shape: Shape,
}

/// How a value is used.
#[derive(Clone, Copy)]
enum Use {
	/// Its bits are observed.
	Observed,
	/// By arithmetic on these lanes.
	Lanes(Shape),
	/// It flows into this variable.
	Flow(u32),
}

/// Variables, and the uses of values that matter.
#[derive(Default)]
pub struct Graph {
	/// What a variable holds, as far as that is known without other variables.
	bits: Vec<Bits>,
	uses: Vec<(Value, Use)>,
}

impl Graph {
	/// A variable that holds this, among other things.
	pub fn variable(&mut self, bits: Bits) -> u32 {
		self.bits.push(bits);
		// A body has fewer operators than that.
		self.bits.len().saturating_sub(1) as u32
	}

	/// The bits of a value are looked at.
	pub fn observe(&mut self, value: Value) {
		if !matches!(value.source, Source::Known(Bits::Settled | Bits::Exact)) {
			self.uses.push((value, Use::Observed));
		}
	}

	/// Arithmetic on these lanes takes a value.
	pub fn use_as(&mut self, value: Value, shape: Shape) {
		if !matches!(value.source, Source::Known(Bits::Settled | Bits::Exact)) {
			self.uses.push((value, Use::Lanes(shape)));
		}
	}

	/// A value flows into a variable.
	pub fn flow(&mut self, value: Value, variable: u32) {
		match value.source {
			Source::Known(bits @ (Bits::Settled | Bits::Exact)) => {
				if let Some(into) = self.bits.get_mut(variable as usize) {
					*into = into.join(bits);
				}
			},
			_ => self.uses.push((value, Use::Flow(variable))),
		}
	}

	/// Which values have to be settled: open ones that are observed, and open ones that flow into an
	/// observed variable in which they can't be told from values that must not be changed.
	pub fn resolve(mut self) -> Vec<Settle> {
		let observed = self.observed();
		self.spread();
		let mut settles: Vec<Settle> = self
			.uses
			.iter()
			.filter_map(|(value, how)| {
				let Bits::Open(shape) = self.resolved(value.source) else { return None };
				let needed = match how {
					Use::Observed => true,
					Use::Lanes(lanes) => *lanes != shape,
					Use::Flow(variable) => {
						let variable = *variable as usize;
						let exact = self.bits.get(variable) == Some(&Bits::Exact);
						exact && observed.get(variable) == Some(&true)
					},
				};
				needed.then_some(Settle { at: value.site, shape })
			})
			.collect();
		settles.sort_unstable();
		settles.dedup();
		settles
	}

	fn resolved(&self, source: Source) -> Bits {
		match source {
			Source::Known(bits) => bits,
			// It was given out by `variable`.
			Source::Variable(variable) => {
				self.bits.get(variable as usize).copied().unwrap_or(Bits::Exact)
			},
		}
	}

	/// Which variables are observed, themselves or through others that they flow into.
	fn observed(&self) -> Vec<bool> {
		let edges = Edges::new(self.bits.len(), self.flows().map(|(from, to)| (to, from)));
		let mut observed = alloc::vec![false; self.bits.len()];
		let mut work = Vec::new();
		let mut mark = |variable: u32, work: &mut Vec<u32>| {
			if let Some(flag) = observed.get_mut(variable as usize)
				&& !core::mem::replace(flag, true)
			{
				work.push(variable);
			}
		};
		for (value, how) in &self.uses {
			// Which lanes a variable has is not known yet, so those of vectors count as observed.
			if let (Source::Variable(variable), Use::Observed | Use::Lanes(_)) = (value.source, how)
			{
				mark(variable, &mut work);
			}
		}
		while let Some(variable) = work.pop() {
			for from in edges.of(variable) {
				mark(*from, &mut work);
			}
		}
		observed
	}

	/// Brings what variables hold to those that they flow into.
	fn spread(&mut self) {
		let edges = Edges::new(self.bits.len(), self.flows());
		let mut work: Vec<u32> = Vec::new();
		for (value, how) in &self.uses {
			if let (Source::Known(bits), Use::Flow(variable)) = (value.source, how)
				&& let Some(into) = self.bits.get_mut(*variable as usize)
			{
				*into = into.join(bits);
			}
		}
		work.extend(0..self.bits.len() as u32);
		// Each variable changes at most twice, so this ends soon.
		while let Some(variable) = work.pop() {
			let bits = self.resolved(Source::Variable(variable));
			for to in edges.of(variable) {
				if let Some(into) = self.bits.get_mut(*to as usize) {
					let joined = into.join(bits);
					if joined != *into {
						*into = joined;
						work.push(*to);
					}
				}
			}
		}
	}

	/// Flows from variable to variable.
	fn flows(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
		self.uses.iter().filter_map(|(value, how)| match (value.source, how) {
			(Source::Variable(from), Use::Flow(to)) => Some((from, *to)),
			_ => None,
		})
	}
}

/// Edges between variables, by where they begin.
struct Edges {
	/// Where the edges of a variable begin in `to`; one more than there are variables.
	starts: Vec<usize>,
	to: Vec<u32>,
}

impl Edges {
	fn new(variables: usize, edges: impl Iterator<Item = (u32, u32)>) -> Self {
		let mut edges: Vec<(u32, u32)> = edges.collect();
		edges.sort_unstable();
		edges.dedup();
		let mut starts = Vec::with_capacity(variables + 1);
		let mut at = 0;
		for variable in 0..variables {
			starts.push(at);
			while edges.get(at).is_some_and(|(from, _)| *from as usize == variable) {
				at += 1;
			}
		}
		starts.push(at);
		Self { starts, to: edges.into_iter().map(|(_, to)| to).collect() }
	}

	fn of(&self, variable: u32) -> &[u32] {
		let variable = variable as usize;
		let start = self.starts.get(variable).copied().unwrap_or_default();
		let end = self.starts.get(variable + 1).copied().unwrap_or_default();
		self.to.get(start..end).unwrap_or_default()
	}
}
