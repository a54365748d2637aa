//! Tests over a guest whose memory is a vector.

mod clock;
mod descriptor;
mod directory;
mod gas;
mod hostile;
mod io;
mod outputs;
mod path;
mod process;
mod quota;
mod second;
mod table;
mod tree;

use crate::{
	Errno, Function, Gas, GuestMemory, Host, OutOfBounds, OutOfGas, Stop,
	abi::{flags, rights},
	fs::{Accounts, Ino, Kind, LISTING_ENTRY, OUT},
};
use alloc::{collections::BTreeMap, vec, vec::Vec};
use assay_primitives::{
	content::ContentRef,
	profile::Profile,
	task::{Input, Limits, TaskSpec},
};

/// Bytes of the guest's memory.
const MEMORY: usize = 1 << 20;
/// Where the helpers put paths, buffers and results.
const PATH: u32 = 1_000;
const OTHER_PATH: u32 = 6_000;
const BUFFERS: u32 = 12_000;
const RESULT: u32 = 13_000;
const DATA: u32 = 16_384;
/// A pointer into nowhere.
const NOWHERE: u64 = 0xffff_fff0;
/// A descriptor that is never open.
const CLOSED: u32 = 99;
/// The root directory.
const ROOT: u32 = 3;

const ALL_RIGHTS: u64 = rights::FILE | rights::DIRECTORY;
const READ: u64 = rights::FILE & !rights::FD_WRITE;

/// A guest whose memory is a vector.
struct VecGuest {
	memory: Vec<u8>,
	gas: u64,
}

impl VecGuest {
	fn range(&self, ptr: u32, len: usize) -> Result<core::ops::Range<usize>, OutOfBounds> {
		let end = (ptr as usize).checked_add(len).ok_or(OutOfBounds)?;
		if end > self.memory.len() { Err(OutOfBounds) } else { Ok(ptr as usize..end) }
	}
}

impl GuestMemory for VecGuest {
	fn size(&self) -> u64 {
		self.memory.len() as u64
	}

	fn read(&self, ptr: u32, into: &mut [u8]) -> Result<(), OutOfBounds> {
		into.copy_from_slice(&self.memory[self.range(ptr, into.len())?]);
		Ok(())
	}

	fn write(&mut self, ptr: u32, from: &[u8]) -> Result<(), OutOfBounds> {
		let range = self.range(ptr, from.len())?;
		self.memory[range].copy_from_slice(from);
		Ok(())
	}
}

impl Gas for VecGuest {
	fn charge(&mut self, amount: u64) -> Result<(), OutOfGas> {
		let enough = amount <= self.gas;
		self.gas = self.gas.saturating_sub(amount);
		if enough { Ok(()) } else { Err(OutOfGas) }
	}

	fn left(&mut self) -> u64 {
		self.gas
	}
}

/// What stat tells.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Stat {
	device: u64,
	inode: u64,
	file_type: u8,
	links: u64,
	size: u64,
	access: u64,
	modify: u64,
	change: u64,
}

/// An entry that `fd_readdir` gave.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Entry {
	next: u64,
	inode: u64,
	file_type: u8,
	name: Vec<u8>,
}

/// A host with its guest, and calls in the words of tests.
struct Bench {
	host: Host,
	guest: VecGuest,
}

fn spec(output_bytes: u64) -> TaskSpec {
	TaskSpec {
		module: ContentRef::of(b"module"),
		profile: Profile::BASE.id(),
		args: TaskSpec::bounded_args(["one", "two"]).expect("short"),
		env: TaskSpec::bounded_args(["KEY=value"]).expect("short"),
		input: Input::None,
		seed: [7; 32].into(),
		limits: Limits { gas: u64::MAX, memory_pages: 16, output_bytes },
	}
}

impl Bench {
	fn new() -> Self {
		Self::with(1 << 20, Some(b"the input".to_vec()))
	}

	fn with(output_bytes: u64, input: Option<Vec<u8>>) -> Self {
		Self::under(&Profile::BASE, &spec(output_bytes), input)
	}

	/// The world of the draft.
	fn second(input: Option<Vec<u8>>) -> Self {
		Self::under(&Profile::DRAFT, &spec(1 << 20), input)
	}

