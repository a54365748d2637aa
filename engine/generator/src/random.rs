//! Numbers that are the same everywhere (SplitMix64).

/// A sequence of numbers fixed by its seed.
pub struct Random(u64);

impl Random {
	/// The sequence of `seed`.
	pub fn new(seed: u64) -> Self {
		Self(seed)
	}

	/// The next 64 bits.
	pub fn next(&mut self) -> u64 {
		self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
		let mut z = self.0;
		z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
		z ^ (z >> 31)
	}

	/// A number below `bound`, which is not 0.
	pub fn below(&mut self, bound: u64) -> u64 {
		self.next() % bound
	}

	/// One of the items, of which there is at least one.
	pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
		items[self.below(items.len() as u64) as usize]
	}

	/// True once in `times`.
	pub fn once_in(&mut self, times: u64) -> bool {
		self.below(times) == 0
	}

	/// The next `count` bytes.
	pub fn bytes(&mut self, count: usize) -> Vec<u8> {
		let words = std::iter::repeat_with(|| self.next().to_le_bytes());
		words.flatten().take(count).collect()
	}
}
