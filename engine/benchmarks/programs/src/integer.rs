//! Programs of integer arithmetic and branches.

use crate::random::{Random, text};

/// Counts the primes below `limit`.
pub fn sieve(limit: u32) -> u64 {
	let limit = limit as usize;
	let mut composite = vec![false; limit];
	let mut count = 0;
	for candidate in 2..limit {
		if composite[candidate] {
			continue;
		}
		count += 1;
		let mut multiple = candidate.saturating_mul(candidate);
		while multiple < limit {
			composite[multiple] = true;
			multiple += candidate;
		}
	}
	count
}

/// The constants of SHA-256: fractions of cube roots of the first 64 primes.
fn round_constants() -> [u32; 64] {
	let mut constants = [0; 64];
	let mut prime = 1u64;
	for constant in &mut constants {
		prime += 1;
		while (2..prime).any(|divisor| prime.is_multiple_of(divisor)) {
			prime += 1;
		}
		*constant = cube_root_fraction(prime);
	}
	constants
}

/// First 32 bits behind the point of the cube root.
fn cube_root_fraction(value: u64) -> u32 {
	let target = u128::from(value) << 96;
	let (mut low, mut high) = (0u128, 1u128 << 36);
	while high - low > 1 {
		let middle = (low + high) / 2;
		if middle * middle * middle <= target { low = middle } else { high = middle }
	}
	low as u32
}

/// SHA-256 of `length` bytes.
pub fn sha256(length: u32) -> u64 {
	let constants = round_constants();
	let mut state: [u32; 8] = [
		0x6a09_e667,
		0xbb67_ae85,
		0x3c6e_f372,
		0xa54f_f53a,
		0x510e_527f,
		0x9b05_688c,
		0x1f83_d9ab,
		0x5be0_cd19,
	];
	let mut data = vec![0u8; (length as usize / 64).max(1) * 64];
	let mut random = Random(length.into());
	data.iter_mut().step_by(7).for_each(|byte| *byte = random.next() as u8);
	for block in data.chunks_exact(64) {
		compress_block(&mut state, block, &constants);
	}
	state.iter().fold(0, |sum, word| sum.wrapping_mul(31).wrapping_add((*word).into()))
}

fn compress_block(state: &mut [u32; 8], block: &[u8], constants: &[u32; 64]) {
	let mut schedule = [0u32; 64];
	for (word, bytes) in schedule.iter_mut().zip(block.chunks_exact(4)) {
		*word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
	}
	for i in 16..64 {
		let (a, b) = (schedule[i - 15], schedule[i - 2]);
		let first = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
		let second = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
		let sum = schedule[i - 16].wrapping_add(first).wrapping_add(schedule[i - 7]);
		schedule[i] = sum.wrapping_add(second);
	}
	let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
	for (word, constant) in schedule.iter().zip(constants) {
		let second = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
		let choice = (e & f) ^ (!e & g);
		let sum = h.wrapping_add(second).wrapping_add(choice);
		let one = sum.wrapping_add(*constant).wrapping_add(*word);
		let first = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
		let two = first.wrapping_add((a & b) ^ (a & c) ^ (b & c));
		(h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(one), c, b, a, one.wrapping_add(two));
	}
	for (state, word) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
		*state = state.wrapping_add(word);
	}
}

/// Sorts `length` numbers.
pub fn quicksort(length: u32) -> u64 {
	let mut random = Random(0x9e37_79b9_7f4a_7c15);
	let mut values: Vec<u32> = (0..length).map(|_| random.next() as u32).collect();
	sort(&mut values);
	values.iter().step_by(97).fold(0, |sum, value| sum.wrapping_mul(31) ^ u64::from(*value))
}

