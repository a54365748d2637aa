//! Grids of parameters: a subtask for every combination of values.

use assay_primitives::pool::MAX_LEAVES;
use std::{fmt::Write, path::Path, str::FromStr};

/// Digits after the point that numbers of ranges may have.
const MOST_DECIMALS: u32 = 12;

/// A parameter with its values, as `NAME=VALUES`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Axis {
	name: String,
	items: Vec<Item>,
}

/// Some of the values.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Item {
	One(String),
	Range(Range),
}

/// Numbers at equal distances.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Range {
	first: i128,
	step: i128,
	count: u32,
	/// Digits after the point: 3 where 1 stands for 0.001.
	decimals: u32,
}

/// All combinations of values.
#[derive(Clone, Debug)]
pub struct Grid {
	axes: Vec<Axis>,
	len: u32,
}

impl Grid {
	/// The product of these parameters. Refuses two of one name, and more combinations than a pool can have.
	pub fn of(axes: Vec<Axis>) -> Result<Self, String> {
		for (at, axis) in axes.iter().enumerate() {
			if axes[..at].iter().any(|other| other.name == axis.name) {
				return Err(format!("the parameter {} is given twice", axis.name));
			}
		}
		let len = axes.iter().map(|axis| u64::from(axis.len())).try_fold(1, u64::checked_mul);
		let within = len.and_then(|len| u32::try_from(len).ok()).filter(|len| *len <= MAX_LEAVES);
		let len = within.ok_or_else(|| {
			let lengths: Vec<String> = axes.iter().map(|axis| axis.len().to_string()).collect();
			format!("{} combinations are more than the {MAX_LEAVES} of a pool", lengths.join(" × "))
		})?;
		Ok(Self { axes, len })
	}

	/// Number of combinations.
	pub fn len(&self) -> u32 {
		self.len
	}

	/// Names of the parameters.
	pub fn names(&self) -> Vec<&str> {
		self.axes.iter().map(|axis| axis.name.as_str()).collect()
	}

	/// Values of a combination with their names; the last parameter changes the fastest.
	pub fn values(&self, combination: u32) -> Vec<(&str, String)> {
		let mut rest = combination;
		let of = |axis: &Axis| {
			let value = axis.value(rest % axis.len());
			rest /= axis.len();
			value
		};
		let mut values: Vec<String> = self.axes.iter().rev().map(of).collect();
		values.reverse();
		self.names().into_iter().zip(values).collect()
	}

	/// Input of the subtask: a line `NAME=VALUE` for each parameter.
	pub fn input(&self, combination: u32) -> Vec<u8> {
		let line = |mut text: String, (name, value): (&str, String)| {
			// Writing to a string can't fail.
			let _ = writeln!(text, "{name}={value}");
			text
		};
		self.values(combination).into_iter().fold(String::new(), line).into_bytes()
	}
}

impl Axis {
	/// Number of values.
	fn len(&self) -> u32 {
		// Bounded when it was read.
		self.items.iter().map(Item::len).sum()
	}

	fn value(&self, mut at: u32) -> String {
		for item in &self.items {
			if at < item.len() {
				return item.value(at);
			}
			at -= item.len();
		}
		String::new()
	}
}

impl Item {
	fn len(&self) -> u32 {
		match self {
			Self::One(_) => 1,
			Self::Range(range) => range.count,
		}
	}

	fn value(&self, at: u32) -> String {
		match self {
			Self::One(text) => text.clone(),
			Self::Range(range) => range.value(at),
		}
	}
}

impl Range {
	fn value(&self, at: u32) -> String {
		let number = self.first + self.step * i128::from(at);
		let unit = 10u128.pow(self.decimals);
		let sign = if number < 0 { "-" } else { "" };
		let (whole, part) = (number.unsigned_abs() / unit, number.unsigned_abs() % unit);
		match self.decimals as usize {
			0 => format!("{sign}{whole}"),
			digits => format!("{sign}{whole}.{part:0digits$}"),
		}
	}

