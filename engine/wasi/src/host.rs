//! The host as engines see it.

use crate::{
	Errno, Function, Gas, GuestMemory, Outputs, Stop,
	abi::FileStat,
	clock::Clock,
	fs::{Descriptor, FileSystem, Given, LISTING_ENTRY, Object, SCRATCH_BYTES, Table},
	functions::Args,
	guest::{Guest, View},
	random::Random,
	stop::{Fault, Outcome},
	tree::{BadTree, Tree},
	world::World,
};
use alloc::vec::Vec;
use assay_primitives::{
	content::MAX_CONTENT_SIZE,
	profile::Profile,
	task::{Limits, TaskSpec},
};

/// Bytes of memory that bookkeeping may take: entries, inodes, descriptors, names.
const BOOKKEEPING_BYTES: u64 = 96 << 20;

/// What a program is called where the task doesn't say.
const PROGRAM: &[u8] = b"job";

/// State of one run: descriptors, file system, clock, randomness and captured output.
pub struct Host {
	/// Arguments, the program's name first; each ends in a zero byte.
	pub(crate) args: Vec<Vec<u8>>,
	/// Environment; each entry ends in a zero byte.
	pub(crate) env: Vec<Vec<u8>>,
	pub(crate) clock: Clock,
	pub(crate) random: Random,
	pub(crate) fs: FileSystem,
	pub(crate) table: Table,
	pub(crate) commits_to_ends: bool,
	world: World,
	gas_limit: u64,
	cost_call: u64,
	cost_byte: u64,
}

impl Host {
	/// Host for one run of `spec` under `profile`.
	///
	/// `input` are the bytes of the task's input, `None` where it has none. The caller has checked
	/// that `profile` is the one that `spec` names and that `input` matches it, and has taken its
	/// [`Self::input_gas`].
	pub fn new(profile: &Profile, spec: &TaskSpec, input: Option<Vec<u8>>) -> Self {
		let world = World::of(profile);
		let clock = Clock::default();
		let mut fs = file_system(world, input, clock.now(), spec.limits.output_bytes);
		fs.open(fs.root());
		let name = match world.named && !spec.args.is_empty() {
			true => None,
			false => Some(terminated(PROGRAM)),
		};
		Self {
			args: name.into_iter().chain(spec.args.iter().map(|arg| terminated(arg))).collect(),
			env: spec.env.iter().map(|entry| terminated(entry)).collect(),
			clock,
			random: Random::new(&profile.id(), &spec.seed),
			table: Table::new(fs.root()),
			fs,
			commits_to_ends: profile.commits_to_ends(),
			world,
			gas_limit: spec.limits.gas,
			cost_call: profile.costs.host_call.into(),
			cost_byte: profile.costs.host_byte.into(),
		}
	}

	/// Gas that an input costs before the program begins: nothing, but where it is a tree, which is unpacked.
	/// An error where it says that it is one and is none; that is an outcome of the task.
	pub fn input_gas(profile: &Profile, input: Option<&[u8]>) -> Result<u64, BadTree> {
		let Some(bytes) = input.filter(|_| World::of(profile).trees) else {
			return Ok(0);
		};
		let cost = |tree: Tree| {
			let entries = LISTING_ENTRY * tree.nodes.len() as u64;
			(bytes.len() as u64 + entries) * u64::from(profile.costs.host_byte)
		};
		Ok(Tree::read(bytes)?.map_or(0, cost))
	}

	/// What the input costs, where the task's gas pays for that and for the `startup_gas` of its module. Otherwise the run
	/// is over at its limit before anything has to be made, as [`Class::OutOfGas`](assay_primitives::outcome::Class), and
	/// these are its outputs.
	pub fn pay_start(
		profile: &Profile,
		spec: &TaskSpec,
		startup_gas: u64,
		input: Option<&[u8]>,
	) -> Result<u64, Outputs> {
		// An input that is not what it says has no run.
		let input_gas = Self::input_gas(profile, input).unwrap_or(0);
		match startup_gas.saturating_add(input_gas) > spec.limits.gas {
			true => Err(Outputs::unstarted(profile)),
			false => Ok(input_gas),
		}
	}

	/// Most bytes of memory that a host can come to hold, whatever the program does, beside the
	/// input: for whoever limits the memory of the process.
	///
	/// Growing vectors hold up to twice their length.
	pub fn memory_bound(limits: &Limits) -> u64 {
		let output = limits.output_bytes.min(MAX_CONTENT_SIZE);
		2 * (output + output + SCRATCH_BYTES) + BOOKKEEPING_BYTES
	}

	/// Does one call of `function`.
	///
	/// `args` are the parameters in their order, 32-bit ones in the low half; missing ones count as
	/// 0. `Ok` is what the function returns (nothing, for `proc_exit`); after a [`Stop`] the run is
	/// over. Gas is charged before the work it pays for: the profile's `host_call` for the call and
	/// `host_byte` for each byte that it moves.
	pub fn call<G: GuestMemory + Gas>(
		&mut self,
		function: Function,
		args: &[u64],
		guest: &mut G,
	) -> Result<Errno, Stop> {
		let view = View::open(guest, self.cost_call, self.cost_byte);
		let outcome = view.and_then(|mut view| {
			if self.world.gas_time > 0 {
				let used = self.gas_limit.saturating_sub(view.left());
				self.clock.work(used.saturating_mul(self.world.gas_time));
			}
			self.dispatch(function, Args(args), &mut view)
		});
		match outcome {
			Ok(()) => Ok(Errno::Success),
			Err(Fault::Errno(errno)) => Ok(errno),
			Err(Fault::Stop(stop)) => Err(stop),
		}
	}

