//! What a watcher tells of what it saw and did: a line in JSON for each, in a file, and the same in the
//! log. The store keeps what it acts on; this is for whoever reads it, by eye or by a program.

use crate::host::clock::unix_now;
use assay_decisions::record::Key;
use assay_primitives::{Balance, Hash, outcome::Digest, traits::CaseId};
use serde::Serialize;
use std::{
	fs::{self, OpenOptions},
	io::{self, Write},
	os::unix::fs::OpenOptionsExt,
	path::{Path, PathBuf},
};

/// The file in the base path, and what it is called once it is full.
const FILE: &str = "findings.jsonl";
const OLD: &str = "findings.old.jsonl";
/// Size from which on a new file is begun. Two of them are kept.
const MOST_BYTES: u64 = 8 << 20;

/// What came out, or what was done about it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Finding {
	/// It gives the same here.
	Agrees,
	/// It gives another result here, twice.
	Lie { own: Digest },
	/// It was not looked at, for a reason of this machine.
	Missed { why: String },
	/// The lie was challenged.
	Challenged { case: CaseId, put_up: Balance },
	/// Appealed against a verdict that the lie is true.
	Appealed { case: CaseId, put_up: Balance },
	/// The court has ruled.
	Court { case: CaseId, truth: Digest },
	/// Nothing is done about the lie.
	Left { why: String },
	/// What was to be done failed.
	Failed { what: &'static str, why: String },
}

/// A line of the file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
	/// Unix seconds.
	at: u64,
	task: &'a str,
	task_hash: Hash,
	/// What the replicas agreed on.
	agreed: Option<Digest>,
	finding: &'static str,
	#[serde(skip_serializing_if = "Option::is_none")]
	own: Option<Digest>,
	#[serde(skip_serializing_if = "Option::is_none")]
	case: Option<CaseId>,
	/// Smallest units, as decimal text.
	#[serde(skip_serializing_if = "Option::is_none")]
	put_up: Option<String>,
	#[serde(skip_serializing_if = "Option::is_none")]
	truth: Option<Digest>,
	#[serde(skip_serializing_if = "Option::is_none")]
	why: Option<&'a str>,
}

impl Finding {
	/// The word for it.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Agrees => "agrees",
			Self::Lie { .. } => "lie",
			Self::Missed { .. } => "missed",
			Self::Challenged { .. } => "challenged",
			Self::Appealed { .. } => "appealed",
			Self::Court { .. } => "court",
			Self::Left { .. } => "left",
			Self::Failed { .. } => "failed",
		}
	}

	fn line<'a>(&'a self, task: &'a str, task_hash: Hash, agreed: Option<Digest>) -> Line<'a> {
		let mut line = Line {
			at: unix_now(),
			task,
			task_hash,
			agreed,
			finding: self.name(),
			own: None,
			case: None,
			put_up: None,
			truth: None,
			why: None,
		};
		match self {
			Self::Agrees => line.own = agreed,
			Self::Lie { own } => line.own = Some(*own),
			Self::Missed { why } | Self::Left { why } | Self::Failed { why, .. } => {
				line.why = Some(why);
			},
			Self::Challenged { case, put_up } | Self::Appealed { case, put_up } => {
				line.case = Some(*case);
				line.put_up = Some(put_up.to_string());
			},
			Self::Court { case, truth } => {
				line.case = Some(*case);
				line.truth = Some(*truth);
			},
		}
		line
	}
}

/// The file. Cheap to clone; actions that run beside the loop write into it too.
#[derive(Clone, Debug)]
pub struct Findings {
	folder: PathBuf,
	most: u64,
}

impl Findings {
	/// That of a base path.
	pub fn new(base_path: &Path) -> Self {
		Self { folder: base_path.into(), most: MOST_BYTES }
	}

	/// Tells of a task. A file that can't be written is no reason not to act.
	pub fn tell(&self, key: &Key, agreed: Option<Digest>, finding: &Finding) {
		let task = format!("{}/{}", key.task.deal, key.task.index);
		match finding {
			Finding::Agrees => tracing::info!(%task, finding = finding.name(), "watched"),
			Finding::Missed { why } => {
				tracing::warn!(%task, finding = finding.name(), "not watched: {why}");
			},
			Finding::Left { why } => {
				tracing::warn!(%task, finding = finding.name(), "a lie is left alone: {why}");
			},
			Finding::Failed { what, why } => {
				tracing::warn!(%task, finding = finding.name(), "{what} failed: {why}");
			},
			found => tracing::warn!(%task, finding = found.name(), ?agreed, "A LIE: {found:?}"),
		}
		let line = finding.line(&task, key.task_hash, agreed);
		if let Err(error) = self.append(&line) {
			tracing::warn!("a finding can't be written: {error}");
		}
	}

	/// One write for each line, so that a reader never sees a part of one.
	fn append(&self, line: &Line<'_>) -> io::Result<()> {
		let path = self.folder.join(FILE);
		if fs::metadata(&path).is_ok_and(|file| file.len() >= self.most) {
			fs::rename(&path, self.folder.join(OLD))?;
		}
		let mut text = serde_json::to_vec(line)?;
		text.push(b'\n');
		let mut file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path)?;
		file.write_all(&text)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_decisions::scenes::key;
	use serde_json::{Value, json};

	fn lines(dir: &Path, file: &str) -> Vec<Value> {
		let text = fs::read_to_string(dir.join(file)).unwrap_or_default();
		text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
	}

	#[test]
	fn every_finding_should_be_a_line_that_says_what_and_why() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let findings = Findings::new(dir.path());
		let (agreed, own) = (Hash::repeat_byte(1), Hash::repeat_byte(2));
		for finding in [
			Finding::Agrees,
			Finding::Lie { own },
			Finding::Challenged { case: 4, put_up: 7 },
			Finding::Left { why: "it does not pay".into() },
			Finding::Court { case: 4, truth: own },
			Finding::Missed { why: "no disk".into() },
			Finding::Failed { what: "appeal", why: "closed".into() },
		] {
			findings.tell(&key(), Some(agreed), &finding);
		}
		let told = lines(dir.path(), FILE);
		assert!(told.iter().all(|line| line["task"] == "3/0" && line["agreed"] == json!(agreed)));
		let findings: Vec<&str> = told.iter().filter_map(|line| line["finding"].as_str()).collect();
		let expected = ["agrees", "lie", "challenged", "left", "court", "missed", "failed"];
		assert_eq!(findings, expected);
		assert_eq!((&told[0]["own"], &told[1]["own"]), (&json!(agreed), &json!(own)));
		assert_eq!((&told[2]["case"], &told[2]["putUp"]), (&json!(4), &json!("7")));
		assert_eq!(told[3]["why"], "it does not pay");
		assert_eq!(told[4]["truth"], json!(own));
		assert!(told[0].get("why").is_none() && told[0]["at"].as_u64() > Some(0));
	}

	#[test]
	fn full_file_should_make_room_for_a_new_one() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let findings = Findings { most: 300, ..Findings::new(dir.path()) };
		for _ in 0..9 {
			findings.tell(&key(), None, &Finding::Agrees);
		}
		let (now, old) = (lines(dir.path(), FILE), lines(dir.path(), OLD));
		assert!(!now.is_empty() && !old.is_empty() && now.len() + old.len() < 9, "bounded");
		assert!(fs::metadata(dir.path().join(FILE)).expect("is there").len() < 700);
	}
}
