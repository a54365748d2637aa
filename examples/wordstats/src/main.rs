//! Word statistics of a text: counts on standard output, the full table in `/out/words.csv`.
//!
//! Usage: `wordstats [MOST_FREQUENT]`, with the text on standard input. MOST_FREQUENT is how many
//! words the summary shows, 10 unless given.

use std::{
	collections::HashMap,
	env, fs,
	io::{self, Read, Write},
	process::ExitCode,
};

struct Stats {
	lines: usize,
	sentences: usize,
	words: usize,
	letters: usize,
	/// Words with how often they occur, most frequent first, then by the alphabet.
	table: Vec<(String, usize)>,
}

fn analyse(text: &str) -> Stats {
	let mut counts: HashMap<String, usize> = HashMap::new();
	let (mut words, mut letters) = (0, 0);
	for word in text.split(|c: char| !c.is_alphabetic() && c != '\'') {
		let word = word.trim_matches('\'').to_lowercase();
		if word.is_empty() {
			continue;
		}
		words += 1;
		letters += word.chars().count();
		*counts.entry(word).or_default() += 1;
	}
	let mut table: Vec<_> = counts.into_iter().collect();
	table.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
	let sentences = text.matches(['.', '!', '?']).count();
	Stats { lines: text.lines().count(), sentences, words, letters, table }
}

fn write_table(stats: &Stats) -> io::Result<()> {
	let mut csv = String::from("word,count\n");
	for (word, count) in &stats.table {
		csv.push_str(&format!("{word},{count}\n"));
	}
	fs::write("/out/words.csv", csv)
}

fn print_summary(stats: &Stats, most_frequent: usize) -> io::Result<()> {
	let mut out = io::stdout().lock();
	writeln!(out, "lines      {}", stats.lines)?;
	writeln!(out, "sentences  {}", stats.sentences)?;
	writeln!(out, "words      {}", stats.words)?;
	writeln!(out, "different  {}", stats.table.len())?;
	writeln!(out, "mean word  {:.3} letters", stats.letters as f64 / stats.words.max(1) as f64)?;
	for (word, count) in stats.table.iter().take(most_frequent) {
		writeln!(out, "{count:>7}  {word}")?;
	}
	Ok(())
}

fn run() -> Result<(), String> {
	let most_frequent = match env::args().nth(1) {
		Some(arg) => arg.parse().map_err(|_| format!("not a number: {arg}"))?,
		None => 10,
	};
	let mut bytes = Vec::new();
	io::stdin().read_to_end(&mut bytes).map_err(|error| format!("can't read the text: {error}"))?;
	let stats = analyse(&String::from_utf8_lossy(&bytes));
	write_table(&stats).map_err(|error| format!("can't write the table: {error}"))?;
	print_summary(&stats, most_frequent).map_err(|error| format!("can't print: {error}"))
}

fn main() -> ExitCode {
	match run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(message) => {
			eprintln!("wordstats: {message}");
			ExitCode::FAILURE
		},
	}
}
