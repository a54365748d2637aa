//! Statistics of draws. All seeds are fixed.

use super::*;
use crate::pool::Urn;
use assay_primitives::{beacon::Seed, hashing::blake2};
use codec::Encode;

fn seed(of: u32) -> Seed {
	Seed::from(blake2(&("statistics", of).encode()))
}

fn draw(seed: &Seed, barred: &[u32], count: u32) -> Vec<u32> {
	let mut urn = Urn::<Test>::open(0, &Judges::Public).expect("the era is known");
	barred.iter().for_each(|position| urn.remove(*position));
	(0..count).map_while(|step| urn.draw(seed, step)).collect()
}

/// Chi-squared of hits against expectations.
fn chi_squared(hits: &[u32], expected: &[f64]) -> f64 {
	hits.iter()
		.zip(expected)
		.map(|(hits, expected)| (f64::from(*hits) - expected).powi(2) / expected)
		.sum()
}

#[test]
fn first_seats_should_fall_by_stake() {
	// Bonds from one to fifty times the least.
	let bonds: Vec<Balance> = (1..=50).map(|times| times * MIN_BOND).collect();
	ext_with(&bonds).execute_with(|| {
		let rounds = 20_000;
		let mut hits = vec![0u32; 50];
		for round in 0..rounds {
			hits[draw(&seed(round), &[], 1)[0] as usize] += 1;
		}
		let total: f64 = (1..=50).map(f64::from).sum();
		let expected: Vec<f64> =
			(1..=50).map(|times| f64::from(rounds) * f64::from(times) / total).collect();
		// 85.4 is the 0.999 quantile for 49 degrees of freedom.
		let chi = chi_squared(&hits, &expected);
		assert!(chi < 85.4, "chi-squared is {chi}");
	});
}

#[test]
fn first_seats_should_fall_by_what_is_left_when_some_are_barred() {
	let bonds: Vec<Balance> = (1..=20).map(|times| times * MIN_BOND).collect();
	let barred = [19, 18, 7];
	ext_with(&bonds).execute_with(|| {
		let rounds = 20_000;
		let mut hits = [0u32; 20];
		for round in 0..rounds {
			hits[draw(&seed(round), &barred, 1)[0] as usize] += 1;
		}
		assert!(barred.iter().all(|at| hits[*at as usize] == 0));
		let left: Vec<u32> = (0..20).filter(|at| !barred.contains(at)).collect();
		let total: f64 = left.iter().map(|at| f64::from(at + 1)).sum();
		let hits: Vec<u32> = left.iter().map(|at| hits[*at as usize]).collect();
		let expected: Vec<f64> =
			left.iter().map(|at| f64::from(rounds) * f64::from(at + 1) / total).collect();
		// 39.3 is the 0.999 quantile for 16 degrees of freedom.
		let chi = chi_squared(&hits, &expected);
		assert!(chi < 39.3, "chi-squared is {chi}");
	});
}

#[test]
fn equal_mediators_should_sit_equally_often_in_committees_of_every_size() {
	ext_with(&[BOND; 100]).execute_with(|| {
		for seats in ROUNDS {
			let rounds = 4_000;
			let mut hits = vec![0u32; 100];
			for round in 0..rounds {
				let drawn = draw(&seed(round * 100 + seats), &[], seats);
				for (at, position) in drawn.iter().enumerate() {
					assert!(!drawn[..at].contains(position), "nobody sits twice");
					hits[*position as usize] += 1;
				}
			}
			let expected = vec![f64::from(rounds * seats) / 100.0; 100];
			// Seats of one committee are not independent: the sum is that of 99 degrees of freedom
			// times (1 - n/N) · N/(N - 1). 148.2 is their 0.999 quantile.
			let shrunk = (1.0 - f64::from(seats) / 100.0) * 100.0 / 99.0;
			let chi = chi_squared(&hits, &expected) / shrunk;
			assert!(chi < 148.2, "{seats} seats: chi-squared is {chi}");
		}
	});
}

#[test]
fn pairs_should_be_as_frequent_as_independence_of_order_demands() {
	// The second seat given the first: without replacement, by weights.
	let bonds = [MIN_BOND, 2 * MIN_BOND, 3 * MIN_BOND, 4 * MIN_BOND];
	ext_with(&bonds).execute_with(|| {
		let rounds = 24_000;
		let mut hits = [0u32; 16];
		for round in 0..rounds {
			let pair = draw(&seed(round), &[], 2);
			hits[(pair[0] * 4 + pair[1]) as usize] += 1;
		}
		let (mut seen, mut expected) = (Vec::new(), Vec::new());
		for first in 0..4u32 {
			for second in (0..4u32).filter(|second| *second != first) {
				let (one, other) = (f64::from(first + 1), f64::from(second + 1));
				seen.push(hits[(first * 4 + second) as usize]);
				expected.push(f64::from(rounds) * one / 10.0 * other / (10.0 - one));
			}
		}
		// 31.3 is the 0.999 quantile for 11 degrees of freedom.
		let chi = chi_squared(&seen, &expected);
		assert!(chi < 31.3, "chi-squared is {chi}");
	});
}

/// Figures of `docs/benchmarks/judgement.md`, with `--nocapture`.
#[test]
fn draws_out_of_a_thousand_should_give_as_many_as_asked_each_once() {
	const DRAWS: u32 = 200;
	let bonds: Vec<Balance> = (1..=1_000).map(|at| (at % 50 + 1) * MIN_BOND).collect();
	ext_with(&bonds).execute_with(|| {
		for count in [3u32, 31] {
			let start = std::time::Instant::now();
			for of in 0..DRAWS {
				let mut drawn = draw(&seed(of), &[], count);
				drawn.sort_unstable();
				drawn.dedup();
				assert_eq!(drawn.len() as u32, count);
			}
			let each = start.elapsed() / DRAWS;
			println!("draw of {count} out of 1,000: {} us", each.as_micros());
		}
	});
}
