//! Integer programs to measure executors with, as one WASI command: the first byte of its input says
//! which, the next four how much of it. It writes eight bytes that depend on all of the work.

#![cfg_attr(target_arch = "wasm32", no_std)]

#[cfg(target_arch = "wasm32")]
mod command {
	use core::cell::UnsafeCell;

	#[repr(C)]
	struct Buffer(*const u8, usize);

	#[link(wasm_import_module = "wasi_snapshot_preview1")]
	unsafe extern "C" {
		fn fd_read(fd: u32, buffers: *const Buffer, count: usize, done: *mut usize) -> i32;
		fn fd_write(fd: u32, buffers: *const Buffer, count: usize, done: *mut usize) -> i32;
		fn proc_exit(code: u32) -> !;
	}

	#[panic_handler]
	fn panic(_: &core::panic::PanicInfo) -> ! {
		core::arch::wasm32::unreachable()
	}

	const WORDS: usize = 1 << 18;

	struct Arena(UnsafeCell<[u32; WORDS]>);

	// SAFETY: there are no threads.
	unsafe impl Sync for Arena {}

	static ARENA: Arena = Arena(UnsafeCell::new([0; WORDS]));

	#[unsafe(no_mangle)]
	extern "C" fn _start() {
		let (mut input, mut done) = ([0u8; 5], 0);
		let into = Buffer(input.as_mut_ptr(), input.len());
		// SAFETY: the buffer outlives the call, and so does the count.
		unsafe { fd_read(0, &into, 1, &mut done) };
		let size = u32::from_le_bytes([input[1], input[2], input[3], input[4]]);
		// SAFETY: taken once.
		let arena = unsafe { &mut *ARENA.0.get() };
		let result = match input[0] {
			0 => sieve(arena, size),
			1 => fib(size),
			2 => sort(arena, size),
			3 => sha256(size),
			4 => crc(arena, size),
			5 => multiply(arena, size),
			6 => words(arena, size),
			7 => bits(size),
			// SAFETY: takes no pointers.
			_ => unsafe { proc_exit(1) },
		};
		let bytes = result.to_le_bytes();
		let from = Buffer(bytes.as_ptr(), bytes.len());
		// SAFETY: as above.
		unsafe { fd_write(1, &from, 1, &mut done) };
	}

	fn next(random: &mut u32) -> u32 {
		*random ^= *random << 13;
		*random ^= *random >> 17;
		*random ^= *random << 5;
		*random
	}

	/// Primes below 2^18, `rounds` times over.
	fn sieve(flags: &mut [u32; WORDS], rounds: u32) -> u64 {
		let mut count = 0;
		for _ in 0..rounds {
			flags.fill(1);
			for i in 2..WORDS {
				if flags[i] == 0 {
					continue;
				}
				count += 1;
				let mut multiple = i * i;
				while multiple < WORDS && i < 512 {
					flags[multiple] = 0;
					multiple += i;
				}
			}
		}
		count
	}

	#[inline(never)]
	fn fib(n: u32) -> u64 {
		if n < 2 { n.into() } else { fib(n - 1) + fib(n - 2) }
	}

	/// Sorts 2^14 numbers, `rounds` times.
	fn sort(numbers: &mut [u32; WORDS], rounds: u32) -> u64 {
		let (mut random, mut sum) = (1, 0u64);
		let part = &mut numbers[..1 << 14];
		for _ in 0..rounds {
			part.iter_mut().for_each(|number| *number = next(&mut random));
			part.sort_unstable();
			sum = sum.wrapping_mul(31).wrapping_add(part[part.len() / 3].into());
		}
		sum
	}

	const K: [u32; 64] = {
		// The constants of SHA-256 are parts of cube roots; any others cost the same.
		let (mut constants, mut value, mut i) = ([0; 64], 0x428a_2f98u32, 0);
		while i < 64 {
			value = value.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
			constants[i] = value;
			i += 1;
		}
		constants
	};

