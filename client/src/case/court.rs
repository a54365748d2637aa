//! Taking a case to the chain's own court.
//!
//! The call carries the module and the input. All that the court would refuse is refused here, before
//! anything is fetched or paid for.

use crate::{
	chain::{At, Chain, Submitted, WaitFor},
	content::Fetcher,
	error::{Error, Result},
	keys::Signer,
	private,
};
use assay_interface::{Call, Event, court};
use assay_primitives::{
	Hash,
	case::{CasePhase, CaseView},
	content::ContentRef,
	court::{CourtLimits, Unfit},
	outcome::{Class, Digest},
	profile::Profile,
	task::{Demand, Input, TaskSpec},
	traits::CaseId,
};

/// A ruling of the court.
#[derive(Clone, Debug)]
pub struct Ruled {
	/// The true digest.
	pub digest: Digest,
	/// How the run ended.
	pub class: Class,
	/// Gas that it used.
	pub gas_used: u64,
	/// The transaction.
	pub transaction: Submitted,
}

impl At {
	/// What the court of this chain takes.
	pub async fn court_limits(&self) -> Result<CourtLimits> {
		let parameters = self.parameters().await?;
		Ok(CourtLimits { most: parameters.court, profiles: parameters.profiles })
	}
}

/// What the court of a chain takes whose runtime is the one that this program was built with. Asks
/// no node, so it has no view to ask either, but the constants that came with the program.
pub fn court_limits_of_this_build() -> Result<CourtLimits> {
	let court = assay_interface::metadata().pallet_by_name("Court");
	let constant = |name: &str| {
		let constant = court.as_ref().and_then(|court| court.constant_by_name(name));
		let value = number(constant.map_or(&[][..], |constant| constant.value()));
		value.ok_or_else(|| Error::decode(name, "it is not there"))
	};
	let most = Demand {
		gas: constant("MaxGas")?,
		memory_pages: u32::try_from(constant("MaxMemoryPages")?)
			.map_err(|error| Error::decode("pages", error))?,
		module_bytes: constant("MaxModuleBytes")?,
		input_bytes: constant("MaxInputBytes")?,
		output_bytes: constant("MaxOutputBytes")?,
	};
	Ok(CourtLimits { most, profiles: Profile::ALL.map(|profile| profile.id()).to_vec() })
}

/// An integer of fixed length, little-endian, whatever the length.
fn number(bytes: &[u8]) -> Option<u64> {
	let mut value = [0; 8];
	value.get_mut(..bytes.len()).filter(|_| !bytes.is_empty())?.copy_from_slice(bytes);
	Some(u64::from_le_bytes(value))
}

/// The call that decides a case about a task with an input of its own, out of content that is at hand.
///
/// Errors: [`Error::NotForCourt`]; [`Error::Usage`] where module or input are not what the task
/// names.
pub fn assemble(
	case: CaseId,
	task_hash: &Hash,
	spec: &TaskSpec,
	limits: &CourtLimits,
	module: &[u8],
	input: Option<&[u8]>,
) -> Result<Call> {
	check_content(spec, limits, module, input)?;
	Ok(Call::Court(court::Call::adjudicate {
		case,
		task_hash: *task_hash,
		max_gas: spec.limits.gas,
		module: module.to_vec(),
		input: input.map(<[u8]>::to_vec),
	}))
}

fn check_content(
	spec: &TaskSpec,
	limits: &CourtLimits,
	module: &[u8],
	input: Option<&[u8]>,
) -> Result<()> {
	limits.admits(spec).map_err(Error::NotForCourt)?;
	if !spec.module.matches(module) {
		return Err(Error::Usage("the module is not the one that the task names".into()));
	}
	match (&spec.input, input) {
		(Input::None, None) => {},
		(Input::Blob(content), Some(bytes)) if content.matches(bytes) => {},
		(Input::Blob(_), Some(_)) => {
			return Err(Error::Usage("the input is not the one that the task names".into()));
		},
		(Input::Blob(_), None) => {
			return Err(Error::Usage("the task has an input, and none is given".into()));
		},
		(Input::List(_), _) => return Err(Error::NotForCourt(Unfit::InputIsList)),
		(Input::None, Some(_)) => {
			return Err(Error::Usage("the task has no input, and one is given".into()));
		},
	}
	Ok(())
}

/// What a case about one item of a list is decided by.
#[derive(Clone, Copy, Debug)]
pub struct ItemContent<'a> {
	/// The list itself.
	pub list: &'a [u8],
	/// The program.
	pub module: &'a [u8],
	/// What the list names for the task; none where it is no such list.
	pub input: Option<&'a [u8]>,
}

