//! Numbers of WASI preview 1: functions with their signatures, error numbers, rights, flags.

/// Module name under which programs import the functions.
pub const MODULE: &str = "wasi_snapshot_preview1";

/// Type of a parameter.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ValueType {
	/// 32-bit integer.
	I32,
	/// 64-bit integer.
	I64,
}

/// One row of [`FUNCTIONS`].
#[derive(Clone, Copy, Debug)]
pub struct Signature {
	/// Which function.
	pub function: Function,
	/// Name of the import.
	pub name: &'static str,
	/// Types of the parameters.
	pub params: &'static [ValueType],
	/// Whether it returns its [`Errno`] as one `i32`. Only `proc_exit` returns nothing.
	pub returns: bool,
}

macro_rules! functions {
	($($variant:ident $name:literal ($($param:ident),*) $returns:literal;)*) => {
		/// The functions of preview 1.
		#[derive(Clone, Copy, Debug, Eq, PartialEq)]
		#[repr(u8)]
		pub enum Function {
			$(#[doc = concat!("`", $name, "`")] $variant,)*
		}

		/// Every function with its import name and signature, for engines to bind in a loop.
		pub const FUNCTIONS: &[Signature] = &[
			$(Signature {
				function: Function::$variant,
				name: $name,
				params: &[$(ValueType::$param),*],
				returns: $returns,
			},)*
		];
	};
}

functions! {
	ArgsGet "args_get" (I32, I32) true;
	ArgsSizesGet "args_sizes_get" (I32, I32) true;
	ClockResGet "clock_res_get" (I32, I32) true;
	ClockTimeGet "clock_time_get" (I32, I64, I32) true;
	EnvironGet "environ_get" (I32, I32) true;
	EnvironSizesGet "environ_sizes_get" (I32, I32) true;
	FdAdvise "fd_advise" (I32, I64, I64, I32) true;
	FdAllocate "fd_allocate" (I32, I64, I64) true;
	FdClose "fd_close" (I32) true;
	FdDatasync "fd_datasync" (I32) true;
	FdFdstatGet "fd_fdstat_get" (I32, I32) true;
	FdFdstatSetFlags "fd_fdstat_set_flags" (I32, I32) true;
	FdFdstatSetRights "fd_fdstat_set_rights" (I32, I64, I64) true;
	FdFilestatGet "fd_filestat_get" (I32, I32) true;
	FdFilestatSetSize "fd_filestat_set_size" (I32, I64) true;
	FdFilestatSetTimes "fd_filestat_set_times" (I32, I64, I64, I32) true;
	FdPread "fd_pread" (I32, I32, I32, I64, I32) true;
	FdPrestatDirName "fd_prestat_dir_name" (I32, I32, I32) true;
	FdPrestatGet "fd_prestat_get" (I32, I32) true;
	FdPwrite "fd_pwrite" (I32, I32, I32, I64, I32) true;
	FdRead "fd_read" (I32, I32, I32, I32) true;
	FdReaddir "fd_readdir" (I32, I32, I32, I64, I32) true;
	FdRenumber "fd_renumber" (I32, I32) true;
	FdSeek "fd_seek" (I32, I64, I32, I32) true;
	FdSync "fd_sync" (I32) true;
	FdTell "fd_tell" (I32, I32) true;
	FdWrite "fd_write" (I32, I32, I32, I32) true;
	PathCreateDirectory "path_create_directory" (I32, I32, I32) true;
	PathFilestatGet "path_filestat_get" (I32, I32, I32, I32, I32) true;
	PathFilestatSetTimes "path_filestat_set_times" (I32, I32, I32, I32, I64, I64, I32) true;
	PathLink "path_link" (I32, I32, I32, I32, I32, I32, I32) true;
	PathOpen "path_open" (I32, I32, I32, I32, I32, I64, I64, I32, I32) true;
	PathReadlink "path_readlink" (I32, I32, I32, I32, I32, I32) true;
	PathRemoveDirectory "path_remove_directory" (I32, I32, I32) true;
	PathRename "path_rename" (I32, I32, I32, I32, I32, I32) true;
	PathSymlink "path_symlink" (I32, I32, I32, I32, I32) true;
	PathUnlinkFile "path_unlink_file" (I32, I32, I32) true;
	PollOneoff "poll_oneoff" (I32, I32, I32, I32) true;
	ProcExit "proc_exit" (I32) false;
	ProcRaise "proc_raise" (I32) true;
	RandomGet "random_get" (I32, I32) true;
	SchedYield "sched_yield" () true;
	SockAccept "sock_accept" (I32, I32, I32) true;
	SockRecv "sock_recv" (I32, I32, I32, I32, I32, I32) true;
	SockSend "sock_send" (I32, I32, I32, I32, I32) true;
	SockShutdown "sock_shutdown" (I32, I32) true;
}

impl Function {
	/// The function imported under `name`, if there is one.
	pub fn by_name(name: &str) -> Option<Self> {
		FUNCTIONS.iter().find(|row| row.name == name).map(|row| row.function)
	}
}

/// Error numbers that this host gives, with their values in preview 1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u16)]
pub enum Errno {
	/// No error.
	Success = 0,
	/// Not a descriptor, or not one of the kind that the function needs.
	Badf = 8,
	/// The entry is in use by the system.
	Busy = 10,
	/// The entry exists.
	Exist = 20,
	/// A pointer leads outside of the guest's memory.
	Fault = 21,
	/// A file would become larger than files can be.
	Fbig = 22,
	/// A flag, tag or length without meaning.
	Inval = 28,
	/// A directory where none may be.
	Isdir = 31,
	/// More symbolic links than are followed.
	Loop = 32,
	/// No descriptor is left.
	Mfile = 33,
	/// A path or one of its names is too long.
	Nametoolong = 37,
	/// The path leads nowhere.
	Noent = 44,
	/// A quota of the file system is used up.
	Nospc = 51,
	/// A path leads through something that is not a directory.
	Notdir = 54,
	/// The directory has entries.
	Notempty = 55,
	/// Not a socket.
	Notsock = 57,
	/// Not supported.
	Notsup = 58,
	/// A number does not fit its type.
	Overflow = 61,
	/// Not permitted, for example a path that leaves its directory.
	Perm = 63,
	/// A change to what is read-only.
	Rofs = 69,
	/// The descriptor can't be positioned.
	Spipe = 70,
	/// The descriptor lacks a right.
	Notcapable = 76,
}

impl Errno {
	/// The number that the program sees.
	pub const fn code(self) -> i32 {
		self as u16 as i32
	}
}
