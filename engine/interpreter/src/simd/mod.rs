//! Operators on vectors of 128 bits. A vector is an array of its lanes, the lowest first.

mod compare;
mod convert;
mod float;
mod integer;
mod lanes;

pub use compare::Comparison;
pub use convert::Conversion;
pub use float::Floats;
pub use integer::Integers;
pub use lanes::{Lane, Shape, shuffle};

use core::array::from_fn;

/// Each lane of the result from that lane of both operands.
fn zip<A: Copy, B: Copy, C, const N: usize>(
	a: [A; N],
	b: [B; N],
	of: impl Fn(A, B) -> C,
) -> [C; N] {
	from_fn(|lane| of(a[lane], b[lane]))
}

/// The lower half of the lanes.
fn low<A: Copy, const N: usize, const H: usize>(a: [A; N]) -> [A; H] {
	const { assert!(2 * H == N) };
	from_fn(|lane| a[lane])
}

/// The upper half of the lanes.
fn high<A: Copy, const N: usize, const H: usize>(a: [A; N]) -> [A; H] {
	const { assert!(2 * H == N) };
	from_fn(|lane| a[H + lane])
}

/// Each lane of the result from two neighbours.
fn pairs<A: Copy, B, const N: usize, const H: usize>(a: [A; N], of: impl Fn(A, A) -> B) -> [B; H] {
	const { assert!(2 * H == N) };
	from_fn(|lane| of(a[2 * lane], a[2 * lane + 1]))
}

/// The lanes of both, those of the first below.
fn join<A: Copy, const H: usize, const N: usize>(low: [A; H], high: [A; H]) -> [A; N] {
	const { assert!(2 * H == N) };
	from_fn(|lane| if lane < H { low[lane] } else { high[lane - H] })
}