/// The call that decides a case about item `index` of a list, out of content that is at hand.
///
/// Errors: as for [`assemble`].
pub fn assemble_item(
	case: CaseId,
	task_hash: &Hash,
	spec: &TaskSpec,
	index: u32,
	limits: &CourtLimits,
	content: ItemContent,
) -> Result<Call> {
	limits.admits(spec).map_err(Error::NotForCourt)?;
	let Input::List(inputs) = spec.input else {
		return Err(Error::Usage("the task's input is no item of a list".into()));
	};
	let ItemContent { list, module, input } = content;
	if !inputs.list.matches(list) {
		return Err(Error::Usage("the list is not the one that the task names".into()));
	}
	if let Ok(item) = inputs.input(list, index) {
		check_content(&spec.with_input(item), limits, module, input)?;
	}
	Ok(Call::Court(court::Call::adjudicate_item {
		case,
		task_hash: *task_hash,
		max_gas: spec.limits.gas,
		list: list.to_vec(),
		module: module.to_vec(),
		input: input.map(<[u8]>::to_vec),
	}))
}

/// Fetches what a case is about and assembles the call that decides it.
///
/// Errors: [`Error::NotNow`] where it is closed, [`Error::NotForCourt`], those of fetching.
pub async fn court_call(at: &At, fetcher: &Fetcher, view: &CaseView) -> Result<Call> {
	if matches!(view.case.phase, CasePhase::Closed { .. } | CasePhase::Ruled { .. }) {
		return Err(Error::NotNow(format!("case {} is decided", view.id)));
	}
	let spec = &view.terms.spec;
	let limits = at.court_limits().await?;
	limits.admits(spec).map_err(Error::NotForCourt)?;
	let task = match view.terms.subject.task() {
		Some(task) => at.task(task).await?,
		None => None,
	};
	let hints = task.map(|task| private::urls(&task.deal.request)).unwrap_or_default();
	let (id, task_hash) = (view.id, &view.terms.task_hash);
	let bring = async |content: &ContentRef| fetcher.fetch_bytes(content, &hints).await;
	let module = bring(&spec.module).await?;
	match &spec.input {
		Input::None => assemble(id, task_hash, spec, &limits, &module, None),
		Input::Blob(content) => {
			let input = bring(content).await?;
			assemble(id, task_hash, spec, &limits, &module, Some(&input))
		},
		Input::List(inputs) => {
			let (list, index) = (bring(&inputs.list).await?, view.terms.subject.index());
			let input = match inputs.input(&list, index) {
				Ok(item) if item.size > limits.most.input_bytes => {
					return Err(Error::NotForCourt(Unfit::InputBeyondCourt));
				},
				Ok(item) => Some(bring(&item).await?),
				Err(_) => None,
			};
			let content = ItemContent { list: &list, module: &module, input: input.as_deref() };
			assemble_item(id, task_hash, spec, index, &limits, content)
		},
	}
}

