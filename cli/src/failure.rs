//! How a command fails: one sentence, the cause where there is one, what to do next, and an exit code.

use assay_client::Error;
use serde_json::json;

/// Exit code of an interrupted command, 128 + SIGINT.
const INTERRUPTED: u8 = 130;

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
	/// The SDK's error, with code, hint and exit code.
	Client(Error),
	/// Something of this program's own.
	Plain {
		/// What happened.
		message: String,
		/// What to do.
		hint: Option<String>,
		/// Exit code.
		exit_code: u8,
	},
	/// Ctrl-C.
	Interrupted,
}

impl Failure {
	/// A failure of this program's own with exit code 1.
	pub fn new(message: impl Into<String>) -> Self {
		Self::Plain { message: message.into(), hint: None, exit_code: 1 }
	}

	/// A mistake in what was asked for; exit code 2.
	pub fn usage(message: impl Into<String>) -> Self {
		Self::Plain { message: message.into(), hint: None, exit_code: 2 }
	}

	/// Says what to do next.
	pub fn hint(self, text: impl Into<String>) -> Self {
		match self {
			Self::Plain { message, exit_code, .. } => {
				Self::Plain { message, hint: Some(text.into()), exit_code }
			},
			other => other,
		}
	}

	/// Says what it happened to.
	pub fn about(self, what: &str) -> Self {
		match self {
			Self::Plain { message, hint, exit_code } => {
				Self::Plain { message: format!("{what}: {message}"), hint, exit_code }
			},
			other => other,
		}
	}

	/// What happened.
	pub fn message(&self) -> String {
		match self {
			Self::Client(error) => error.to_string(),
			Self::Plain { message, .. } => message.clone(),
			Self::Interrupted => "interrupted".into(),
		}
	}

	/// Exit code of the program.
	pub fn exit_code(&self) -> u8 {
		match self {
			Self::Client(error) => error.exit_code(),
			Self::Plain { exit_code, .. } => *exit_code,
			Self::Interrupted => INTERRUPTED,
		}
	}

	/// Prints to standard error, for people or for programs.
	pub fn print(&self, json: bool) {
		let (code, message, hint, retryable) = match self {
			Self::Client(error) => {
				(Some(error.code()), error.to_string(), error.hint(), error.retryable())
			},
			Self::Plain { message, hint, exit_code } => {
				// A mistake in what was asked for is the same error whoever finds it.
				let usage = Error::Usage(String::new());
				let code = (usage.exit_code() == *exit_code).then(|| usage.code());
				(code, message.clone(), hint.clone(), false)
			},
			Self::Interrupted => (Some("E-0130"), "interrupted".into(), None, true),
		};
		if json {
			let error = json!({
				"error": { "code": code, "message": message, "hint": hint, "retryable": retryable },
			});
			eprintln!("{error}");
			return;
		}
		match code {
			Some(code) => eprintln!("error: {message} [{code}]"),
			None => eprintln!("error: {message}"),
		}
		if let Some(hint) = hint {
			eprintln!("hint: {hint}");
		}
	}
}

impl From<Error> for Failure {
	fn from(error: Error) -> Self {
		Self::Client(error)
	}
}
