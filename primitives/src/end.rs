//! The state in which a run has stopped that failed.

use crate::{Hash, apply, hashing::blake2, merkle::ListRoot, profile::PAGE_SIZE};
use alloc::vec::Vec;

/// Bytes at the end of a memory that a store may have written in part when it trapped: an access is not
/// longer, and whether its first bytes are written hangs on the processor.
const TORN: usize = 16;

/// Bytes that are compared with zero at once.
const CHUNK: usize = 64;

/// The state in which a run has stopped that failed. All of it is zero where what starting costs was not
/// paid, for then there is nothing.
#[apply(stored)]
#[derive(Copy, Default)]
pub struct EndState {
	/// Commitment to the pages of its memory, of which there are as many as it says.
	pub memory: ListRoot,
	/// Slots of the stack that were left; negative where a frame exceeded them.
	pub slots: i32,
	/// What its loops and calls were sampled for.
	pub trail: u64,
	/// Nanoseconds that the program's clock has advanced by other ways than its gas.
	pub clock: u64,
	/// Bytes of randomness that were given out.
	pub random: u64,
}

/// Commitment to the pages of a memory.
///
/// `torn` says that an access trapped: the last bytes then count as zeros.
pub fn memory_root(memory: &[u8], torn: bool) -> ListRoot {
	let pages = memory.chunks(PAGE_SIZE as usize);
	let mut leaves: Vec<Hash> = pages.map(page_hash).collect();
	if let (true, Some(last)) = (torn, leaves.last_mut()) {
		let begin = (memory.len() - 1) / PAGE_SIZE as usize * PAGE_SIZE as usize;
		let mut page = memory.get(begin..).unwrap_or_default().to_vec();
		let certain = page.len().saturating_sub(TORN);
		page.iter_mut().skip(certain).for_each(|byte| *byte = 0);
		*last = page_hash(&page);
	}
	ListRoot::of(&leaves)
}

/// Zero for a page of zeros, which most pages of a large memory are; else its hash.
fn page_hash(page: &[u8]) -> Hash {
	let zero = |chunk: &[u8]| chunk.iter().fold(0, |all, byte| all | byte) == 0;
	match page.chunks(CHUNK).all(zero) {
		true => Hash::zero(),
		false => blake2(page),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const PAGE: usize = PAGE_SIZE as usize;

	#[test]
	fn memory_should_be_told_apart_when_a_byte_differs_anywhere() {
		let mut memory = alloc::vec![0; 3 * PAGE];
		let zeros = memory_root(&memory, false);
		assert_eq!((zeros, zeros.len), (ListRoot::of(&[Hash::zero(); 3]), 3));
		assert_ne!(zeros, memory_root(&memory[..2 * PAGE], false), "pages count");
		let mut roots = alloc::vec![zeros];
		for at in [0, 63, 64, PAGE - 1, PAGE, 2 * PAGE + 1, 3 * PAGE - 17, 3 * PAGE - 1] {
			memory[at] = 1;
			let root = memory_root(&memory, false);
			assert!(!roots.contains(&root), "{at}");
			roots.push(root);
			memory[at] = 0;
		}
	}

	#[test]
	fn last_bytes_should_count_as_zeros_when_an_access_has_trapped() {
		for pages in [1, 2] {
			let mut memory = alloc::vec![7; pages * PAGE];
			let before = memory_root(&memory, true);
			memory[pages * PAGE - 16..].fill(9);
			assert_eq!(memory_root(&memory, true), before);
			assert_ne!(memory_root(&memory, false), before);
			memory[pages * PAGE - 17] = 9;
			assert_ne!(memory_root(&memory, true), before);
		}
		assert_eq!(memory_root(&[], true), ListRoot::default());
	}
}
