//! Runs JavaScript: the program of a job is this interpreter, the input brings the script.
//!
//! Usage: `script [ARGUMENT]...` runs the script at the start of the input; what follows a line
//! `__DATA__` is the script's data. `script -e CODE [ARGUMENT]...` runs CODE, and all of the input is
//! data.
//!
//! A script sees the language and these:
//!
//! | name | what it is |
//! |---|---|
//! | `args` | arguments, an array of strings |
//! | `text()`, `bytes()` | the data, as a string or as a `Uint8Array` |
//! | `print(...)`, `warn(...)` | a line on standard output or standard error |
//! | `write(path, content)` | a file below `/out`, of a string or a `Uint8Array` |
//!
//! `Date` and `Math.random` give what the job's virtual clock and seed give.

use rquickjs::{CatchResultExt, Context, Ctx, Exception, Function, Runtime, TypedArray, Value};
use std::{
	env, fs,
	io::{self, Read, Write},
	path::{Component, Path},
	process::ExitCode,
};

/// Line between script and data.
const MARK: &[u8] = b"__DATA__";
/// Stack of the script, within the program's own of 1 MiB.
const STACK: usize = 512 << 10;

struct Work {
	code: Vec<u8>,
	data: Vec<u8>,
	args: Vec<String>,
}

fn read_work() -> Result<Work, String> {
	let mut input = Vec::new();
	io::stdin().read_to_end(&mut input).map_err(|error| format!("can't read: {error}"))?;
	let mut args: Vec<String> = env::args().skip(1).collect();
	if args.first().is_some_and(|arg| arg == "-e") {
		if args.len() < 2 {
			return Err("-e needs code".into());
		}
		let code = args.remove(1).into_bytes();
		args.remove(0);
		return Ok(Work { code, data: input, args });
	}
	let (code, data) = split(input);
	Ok(Work { code, data, args })
}

/// Splits at the first line that is the mark.
fn split(mut input: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
	let mut at = 0;
	for line in input.split_inclusive(|byte| *byte == b'\n') {
		let end = at + line.len();
		if line.trim_ascii_end() == MARK {
			let data = input.split_off(end);
			input.truncate(at);
			return (input, data);
		}
		at = end;
	}
	(input, Vec::new())
}

fn run(work: Work) -> Result<(), String> {
	let runtime = Runtime::new().map_err(|error| error.to_string())?;
	runtime.set_max_stack_size(STACK);
	let context = Context::full(&runtime).map_err(|error| error.to_string())?;
	let Work { code, data, args } = work;
	context.with(|ctx| {
		provide(&ctx, data, args).catch(&ctx).map_err(|error| error.to_string())?;
		ctx.eval::<Value, _>(code).catch(&ctx).map(|_| ()).map_err(|error| error.to_string())
	})?;
	// What the script has left for later: promises and async functions.
	while runtime.is_job_pending() {
		runtime.execute_pending_job().map_err(|job| {
			let context = job.0;
			context.with(|ctx| format!("{:?}", ctx.catch()))
		})?;
	}
	Ok(())
}

/// Makes what a script sees of the functions of this program.
const PRELUDE: &str = r#"
(out, err, writeText, writeBytes, data, textOf, args) => {
	const line = (to) => (...items) => to(items.map(String).join(" "));
	const print = line(out), warn = line(err);
	Object.assign(globalThis, {
		args, print, warn,
		bytes: () => data,
		text: textOf,
		write: (path, content) =>
			typeof content === "string" ? writeText(path, content) : writeBytes(path, content),
		console: { log: print, info: print, warn, error: warn },
	});
}
"#;

fn provide(ctx: &Ctx<'_>, data: Vec<u8>, args: Vec<String>) -> rquickjs::Result<()> {
	let text = String::from_utf8_lossy(&data).into_owned();
	let setup: Function = ctx.eval(PRELUDE)?;
	setup.call((
		Function::new(ctx.clone(), |ctx: Ctx<'_>, text: String| {
			writeln!(io::stdout(), "{text}").map_err(|error| thrown(&ctx, &error.to_string()))
		})?,
		Function::new(ctx.clone(), |ctx: Ctx<'_>, text: String| {
			writeln!(io::stderr(), "{text}").map_err(|error| thrown(&ctx, &error.to_string()))
		})?,
		Function::new(ctx.clone(), |ctx: Ctx<'_>, path: String, content: String| {
			write(&ctx, &path, content.as_bytes())
		})?,
		Function::new(ctx.clone(), |ctx: Ctx<'_>, path: String, content: Vec<u8>| {
			write(&ctx, &path, &content)
		})?,
		TypedArray::<u8>::new(ctx.clone(), data)?,
		Function::new(ctx.clone(), move || text.clone())?,
		args,
	))
}

fn thrown(ctx: &Ctx<'_>, message: &str) -> rquickjs::Error {
	Exception::throw_message(ctx, message)
}

/// Writes a file below `/out`, and makes the directories that lead to it.
fn write(ctx: &Ctx<'_>, path: &str, content: &[u8]) -> rquickjs::Result<()> {
	let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
	if path.is_empty() || !Path::new(path).components().all(plain) {
		return Err(thrown(ctx, &format!("{path:?} is no path below /out")));
	}
	let path = Path::new("/out").join(path);
	path.parent()
		.map_or(Ok(()), fs::create_dir_all)
		.and_then(|()| fs::write(&path, content))
		.map_err(|error| thrown(ctx, &format!("can't write {}: {error}", path.display())))
}

fn main() -> ExitCode {
	match read_work().and_then(run) {
		Ok(()) => ExitCode::SUCCESS,
		Err(message) => {
			eprintln!("script: {}", message.trim_end());
			ExitCode::FAILURE
		},
	}
}