	/// `FROM..TO`, `FROM..=TO`, either with `:STEP` behind it.
	fn parse(text: &str) -> Result<Self, String> {
		let how =
			|| format!("{text:?} is no range: write FROM..TO or FROM..=TO, and :STEP behind it");
		let (ends, step) = match text.split_once(':') {
			Some((ends, step)) => (ends, Some(step)),
			None => (text, None),
		};
		let (from, to) = ends.split_once("..").ok_or_else(how)?;
		let (to, inclusive) = match to.strip_prefix('=') {
			Some(to) => (to, true),
			None => (to, false),
		};
		let written = [from, to, step.unwrap_or("1")];
		let decimals = written.map(decimals).into_iter().max().unwrap_or(0);
		if decimals > MOST_DECIMALS {
			return Err(format!("{text:?} has more than {MOST_DECIMALS} digits after a point"));
		}
		let [first, last, step] = written.map(|number| scaled(number, decimals).ok_or_else(how));
		let (first, last, step) = (first?, last?, step?);
		// Down where the end is below the beginning.
		let step = if step > 0 && last < first { -step } else { step };
		let count = Self::count(first, last, step, inclusive);
		let count = count.ok_or_else(|| format!("the range {text:?} never comes to its end"))?;
		match u32::try_from(count).ok().filter(|count| *count <= MAX_LEAVES) {
			Some(0) => Err(format!("the range {text:?} is empty: ..= takes its end too")),
			Some(count) => Ok(Self { first, step, count, decimals }),
			None => Err(format!("the range {text:?} has more than {MAX_LEAVES} values")),
		}
	}

	fn count(first: i128, last: i128, step: i128, inclusive: bool) -> Option<i128> {
		let way = last - first;
		if step == 0 || way.signum() * step.signum() < 0 {
			return None;
		}
		let whole = way / step;
		let stops_there = way % step == 0;
		Some(whole + i128::from(inclusive || !stops_there))
	}
}

fn decimals(number: &str) -> u32 {
	number.split_once('.').map_or(0, |(_, part)| part.len() as u32)
}

/// A decimal number in units of its last digit; `None` where it is none, or too long.
fn scaled(number: &str, decimals: u32) -> Option<i128> {
	let (negative, bare) = match number.strip_prefix('-') {
		Some(bare) => (true, bare),
		None => (false, number),
	};
	let (whole, part) = bare.split_once('.').unwrap_or((bare, ""));
	let digits = |text: &str| text.len() <= 18 && text.bytes().all(|it| it.is_ascii_digit());
	if whole.is_empty() || !digits(whole) || !digits(part) || bare.ends_with('.') {
		return None;
	}
	let padded = format!("{whole}{part:0<width$}", width = decimals as usize);
	let value = i128::from_str(&padded).ok()?;
	Some(if negative { -value } else { value })
}

/// Reads `NAME=VALUES`: values and ranges with commas between them, or `@FILE` with one on each line.
pub fn axis(text: &str) -> Result<Axis, String> {
	let (name, values) = text.split_once('=').ok_or_else(|| {
		format!("{text:?} is not NAME=VALUES, such as size=1,2,5 or angle=0..360:15")
	})?;
	let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
	if name.is_empty() || !name.chars().all(is_name) {
		return Err(format!("{name:?} can't name a parameter: letters, digits, -, _ and . can"));
	}
	let items = match values.strip_prefix('@') {
		Some(file) => lines(Path::new(file))?,
		None => values.split(',').map(item).collect::<Result<_, _>>()?,
	};
	let all: u64 = items.iter().map(|item| u64::from(item.len())).sum();
	match all > MAX_LEAVES.into() {
		true => Err(format!("{name} has {all} values, more than the {MAX_LEAVES} of a pool")),
		false => Ok(Axis { name: name.into(), items }),
	}
}

fn item(text: &str) -> Result<Item, String> {
	match text {
		"" => Err("a value is missing between commas".into()),
		range if range.contains("..") => Range::parse(range).map(Item::Range),
		value => Ok(Item::One(value.into())),
	}
}