	fn under(profile: &Profile, spec: &TaskSpec, input: Option<Vec<u8>>) -> Self {
		let host = Host::new(profile, spec, input);
		Self { host, guest: VecGuest { memory: vec![0; MEMORY], gas: u64::MAX } }
	}

	/// Calls, and checks afterwards that the books of the file system are right.
	fn try_call(&mut self, function: Function, args: &[u64]) -> Result<Errno, Stop> {
		let outcome = self.host.call(function, args, &mut self.guest);
		audit(&self.host);
		outcome
	}

	fn call(&mut self, function: Function, args: &[u64]) -> Errno {
		self.try_call(function, args).expect("the run goes on")
	}

	/// A call that gives a `u32` at [`RESULT`].
	fn call_u32(&mut self, function: Function, args: &[u64]) -> Result<u32, Errno> {
		match self.call(function, args) {
			Errno::Success => Ok(self.u32_at(RESULT)),
			errno => Err(errno),
		}
	}

	fn done(&mut self, function: Function, args: &[u64]) -> Result<(), Errno> {
		match self.call(function, args) {
			Errno::Success => Ok(()),
			errno => Err(errno),
		}
	}

	fn put(&mut self, at: u32, bytes: &[u8]) {
		self.guest.write(at, bytes).expect("tests write inside the memory");
	}

	fn get(&self, at: u32, len: usize) -> Vec<u8> {
		let mut bytes = vec![0; len];
		self.guest.read(at, &mut bytes).expect("tests read inside the memory");
		bytes
	}

	fn u32_at(&self, at: u32) -> u32 {
		u32::from_le_bytes(self.get(at, 4).try_into().expect("four bytes"))
	}

	fn u64_at(&self, at: u32) -> u64 {
		u64::from_le_bytes(self.get(at, 8).try_into().expect("eight bytes"))
	}

	fn put_path(&mut self, at: u32, path: &str) -> [u64; 2] {
		self.put(at, path.as_bytes());
		[at.into(), path.len() as u64]
	}

	fn open_at(
		&mut self,
		fd: u32,
		path: &str,
		oflags: u32,
		base: u64,
		inheriting: u64,
		fdflags: u16,
	) -> Result<u32, Errno> {
		let [ptr, len] = self.put_path(PATH, path);
		let args = [
			fd.into(),
			1,
			ptr,
			len,
			oflags.into(),
			base,
			inheriting,
			fdflags.into(),
			RESULT.into(),
		];
		self.call_u32(Function::PathOpen, &args)
	}

	/// Opens a path from the root.
	fn open(&mut self, path: &str, oflags: u32, base: u64) -> Result<u32, Errno> {
		self.open_at(ROOT, path, oflags, base, ALL_RIGHTS, 0)
	}

	/// Opens a directory with all rights.
	fn open_directory(&mut self, path: &str) -> u32 {
		self.open(path, flags::O_DIRECTORY, rights::DIRECTORY).expect("it is a directory")
	}

	/// Opens a new or emptied file to read and write.
	fn create(&mut self, path: &str) -> u32 {
		self.open(path, flags::O_CREAT | flags::O_TRUNC, rights::FILE).expect("can be created")
	}

	/// Makes a file with these bytes.
	fn file(&mut self, path: &str, bytes: &[u8]) {
		let fd = self.create(path);
		assert_eq!(self.write(fd, bytes), Ok(bytes.len() as u32));
		assert_eq!(self.close(fd), Ok(()));
	}

	/// Bytes of a file.
	fn contents(&mut self, path: &str) -> Vec<u8> {
		let fd = self.open(path, 0, READ).expect("can be opened");
		let bytes = self.read(fd, 100_000).expect("can be read");
		assert_eq!(self.close(fd), Ok(()));
		bytes
	}

	fn close(&mut self, fd: u32) -> Result<(), Errno> {
		self.done(Function::FdClose, &[fd.into()])
	}

	/// One buffer at [`DATA`].
	fn one_buffer(&mut self, len: u32) {
		self.put(BUFFERS, &DATA.to_le_bytes());
		self.put(BUFFERS + 4, &len.to_le_bytes());
	}

