//! What a task has to allow so that its program begins at all.

use assay_metering::{ModuleInfo, Reason, Refusal};
use assay_primitives::{profile::Profile, task::TaskSpec};
use assay_wasi::Host;

/// A limit of a task that is below what its program begins with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Short {
	/// Pages of memory that the module starts with: it is no valid program of the task.
	Memory {
		/// What there has to be.
		needed: u32,
		/// What the task allows.
		allowed: u32,
	},
	/// Gas that is charged before the first operator: the run is over at its limit before it has begun.
	Gas {
		/// What there has to be.
		needed: u64,
		/// What the task allows.
		allowed: u64,
	},
}

impl Short {
	/// The limit that a program is short of with an input, if any.
	pub fn of(
		profile: &Profile,
		info: &ModuleInfo,
		spec: &TaskSpec,
		input: Option<&[u8]>,
	) -> Option<Self> {
		if let Some(memory) = Self::of_memory(info, spec.limits.memory_pages) {
			return Some(memory);
		}
		Host::pay_start(profile, spec, info.startup_gas, input).is_err().then(|| {
			let input_gas = Host::input_gas(profile, input).unwrap_or(0);
			let needed = info.startup_gas.saturating_add(input_gas);
			Self::Gas { needed, allowed: spec.limits.gas }
		})
	}

	fn of_memory(info: &ModuleInfo, allowed: u32) -> Option<Self> {
		let needed = info.memory_minimum;
		(needed > allowed).then_some(Self::Memory { needed, allowed })
	}
}

/// Refuses a module that starts with more memory than a task allows.
pub(crate) fn fits_memory(info: &ModuleInfo, allowed: u32) -> Result<(), Refusal> {
	match Short::of_memory(info, allowed) {
		Some(Short::Memory { needed: minimum, allowed: limit }) => {
			Err(Refusal { offset: 0, reason: Reason::MemoryAboveTask { minimum, limit } })
		},
		_ => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::{
		Hash,
		content::ContentRef,
		task::{Input, Limits},
	};

	#[test]
	fn task_should_be_short_when_it_allows_less_than_its_program_begins_with() {
		let info = ModuleInfo { memory_minimum: 17, startup_gas: 1_000, ..ModuleInfo::default() };
		let short = |gas, memory_pages| {
			let spec = TaskSpec {
				module: ContentRef::of(b"module"),
				profile: Profile::BASE.id(),
				args: Default::default(),
				env: Default::default(),
				input: Input::None,
				seed: Hash::zero(),
				limits: Limits { gas, memory_pages, output_bytes: 0 },
			};
			Short::of(&Profile::BASE, &info, &spec, Some(b"input"))
		};
		assert_eq!(short(1_000, 17), None);
		assert_eq!(short(1_000, 16), Some(Short::Memory { needed: 17, allowed: 16 }));
		assert_eq!(short(999, 17), Some(Short::Gas { needed: 1_000, allowed: 999 }));
	}
}
