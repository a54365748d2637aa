//! Programs of floating-point arithmetic.

use crate::random::Random;

#[derive(Clone, Copy)]
struct Body {
	place: [f64; 3],
	speed: [f64; 3],
	mass: f64,
}

/// Moves five bodies under their gravity.
pub fn nbody(steps: u32) -> u64 {
	let mut random = Random(41);
	let mut bodies = [(); 5].map(|()| Body {
		place: [(); 3].map(|()| random.unit() * 20.0 - 10.0),
		speed: [(); 3].map(|()| random.unit() - 0.5),
		mass: random.unit(),
	});
	for _ in 0..steps {
		advance(&mut bodies, 0.001);
	}
	bodies.iter().fold(0, |sum, body| sum ^ body.place[0].to_bits().rotate_left(7))
}

fn advance(bodies: &mut [Body; 5], time: f64) {
	for i in 0..5 {
		for j in i + 1..5 {
			let (a, b) = (bodies[i], bodies[j]);
			let delta = [0, 1, 2].map(|k| a.place[k] - b.place[k]);
			let square = delta[0] * delta[0] + delta[1] * delta[1] + delta[2] * delta[2] + 0.01;
			let factor = time / (square * square.sqrt());
			for (k, delta) in delta.into_iter().enumerate() {
				bodies[i].speed[k] -= delta * b.mass * factor;
				bodies[j].speed[k] += delta * a.mass * factor;
			}
		}
	}
	for body in bodies {
		for k in 0..3 {
			body.place[k] += body.speed[k] * time;
		}
	}
}

/// Counts steps until points of a square of `side` points diverge.
pub fn mandelbrot(side: u32) -> u64 {
	let scale = 2.0 / f64::from(side);
	let mut total = 0;
	for row in 0..side {
		for column in 0..side {
			let (cx, cy) = (f64::from(column) * scale - 1.5, f64::from(row) * scale - 1.0);
			let (mut x, mut y, mut steps) = (0.0, 0.0, 0);
			while x * x + y * y <= 4.0 && steps < 200 {
				(x, y) = (x * x - y * y + cx, 2.0 * x * y + cy);
				steps += 1;
			}
			total += steps;
		}
	}
	total
}

/// Multiplies two square matrices of this side.
pub fn matrix(side: u32) -> u64 {
	let side = side as usize;
	let mut random = Random(5);
	let mut filled = || -> Vec<f64> { (0..side * side).map(|_| random.unit()).collect() };
	let (a, b) = (filled(), filled());
	let mut product = vec![0.0; side * side];
	for (row, out) in a.chunks_exact(side).zip(product.chunks_exact_mut(side)) {
		for (factor, line) in row.iter().zip(b.chunks_exact(side)) {
			for (sum, value) in out.iter_mut().zip(line) {
				*sum += factor * value;
			}
		}
	}
	product.iter().fold(0, |sum, value| sum ^ value.to_bits())
}

/// Transforms 2^`log` complex numbers there and back.
pub fn fft(log: u32) -> u64 {
	let length = 1usize << log;
	let mut random = Random(9);
	let mut values: Vec<(f64, f64)> =
		(0..length).map(|_| (random.unit() - 0.5, random.unit() - 0.5)).collect();
	for _ in 0..2 {
		transform(&mut values, log);
		// The conjugate of the transform, transformed, is the original's times the length.
		for value in &mut values {
			*value = (value.0 / length as f64, -value.1 / length as f64);
		}
	}
	values.iter().fold(0, |sum, (re, im)| sum ^ re.to_bits() ^ im.to_bits().rotate_left(1))
}

fn transform(values: &mut [(f64, f64)], log: u32) {
	for i in 0..values.len() {
		let j = ((i as u32).reverse_bits() >> (32 - log)) as usize;
		if i < j {
			values.swap(i, j);
		}
	}
	// Cosine and sine of half a turn, then of half of that each time.
	let (mut cosine, mut sine) = (-1.0f64, 0.0f64);
	let mut half = 1;
	while half < values.len() {
		for block in values.chunks_exact_mut(2 * half) {
			let (low, high) = block.split_at_mut(half);
			let (mut re, mut im) = (1.0, 0.0);
			for (a, b) in low.iter_mut().zip(high) {
				let turned = (b.0 * re - b.1 * im, b.0 * im + b.1 * re);
				*b = (a.0 - turned.0, a.1 - turned.1);
				*a = (a.0 + turned.0, a.1 + turned.1);
				(re, im) = (re * cosine - im * sine, re * sine + im * cosine);
			}
		}
		(cosine, sine) = (((1.0 + cosine) / 2.0).sqrt(), -((1.0 - cosine) / 2.0).sqrt());
		half *= 2;
	}
}

