//! What a long series has come to, in a folder: a line for the series, one for each part that was run, and whatever
//! executors differ on.

use super::{Part, Tally};
use anyhow::{Context, Result, ensure};
use std::{
	collections::BTreeSet,
	fs::{self, File, OpenOptions},
	io::Write,
	path::{Path, PathBuf},
	time::Duration,
};

/// The folder of a series.
pub struct Log {
	differences: PathBuf,
	file: File,
	done: BTreeSet<u64>,
	/// What was run, by kind in the order of kinds.
	pub tallies: Vec<Tally>,
}

impl Log {
	/// Goes on with the series, or begins it.
	pub fn open(folder: &Path, series: &str, kinds: usize) -> Result<Self> {
		let differences = folder.join("differences");
		fs::create_dir_all(&differences).with_context(|| differences.display().to_string())?;
		let path = folder.join("log");
		let file = OpenOptions::new().create(true).append(true).open(&path);
		let file = file.with_context(|| path.display().to_string())?;
		let tallies = vec![Tally::default(); kinds];
		let mut log = Self { differences, file, done: BTreeSet::new(), tallies };
		log.read(&fs::read_to_string(&path)?, series)?;
		Ok(log)
	}

	fn read(&mut self, text: &str, series: &str) -> Result<()> {
		// What was being written when it was stopped has no end.
		let whole = text.rfind('\n').map_or(0, |end| end + 1);
		self.file.set_len(whole as u64)?;
		let mut lines = text[..whole].lines();
		let Some(first) = lines.next() else {
			writeln!(self.file, "{series}")?;
			return Ok(());
		};
		ensure!(
			first == series,
			"the folder has the series `{first}`; name another folder for `{series}`"
		);
		for line in lines {
			let known = part(line).filter(|(_, kind, _)| *kind < self.tallies.len());
			let (number, kind, tally) = known.with_context(|| format!("not a part: {line}"))?;
			self.done.insert(number);
			self.tallies[kind].add(tally);
		}
		Ok(())
	}

	/// Whether a part was run.
	pub fn has(&self, part: &Part) -> bool {
		self.done.contains(&part.first)
	}

	/// Writes down what came of a part.
	pub fn add(&mut self, part: &Part, kind: usize, tally: Tally) -> Result<()> {
		for difference in &tally.found {
			let file = difference.keep(&self.differences)?;
			println!("executors differ: {}", file.display());
		}
		writeln!(self.file, "{}", line(part.first, kind, &tally))?;
		self.done.insert(part.first);
		self.tallies[kind].add(tally);
		Ok(())
	}
}

fn line(number: u64, kind: usize, tally: &Tally) -> String {
	let Tally { modules, runs, working, gas, differences, .. } = tally;
	let (time, ends) = (tally.time.as_millis(), tally.ends());
	format!("{number} {kind} {modules} {runs} {working} {gas} {differences} {time}: {ends}")
}

fn part(line: &str) -> Option<(u64, usize, Tally)> {
	let (numbers, ends) = line.split_once(": ")?;
	let numbers: Option<Vec<u64>> = numbers.split(' ').map(|word| word.parse().ok()).collect();
	let [number, kind, modules, runs, working, gas, differences, time] = numbers?[..] else {
		return None;
	};
	let time = Duration::from_millis(time);
	let mut tally = Tally { modules, runs, working, gas, differences, time, ..Tally::default() };
	for end in ends.split(", ").filter(|end| !end.is_empty()) {
		let (count, class) = end.split_once(' ')?;
		tally.classes.insert(class.into(), count.parse().ok()?);
	}
	Some((number, kind as usize, tally))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{generated::Shape, sweep::Kind};

	const KIND: Kind = Kind { shape: Shape::Deep, simd: true };

	fn ran(log: &mut Log, number: u64) {
		let classes = [("exited".into(), 5), ("out of gas".into(), 3)].into();
		let time = Duration::from_millis(1_234);
		let tally =
			Tally { modules: 2, runs: 8, working: 1, gas: 77, time, classes, ..Tally::default() };
		log.add(&Part::numbered(&[KIND], 1, number), 0, tally).expect("it can be written");
	}

	#[test]
	fn series_should_go_on_where_it_was_when_it_was_stopped_in_the_midst_of_a_line() {
		let folder = tempfile::tempdir().expect("a folder");
		ran(&mut Log::open(folder.path(), "a series", 1).expect("it begins"), 4);
		let path = folder.path().join("log");
		let mut text = fs::read_to_string(&path).expect("it is there");
		text.push_str("7 0 2 8");
		fs::write(&path, text).expect("it can be written");

		let mut log = Log::open(folder.path(), "a series", 1).expect("it goes on");
		assert!(log.has(&Part::numbered(&[KIND], 1, 4)));
		assert!(!log.has(&Part::numbered(&[KIND], 1, 7)));
		ran(&mut log, 7);
		let log = Log::open(folder.path(), "a series", 1).expect("and again");
		let Tally { modules, runs, working, gas, time, .. } = &log.tallies[0];
		assert_eq!((*modules, *runs, *working, *gas, time.as_millis()), (4, 16, 2, 154, 2_468));
		assert_eq!(log.tallies[0].ends(), "10 exited, 6 out of gas");
	}

	#[test]
	fn folder_should_be_refused_when_it_has_another_series() {
		let folder = tempfile::tempdir().expect("a folder");
		Log::open(folder.path(), "a series", 1).expect("it begins");
		let error = Log::open(folder.path(), "another", 1).err().expect("it is another");
		assert!(error.to_string().contains("name another folder"), "{error}");
	}
}