	fn write(&mut self, fd: u32, bytes: &[u8]) -> Result<u32, Errno> {
		self.put(DATA, bytes);
		self.one_buffer(bytes.len() as u32);
		let args = [fd.into(), BUFFERS.into(), 1, RESULT.into()];
		self.call_u32(Function::FdWrite, &args)
	}

	fn read(&mut self, fd: u32, len: u32) -> Result<Vec<u8>, Errno> {
		self.one_buffer(len);
		let args = [fd.into(), BUFFERS.into(), 1, RESULT.into()];
		let read = self.call_u32(Function::FdRead, &args)?;
		Ok(self.get(DATA, read as usize))
	}

	fn seek(&mut self, fd: u32, delta: i64, whence: u64) -> Result<u64, Errno> {
		self.done(Function::FdSeek, &[fd.into(), delta as u64, whence, RESULT.into()])?;
		Ok(self.u64_at(RESULT))
	}

	fn make_directory(&mut self, path: &str) -> Result<(), Errno> {
		let [ptr, len] = self.put_path(PATH, path);
		self.done(Function::PathCreateDirectory, &[ROOT.into(), ptr, len])
	}

	fn remove_directory(&mut self, path: &str) -> Result<(), Errno> {
		let [ptr, len] = self.put_path(PATH, path);
		self.done(Function::PathRemoveDirectory, &[ROOT.into(), ptr, len])
	}

	fn unlink(&mut self, path: &str) -> Result<(), Errno> {
		let [ptr, len] = self.put_path(PATH, path);
		self.done(Function::PathUnlinkFile, &[ROOT.into(), ptr, len])
	}

	fn symlink(&mut self, target: &str, path: &str) -> Result<(), Errno> {
		let [target, target_len] = self.put_path(OTHER_PATH, target);
		let [ptr, len] = self.put_path(PATH, path);
		self.done(Function::PathSymlink, &[target, target_len, ROOT.into(), ptr, len])
	}

	fn link(&mut self, old: &str, new: &str) -> Result<(), Errno> {
		let [old, old_len] = self.put_path(OTHER_PATH, old);
		let [ptr, len] = self.put_path(PATH, new);
		let args = [ROOT.into(), 0, old, old_len, ROOT.into(), ptr, len];
		self.done(Function::PathLink, &args)
	}

	fn try_rename(&mut self, old: &str, new: &str) -> Result<Errno, Stop> {
		let [old, old_len] = self.put_path(OTHER_PATH, old);
		let [ptr, len] = self.put_path(PATH, new);
		let args = [ROOT.into(), old, old_len, ROOT.into(), ptr, len];
		self.try_call(Function::PathRename, &args)
	}

	fn rename(&mut self, old: &str, new: &str) -> Result<(), Errno> {
		match self.try_rename(old, new).expect("the run goes on") {
			Errno::Success => Ok(()),
			errno => Err(errno),
		}
	}

	fn decode_stat(&self) -> Stat {
		let word = |at: u32| self.u64_at(RESULT + 8 * at);
		Stat {
			device: word(0),
			inode: word(1),
			file_type: word(2) as u8,
			links: word(3),
			size: word(4),
			access: word(5),
			modify: word(6),
			change: word(7),
		}
	}

	/// Stat of a path, following links if `follow` is 1.
	fn stat_path(&mut self, path: &str, follow: u64) -> Result<Stat, Errno> {
		let [ptr, len] = self.put_path(PATH, path);
		let args = [ROOT.into(), follow, ptr, len, RESULT.into()];
		self.done(Function::PathFilestatGet, &args)?;
		Ok(self.decode_stat())
	}

	fn stat(&mut self, path: &str) -> Result<Stat, Errno> {
		self.stat_path(path, 0)
	}

	fn stat_fd(&mut self, fd: u32) -> Result<Stat, Errno> {
		self.done(Function::FdFilestatGet, &[fd.into(), RESULT.into()])?;
		Ok(self.decode_stat())
	}

