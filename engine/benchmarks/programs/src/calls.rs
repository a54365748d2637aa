//! Programs that mostly call.

use crate::random::Random;
use std::hint::black_box;

/// Fibonacci's number, by its definition.
pub fn fibonacci(n: u32) -> u64 {
	if n < 2 { n.into() } else { fibonacci(n - 1) + fibonacci(n - 2) }
}

/// Takeuchi's function of (n, 2n/3, n/3).
pub fn takeuchi(n: u32) -> u64 {
	fn tak(x: i32, y: i32, z: i32) -> i32 {
		if y >= x { z } else { tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) }
	}
	let n = n as i32;
	(0..8).map(|i| tak(n, n * 2 / 3, n / 3 + i % 2) as u64).sum()
}

trait Shape {
	fn area(&self, scale: u64) -> u64;
}

macro_rules! shapes {
	($($name:ident => $area:expr;)*) => { $(
		struct $name(u64);
		impl Shape for $name {
			fn area(&self, scale: u64) -> u64 {
				let area: fn(u64, u64) -> u64 = $area;
				area(self.0, scale)
			}
		}
	)* };
}

shapes! {
	Square => |side, scale| side.wrapping_mul(side).wrapping_mul(scale);
	Circle => |radius, scale| radius.wrapping_mul(3).wrapping_add(scale);
	Line => |length, scale| length ^ scale;
	Ring => |width, scale| width.rotate_left(3).wrapping_sub(scale);
}

/// Calls methods of objects whose types are known at run time only.
pub fn dispatch(calls: u32) -> u64 {
	let mut random = Random(17);
	let shapes: Vec<Box<dyn Shape>> = (0..64)
		.map(|i| -> Box<dyn Shape> {
			match random.below(4) {
				0 => Box::new(Square(i)),
				1 => Box::new(Circle(i)),
				2 => Box::new(Line(i)),
				_ => Box::new(Ring(i)),
			}
		})
		.collect();
	let shapes = black_box(shapes);
	(0..u64::from(calls)).fold(0u64, |sum, i| {
		let shape = &shapes[(i.wrapping_mul(37) % 64) as usize];
		sum.wrapping_add(shape.area(i))
	})
}

struct Tree(Option<Box<(Tree, Tree)>>);

impl Tree {
	fn of(depth: u32) -> Self {
		Self((depth > 0).then(|| Box::new((Self::of(depth - 1), Self::of(depth - 1)))))
	}

	fn count(&self) -> u64 {
		self.0.as_ref().map_or(1, |nodes| 1 + nodes.0.count() + nodes.1.count())
	}
}

/// Builds, walks and drops binary trees up to this depth.
pub fn trees(depth: u32) -> u64 {
	let kept = Tree::of(depth);
	let short: u64 = (4..=depth)
		.step_by(2)
		.map(|d| (0..1u32 << (depth - d)).map(|_| Tree::of(d).count()).sum::<u64>())
		.sum();
	short + kept.count()
}
