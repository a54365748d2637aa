//! What a file system is asked for: every step is printed with its result or error.

use std::{
	fs::{self, File, OpenOptions},
	io::{self, Read, Seek, SeekFrom, Write},
};

fn show<T: std::fmt::Debug>(what: &str, result: io::Result<T>) {
	match result {
		Ok(value) => println!("{what}: {value:?}"),
		Err(error) => println!("{what}: {:?} {:?}", error.kind(), error.raw_os_error()),
	}
}

fn names(path: &str) -> io::Result<Vec<String>> {
	fs::read_dir(path)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

fn seeking() -> io::Result<(u64, u64, Vec<u8>)> {
	let mut file =
		OpenOptions::new().read(true).write(true).create(true).truncate(true).open("/out/seek")?;
	file.write_all(b"0123456789")?;
	let from_end = file.seek(SeekFrom::End(-3))?;
	file.write_all(b"abcdef")?;
	let length = file.seek(SeekFrom::Current(4))?;
	file.write_all(b"!")?;
	file.rewind()?;
	let mut all = Vec::new();
	file.read_to_end(&mut all)?;
	file.set_len(5)?;
	file.sync_all()?;
	Ok((from_end, length, all))
}

fn appending() -> io::Result<Vec<u8>> {
	for part in ["a", "bc", "def"] {
		OpenOptions::new()
			.append(true)
			.create(true)
			.open("/out/log")?
			.write_all(part.as_bytes())?;
	}
	fs::read("/out/log")
}

fn main() {
	show("read the input", fs::read_to_string("/in/input"));
	show("write to the input", OpenOptions::new().write(true).open("/in/input").map(|_| ()));
	show("make beside the input", File::create("/in/other").map(|_| ()));
	show("remove the input", fs::remove_file("/in/input"));
	show("seek", seeking());
	show("append", appending());
	show("make", fs::create_dir("/out/d"));
	show("make again", fs::create_dir("/out/d"));
	show("make deep", fs::create_dir_all("/out/d/e/f/g"));
	show("make under a file", fs::create_dir("/out/log/x"));
	show("write deep", fs::write("/out/d/e/f/file", b"deep"));
	show("dangling", fs::read("/out/nothing"));
	show("directory as file", fs::read("/out/d"));
	show("file as directory", names("/out/log"));
	show("remove full", fs::remove_dir("/out/d/e"));
	show("unlink directory", fs::remove_file("/out/d/e"));
	show("rename", fs::rename("/out/log", "/out/d/log"));
	show("rename over", fs::rename("/out/seek", "/out/d/log"));
	show("rename into itself", fs::rename("/out/d", "/out/d/e/d"));
	show("hard link", fs::hard_link("/out/d/log", "/out/second"));
	show("link again", fs::hard_link("/out/d/log", "/out/second"));
	show("copy", fs::copy("/out/second", "/tmp/third"));
	show(
		"stat",
		fs::metadata("/out/second")
			.map(|data| (data.len(), data.is_file(), data.modified().is_ok())),
	);
	show("stat link", fs::symlink_metadata("/out/d").map(|data| data.is_dir()));
	show("up and out", fs::read("/out/../../etc/passwd"));
	show("up and in", fs::read("/out/d/../second"));
	show("absolute", fs::metadata("/").map(|data| data.is_dir()));
	show("long name", File::create(format!("/out/{}", "n".repeat(256))).map(|_| ()));
	show("longest name", File::create(format!("/out/{}", "n".repeat(255))).map(|_| ()));
	show("list", names("/out"));
	show("list deep", names("/out/d/e/f"));
	show("list root", names("/"));
	for i in 0..100 {
		fs::write(format!("/tmp/{:03}", i * 37 % 100), [i]).expect("there is space");
	}
	show("list many", names("/tmp").map(|names| (names.len(), names.is_sorted())));
	let mut open = Vec::new();
	let failed = loop {
		match File::open("/out/second") {
			Ok(file) => open.push(file),
			Err(error) => break error,
		}
	};
	println!("{} open, then {:?}", open.len(), failed.raw_os_error());
	drop(open);
	show("remove all", fs::remove_dir_all("/tmp/000").or_else(|_| fs::remove_dir_all("/out/d/e")));
	show("list after", names("/out/d"));
}
