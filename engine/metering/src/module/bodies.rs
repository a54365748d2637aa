//! Taking up functions, one after the other.

use super::{Appended, Pass};
use crate::{
	Refusal,
	checked::Body,
	function::{Context, Plan, Purpose, Scan},
	origin::Moved,
	refusal::{Bound, Reason},
	rewrite::Source,
};
use alloc::string::String;
use wasm_encoder::{BlockType, BranchHint, Encode};
use wasmparser::{FuncToValidate, FuncValidatorAllocations, ValType, ValidatorResources};

impl<'m> Pass<'m, '_> {
	/// Takes up a function, and gives the allocations back for the next one.
	pub(super) fn function(
		&mut self,
		function: FuncToValidate<ValidatorResources>,
		body: &wasmparser::FunctionBody<'m>,
		allocations: FuncValidatorAllocations,
	) -> Result<FuncValidatorAllocations, Refusal> {
		let FuncToValidate { resources, index, ty, features } = function;
		let validate = FuncToValidate { resources: &resources, index, ty, features };
		let (types, functions) = (self.types.as_slice(), self.functions.as_slice());
		let context = Context { profile: self.profile, types, functions };
		let scanned = Scan::run(context, validate, body, allocations, self.purpose, &mut ());
		let (plan, allocations) = match scanned {
			Ok(scanned) => scanned,
			Err(refusal) => {
				self.skip_body(refusal)?;
				return Ok(FuncValidatorAllocations::default());
			},
		};
		self.body(&plan, body)?;
		self.places.push(Body::new(body, plan.frame));
		self.resources = Some(resources);
		Ok(allocations)
	}

	fn body(&mut self, plan: &Plan, body: &wasmparser::FunctionBody<'m>) -> Result<(), Refusal> {
		self.takes_reference |= plan.takes_reference;
		self.note_function(plan, body);
		// Each function is bounded, and so is their number.
		self.locals_by_control += plan.locals_by_control;
		let at = body.range().start;
		let limit = self.profile.limits.locals_by_control_per_module;
		self.above(Bound::ModuleLocalsByControl, at, self.locals_by_control, limit)?;
		self.merges += plan.merges;
		let merges = plan.merges + plan.merged_gas;
		let squared = merges.saturating_mul(merges);
		self.info.merges_squared = self.info.merges_squared.saturating_add(squared);
		self.info.work += plan.work;
		let pieces = u64::from(plan.pieces);
		self.info.pieces_squared = self.info.pieces_squared.saturating_add(pieces * pieces);
		self.above(Bound::Work, at, self.info.work, self.profile.limits.work)?;
		let limit = self.profile.limits.merges_per_module;
		self.above(Bound::ModuleMerges, at, self.merges, limit)?;
		let function = self.info.imports + self.defined;
		self.defined += 1;
		if self.purpose == Purpose::Checking {
			return Ok(());
		}
		let slots = self.profile.stack.slots;
		if let Some(frame) = plan.frame.filter(|frame| *frame > slots) {
			if let Some(moved) = self.sought.get_mut(&function) {
				moved.copied(0, plan.code..plan.code);
			}
			let body = match &self.appended {
				Appended::Kept(kept) => kept.unreachable_function(frame),
				Appended::Passed(passed) => passed.unreachable_function(plan, frame),
			};
			body.bytes.encode(&mut self.bodies);
			return Ok(());
		}
		let ty = self.functions.get(function as usize).and_then(|ty| self.types.get(*ty as usize));
		let results = match ty.map(|ty| ty.results().to_vec()) {
			Some(results) => self.block_type(&results, body.range().start)?,
			// The validator knows a type for every body.
			None => BlockType::Empty,
		};
		let (bytes, start) = (body.as_bytes(), body.range().start);
		let mut moved = self.sought.contains_key(&function).then(Moved::default);
		let source = Source::new(bytes, start, moved.as_mut());
		let code = match &self.appended {
			Appended::Kept(kept) => kept.function(plan, source, results),
			Appended::Passed(passed) => passed.function(plan, source, results),
		};
		if let Some(moved) = moved {
			self.sought.insert(function, moved);
		}
		code.bytes.encode(&mut self.bodies);
		if !code.hints.is_empty() {
			let hint = |(at, met): &(u32, bool)| BranchHint {
				branch_func_offset: *at,
				branch_hint_value: (*met).into(),
			};
			self.hints.function_hints(function, code.hints.iter().map(hint));
		}
		Ok(())
	}

	/// Type of a block without parameters that has these results.
	fn block_type(&mut self, results: &[ValType], at: usize) -> Result<BlockType, Refusal> {
		let single = match results {
			[] => return Ok(BlockType::Empty),
			[single] => single,
			_ => {
				let next = self.block_types.len() as u32;
				let index = *self.block_types.entry(results.to_vec()).or_insert(next);
				return Ok(BlockType::FunctionType(self.block_types() + index));
			},
		};
		match wasm_encoder::ValType::try_from(*single) {
			Ok(ty) => Ok(BlockType::Result(ty)),
			Err(_) => Err(Refusal::new(at, Reason::Malformed(String::from("type of a result")))),
		}
	}
}
