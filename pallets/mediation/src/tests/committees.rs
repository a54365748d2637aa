//! How often committees are captured: simulated draws against the closed formula for draws without
//! replacement, P(X >= x) = sum over i >= x of C(K, i) C(N - K, n - i) / C(N, n).

use assay_primitives::{beacon::Seed, draw::weighted, hashing::blake2};
use codec::Encode;

fn choose(n: u32, k: u32) -> f64 {
	if k > n {
		return 0.0;
	}
	(0..k).map(|i| f64::from(n - i) / f64::from(i + 1)).product()
}

/// P(at least `x` of `n` drawn are among the `bad` of `all`).
fn tail(all: u32, bad: u32, n: u32, x: u32) -> f64 {
	let hit = |i| choose(bad, i) * choose(all - bad, n - i);
	(x..=n).map(hit).sum::<f64>() / choose(all, n)
}

/// Share of drawn committees in which at least `x` members are among the first `bad`.
fn measured(all: u32, bad: u32, n: u32, x: u32, draws: u32) -> f64 {
	let weights = vec![1u64; all as usize];
	let captured = (0..draws)
		.filter(|draw| {
			let seed = Seed::from(blake2(&("committee", n, bad, draw).encode()));
			let drawn = weighted(&seed, &weights, &[], 0, n);
			drawn.iter().filter(|position| **position < bad).count() as u32 >= x
		})
		.count();
	captured as f64 / f64::from(draws)
}

#[test]
fn majorities_should_be_captured_as_often_as_the_formula_says() {
	let draws = 20_000;
	for (bad, n) in [(20, 3), (20, 7), (20, 15), (33, 3), (33, 7), (33, 15), (33, 31)] {
		let x = n / 2 + 1;
		let expected = tail(100, bad, n, x);
		let found = measured(100, bad, n, x, draws);
		let sigma = (expected * (1.0 - expected) / f64::from(draws)).sqrt();
		let off = (found - expected).abs();
		assert!(off < 4.0 * sigma + 1e-4, "{n} of 100 with {bad} bad: {found} for {expected}");
	}
}

#[test]
fn unanimous_lies_should_be_as_rare_as_the_formula_says() {
	let draws = 50_000;
	for bad in [20, 33] {
		let expected = tail(100, bad, 3, 3);
		let found = measured(100, bad, 3, 3, draws);
		let sigma = (expected / f64::from(draws)).sqrt();
		assert!((found - expected).abs() < 4.0 * sigma, "{bad} bad: {found} for {expected}");
	}
}

#[test]
fn formula_should_give_the_published_table() {
	// Large pools come close to draws with replacement.
	for (bad, n, published) in [
		(2_000, 3, 1.0e-1),
		(2_000, 7, 3.3e-2),
		(2_000, 15, 4.2e-3),
		(2_000, 31, 8.8e-5),
		(3_333, 3, 2.6e-1),
		(3_333, 7, 1.7e-1),
		(3_333, 15, 8.8e-2),
		(3_333, 31, 2.7e-2),
	] {
		let exact = tail(10_000, bad, n, n / 2 + 1);
		assert!((exact / published - 1.0).abs() < 0.06, "{bad}, {n}: {exact} for {published}");
	}
	// The last round needs more than two thirds of 31.
	assert!(tail(10_000, 3_333, 31, 21) < 1.1e-4);
}

/// Of a pool of which only a part takes the task and can sit, the dishonest all among them.
#[test]
fn captures_should_be_as_the_table_says_when_a_part_of_the_pool_can_not_sit() {
	for (able, bad, published) in [
		(25_000, 6_000, [1.38e-2, 6.2e-2, 1.35e-2]),
		(20_000, 6_000, [2.7e-2, 1.26e-1, 5.0e-2]),
		(25_000, 10_000, [6.4e-2, 2.9e-1, 2.1e-1]),
		(20_000, 10_000, [1.25e-1, 5.0e-1, 5.0e-1]),
	] {
		for ((n, x), published) in [(3, 3), (7, 4), (15, 8)].into_iter().zip(published) {
			let exact = tail(able, bad, n, x);
			assert!((exact / published - 1.0).abs() < 0.06, "{bad} of {able}, {n}: {exact}");
		}
	}
	let last = |able, bad| tail(able, bad, 31, 21);
	assert!(last(25_000, 6_000) < 1e-6 && last(20_000, 6_000) < 1e-4);
	assert!((last(25_000, 10_000) / 1.66e-3 - 1.0).abs() < 0.06);
	assert!((last(20_000, 10_000) / 3.54e-2 - 1.0).abs() < 0.06);
}
