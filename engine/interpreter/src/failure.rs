//! What can go wrong without the program being at fault.

use alloc::string::String;
use core::fmt;

/// No outcome could be found. None of this is ever an outcome itself: the same task may well have
/// one elsewhere.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Failure {
	/// The bytes of the module are not those that the task names.
	ModuleDiffers,
	/// The bytes of the input are not those that the task names.
	InputDiffers,
	/// The task names its input as an item of a list.
	InputIsList,
	/// The task names another profile than the one it was to be run under.
	OtherProfile,
	/// The run took more steps than the caller gave it.
	TooManySteps,
	/// Memory ran out, or can't be addressed on this machine.
	Memory,
	/// The interpreter failed where it should not.
	Engine(String),
}

impl fmt::Display for Failure {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::ModuleDiffers => f.write_str("the module is not the content that the task names"),
			Self::InputDiffers => f.write_str("the input is not the content that the task names"),
			Self::InputIsList => f.write_str("the task names a list as its input"),
			Self::OtherProfile => f.write_str("the task names another profile"),
			Self::TooManySteps => f.write_str("the run takes more steps than it may"),
			Self::Memory => f.write_str("memory ran out"),
			Self::Engine(reason) => write!(f, "the interpreter failed: {reason}"),
		}
	}
}

impl core::error::Error for Failure {}