/// Approximates the spectral norm of a matrix of this side.
pub fn spectral(side: u32) -> u64 {
	let entry = |i: usize, j: usize| 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1) as f64;
	let side = side as usize;
	let times = |vector: &[f64], transposed: bool| -> Vec<f64> {
		let entry = |i, j| if transposed { entry(j, i) } else { entry(i, j) };
		(0..side).map(|i| (0..side).map(|j| entry(i, j) * vector[j]).sum()).collect()
	};
	let mut u = vec![1.0; side];
	let mut v = Vec::new();
	for _ in 0..5 {
		v = times(&times(&u, false), true);
		u = times(&times(&v, false), true);
	}
	let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
	(dot(&u, &v) / dot(&v, &v)).sqrt().to_bits()
}

type Vector = [f32; 3];

fn minus(a: Vector, b: Vector) -> Vector {
	[a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn along(a: Vector, b: Vector, by: f32) -> Vector {
	[a[0] + b[0] * by, a[1] + b[1] * by, a[2] + b[2] * by]
}

fn dot(a: Vector, b: Vector) -> f32 {
	a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn unit(a: Vector) -> Vector {
	let length = dot(a, a).sqrt();
	[a[0] / length, a[1] / length, a[2] / length]
}

struct Sphere {
	centre: Vector,
	radius: f32,
	mirror: f32,
}

/// Draws mirroring spheres into a square picture of this side, in single precision.
pub fn raytracer(side: u32) -> u64 {
	let mut random = Random(3);
	let spheres: Vec<Sphere> = (0..24)
		.map(|_| Sphere {
			centre: [(); 3].map(|()| random.unit() as f32 * 8.0 - 4.0),
			radius: 0.3 + random.unit() as f32,
			mirror: random.unit() as f32 * 0.8,
		})
		.collect();
	let mut sum = 0u64;
	for row in 0..side {
		for column in 0..side {
			let x = column as f32 / side as f32 * 2.0 - 1.0;
			let y = row as f32 / side as f32 * 2.0 - 1.0;
			let light = trace(&spheres, [0.0, 0.0, -12.0], unit([x, y, 1.6]), 3);
			sum = sum.wrapping_mul(31) ^ u64::from(light.to_bits());
		}
	}
	sum
}

fn trace(spheres: &[Sphere], from: Vector, ray: Vector, depth: u32) -> f32 {
	let mut nearest: Option<(f32, &Sphere)> = None;
	for sphere in spheres {
		if let Some(distance) = hit(sphere, from, ray)
			&& nearest.is_none_or(|(other, _)| distance < other)
		{
			nearest = Some((distance, sphere));
		}
	}
	let Some((distance, sphere)) = nearest else { return 0.2 + 0.3 * ray[1].max(0.0) };
	let place = along(from, ray, distance);
	let normal = unit(minus(place, sphere.centre));
	let sun = unit([0.5, 0.8, -0.6]);
	let shadowed = spheres.iter().any(|other| hit(other, place, sun).is_some());
	let direct = if shadowed { 0.05 } else { dot(normal, sun).max(0.05) };
	if depth == 0 {
		return direct;
	}
	let mirrored = along(ray, normal, -2.0 * dot(ray, normal));
	let other = trace(spheres, place, mirrored, depth - 1);
	direct * (1.0 - sphere.mirror) + other * sphere.mirror
}

fn hit(sphere: &Sphere, from: Vector, ray: Vector) -> Option<f32> {
	let to = minus(sphere.centre, from);
	let middle = dot(to, ray);
	let square = sphere.radius * sphere.radius - (dot(to, to) - middle * middle);
	if square < 0.0 {
		return None;
	}
	let distance = middle - square.sqrt();
	(distance > 0.001).then_some(distance)
}
