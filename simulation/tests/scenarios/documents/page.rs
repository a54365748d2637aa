//! A page whose numbers are ticked off.

use std::{fs, path::Path};

/// Folder of the repository.
pub const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// What is left of a page, and what it should say and does not.
pub struct Page {
	name: &'static str,
	left: String,
	missing: Vec<String>,
	/// Whether a number that nobody has ticked off is a fault.
	whole: bool,
	/// Whether one that is spelled out is a number too.
	spelled: bool,
}

impl Page {
	pub fn read(name: &'static str) -> Self {
		let text = fs::read_to_string(Path::new(ROOT).join(name)).expect("a page");
		let left = text.split_whitespace().collect::<Vec<_>>().join(" ");
		Self { name, left, missing: Vec::new(), whole: true, spelled: false }
	}

	/// The page says this, with numbers of the runtime.
	pub fn states(&mut self, sentence: impl AsRef<str>) -> &mut Self {
		let sentence = sentence.as_ref();
		if self.left.contains(sentence) {
			self.left = self.left.replace(sentence, "…");
		} else {
			self.missing.push(sentence.to_string());
		}
		self
	}

	/// Numbers that are none of the protocol.
	pub fn aside(&mut self, phrases: &[&str]) -> &mut Self {
		phrases.iter().fold(self, |page, phrase| page.states(phrase))
	}

	/// What is below this heading of the second order is none of the protocol: settings, measurements.
	pub fn leave_out(&mut self, heading: &str) -> &mut Self {
		let heading = format!(" ## {heading} ");
		let Some((before, rest)) = self.left.split_once(&heading) else {
			self.missing.push(heading);
			return self;
		};
		let after = rest.find(" ## ").map_or("", |at| &rest[at..]);
		self.left = format!("{before} …{after}");
		self
	}

	/// The rest of the page has numbers of something else, which are compared elsewhere.
	pub fn leave_the_rest(&mut self) {
		self.whole = false;
	}

	/// Numbers that are the form of a rule and no constant of it, such as two thirds: its own tests hold them.
	pub fn forms(&mut self, phrases: &[&str]) -> &mut Self {
		self.aside(phrases)
	}

	/// Numbers that are spelled out are ticked off as well.
	pub fn spelled(&mut self) -> &mut Self {
		self.spelled = true;
		self
	}

	/// What the page does not say, and which of its numbers nobody compares: all but those in code, in links, in
	/// names of decisions and of open questions, and before items of a list.
	pub fn complaints(&self) -> Vec<String> {
		let missing = self.missing.iter();
		let missing = missing.map(|sentence| format!("{} has to say: {sentence}", self.name));
		let uncompared = if self.whole { self.uncompared() } else { Vec::new() };
		let uncompared = uncompared.iter();
		let uncompared = uncompared.map(|words| format!("{}: nobody compares: {words}", self.name));
		missing.chain(uncompared).collect()
	}

	fn uncompared(&self) -> Vec<String> {
		let prose = without(&without(&self.left, "```", "```"), "`", "`");
		let prose = without(&prose, "](", ")");
		let words: Vec<&str> = prose.split(' ').collect();
		let is_name = |word: &str| ["ADR", "[Open", "[open"].iter().any(|it| word.ends_with(it));
		(0..words.len())
			.filter(|at| is_number(words[*at]) || self.spelled && is_spelled(words[*at]))
			.filter(|at| *at == 0 || !is_name(words[at - 1]))
			.map(|at| words[at.saturating_sub(4)..(at + 3).min(words.len())].join(" "))
			.collect()
	}
}

fn is_number(word: &str) -> bool {
	let bare = word.trim_start_matches(['(', '*', '|', '"']);
	let is_item = match bare.strip_suffix('.') {
		Some(digits) => digits.len() == 1 || word.starts_with("**"),
		None => false,
	};
	bare.starts_with(|letter: char| letter.is_ascii_digit()) && !is_item
}

/// What a number or a share is called; not `one`, which is more often no number.
fn is_spelled(word: &str) -> bool {
	const WORDS: &str = "two three four five six seven eight nine ten eleven twelve thirteen fourteen \
		fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty hundred thousand half third \
		thirds quarter quarters fifth fifths tenth tenths twentieth hundredth thousandth twice";
	let bare = word.trim_matches(|letter: char| !letter.is_alphabetic()).to_lowercase();
	WORDS.split_whitespace().any(|it| it == bare)
}

/// The text without what stands between these marks.
fn without(text: &str, open: &str, close: &str) -> String {
	let mut parts = text.split(open);
	let mut kept = parts.next().unwrap_or_default().to_string();
	if open == close {
		// What is inside and what is outside take turns.
		parts.skip(1).step_by(2).for_each(|part| kept.push_str(part));
	} else {
		parts.for_each(|part| kept.push_str(part.split_once(close).map_or("", |(_, rest)| rest)));
	}
	kept
}