/// Has the chain run the task of the case that `seen` shows, which decides it for good. Signed by
/// anyone; costs the fee of the run.
///
/// Errors: [`Error::CaseNotFound`], [`Error::NotNow`] where its number is another case's by now, those
/// of [`court_call`], [`Error::Dispatch`].
pub async fn adjudicate(
	chain: &Chain,
	signer: &Signer,
	fetcher: &Fetcher,
	seen: &CaseView,
	wait: WaitFor,
) -> Result<Ruled> {
	// Without the block there is no ruling to tell.
	let wait = if wait == WaitFor::Broadcast { WaitFor::InBlock } else { wait };
	let at = chain.at_best().await?;
	let view = at.known_case(seen.id).await?;
	if view.terms.task_hash != seen.terms.task_hash {
		let why =
			format!("case {} is about another task by now: the chain was reorganised", seen.id);
		return Err(Error::NotNow(why));
	}
	let call = court_call(&at, fetcher, &view).await?;
	let transaction = chain.submit(signer, &call, wait).await?;
	let ruled = transaction.events.iter().find_map(|record| match &record.event {
		Event::Court(court::Event::Ruled { digest, class, gas_used, .. }) => {
			Some((*digest, class.0, *gas_used))
		},
		_ => None,
	});
	let missing = || Error::decode("Court.adjudicate", "no ruling was reported");
	let (digest, class, gas_used) = ruled.ok_or_else(missing)?;
	Ok(Ruled { digest, class, gas_used, transaction })
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::case_terms;
	use assay_primitives::task::InputList;

	fn limits() -> CourtLimits {
		let most = Demand {
			gas: 1_000_000,
			memory_pages: 16,
			module_bytes: 6,
			input_bytes: 5,
			output_bytes: 1 << 20,
		};
		CourtLimits { most, profiles: vec![Profile::BASE.id()] }
	}

	/// Exactly at every limit.
	fn spec() -> TaskSpec {
		TaskSpec { input: Input::Blob(ContentRef::of(b"input")), ..case_terms().spec }
	}

	#[test]
	fn limits_should_be_known_without_a_node() {
		let limits = court_limits_of_this_build().expect("the metadata has a court");
		assert!(limits.most.gas >= 1 << 24 && limits.most.module_bytes > 0);
		assert_eq!(limits.profiles, Profile::ALL.map(|profile| profile.id()));
		assert_eq!(number(&[1, 2]), Some(513));
		assert_eq!((number(&[]), number(&[0; 9])), (None, None));
	}

	#[test]
	fn court_should_take_what_is_at_its_limits_and_nothing_beyond() {
		limits().admits(&spec()).expect("at the limits");
		let beyond = |change: &dyn Fn(&mut CourtLimits)| {
			let mut limits = limits();
			change(&mut limits);
			limits.admits(&spec())
		};
		assert_eq!(beyond(&|limits| limits.most.gas -= 1), Err(Unfit::GasBeyondCourt));
		assert_eq!(beyond(&|limits| limits.most.memory_pages -= 1), Err(Unfit::MemoryBeyondCourt));
		assert_eq!(beyond(&|limits| limits.most.module_bytes -= 1), Err(Unfit::ModuleBeyondCourt));
		assert_eq!(beyond(&|limits| limits.most.input_bytes -= 1), Err(Unfit::InputBeyondCourt));
		assert_eq!(beyond(&|limits| limits.most.output_bytes -= 1), Err(Unfit::OutputBeyondCourt));
		assert_eq!(beyond(&|limits| limits.profiles.clear()), Err(Unfit::ProfileRetired));
		let unknown = TaskSpec { profile: Hash::zero(), ..spec() };
		assert_eq!(limits().admits(&unknown), Err(Unfit::ProfileUnknown));
	}

	#[test]
	fn call_should_be_assembled_only_out_of_the_content_that_the_task_names() {
		let make = |module: &[u8], input: Option<&[u8]>| {
			assemble(3, &spec().hash(), &spec(), &limits(), module, input)
		};
		let call = make(b"module", Some(b"input")).expect("fits");
		assert!(matches!(call, Call::Court(court::Call::adjudicate { .. })));
		for (module, input) in [
			(&b"modulE"[..], Some(&b"input"[..])),
			(b"module", Some(b"inpuT")),
			(b"module", Some(b"inpu")),
			(b"module", None),
		] {
			assert!(matches!(make(module, input), Err(Error::Usage(_))), "{input:?}");
		}
		let without = TaskSpec { input: Input::None, ..spec() };
		let extra = assemble(3, &without.hash(), &without, &limits(), b"module", Some(b"input"));
		assert!(matches!(extra, Err(Error::Usage(_))));
		let named = [ContentRef::of(b"other"), ContentRef::of(b"input")];
		let (inputs, list) = InputList::of(&named);
		let bag = TaskSpec { input: Input::List(inputs), ..spec() };
		let item = |list, input| {
			let content = ItemContent { list, module: b"module", input };
			assemble_item(3, &bag.hash_of(1), &bag, 1, &limits(), content)
		};
		let call = item(&list, Some(b"input")).expect("it is the second of the list");
		assert!(matches!(call, Call::Court(court::Call::adjudicate_item { .. })));
		assert!(matches!(item(&list, Some(b"other")), Err(Error::Usage(_))));
		assert!(matches!(item(b"another", Some(b"input")), Err(Error::Usage(_))));
		let whole = assemble(3, &bag.hash_of(1), &bag, &limits(), b"module", Some(b"input"));
		assert!(matches!(whole, Err(Error::NotForCourt(Unfit::InputIsList))));
		let small = CourtLimits { most: Demand { gas: 1, ..limits().most }, ..limits() };
		let refused = assemble(3, &spec().hash(), &spec(), &small, b"module", Some(b"input"));
		let error = refused.expect_err("too much gas");
		assert!(matches!(error, Error::NotForCourt(Unfit::GasBeyondCourt)));
		assert_eq!((error.code(), error.exit_code()), ("E-0311", 1));
	}
}
