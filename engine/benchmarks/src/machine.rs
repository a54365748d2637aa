//! What was measured on.

use std::fs;

/// A line about processor, cores, memory, kernel and what else the machine was doing.
pub fn describe() -> String {
	let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".into());
	let memory = field("/proc/meminfo", "MemTotal")
		.and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok())
		.map_or(0, |kib| kib >> 20);
	let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
	let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
	let load = load.split_whitespace().next().unwrap_or("?").to_string();
	let cores = std::thread::available_parallelism().map_or(0, usize::from);
	format!(
		"{cpu}, {cores} cores, {memory} GiB of memory, Linux {}; load average {load} at the start",
		kernel.trim()
	)
}

fn field(path: &str, name: &str) -> Option<String> {
	let text = fs::read_to_string(path).ok()?;
	let line = text.lines().find(|line| line.starts_with(name))?;
	Some(line.split_once(':')?.1.trim().to_string())
}
