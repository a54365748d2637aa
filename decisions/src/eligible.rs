//! Which tasks this provider works on.

use crate::limits::{Clients, Modules, WorkLimits};
use crate::view::SharedView;
use assay_primitives::{
	AccountId, Hash,
	case::CaseTerms,
	content::ContentRef,
	excuse::Excuse,
	profile::Profile,
	sealed_input::{BadMarker, SealedInput},
	task::{Excess, TaskSpec},
};
use std::fmt;

/// Why a task is not worked on. Its display is what the operator reads.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Refusal {
	/// The client is denied, or not among those allowed.
	Client(AccountId),
	/// The module is denied, or not among those allowed.
	Module(Hash),
	/// This build can't execute the profile.
	Profile,
	/// The module is over the configured size.
	ModuleSize { size: u64, limit: u64 },
	/// The input is over the configured size.
	InputSize { size: u64, limit: u64 },
	/// The input is private, and what the request says of it can't be followed.
	SealedInput(BadMarker),
	/// The gas limit is over the declared one.
	Gas { asked: u64, limit: u64 },
	/// The memory is over the declared one.
	Memory { asked: u32, limit: u32 },
	/// The output limit is over the configured one.
	OutputSize { asked: u64, limit: u64 },
	/// The chain's task is none that this daemon can account for.
	TaskHash,
}

impl Refusal {
	/// Label of metrics.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Client(_) => "client",
			Self::Module(_) => "module",
			Self::Profile => "profile",
			Self::ModuleSize { .. } => "module_size",
			Self::InputSize { .. } => "input_size",
			Self::SealedInput(_) => "sealed_input",
			Self::Gas { .. } => "gas",
			Self::Memory { .. } => "memory",
			Self::OutputSize { .. } => "output_size",
			Self::TaskHash => "task_hash",
		}
	}

	/// What the client is told.
	pub fn excuse(&self) -> Excuse {
		match self {
			Self::Client(_) | Self::Module(_) => Excuse::NotAdmitted,
			Self::ModuleSize { .. }
			| Self::InputSize { .. }
			| Self::Gas { .. }
			| Self::Memory { .. }
			| Self::OutputSize { .. } => Excuse::Limits,
			Self::Profile | Self::SealedInput(_) | Self::TaskHash => Excuse::Unsupported,
		}
	}
}

impl fmt::Display for Refusal {
	fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
		match self {
			Self::Client(client) => write!(f, "client {client} is not admitted by [clients]"),
			Self::Module(module) => write!(f, "module {module:?} is not admitted by [mediator]"),
			Self::Profile => write!(f, "this build does not execute its profile"),
			Self::ModuleSize { size, limit } => {
				write!(f, "module over max size ({size} bytes, max_module_bytes is {limit})")
			},
			Self::InputSize { size, limit } => {
				write!(f, "input over max size ({size} bytes, max_input_bytes is {limit})")
			},
			Self::SealedInput(bad) => write!(f, "{bad}"),
			Self::Gas { asked, limit } => {
				write!(f, "gas limit over max ({asked}, max_gas is {limit})")
			},
			Self::Memory { asked, limit } => {
				write!(f, "memory over max ({asked} pages, max_memory_pages is {limit})")
			},
			Self::OutputSize { asked, limit } => {
				write!(f, "output limit over max ({asked} bytes, max_output_bytes is {limit})")
			},
			Self::TaskHash => write!(f, "the task's hash is not that of its specification"),
		}
	}
}

/// Why this input is not read.
pub fn refused_input(input: &ContentRef, limit: u64) -> Option<Refusal> {
	(input.size > limit).then_some(Refusal::InputSize { size: input.size, limit })
}

/// The first reason not to work on a task.
pub fn refusal(view: &SharedView, limits: &WorkLimits, clients: &Clients) -> Option<Refusal> {
	let spec = &view.deal.request.task;
	if spec.hash_of(view.id.index) != view.task_hash {
		return Some(Refusal::TaskHash);
	}
	if !clients.admits(&view.deal.client) {
		return Some(Refusal::Client(view.deal.client.clone()));
	}
	if let Err(bad) = SealedInput::of(&view.deal.request) {
		return Some(Refusal::SealedInput(bad));
	}
	beyond(spec, limits)
}

/// The first reason not to run the task of a case.
pub fn case_refusal(terms: &CaseTerms, limits: &WorkLimits, modules: &Modules) -> Option<Refusal> {
	if terms.spec.hash_of(terms.subject.index()) != terms.task_hash {
		return Some(Refusal::TaskHash);
	}
	let module = terms.spec.module.hash;
	if !modules.admit(&module) {
		return Some(Refusal::Module(module));
	}
	beyond(&terms.spec, limits)
}

/// What of a task is beyond this build or its limits.
fn beyond(spec: &TaskSpec, limits: &WorkLimits) -> Option<Refusal> {
	if Profile::by_id(&spec.profile).is_none() {
		return Some(Refusal::Profile);
	}
	// What the items of a list are is known only when they are here.
	let (asked, most) = (spec.demand(), limits.most());
	Some(match asked.beyond(&most)? {
		Excess::Gas => Refusal::Gas { asked: asked.gas, limit: most.gas },
		Excess::Memory => Refusal::Memory { asked: asked.memory_pages, limit: most.memory_pages },
		Excess::Module => {
			Refusal::ModuleSize { size: asked.module_bytes, limit: most.module_bytes }
		},
		Excess::Input => Refusal::InputSize { size: asked.input_bytes, limit: most.input_bytes },
		Excess::Output => {
			Refusal::OutputSize { asked: asked.output_bytes, limit: most.output_bytes }
		},
	})
}
