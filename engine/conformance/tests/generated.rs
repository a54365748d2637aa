//! Programs made at random, on all executors.
//!
//! `ASSAY_DIFFERENTIAL=N` runs N modules with vectors and N without, `ASSAY_BLOCKS=N` N functions whose blocks take
//! parameters of each kind, `ASSAY_SEED=S` another series. `scripts/sweep.sh` is for long ones.

use assay_conformance::{
	generated::{FUNCTIONS, Shape, generator},
	sweep::{Kind, Part, Tally, run},
};

/// Modules of each kind where nothing else is asked for.
const MODULES: u64 = 1_200;
/// Functions whose blocks take parameters, of each kind.
const BLOCKS: u64 = 3_200;
/// Modules that a thread takes at a time.
const PART: usize = 10;

fn number(name: &str, otherwise: u64) -> u64 {
	std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

fn series(kind: Kind) -> Tally {
	let seed = number("ASSAY_SEED", 1);
	let count = match kind.shape {
		Shape::Any => number("ASSAY_DIFFERENTIAL", MODULES),
		Shape::Blocks | Shape::Deep => number("ASSAY_BLOCKS", BLOCKS).div_ceil(FUNCTIONS),
	};
	let parts = (0..count).step_by(PART).map(|first| {
		let count = (count - first).min(PART as u64);
		Part { kind, seed, first, count }
	});
	let mut tally = Tally::default();
	run(&generator().expect("it can be built"), parts, None, |_, part| tally.add(part));
	println!(
		"{count} modules of {}: {}, {} work, {} gas in all, {:.0?} of processors",
		kind.words(),
		tally.ends(),
		tally.working,
		tally.gas,
		tally.time
	);
	for difference in tally.found.iter().take(10) {
		let file = difference.keep(&std::env::temp_dir()).expect("can be written");
		println!("{}\n{}", file.display(), difference.said);
	}
	assert_eq!(tally.differences, 0);
	assert_eq!(tally.modules, count);
	assert!(tally.working * 2 > count, "most programs should do something");
	tally
}

#[test]
fn executors_should_agree_when_programs_are_generated() {
	for simd in [false, true] {
		series(Kind { shape: Shape::Any, simd });
	}
}

#[test]
fn executors_should_agree_when_blocks_take_parameters() {
	let shapes = [Shape::Blocks, Shape::Deep];
	for (shape, simd) in shapes.into_iter().flat_map(|shape| [(shape, false), (shape, true)]) {
		let tally = series(Kind { shape, simd });
		let ends: Vec<&String> = tally.classes.keys().collect();
		assert_eq!(ends, ["exited", "out of gas"], "none of them traps");
		assert_eq!(tally.classes["exited"], tally.runs / 2, "only half of the runs were stopped");
	}
}
