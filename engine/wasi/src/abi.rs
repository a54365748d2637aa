//! Numbers of WASI preview 1: error numbers, rights, flags. Its functions are in [`assay_primitives::abi`].

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
	/// A path that is not UTF-8.
	Ilseq = 25,
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

/// Rights of descriptors, as bits.
pub(crate) mod rights {
	pub const FD_DATASYNC: u64 = 1;
	pub const FD_READ: u64 = 1 << 1;
	pub const FD_SEEK: u64 = 1 << 2;
	pub const FD_FDSTAT_SET_FLAGS: u64 = 1 << 3;
	pub const FD_SYNC: u64 = 1 << 4;
	pub const FD_TELL: u64 = 1 << 5;
	pub const FD_WRITE: u64 = 1 << 6;
	pub const FD_ADVISE: u64 = 1 << 7;
	pub const FD_ALLOCATE: u64 = 1 << 8;
	pub const PATH_CREATE_DIRECTORY: u64 = 1 << 9;
	pub const PATH_CREATE_FILE: u64 = 1 << 10;
	pub const PATH_LINK_SOURCE: u64 = 1 << 11;
	pub const PATH_LINK_TARGET: u64 = 1 << 12;
	pub const PATH_OPEN: u64 = 1 << 13;
	pub const FD_READDIR: u64 = 1 << 14;
	pub const PATH_READLINK: u64 = 1 << 15;
	pub const PATH_RENAME_SOURCE: u64 = 1 << 16;
	pub const PATH_RENAME_TARGET: u64 = 1 << 17;
	pub const PATH_FILESTAT_GET: u64 = 1 << 18;
	pub const PATH_FILESTAT_SET_SIZE: u64 = 1 << 19;
	pub const PATH_FILESTAT_SET_TIMES: u64 = 1 << 20;
	pub const FD_FILESTAT_GET: u64 = 1 << 21;
	pub const FD_FILESTAT_SET_SIZE: u64 = 1 << 22;
	pub const FD_FILESTAT_SET_TIMES: u64 = 1 << 23;
	pub const PATH_SYMLINK: u64 = 1 << 24;
	pub const PATH_REMOVE_DIRECTORY: u64 = 1 << 25;
	pub const PATH_UNLINK_FILE: u64 = 1 << 26;
	pub const POLL_FD_READWRITE: u64 = 1 << 27;

	/// Rights that anything here can have. Those of sockets, bits 28 and 29, apply to nothing.
	pub const ALL: u64 = (1 << 28) - 1;

	/// What applies to a regular file.
	pub const FILE: u64 =
		FD_DATASYNC
			| FD_READ | FD_SEEK
			| FD_FDSTAT_SET_FLAGS
			| FD_SYNC | FD_TELL
			| FD_WRITE
			| FD_ADVISE
			| FD_ALLOCATE
			| FD_FILESTAT_GET
			| FD_FILESTAT_SET_SIZE
			| FD_FILESTAT_SET_TIMES
			| POLL_FD_READWRITE;

	/// What applies to a directory.
	pub const DIRECTORY: u64 = FD_DATASYNC
		| FD_FDSTAT_SET_FLAGS
		| FD_SYNC
		| PATH_CREATE_DIRECTORY
		| PATH_CREATE_FILE
		| PATH_LINK_SOURCE
		| PATH_LINK_TARGET
		| PATH_OPEN
		| FD_READDIR
		| PATH_READLINK
		| PATH_RENAME_SOURCE
		| PATH_RENAME_TARGET
		| PATH_FILESTAT_GET
		| PATH_FILESTAT_SET_SIZE
		| PATH_FILESTAT_SET_TIMES
		| FD_FILESTAT_GET
		| FD_FILESTAT_SET_TIMES
		| PATH_SYMLINK
		| PATH_REMOVE_DIRECTORY
		| PATH_UNLINK_FILE;

	/// What standard input has.
	pub const STDIN: u64 = FD_READ | FD_FDSTAT_SET_FLAGS | FD_FILESTAT_GET | POLL_FD_READWRITE;

	/// What standard output and standard error have.
	pub const STDOUT: u64 = FD_WRITE
		| FD_FDSTAT_SET_FLAGS
		| FD_FILESTAT_GET
		| POLL_FD_READWRITE
		| FD_SYNC
		| FD_DATASYNC;
}

/// Flags, as bits.
pub(crate) mod flags {
	pub const LOOKUP_FOLLOW: u32 = 1;

	pub const O_CREAT: u32 = 1;
	pub const O_DIRECTORY: u32 = 2;
	pub const O_EXCL: u32 = 4;
	pub const O_TRUNC: u32 = 8;

	pub const FD_APPEND: u16 = 1;
	pub const FD_DSYNC: u16 = 2;
	pub const FD_RSYNC: u16 = 8;
	pub const FD_SYNC: u16 = 16;
	/// All five, non-blocking included.
	pub const FD_ALL: u32 = 31;

	pub const SET_ATIM: u32 = 1;
	pub const SET_ATIM_NOW: u32 = 2;
	pub const SET_MTIM: u32 = 4;
	pub const SET_MTIM_NOW: u32 = 8;

	pub const CLOCK_ABSTIME: u16 = 1;
}

/// Kinds of file as programs see them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(crate) enum FileType {
	Unknown = 0,
	Directory = 3,
	Regular = 4,
	Symlink = 7,
}

/// What `fd_filestat_get` and `path_filestat_get` tell.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct FileStat {
	pub device: u64,
	pub inode: u64,
	pub file_type: FileType,
	pub links: u64,
	pub size: u64,
	pub access: u64,
	pub modify: u64,
	pub change: u64,
}

impl FileStat {
	/// Bytes of the record in guest memory.
	pub const SIZE: u32 = 64;

	/// What is told of the standard stream `number`, which has no inode and no times.
	pub fn of_stream(number: u64, size: u64) -> Self {
		Self {
			device: 0,
			inode: number,
			file_type: FileType::Unknown,
			links: 1,
			size,
			access: 0,
			modify: 0,
			change: 0,
		}
	}

	/// The record as it stands in guest memory.
	pub fn encode(&self) -> [u8; Self::SIZE as usize] {
		let mut record = [0; Self::SIZE as usize];
		let type_word = self.file_type as u64;
		let words = [
			self.device,
			self.inode,
			type_word,
			self.links,
			self.size,
			self.access,
			self.modify,
			self.change,
		];
		for (place, word) in record.chunks_exact_mut(8).zip(words) {
			place.copy_from_slice(&word.to_le_bytes());
		}
		record
	}
}
