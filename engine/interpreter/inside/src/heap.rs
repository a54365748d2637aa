//! An allocator with the sizes and the bounds of the one that nodes give to runtimes: powers of two
//! from 8 bytes to 32 MiB, freed blocks are used again for the same size only, nothing is merged.

use core::{
	alloc::{GlobalAlloc, Layout},
	arch::wasm32,
	cell::UnsafeCell,
	ptr,
};

const PAGE: usize = 65_536;
const SMALLEST: usize = 8;
const LARGEST: usize = 32 << 20;
const ORDERS: usize = 23;
/// What precedes a block.
const HEADER: usize = 8;

struct State {
	/// First free block of each size; a free block begins with the address of the next one.
	free: [usize; ORDERS],
	/// End of what was ever given out.
	top: usize,
	/// Bytes taken from the end so far: what a runtime's heap would have grown to.
	taken: usize,
	/// Largest block so far.
	largest: usize,
}

struct Heap(UnsafeCell<State>);

// SAFETY: there are no threads.
unsafe impl Sync for Heap {}

#[global_allocator]
static HEAP: Heap =
	Heap(UnsafeCell::new(State { free: [0; ORDERS], top: 0, taken: 0, largest: 0 }));

impl State {
	fn take(&mut self, size: usize) -> *mut u8 {
		let size = size.max(SMALLEST).next_power_of_two();
		if size > LARGEST {
			return ptr::null_mut();
		}
		self.largest = self.largest.max(size);
		let order = (size / SMALLEST).trailing_zeros() as usize;
		let first = self.free[order];
		if first != 0 {
			// SAFETY: a free block holds the address of the next one.
			self.free[order] = unsafe { *(first as *const usize) };
			return first as *mut u8;
		}
		self.bump(size)
	}

	fn bump(&mut self, size: usize) -> *mut u8 {
		if self.top == 0 {
			self.top = wasm32::memory_size(0) * PAGE;
		}
		let (block, end) = (self.top + HEADER, self.top + HEADER + size);
		let missing = end.div_ceil(PAGE).saturating_sub(wasm32::memory_size(0));
		if missing > 0 && wasm32::memory_grow(0, missing) == usize::MAX {
			return ptr::null_mut();
		}
		self.top = end;
		self.taken += HEADER + size;
		block as *mut u8
	}

	fn give(&mut self, block: *mut u8, size: usize) {
		let size = size.max(SMALLEST).next_power_of_two();
		let order = (size / SMALLEST).trailing_zeros() as usize;
		// SAFETY: the block is free, and at least 8 bytes long.
		unsafe { *(block as *mut usize) = self.free[order] };
		self.free[order] = block as usize;
	}
}

// SAFETY: blocks are disjoint, as long as asked for, and aligned to 8 bytes, which is the most that
// any type of this target asks for.
unsafe impl GlobalAlloc for Heap {
	unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
		// SAFETY: there are no threads, and nothing else holds the state.
		unsafe { (*self.0.get()).take(layout.size()) }
	}

	unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
		// SAFETY: likewise.
		unsafe { (*self.0.get()).give(block, layout.size()) }
	}
}

/// Bytes that a runtime's heap would have grown to.
#[unsafe(no_mangle)]
extern "C" fn heap_bytes() -> usize {
	// SAFETY: there are no threads, and nothing else holds the state.
	unsafe { (*HEAP.0.get()).taken }
}

/// Largest block that was asked for.
#[unsafe(no_mangle)]
extern "C" fn largest_block() -> usize {
	// SAFETY: likewise.
	unsafe { (*HEAP.0.get()).largest }
}
