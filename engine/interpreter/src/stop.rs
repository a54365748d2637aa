//! Why a run comes to an end before its program does.

use crate::Failure;
use alloc::string::ToString;
use assay_metering::Ending;
use assay_wasi::Stop as HostStop;

/// Why a run comes to an end before its program does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stop {
	/// A trap of the language.
	Trap,
	/// A charge exceeded what was left. Nothing is left then.
	OutOfGas,
	/// A frame exceeded the slots that were left.
	StackExhausted,
	/// A function of the host has ended it.
	Host(HostStop),
	/// No steps are left.
	Steps,
	/// The machine lacks memory.
	Memory,
	/// What validation has excluded: a defect of this crate.
	Broken,
}

impl Stop {
	/// What this means for the program; a failure where it means nothing.
	pub fn ending(self) -> Result<Ending, Failure> {
		match self {
			// Which of the three it was, gas and slots tell.
			Self::Trap | Self::OutOfGas | Self::StackExhausted => Ok(Ending::Trapped),
			Self::Host(HostStop::Exit(code)) => Ok(Ending::Exited(code)),
			Self::Host(HostStop::OutputLimit) => Ok(Ending::OutputLimit),
			Self::Host(HostStop::OutOfGas) => Ok(Ending::OutOfGas),
			Self::Steps => Err(Failure::TooManySteps),
			Self::Memory => Err(Failure::Memory),
			Self::Broken => Err(Failure::Engine("an invariant does not hold".to_string())),
		}
	}
}
