//! Lanes of vectors to and from memory, at offsets that an engine may encode in several ways.

use super::*;

const OFFSETS: [u32; 8] = [0, 1, 255, 32_767, 65_534, 65_535, 65_536, 82_297];
/// Bits of a lane, and how many a vector has.
const LANES: [(u32, u32); 4] = [(8, 16), (16, 8), (32, 4), (64, 2)];
/// Where the address of an access comes from; all of them are 16.
const ADDRESSES: [&str; 3] =
	["(i32.const 16)", "(local.get $at)", "(i32.add (memory.size) (i32.const 13))"];
const VECTOR: u128 = 0x0f1e_2d3c_4b5a_6978_8796_a5b4_c3d2_e1f0;
/// Where vectors come from; all of them are [`VECTOR`].
const VECTORS: [&str; 3] = [
	"(v128.const i64x2 0x8796a5b4c3d2e1f0 0x0f1e2d3c4b5a6978)",
	"(local.get $v)",
	"(i8x16.add (local.get $v) (local.get $none))",
];
/// Where results are gathered: behind all that is accessed.
const RESULTS: u32 = 2 * 65_536;

/// A program of three pages with these lines, which gathers `length` bytes from [`RESULTS`] on.
fn gathering(lines: &str, length: u32) -> Job {
	let pages = "(memory (export \"memory\") 3)";
	let fields = format!(
		"(func (export \"_start\") (local $at i32) (local $v v128) (local $none v128)
		  (local.set $at (i32.const 16)) (local.set $v {}) {lines}
		  (memory.copy (i32.const 0) (i32.const {RESULTS}) (i32.const {length})) {})",
		VECTORS[0],
		dump(length as usize)
	);
	program_with(pages, &fields)
}

#[test]
fn lane_should_be_written_where_it_belongs_when_a_vector_stores_it() {
	for (bits, lanes) in LANES {
		let bytes = bits as usize / 8;
		let (mut lines, mut expected) = (String::new(), Vec::new());
		for offset in OFFSETS {
			for (address, vector) in
				ADDRESSES.iter().flat_map(|address| VECTORS.map(|vector| (address, vector)))
			{
				let lane = expected.len() as u32 / 16 % lanes;
				let to = RESULTS + expected.len() as u32;
				lines += &format!(
					"(memory.fill (i32.const {0}) (i32.const 0xee) (i32.const 16))
					 (v128.store{bits}_lane offset={offset} {lane} {address} {vector})
					 (memory.copy (i32.const {to}) (i32.const {0}) (i32.const 16))",
					offset + 12
				);
				let from = lane as usize * bytes;
				let mut around = [0xee; 16];
				around[4..4 + bytes].copy_from_slice(&VECTOR.to_le_bytes()[from..from + bytes]);
				expected.extend(around);
			}
		}
		let ran = run(&gathering(&lines, expected.len() as u32));
		assert_eq!(ran.stdout(), expected, "lanes of {bits} bits");
	}
}

#[test]
fn lane_should_be_read_from_where_it_belongs_when_a_vector_loads_it() {
	for (bits, lanes) in LANES {
		let bytes = bits as usize / 8;
		let (mut lines, mut expected) = (String::new(), Vec::new());
		for offset in OFFSETS {
			for (address, vector) in
				ADDRESSES.iter().flat_map(|address| VECTORS.map(|vector| (address, vector)))
			{
				let lane = expected.len() as u32 / 16 % lanes;
				let to = RESULTS + expected.len() as u32;
				lines += &format!(
					"(i64.store offset={offset} (i32.const 16) (i64.const 0x1122334455667788))
					 (v128.store (i32.const {to})
					  (v128.load{bits}_lane offset={offset} {lane} {address} {vector}))"
				);
				let from = lane as usize * bytes;
				let mut loaded = VECTOR.to_le_bytes();
				loaded[from..from + bytes]
					.copy_from_slice(&0x1122_3344_5566_7788_u64.to_le_bytes()[..bytes]);
				expected.extend(loaded);
			}
		}
		let ran = run(&gathering(&lines, expected.len() as u32));
		assert_eq!(ran.stdout(), expected, "lanes of {bits} bits");
	}
}

#[test]
fn run_should_be_a_trap_when_a_lane_is_out_of_bounds() {
	const END: u32 = 3 * 65_536;
	for (bits, _) in LANES {
		let last = END - bits / 8;
		for offset in [last, last - 65_536, last - 16] {
			for vector in VECTORS {
				for (address, class) in
					[(last - offset, Class::Exited(0)), (last - offset + 1, Class::Trapped)]
				{
					let store = format!(
						"(local.set $at (i32.const {address}))
						 (v128.store{bits}_lane offset={offset} 1 (local.get $at) {vector})"
					);
					assert_eq!(run(&gathering(&store, 0)).class, class, "{store}");
				}
			}
		}
		let store = format!(
			"(v128.store{bits}_lane offset=0xffffffff 1 (i32.const 0xffffffff) (local.get $v))"
		);
		assert_eq!(run(&gathering(&store, 0)).class, Class::Trapped);
	}
}