	/// The compression function of SHA-256, `rounds` times.
	fn sha256(rounds: u32) -> u64 {
		let mut state = [1u32, 2, 3, 4, 5, 6, 7, 8];
		let mut w = [0u32; 64];
		for round in 0..rounds {
			for i in 0..16 {
				w[i] = state[i % 8].wrapping_add(round).rotate_left(i as u32);
			}
			for i in 16..64 {
				let (a, b) = (w[i - 15], w[i - 2]);
				let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
				let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
				w[i] = w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]).wrapping_add(s1);
			}
			let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
			for i in 0..64 {
				let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
				let t1 = h
					.wrapping_add(s1)
					.wrapping_add((e & f) ^ (!e & g))
					.wrapping_add(K[i])
					.wrapping_add(w[i]);
				let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
				let t2 = s0.wrapping_add((a & b) ^ (a & c) ^ (b & c));
				(h, g, f, e, d, c, b, a) =
					(g, f, e, d.wrapping_add(t1), c, b, a, t1.wrapping_add(t2));
			}
			for (kept, new) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
				*kept = kept.wrapping_add(new);
			}
		}
		u64::from(state[0]) << 32 | u64::from(state[7])
	}

	/// CRC-32 by table of 64 KiB, `rounds` times.
	fn crc(arena: &mut [u32; WORDS], rounds: u32) -> u64 {
		let (table, data) = arena.split_at_mut(256);
		for (i, entry) in table.iter_mut().enumerate() {
			let mut value = i as u32;
			for _ in 0..8 {
				value = if value & 1 == 1 { value >> 1 ^ 0xedb8_8320 } else { value >> 1 };
			}
			*entry = value;
		}
		let mut random = 7;
		let data = &mut data[..16_384];
		data.iter_mut().for_each(|word| *word = next(&mut random));
		let mut crc = u32::MAX;
		for _ in 0..rounds {
			for word in data.iter() {
				for byte in word.to_le_bytes() {
					crc = table[((crc ^ u32::from(byte)) & 255) as usize] ^ crc >> 8;
				}
			}
		}
		crc.into()
	}

	/// Product of two matrices of 96 by 96, `rounds` times.
	fn multiply(arena: &mut [u32; WORDS], rounds: u32) -> u64 {
		const N: usize = 96;
		let (a, rest) = arena.split_at_mut(N * N);
		let (b, c) = rest.split_at_mut(N * N);
		let mut random = 3;
		a.iter_mut().chain(b.iter_mut()).for_each(|cell| *cell = next(&mut random));
		for _ in 0..rounds {
			for i in 0..N {
				for j in 0..N {
					let mut sum = 0u32;
					for k in 0..N {
						sum = sum.wrapping_add(a[i * N + k].wrapping_mul(b[k * N + j]));
					}
					c[i * N + j] = sum;
				}
			}
			a.copy_from_slice(&c[..N * N]);
		}
		c[..N * N].iter().map(|cell| u64::from(*cell)).sum()
	}

	/// Counts words of a text by a hash table, `rounds` times.
	fn words(arena: &mut [u32; WORDS], rounds: u32) -> u64 {
		let (text, counts) = arena.split_at_mut(1 << 14);
		let counts = &mut counts[..1 << 12];
		let mut random = 11;
		text.iter_mut().for_each(|word| {
			let bytes = [(); 4].map(|()| match next(&mut random) % 6 {
				0 => b' ',
				other => b'a' + (other as u8) * 3 % 26,
			});
			*word = u32::from_le_bytes(bytes);
		});
		for _ in 0..rounds {
			let mut hash = 5_381u32;
			for byte in text.iter().flat_map(|word| word.to_le_bytes()) {
				if byte == b' ' {
					counts[(hash % 4_093) as usize] += 1;
					hash = 5_381;
				} else {
					hash = hash.wrapping_mul(33) ^ u32::from(byte);
				}
			}
		}
		counts.iter().enumerate().fold(0, |sum, (i, count)| sum ^ u64::from(*count) << (i % 32))
	}

	/// The longest of Collatz's sequences, with 64-bit numbers.
	fn bits(limit: u32) -> u64 {
		let (mut longest, mut from) = (0, 0);
		for start in 1..u64::from(limit) {
			let (mut n, mut length) = (start, 0u64);
			while n != 1 {
				n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 };
				length += 1 + u64::from(n.count_ones() > 40);
			}
			if length > longest {
				(longest, from) = (length, start);
			}
		}
		longest << 32 | from
	}
}
