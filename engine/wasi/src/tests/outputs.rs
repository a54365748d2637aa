use super::*;
use assay_primitives::outcome::{OutputEntry, OutputKind};

fn listed(bench: Bench) -> Vec<(OutputKind, String, Vec<u8>)> {
	let outputs = bench.host.finish();
	assert_eq!(outputs.manifest.0.len(), outputs.contents.len());
	let entries = outputs.manifest.0.into_iter().zip(outputs.contents);
	entries
		.map(|(OutputEntry { kind, path, content }, bytes)| {
			assert!(content.matches(&bytes));
			(kind, String::from_utf8(path).expect("UTF-8"), bytes)
		})
		.collect()
}

#[test]
fn streams_should_be_listed_when_nothing_was_written() {
	let bench = Bench::new();
	let expected = vec![
		(OutputKind::Stdout, String::new(), vec![]),
		(OutputKind::Stderr, String::new(), vec![]),
	];
	assert_eq!(listed(bench), expected);
}

#[test]
fn everything_in_out_should_be_listed_by_path_bytes_when_finished() {
	let mut bench = Bench::new();
	bench.write(1, b"to stdout").expect("room");
	bench.write(2, b"to stderr").expect("room");
	bench.file("tmp/scratch", b"not an output");
	bench.file("root", b"not an output");
	bench.file("out/a-c", b"1");
	assert_eq!(bench.make_directory("out/a"), Ok(()));
	bench.file("out/a/b", b"22");
	assert_eq!(bench.make_directory("out/z"), Ok(()));
	assert_eq!(bench.symlink("a/b", "out/link"), Ok(()));
	assert_eq!(bench.link("out/a/b", "out/b"), Ok(()));
	let counted = bench.host.fs.accounts().output;
	let outputs = listed(bench);
	let expected = [
		(OutputKind::Stdout, "", &b"to stdout"[..]),
		(OutputKind::Stderr, "", b"to stderr"),
		(OutputKind::Directory, "a", b""),
		(OutputKind::File, "a-c", b"1"),
		(OutputKind::File, "a/b", b"22"),
		(OutputKind::File, "b", b"22"),
		(OutputKind::Symlink, "link", b"a/b"),
		(OutputKind::Directory, "z", b""),
	];
	let outputs: Vec<_> =
		outputs.iter().map(|(kind, path, bytes)| (*kind, path.as_str(), &bytes[..])).collect();
	assert_eq!(outputs, expected);
	let bytes: u64 = outputs.iter().map(|(_, _, bytes)| bytes.len() as u64).sum();
	assert_eq!(bytes, counted);
}

#[test]
fn open_files_should_be_listed_when_the_program_ends_with_them() {
	let mut bench = Bench::new();
	let kept = bench.create("out/kept");
	bench.write(kept, b"unclosed").expect("room");
	let gone = bench.create("out/gone");
	bench.write(gone, b"unlinked").expect("room");
	assert_eq!(bench.unlink("out/gone"), Ok(()));
	let outputs = listed(bench);
	assert_eq!(outputs[2..], [(OutputKind::File, "kept".into(), b"unclosed".to_vec())]);
}

#[test]
fn outputs_should_be_within_the_limit_when_it_stopped_the_run() {
	let mut bench = Bench::with(10, None);
	bench.write(1, b"0123456789").expect("room");
	let args = [2, BUFFERS.into(), 1, RESULT.into()];
	assert_eq!(bench.try_call(Function::FdWrite, &args), Err(Stop::OutputLimit));
	let outputs = bench.host.finish();
	assert_eq!(outputs.manifest.bytes(), 10);
}