fn sort(mut values: &mut [u32]) {
	while values.len() > 16 {
		let pivot = values[values.len() / 2];
		let (mut low, mut high) = (0, values.len() - 1);
		loop {
			while values[low] < pivot {
				low += 1;
			}
			while values[high] > pivot {
				high -= 1;
			}
			if low >= high {
				break;
			}
			values.swap(low, high);
			low += 1;
			high -= 1;
		}
		let (left, right) = values.split_at_mut(low);
		sort(left);
		values = right;
	}
	for i in 1..values.len() {
		let mut at = i;
		while at > 0 && values[at - 1] > values[at] {
			values.swap(at - 1, at);
			at -= 1;
		}
	}
}

/// Compresses `length` bytes of text by references to what came before, and expands them again.
pub fn compress(length: u32) -> u64 {
	let text = text(length as usize);
	let packed = pack(&text);
	let unpacked = unpack(&packed, text.len());
	assert!(unpacked == text, "expanding gives back what was compressed");
	let sum = packed.iter().fold(0u64, |sum, byte| sum.wrapping_mul(31) ^ u64::from(*byte));
	sum ^ packed.len() as u64
}

fn hash_of(bytes: &[u8]) -> usize {
	let word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
	(word.wrapping_mul(2_654_435_761) >> 18) as usize
}

/// Token: literals (u8), length of a match (u8), distance (u16), then the literals.
fn pack(text: &[u8]) -> Vec<u8> {
	let mut packed = Vec::new();
	let mut seen = vec![0usize; 1 << 14];
	let (mut at, mut start) = (0, 0);
	while at + 4 <= text.len() {
		let slot = &mut seen[hash_of(&text[at..])];
		let before = core::mem::replace(slot, at);
		let distance = at - before;
		let mut length = 0;
		if distance > 0 && distance < 65_536 {
			let most = (text.len() - at).min(255);
			while length < most && text[before + length] == text[at + length] {
				length += 1;
			}
		}
		if length >= 4 {
			packed.extend_from_slice(&[(at - start) as u8, length as u8]);
			packed.extend_from_slice(&(distance as u16).to_le_bytes());
			packed.extend_from_slice(&text[start..at]);
			at += length;
			start = at;
		} else {
			at += 1;
			if at - start == 255 {
				packed.extend_from_slice(&[255, 0, 0, 0]);
				packed.extend_from_slice(&text[start..at]);
				start = at;
			}
		}
	}
	packed.extend_from_slice(&[(text.len() - start) as u8, 0, 0, 0]);
	packed.extend_from_slice(&text[start..]);
	packed
}

fn unpack(mut packed: &[u8], length: usize) -> Vec<u8> {
	let mut text = Vec::with_capacity(length);
	while let [literals, matched, low, high, rest @ ..] = packed {
		let (head, tail) = rest.split_at(usize::from(*literals));
		let distance = usize::from(u16::from_le_bytes([*low, *high]));
		let from = (text.len() + head.len()).wrapping_sub(distance);
		text.extend_from_slice(head);
		for at in from..from + usize::from(*matched) {
			text.push(text[at]);
		}
		packed = tail;
	}
	text
}

/// Splits text into tokens by a state machine, and looks for a pattern with a set of states in bits.
pub fn automaton(length: u32) -> u64 {
	let text = text(length as usize);
	let (words, lines) = tokens(&text);
	// `[aeiou][^ \n]*ing?[ \n]`, roughly: a bit for each place in the pattern.
	let mut classes = [0u32; 256];
	for byte in 0..=255u8 {
		let is_space = byte == b' ' || byte == b'\n';
		let class = &mut classes[usize::from(byte)];
		*class |= u32::from(b"aeiou".contains(&byte));
		*class |= u32::from(!is_space) << 1;
		*class |= u32::from(byte == b'i') << 2;
		*class |= u32::from(byte == b'n') << 3;
		*class |= u32::from(byte == b'g' || is_space) << 4;
	}
	let (mut states, mut found) = (0u32, 0u64);
	for byte in &text {
		let class = classes[usize::from(*byte)];
		let advanced = ((states << 1) | 1) | (states & 0b10) | ((states & 1) << 2);
		states = advanced & class;
		found += u64::from(states >> 4 & 1);
	}
	found ^ (words << 20) ^ (lines << 40)
}

