//! The functions that a job may import: WASI preview 1.
//!
//! The one table that the host, the engines, the pass over modules and the generator of random modules
//! follow. It names nothing of this crate: the generator, which has a lock file of its own, includes it.

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
	/// Whether it returns an error number as one `i32`. Only `proc_exit` returns nothing.
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
		signature(name).map(|row| row.function)
	}
}

/// The row of the function `name`, if there is one.
pub fn signature(name: &str) -> Option<&'static Signature> {
	let row = FUNCTIONS.binary_search_by(|row| row.name.cmp(name)).ok()?;
	FUNCTIONS.get(row)
}

impl Signature {
	/// Whether a function has this type.
	pub fn is_of(
		&self,
		params: impl Iterator<Item = Option<ValueType>>,
		results: impl Iterator<Item = Option<ValueType>>,
	) -> bool {
		let returned = self.returns.then_some(ValueType::I32);
		params.eq(self.params.iter().copied().map(Some)) && results.eq(returned.map(Some))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn functions_should_be_in_the_order_of_their_names() {
		assert!(FUNCTIONS.is_sorted_by_key(|row| row.name));
		assert_eq!(Function::by_name("fd_read"), Some(Function::FdRead));
		assert_eq!(Function::by_name("fd_reads"), None);
	}
}
