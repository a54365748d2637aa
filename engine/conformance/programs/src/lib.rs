//! What the programs have in common.

/// Bytes that look like text: the same every time.
pub fn text(bytes: usize) -> Vec<u8> {
	const WORDS: [&str; 16] = [
		"the",
		"stack",
		"of",
		"a",
		"machine",
		"holds",
		"values",
		"and",
		"its",
		"memory",
		"pages",
		"2024-11-05",
		"x@example.org",
		"gas",
		"is",
		"spent\n",
	];
	let mut out = Vec::with_capacity(bytes + 16);
	let mut state = 1u64;
	while out.len() < bytes {
		state =
			state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
		out.extend_from_slice(WORDS[(state >> 60) as usize].as_bytes());
		out.push(b' ');
	}
	out.truncate(bytes);
	out
}

/// A short sum of bytes, to print.
pub fn sum(bytes: &[u8]) -> u64 {
	bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
		(sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
	})
}