fn lines(path: &Path) -> Result<Vec<Item>, String> {
	let text = std::fs::read_to_string(path)
		.map_err(|error| format!("can't read the values in {}: {error}", path.display()))?;
	let values: Vec<Item> =
		text.lines().filter(|line| !line.is_empty()).map(|it| Item::One(it.into())).collect();
	match values.is_empty() {
		true => Err(format!("{} has no values in it", path.display())),
		false => Ok(values),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn values(text: &str) -> Vec<String> {
		let axis = axis(&format!("x={text}")).expect("values");
		(0..axis.len()).map(|at| axis.value(at)).collect()
	}

	fn refused(text: &str) -> String {
		axis(text).expect_err("it is refused")
	}

	#[test]
	fn values_should_be_lists_and_ranges() {
		let cases: [(&str, &[&str]); 12] = [
			("a,b", &["a", "b"]),
			("0..3", &["0", "1", "2"]),
			("0..=3", &["0", "1", "2", "3"]),
			("0..1:0.25", &["0.00", "0.25", "0.50", "0.75"]),
			("0..=1:0.5", &["0.0", "0.5", "1.0"]),
			("0..1:0.4", &["0.0", "0.4", "0.8"]),
			("0..=1:0.4", &["0.0", "0.4", "0.8"]),
			("3..0", &["3", "2", "1"]),
			("-0.5..=0.5:0.5", &["-0.5", "0.0", "0.5"]),
			("2..=0:-1", &["2", "1", "0"]),
			("7..=7", &["7"]),
			("1,4..6,x", &["1", "4", "5", "x"]),
		];
		for (text, expected) in cases {
			assert_eq!(values(text), expected, "{text}");
		}
	}

	#[test]
	fn values_should_be_refused_with_what_to_write() {
		assert!(refused("x").contains("NAME=VALUES"));
		assert!(refused("=1").contains("can't name a parameter"));
		assert!(refused("a b=1").contains("can't name a parameter"));
		assert!(refused("x=1,,2").contains("between commas"));
		assert!(refused("x=").contains("between commas"));
		for range in ["1..", "..2", "a..b", "1..2:x", "1..2.", "1..99999999999999999999"] {
			assert!(refused(&format!("x={range}")).contains("FROM..TO"), "{range}");
		}
		assert!(refused("x=1..1").contains("is empty"));
		assert!(refused("x=1..2:0").contains("never comes"));
		assert!(refused("x=1..2:-1").contains("never comes"));
		assert!(refused("x=0..2000000").contains("more than 1000000"));
		assert!(refused("x=0..900000,0..900000").contains("1800000 values"));
		assert!(refused("x=0..1:0.0000000000001").contains("12 digits"));
		assert!(refused("x=@/nowhere").contains("can't read the values"));
	}

	fn grid(texts: &[&str]) -> Result<Grid, String> {
		Grid::of(texts.iter().map(|text| axis(text).expect("values")).collect())
	}

	#[test]
	fn grid_should_have_every_combination_once() {
		let grid = grid(&["x=0..3", "kind=a,b", "s=1"]).expect("a grid");
		assert_eq!(grid.len(), 6);
		assert_eq!(String::from_utf8_lossy(&grid.input(0)), "x=0\nkind=a\ns=1\n");
		assert_eq!(String::from_utf8_lossy(&grid.input(1)), "x=0\nkind=b\ns=1\n");
		assert_eq!(String::from_utf8_lossy(&grid.input(5)), "x=2\nkind=b\ns=1\n");
		let all: std::collections::BTreeSet<_> = (0..6).map(|at| grid.input(at)).collect();
		assert_eq!(all.len(), 6);
		assert_eq!(grid.names(), ["x", "kind", "s"]);
	}

	#[test]
	fn grid_should_be_refused_when_it_is_too_large_or_names_something_twice() {
		assert_eq!(grid(&["x=0..1000", "y=0..1000"]).expect("a grid").len(), 1_000_000);
		let large = grid(&["x=0..1000", "y=0..=1000"]).expect_err("one row too many");
		assert!(large.contains("1000 × 1001 combinations"), "{large}");
		let huge: Vec<String> = (0..20).map(|at| format!("p{at}=0..1000")).collect();
		assert!(grid(&huge.iter().map(String::as_str).collect::<Vec<_>>()).is_err());
		assert!(grid(&["x=1", "x=2"]).expect_err("twice").contains("given twice"));
	}

	#[test]
	fn values_should_be_read_from_a_file() {
		let folder = tempfile::tempdir().expect("a temporary folder");
		let path = folder.path().join("values");
		std::fs::write(&path, "a,b\n\n1..3\n").expect("written");
		assert_eq!(values(&format!("@{}", path.display())), ["a,b", "1..3"]);
	}
}