	fn dispatch<G: Guest>(
		&mut self,
		function: Function,
		args: Args,
		view: &mut View<G>,
	) -> Outcome {
		match function {
			Function::ArgsGet => self.args_get(args, view),
			Function::ArgsSizesGet => self.args_sizes_get(args, view),
			Function::ClockResGet => self.clock_res_get(args, view),
			Function::ClockTimeGet => self.clock_time_get(args, view),
			Function::EnvironGet => self.environ_get(args, view),
			Function::EnvironSizesGet => self.environ_sizes_get(args, view),
			Function::FdAdvise => self.fd_advise(args),
			Function::FdAllocate => self.fd_allocate(args, view),
			Function::FdClose => self.fd_close(args),
			Function::FdDatasync => self.fd_datasync(args),
			Function::FdFdstatGet => self.fd_fdstat_get(args, view),
			Function::FdFdstatSetFlags => self.fd_fdstat_set_flags(args),
			Function::FdFdstatSetRights => self.fd_fdstat_set_rights(args),
			Function::FdFilestatGet => self.fd_filestat_get(args, view),
			Function::FdFilestatSetSize => self.fd_filestat_set_size(args, view),
			Function::FdFilestatSetTimes => self.fd_filestat_set_times(args),
			Function::FdPread => self.fd_pread(args, view),
			Function::FdPrestatDirName => self.fd_prestat_dir_name(args, view),
			Function::FdPrestatGet => self.fd_prestat_get(args, view),
			Function::FdPwrite => self.fd_pwrite(args, view),
			Function::FdRead => self.fd_read(args, view),
			Function::FdReaddir => self.fd_readdir(args, view),
			Function::FdRenumber => self.fd_renumber(args),
			Function::FdSeek => self.fd_seek(args, view),
			Function::FdSync => self.fd_sync(args),
			Function::FdTell => self.fd_tell(args, view),
			Function::FdWrite => self.fd_write(args, view),
			Function::PathCreateDirectory => self.path_create_directory(args, view),
			Function::PathFilestatGet => self.path_filestat_get(args, view),
			Function::PathFilestatSetTimes => self.path_filestat_set_times(args, view),
			Function::PathLink => self.path_link(args, view),
			Function::PathOpen => self.path_open(args, view),
			Function::PathReadlink => self.path_readlink(args, view),
			Function::PathRemoveDirectory => self.path_remove_directory(args, view),
			Function::PathRename => self.path_rename(args, view),
			Function::PathSymlink => self.path_symlink(args, view),
			Function::PathUnlinkFile => self.path_unlink_file(args, view),
			Function::PollOneoff => self.poll_oneoff(args, view),
			Function::ProcExit => self.proc_exit(args),
			Function::ProcRaise => self.proc_raise(args),
			Function::RandomGet => self.random_get(args, view),
			Function::SchedYield => Ok(()),
			Function::SockAccept
			| Function::SockRecv
			| Function::SockSend
			| Function::SockShutdown => self.socket(args),
		}
	}

	/// Opens `descriptor` under `fd`, which is free.
	pub(crate) fn install(&mut self, fd: u32, descriptor: Descriptor) {
		if let Some(ino) = descriptor.object.ino() {
			self.fs.open(ino);
		}
		self.table.put(fd, descriptor);
	}

	/// Closes a descriptor that was taken from the table.
	pub(crate) fn discard(&mut self, descriptor: Descriptor) {
		if let Some(ino) = descriptor.object.ino() {
			self.fs.close(ino);
		}
	}

	/// What programs are told about an object.
	pub(crate) fn stat(&self, object: Object) -> Outcome<FileStat> {
		Ok(match object {
			Object::File(ino) | Object::Directory(ino) => self.fs.node(ino)?.stat(ino),
			Object::Stdin => FileStat::of_stream(0, self.fs.input().len() as u64),
			Object::Device(device) => FileStat::of_stream(device.number(), 0),
			Object::Stream(stream) => {
				FileStat::of_stream(1 + stream as u64, self.fs.stream(stream).len() as u64)
			},
		})
	}
}

/// What the program finds in the beginning.
fn file_system(world: World, input: Option<Vec<u8>>, now: u64, limit: u64) -> FileSystem {
	let with = |given: Given<'_>| FileSystem::new(now, given, limit, world);
	let Some(bytes) = input else {
		return with(if world.empty_input { Given::File(Vec::new()) } else { Given::Nothing });
	};
	// One that is none has no run.
	if world.trees
		&& let Ok(Some(tree)) = Tree::read(&bytes)
	{
		with(Given::Tree(tree))
	} else {
		with(Given::File(bytes))
	}
}

fn terminated(text: &[u8]) -> Vec<u8> {
	[text, &[0]].concat()
}
