//! Why and where a program ended early, for people and for programs.

use crate::output::plain;
use assay_runner::{Cause, Frame, Trace};
use serde_json::{Value, json};

/// Most characters of a function's name that are shown.
const NAME_CHARS: usize = 160;

/// What is said of the outcome's class, with the kind of trap, and the function.
pub fn sentence(trace: &Trace, class: &str) -> String {
	let what = match trace.cause {
		// The class says it.
		Cause::Exited(_) => return class.into(),
		Cause::OutOfGas | Cause::StackExhausted | Cause::OutputLimit => class.into(),
		_ => format!("{class}: it {}", trace.cause),
	};
	match trace.frames.first() {
		Some(frame) => format!("{what}, in {}", function(frame)),
		None => what,
	}
}

/// The backtrace, the innermost function first.
pub fn lines(trace: &Trace) -> Vec<String> {
	let mut lines = vec![format!("trace        it {}", trace.cause)];
	lines.extend(trace.host_call.iter().map(|name| format!("{:>6}  {name}, of the system", "")));
	for (index, frame) in trace.frames.iter().enumerate() {
		let left_out = trace.left_out.filter(|(behind, _)| *behind == index);
		lines.extend(left_out.map(|(_, count)| format!("{:>6}  … {count} more", "")));
		lines.push(format!("{:>6}  {}{}", number(trace, index), function(frame), place(frame)));
	}
	if !trace.frames.iter().any(|frame| frame.name.is_some()) {
		lines.push(
			"hint: the program has no names: build it without stripping (Rust: strip = false; C: no \
			 -s, no -Wl,--strip-all)"
				.into(),
		);
	}
	lines
}

/// Position of a frame in the whole backtrace.
fn number(trace: &Trace, index: usize) -> usize {
	match trace.left_out {
		Some((behind, count)) if index >= behind => index + count as usize,
		_ => index,
	}
}

fn function(frame: &Frame) -> String {
	match &frame.name {
		Some(name) => plain(name, NAME_CHARS),
		None => format!("function {}", frame.function),
	}
}

fn place(frame: &Frame) -> String {
	let function = frame.name.as_ref().map(|_| format!("function {}", frame.function));
	let byte = frame.offset.map(|offset| format!("byte {offset:#x}"));
	let known: Vec<_> = function.into_iter().chain(byte).collect();
	if known.is_empty() { String::new() } else { format!("  ({})", known.join(", ")) }
}

/// For programs.
pub fn json(trace: &Trace) -> Value {
	let (address, memory) = match trace.cause {
		Cause::MemoryOutOfBounds { address, bytes } => (address, Some(bytes)),
		_ => (None, None),
	};
	let frames: Vec<_> = trace
		.frames
		.iter()
		.enumerate()
		.map(|(index, frame)| {
			json!({
				"position": number(trace, index),
				"function": frame.function,
				"name": frame.name.as_ref().map(|name| plain(name, usize::MAX)),
				"offset": frame.offset,
			})
		})
		.collect();
	json!({
		"kind": trace.cause.name(),
		"words": trace.cause.to_string(),
		"address": address,
		"memoryBytes": memory,
		"hostCall": trace.host_call,
		"frames": frames,
		"framesLeftOut": trace.left_out.map_or(0, |(_, count)| count),
	})
}

/// What its author can do about it; `None` where the class of the outcome says all there is.
pub fn todo(cause: &Cause) -> Option<&'static str> {
	Some(match cause {
		Cause::Unreachable => {
			"standard error may say why it panicked or aborted; in C a function that ends without a \
			 return, or a call under another type than it has, ends here too"
		},
		Cause::MemoryOutOfBounds { .. } => {
			"a pointer or an index is wrong, or a C program's stack ran over its end: link with -z \
			 stack-size=1048576 --stack-first"
		},
		Cause::TableOutOfBounds | Cause::NullCall => {
			"a pointer to a function is wrong: null, never set, or overwritten"
		},
		Cause::CallType => {
			"a function is called under another type than it has: look at casts between pointers to \
			 functions"
		},
		Cause::DivisionByZero => "check the divisor before it divides",
		Cause::IntegerOverflow => {
			"the least integer divided by -1, or a float beyond the integers: check before it computes"
		},
		Cause::NotANumber => "check that the float is a number before it becomes an integer",
		Cause::OutOfGas | Cause::StackExhausted | Cause::OutputLimit | Cause::Exited(_) => {
			return None;
		},
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	fn frame(function: u32, name: Option<&str>) -> Frame {
		Frame { function, name: name.map(str::to_owned), offset: Some(0x40 + u64::from(function)) }
	}

	fn trace(frames: Vec<Frame>, left_out: Option<(usize, u32)>) -> Trace {
		Trace { cause: Cause::DivisionByZero, host_call: None, frames, left_out }
	}

	#[test]
	fn frames_should_be_numbered_as_in_the_whole_backtrace_when_some_are_left_out() {
		let trace = trace(vec![frame(3, Some("leaf")), frame(2, None)], Some((1, 500)));
		let lines = lines(&trace);
		assert!(lines[0].ends_with("it divided an integer by zero"), "{lines:?}");
		assert!(lines[1].contains("0  leaf  (function 3, byte 0x43)"), "{lines:?}");
		assert!(lines[2].contains("… 500 more"), "{lines:?}");
		assert!(lines[3].contains("501  function 2  (byte 0x42)"), "{lines:?}");
		assert_eq!(lines.len(), 4, "no hint where there are names");
		assert_eq!(json(&trace)["frames"][1]["position"], 501);
	}

	#[test]
	fn names_of_strangers_should_reach_no_terminal_as_they_are() {
		let trace = trace(vec![frame(1, Some(&"\x1b]0;evil\x07".repeat(50)))], None);
		let all = [lines(&trace).join(" "), sentence(&trace, "trapped")].join(" ");
		assert!(!all.contains(char::is_control) && all.len() < 1_000, "{all:?}");
	}

	#[test]
	fn author_should_be_told_how_to_get_names_when_there_are_none() {
		let lines = lines(&trace(vec![frame(1, None)], None));
		assert!(lines.last().is_some_and(|line| line.contains("strip = false")), "{lines:?}");
	}
}
