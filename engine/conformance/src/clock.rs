//! Time that does not depend on who else is busy.

use std::{fs, time::Duration};

/// In which Linux tells a process's time, whatever the machine.
const TICK: Duration = Duration::from_millis(10);

/// Time that this thread has spent on a processor.
pub fn of_thread() -> Duration {
	let text = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
	let spent = text.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok());
	Duration::from_nanos(spent.expect("a number"))
}

/// Time that this process has spent on processors, whichever thread of it.
pub fn of_process() -> Duration {
	let text = fs::read_to_string("/proc/self/stat").expect("Linux");
	// The name comes before, in parentheses, and may hold anything.
	let (_, fields) = text.rsplit_once(") ").expect("a name");
	let ticks: u32 =
		fields.split(' ').skip(11).take(2).filter_map(|it| it.parse::<u32>().ok()).sum();
	TICK * ticks
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn time_of_a_process_should_grow_when_another_thread_works() {
		let (process, thread) = (of_process(), of_thread());
		std::thread::scope(|scope| {
			scope.spawn(|| {
				let before = of_thread();
				while of_thread() - before < 10 * TICK {}
			});
		});
		let (process, thread) = (of_process() - process, of_thread() - thread);
		assert!(process >= 9 * TICK && thread < process, "{process:?}, of which {thread:?}");
	}
}
