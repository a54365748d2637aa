//! Keeps a lack of memory from becoming something that a program can see.

use wasmi::{
	ResourceLimiter,
	errors::{MemoryError, TableError},
};
use wasmi_core::LimiterError;

/// Lets everything grow to what its type declares. Where the machine does not have the memory, the
/// run ends: a program must not see a growth fail that succeeds elsewhere.
pub struct Limiter;

impl ResourceLimiter for Limiter {
	fn memory_growing(
		&mut self,
		_current: usize,
		desired: usize,
		maximum: Option<usize>,
	) -> Result<bool, LimiterError> {
		Ok(maximum.is_none_or(|maximum| desired <= maximum))
	}

	fn table_growing(
		&mut self,
		_current: usize,
		desired: usize,
		maximum: Option<usize>,
	) -> Result<bool, LimiterError> {
		Ok(maximum.is_none_or(|maximum| desired <= maximum))
	}

	fn memory_grow_failed(&mut self, _error: &MemoryError) -> Result<(), LimiterError> {
		// It was asked before, so this is never the program's failure.
		Err(LimiterError::ResourceLimiterDeniedAllocation)
	}

	fn table_grow_failed(&mut self, _error: &TableError) -> Result<(), LimiterError> {
		Err(LimiterError::ResourceLimiterDeniedAllocation)
	}

	fn instances(&self) -> usize {
		1
	}

	fn memories(&self) -> usize {
		1
	}

	fn tables(&self) -> usize {
		usize::MAX
	}
}
