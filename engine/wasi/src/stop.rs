//! How a call ends when it does not succeed.

use crate::{Errno, OutOfGas};

/// Why a run ends inside a host call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stop {
	/// The program called `proc_exit` with this code.
	Exit(u32),
	/// Its outputs would have grown beyond the task's limit.
	OutputLimit,
	/// Its gas did not cover the call.
	OutOfGas,
}

/// An error for the program, or the end of its run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Fault {
	Errno(Errno),
	Stop(Stop),
}

impl From<Errno> for Fault {
	fn from(errno: Errno) -> Self {
		Self::Errno(errno)
	}
}

impl From<Stop> for Fault {
	fn from(stop: Stop) -> Self {
		Self::Stop(stop)
	}
}

impl From<OutOfGas> for Fault {
	fn from(_: OutOfGas) -> Self {
		Self::Stop(Stop::OutOfGas)
	}
}

/// Result of a step of a call.
pub(crate) type Outcome<T = ()> = Result<T, Fault>;