	/// Whole entries that fit a buffer of `len` bytes, and how much of the buffer was used.
	fn read_directory(
		&mut self,
		fd: u32,
		len: u32,
		cookie: u64,
	) -> Result<(Vec<Entry>, u32), Errno> {
		let args = [fd.into(), DATA.into(), len.into(), cookie, RESULT.into()];
		let used = self.call_u32(Function::FdReaddir, &args)?;
		let bytes = self.get(DATA, used as usize);
		let mut entries = Vec::new();
		let mut at = 0;
		while at + 24 <= bytes.len() {
			let word = |from: usize| {
				u64::from_le_bytes(bytes[from..from + 8].try_into().expect("eight bytes"))
			};
			let name_len = word(at + 16) as u32 as usize;
			let start = at + 24;
			if start + name_len > bytes.len() {
				break;
			}
			let name = bytes[start..start + name_len].to_vec();
			entries.push(Entry {
				next: word(at),
				inode: word(at + 8),
				file_type: bytes[at + 20],
				name,
			});
			at = start + name_len;
		}
		Ok((entries, used))
	}

	/// Names of a directory without `.` and `..`.
	fn names(&mut self, path: &str) -> Vec<Vec<u8>> {
		let fd = self.open_directory(path);
		let (entries, _) = self.read_directory(fd, 100_000, 0).expect("can be read");
		assert_eq!(self.close(fd), Ok(()));
		entries.into_iter().skip(2).map(|entry| entry.name).collect()
	}

	fn now(&self) -> u64 {
		self.host.clock.now()
	}
}

/// Length of the absolute path of every directory that has one, and whether it is in `/out`.
fn places(host: &Host) -> BTreeMap<Ino, (u64, bool)> {
	let mut places = BTreeMap::from([(host.fs.root(), (0, false))]);
	let mut left = vec![host.fs.root()];
	while let Some(ino) = left.pop() {
		let (len, output) = places[&ino];
		let directory = host.fs.directory(ino).expect("a directory");
		for (name, child) in &directory.entries {
			if host.fs.directory(*child).is_ok() {
				let place = (len + 1 + name.len() as u64, output || *child == OUT);
				assert_eq!(places.insert(*child, place), None, "directories have one name");
				left.push(*child);
			}
		}
	}
	places
}

/// Recomputes everything that the file system keeps count of.
fn audit(host: &Host) {
	let fs = &host.fs;
	let mut links = BTreeMap::<Ino, u32>::new();
	let mut outputs = BTreeMap::<Ino, u32>::new();
	let mut accounts = Accounts::default();
	let places = places(host);
	for (ino, node) in fs.nodes() {
		let Some(directory) = node.directory() else { continue };
		if node.links == 0 {
			assert!(directory.entries.is_empty(), "removed directories are empty");
			continue;
		}
		let (path_len, output) = places[ino];
		assert_eq!(u64::from(directory.path_len), path_len, "path length of {ino}");
		assert_eq!(directory.output, output, "place of {ino}");
		for (name, child) in &directory.entries {
			let target = fs.node(*child).expect("entries name inodes that exist");
			accounts.entries += 1;
			if target.is_directory() {
				*links.entry(*ino).or_default() += 1;
				assert_eq!(target.directory().expect("it is one").parent, *ino);
			} else {
				*links.entry(*child).or_default() += 1;
			}
			if output {
				accounts.output += target.size();
				accounts.outputs += 1;
				accounts.listing += LISTING_ENTRY + path_len + 1 + name.len() as u64 - 5;
				*outputs.entry(*child).or_default() += u32::from(!target.is_directory());
			}
		}
	}
	for (ino, node) in fs.nodes() {
		let counted = links.get(ino).copied().unwrap_or(0);
		let base = if node.is_directory() && node.links > 0 { 2 } else { 0 };
		assert_eq!(node.links, base + counted, "links of {ino}");
		assert_eq!(node.outputs, outputs.get(ino).copied().unwrap_or(0), "outputs of {ino}");
		let open = host.table.iter().filter(|one| one.object.ino() == Some(*ino)).count();
		assert_eq!(node.opens as usize, open, "descriptors on {ino}");
		assert!(node.links > 0 || node.opens > 0, "{ino} should have been freed");
		if !node.read_only && !matches!(node.kind, Kind::Directory(_)) {
			accounts.held += node.size();
		}
	}
	for stream in [crate::fs::Stream::Stdout, crate::fs::Stream::Stderr] {
		accounts.output += fs.stream(stream).len() as u64;
	}
	assert_eq!(fs.accounts(), accounts);
}
