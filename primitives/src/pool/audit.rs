//! Which leaf of a column an audit looks at.
//!
//! Each leaf is drawn with the share that it has in what the column is paid. So however a liar spreads what it claims over
//! leaves, it is found as often as it gains, and loses the whole column and its deposit then.

use super::{Exhibit, Pricing, Publication, Spot};
use crate::{Permill, apply, beacon::Seed, deal::hits, draw, hashing::tagged_hash};

/// What is looked at.
#[apply(stored)]
#[derive(Copy)]
pub enum Audit {
	/// The leaf of this row.
	#[codec(index = 0)]
	Row(u32),
	/// The leaf in which the column's gas passes this amount. Leaves have the gas up to them, so it can be shown.
	#[codec(index = 1)]
	Gas(u64),
}

impl Audit {
	/// Draws of a column that has published. `None` of one without leaves. The seed has to be one that nobody could know
	/// before all of the round had published.
	pub fn draw(
		seed: &Seed,
		column: Spot,
		publication: &Publication,
		pricing: &Pricing,
	) -> Option<Self> {
		let seed = tagged_hash(b"assay/pool-audit/1", &(seed, column));
		let below = |total: u64| draw::point(&seed, 0, total.into()) as u64;
		match (pricing, publication.leaves.len) {
			(_, 0) => None,
			(Pricing::Gas { .. }, _) if publication.gas > 0 => {
				Some(Self::Gas(below(publication.gas)))
			},
			(_, leaves) => Some(Self::Row(below(leaves.into()) as u32)),
		}
	}

	/// The same of a column that is audited with a probability of `rate`.
	pub fn drawn(
		seed: &Seed,
		column: Spot,
		publication: &Publication,
		pricing: &Pricing,
		rate: Permill,
	) -> Option<Self> {
		let own = tagged_hash(b"assay/pool-audited/1", &(seed, column));
		let audited = hits(&own, rate.deconstruct());
		audited.then(|| Self::draw(seed, column, publication, pricing)).flatten()
	}

	/// Whether this is the leaf; the one before has to be shown with it where it goes by gas, unless it is the first.
	pub fn meets(&self, publication: &Publication, exhibit: &Exhibit) -> bool {
		let leaf = &exhibit.leaf;
		if !publication.has(leaf) {
			return false;
		}
		match *self {
			Self::Row(row) => leaf.proof.index == row,
			Self::Gas(gas) => {
				let from = match (leaf.proof.index.checked_sub(1), &exhibit.before) {
					(None, _) => Some(0),
					(Some(row), Some(before)) => {
						let is_it = before.proof.index == row && publication.has(before);
						is_it.then_some(before.leaf.gas)
					},
					_ => None,
				};
				from.is_some_and(|from| (from..leaf.leaf.gas).contains(&gas))
			},
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		hashing::blake2,
		merkle::ListRoot,
		outcome::{Class, Manifest, Outcome},
		pool::{Leaf, ShownLeaf},
	};

	const COLUMN: Spot = Spot { round: 1, member: 2, row: 0 };
	const GAS: [u64; 5] = [10, 0, 30, 900, 60];
	const BY_GAS: Pricing = Pricing::Gas { per_mgas: 1 };

	fn leaves() -> Vec<Leaf> {
		let outcome = |gas| Outcome::new(Class::Exited(0), gas, &Manifest::default());
		let outcomes: Vec<_> = (0..).zip(GAS.map(outcome)).collect();
		Leaf::column(7, COLUMN, &outcomes)
	}

	fn exhibit(leaves: &[Leaf], row: u32) -> Exhibit {
		let show = |row: u32| ShownLeaf {
			leaf: leaves[row as usize],
			proof: ListRoot::prove(leaves, row).expect("a row"),
		};
		Exhibit { leaf: show(row), before: row.checked_sub(1).map(show) }
	}

	/// How often each row is drawn by 1,000 seeds.
	fn hits(pricing: Pricing) -> [u32; 5] {
		let leaves = leaves();
		let publication = Publication::of(&leaves);
		let shown: Vec<Exhibit> = (0..5).map(|row| exhibit(&leaves, row)).collect();
		let mut hits = [0; 5];
		for seed in 0..1_000u32 {
			let seed = blake2(&seed.to_le_bytes());
			let audit = Audit::draw(&seed, COLUMN, &publication, &pricing).expect("leaves");
			let met: Vec<usize> =
				(0..5).filter(|row| audit.meets(&publication, &shown[*row])).collect();
			assert_eq!(met.len(), 1, "{audit:?}");
			hits[met[0]] += 1;
		}
		hits
	}

	#[test]
	fn leaf_should_be_audited_as_often_as_it_is_paid() {
		let by_gas = hits(BY_GAS);
		assert!((870..930).contains(&by_gas[3]) && (40..80).contains(&by_gas[4]), "{by_gas:?}");
		assert_eq!(by_gas[1], 0, "it is paid nothing");
		let by_leaf = hits(Pricing::Subtask { each: 1 });
		assert!(by_leaf.iter().all(|count| (150..250).contains(count)), "{by_leaf:?}");
	}

	#[test]
	fn column_should_be_audited_as_often_as_its_rate_says() {
		let publication = Publication::of(&leaves());
		let count = |percent| {
			let rate = Permill::from_percent(percent);
			let drawn = |seed: u32| {
				let seed = blake2(&seed.to_le_bytes());
				Audit::drawn(&seed, COLUMN, &publication, &BY_GAS, rate).is_some()
			};
			(0..1_000).filter(|seed| drawn(*seed)).count()
		};
		assert_eq!((count(0), count(100)), (0, 1_000));
		assert!((170..230).contains(&count(20)), "{}", count(20));
	}

	#[test]
	fn audit_should_not_be_met_by_another_leaf_or_a_forged_neighbour() {
		let leaves = leaves();
		let publication = Publication::of(&leaves);
		let audit = Audit::Gas(5);
		assert!(audit.meets(&publication, &exhibit(&leaves, 0)));
		let mut forged = exhibit(&leaves, 3);
		assert!(!audit.meets(&publication, &forged));
		forged.before.as_mut().expect("not the first").leaf.gas = 0;
		assert!(!audit.meets(&publication, &forged));
		assert!(!audit.meets(&publication, &Exhibit { before: None, ..exhibit(&leaves, 3) }));
		assert!(!Audit::Row(2).meets(&publication, &exhibit(&leaves, 3)));
	}

	#[test]
	fn column_should_be_drawn_by_rows_when_nothing_was_used_and_not_at_all_when_it_is_empty() {
		let nothing = Publication { gas: 0, ..Publication::of(&leaves()) };
		let draw = |publication| Audit::draw(&blake2(b"seed"), COLUMN, publication, &BY_GAS);
		assert!(matches!(draw(&nothing), Some(Audit::Row(0..5))));
		assert_eq!(draw(&Publication::of(&[])), None);
	}
}
