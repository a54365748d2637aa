//! A worker on its own, for tests and for programs that can't execute themselves.

use std::process::ExitCode;

fn main() -> ExitCode {
	if std::env::args_os().nth(1).is_some_and(|arg| arg == assay_runner::WORKER_ARG) {
		assay_runner::worker_main();
	}
	eprintln!("assay-job is started by other programs");
	ExitCode::from(2)
}
