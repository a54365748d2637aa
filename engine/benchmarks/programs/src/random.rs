//! A small generator of numbers, for inputs.

/// Xorshift; never zero.
pub struct Random(pub u64);

impl Random {
	pub fn next(&mut self) -> u64 {
		self.0 ^= self.0 << 13;
		self.0 ^= self.0 >> 7;
		self.0 ^= self.0 << 17;
		self.0
	}

	/// Below `bound`.
	pub fn below(&mut self, bound: u64) -> u64 {
		(self.next() >> 11) % bound
	}

	/// From 0 to 1.
	pub fn unit(&mut self) -> f64 {
		(self.next() >> 11) as f64 / (1u64 << 53) as f64
	}
}

/// Words with spaces and line ends between them, about as repetitive as text is.
pub fn text(length: usize) -> Vec<u8> {
	let mut random = Random(0x2545_f491_4f6c_dd1d);
	let words: Vec<Vec<u8>> = (0..2_000)
		.map(|_| {
			let length = 2 + random.below(9);
			(0..length).map(|_| b'a' + random.below(26) as u8).collect()
		})
		.collect();
	let mut text = Vec::with_capacity(length + 16);
	while text.len() < length {
		// The product of two makes some words much more frequent than others.
		let index = random.below(45) * random.below(45);
		text.extend_from_slice(&words[index as usize]);
		text.push(if random.below(12) == 0 { b'\n' } else { b' ' });
	}
	text.truncate(length);
	text
}
