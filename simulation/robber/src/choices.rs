//! The bytes that a move is made from. Where they end all choices are the first, so that shorter moves are
//! simpler ones.

/// A source of choices.
pub struct Choices<'a> {
	bytes: &'a [u8],
}

impl<'a> Choices<'a> {
	/// Choices of these bytes.
	pub fn new(bytes: &'a [u8]) -> Self {
		Self { bytes }
	}

	/// The next byte.
	pub fn byte(&mut self) -> u8 {
		match self.bytes.split_first() {
			Some((first, rest)) => {
				self.bytes = rest;
				*first
			},
			None => 0,
		}
	}

	/// A number below `bound`, which is not 0.
	pub fn below(&mut self, bound: usize) -> usize {
		match bound {
			0..=256 => usize::from(self.byte()) % bound.max(1),
			_ => (usize::from(self.byte()) << 8 | usize::from(self.byte())) % bound,
		}
	}

	/// One of these, `None` where there is none.
	pub fn one<'b, T>(&mut self, of: &'b [T]) -> Option<&'b T> {
		(!of.is_empty()).then(|| &of[self.below(of.len())])
	}

	/// The first of these in four cases of five, else any: what is usual has to be likely where many choices
	/// have to fit together.
	pub fn mostly<'b, T>(&mut self, of: &'b [T]) -> Option<&'b T> {
		const USUAL: u8 = 200;
		let at = usize::from(self.byte().saturating_sub(USUAL));
		(!of.is_empty()).then(|| &of[at % of.len()])
	}

	/// Any of these where all that belongs together is strange, else mostly the first: of several things that are strange
	/// by themselves hardly two ever come together.
	pub fn usual<'b, T>(&mut self, strange: bool, of: &'b [T]) -> Option<&'b T> {
		if strange { self.one(of) } else { self.mostly(of) }
	}

	/// Whether something happens that happens in one case of so many.
	pub fn rarely(&mut self, one_in: u8) -> bool {
		self.byte() % one_in == one_in - 1
	}
}