fn tokens(text: &[u8]) -> (u64, u64) {
	#[derive(Clone, Copy)]
	enum State {
		Start,
		Vowel,
		Consonant,
		Long(u8),
	}
	let (mut state, mut words, mut lines) = (State::Start, 0, 0);
	for byte in text {
		state = match (state, byte) {
			(_, b'\n') => {
				lines += 1;
				State::Start
			},
			(State::Start, b' ') => State::Start,
			(State::Long(n), b' ') => {
				words += 1 + u64::from(n & 1);
				State::Start
			},
			(_, b' ') => {
				words += 1;
				State::Start
			},
			(State::Long(n), _) => State::Long(n.wrapping_add(1)),
			(State::Vowel, b'a' | b'e' | b'i' | b'o' | b'u') => State::Long(1),
			(State::Consonant, b'q'..=b'z') => State::Long(2),
			(_, b'a' | b'e' | b'i' | b'o' | b'u') => State::Vowel,
			_ => State::Consonant,
		};
	}
	(words, lines)
}

enum Json {
	Number(i64),
	Text(String),
	List(Vec<Json>),
	Record(Vec<(String, Json)>),
}

/// Writes `length` bytes of JSON and reads them into a tree.
pub fn json(length: u32) -> u64 {
	let mut source = Vec::new();
	let mut random = Random(77);
	source.push(b'[');
	while source.len() < length as usize {
		let (a, b) = (random.below(1_000_000), random.below(1_000));
		let record = format!(
			"{{\"id\": {a}, \"name\": \"item {b}\", \"tags\": [\"x{b}\", \"y\\n\"], \"at\": {{\"x\": -{b}, \"y\": {a}}}}}, "
		);
		source.extend_from_slice(record.as_bytes());
	}
	source.extend_from_slice(b"0]");
	let mut parser = Parser { rest: &source };
	weigh(&parser.value())
}

fn weigh(json: &Json) -> u64 {
	match json {
		Json::Number(number) => *number as u64,
		Json::Text(text) => text.len() as u64,
		Json::List(items) => items.iter().fold(1, |sum, item| sum.wrapping_mul(3) ^ weigh(item)),
		Json::Record(fields) => fields.iter().fold(2, |sum, (name, value)| {
			sum.wrapping_mul(5).wrapping_add(name.len() as u64) ^ weigh(value)
		}),
	}
}

struct Parser<'a> {
	rest: &'a [u8],
}

impl Parser<'_> {
	fn next(&mut self) -> u8 {
		let (first, rest) = self.rest.split_first().expect("the text is whole");
		self.rest = rest;
		*first
	}

	fn skip(&mut self) -> u8 {
		while let [b' ' | b',' | b':', rest @ ..] = self.rest {
			self.rest = rest;
		}
		self.rest[0]
	}

	fn value(&mut self) -> Json {
		match self.skip() {
			b'[' => {
				self.next();
				let mut items = Vec::new();
				while self.skip() != b']' {
					items.push(self.value());
				}
				self.next();
				Json::List(items)
			},
			b'{' => {
				self.next();
				let mut fields = Vec::new();
				while self.skip() != b'}' {
					let name = self.text();
					fields.push((name, self.value()));
				}
				self.next();
				Json::Record(fields)
			},
			b'"' => Json::Text(self.text()),
			_ => Json::Number(self.number()),
		}
	}

	fn text(&mut self) -> String {
		self.skip();
		self.next();
		let mut text = String::new();
		loop {
			match self.next() {
				b'"' => return text,
				b'\\' => match self.next() {
					b'n' => text.push('\n'),
					other => text.push(other.into()),
				},
				other => text.push(other.into()),
			}
		}
	}

	fn number(&mut self) -> i64 {
		let negative = self.rest[0] == b'-';
		if negative {
			self.next();
		}
		let mut number = 0i64;
		while let [digit @ b'0'..=b'9', rest @ ..] = self.rest {
			number = number * 10 + i64::from(digit - b'0');
			self.rest = rest;
		}
		if negative { -number } else { number }
	}
}
