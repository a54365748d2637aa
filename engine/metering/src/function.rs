//! One function: its bounds, its frame, and the places where something is injected.

use crate::{
	LOCALS_PER_UNIT,
	cost::{self, ByOperand},
	floats::{Floats, Shape},
	merges::Merges,
	refusal::{Bound, Refusal},
	trail::{Local, Sampled},
};
use alloc::vec::Vec;
use assay_primitives::profile::Profile;
use wasmparser::{
	BlockType, FuncToValidate, FuncType, FuncValidatorAllocations, FunctionBody, Operator,
	OperatorsReader, ValType, WasmModuleResources,
};

/// Most ways that join in a function that keeps its gas in a local, which each of them merges.
const MAX_JOINS: u64 = 20_000;

/// What the pass does to a function.
#[derive(Debug)]
pub struct Plan {
	/// Slots of the frame, where they are counted.
	pub frame: Option<u32>,
	/// Offset of the first operator.
	pub code: usize,
	/// Its parameters.
	pub params: u32,
	/// Its locals, parameters included.
	pub locals: u32,
	/// Whether it calls by an index into a table.
	pub calls_indirectly: bool,
	/// What is done where, by ascending offset.
	pub edits: Vec<Edit>,
	/// Whether it keeps what is left of the gas in a local.
	pub keeps_gas: bool,
	/// Whether it takes a reference to a function.
	pub takes_reference: bool,
	/// Its locals times its control operators.
	pub locals_by_control: u64,
	/// Values merged where control flow joins.
	pub merges: u64,
	/// The same of the local that holds what is left of the gas.
	pub merged_gas: u64,
	/// Pieces that are charged for.
	pub pieces: u32,
	/// Its loops.
	pub loops: u32,
	/// Work of compiling it.
	pub work: u64,
	/// Its locals as they are bounded: vectors count for more than one.
	pub local_slots: u32,
	/// Blocks that are open at once at most.
	pub nesting: u64,
	/// Targets of its largest `br_table`.
	pub branch_targets: u32,
	/// Values that its blocks take and leave, and that its branches take along.
	pub carried: u64,
}

/// A change before the operator at an offset.
#[derive(Clone, Copy, Debug)]
pub struct Edit {
	/// Offset of the operator.
	pub at: usize,
	/// The change.
	pub kind: EditKind,
}

/// Kinds of change.
#[derive(Clone, Copy, Debug)]
pub enum EditKind {
	/// Charge for a piece.
	Charge(Charge),
	/// A call may have changed the gas that is left.
	Reload,
	/// Call the helper that charges so.
	Helper(ByOperand),
	/// Replace the operator, a `return`, by a branch out of this many blocks.
	Return(u32),
	/// Make the topmost value canonical if it is a NaN.
	Settle(Shape),
	/// Replace the operator, where functions pass on what is left.
	Replace {
		/// By what.
		with: Replacement,
		/// Its bytes.
		length: u8,
	},
}

/// What comes in the place of an operator where functions take and give one value more.
#[derive(Clone, Copy, Debug)]
pub enum Replacement {
	/// The same for a local of this index, before that value had one.
	Local(u32),
	/// A call of this function.
	Call(u32),
	/// A call of a function of this type.
	CallIndirect {
		/// Index of the type in the module.
		ty: u32,
		/// The table.
		table: u32,
	},
	/// A reference to this function.
	Refer(u32),
}

/// Gas of a piece.
#[derive(Clone, Copy, Debug)]
pub struct Charge {
	/// How much.
	pub cost: u64,
	/// Whether anything in the piece can trap, call, or have gas charged, so that what is left has to
	/// be in its global.
	pub observed: bool,
	/// Whether it is looked at, and what else is done then.
	pub look: Look,
}

/// What is done where a piece is charged.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Look {
	/// Nothing: what is left may become negative.
	None,
	/// The run ends if less than nothing is left.
	Plain,
	/// A sample of these locals is taken besides, if one is due.
	Sampling(Sampled),
}

impl Charge {
	/// Nothing yet, of a piece that begins so.
	fn new(look: Look) -> Self {
		Self { cost: 0, observed: false, look }
	}
}

/// Where a piece begins.
///
/// Gas may be negative for a while: nobody sees it before the next look, trap, host call or end of the run.
/// But whatever can go on for long has to notice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
	/// Where the function does, which a caller comes to again and again.
	Entry,
	/// Behind `loop`.
	Loop,
	/// Elsewhere.
	Forward,
}

impl EditKind {
	/// Order of the edits at one offset. Reloading and settling belong to the operator before, and a
	/// charge covers the operator that is changed there.
	fn rank(self) -> u8 {
		match self {
			Self::Reload | Self::Settle(_) => 0,
			Self::Charge(_) => 1,
			Self::Helper(_) | Self::Return(_) | Self::Replace { .. } => 2,
		}
	}
}

/// A block that is open.
struct Frame {
	kind: FrameKind,
	/// Branches that name it.
	branches: u64,
	/// Values that a branch to it takes along.
	arity: u64,
	/// Most that was charged on a way to its end since it was looked at.
	unlooked: u64,
	/// The same where its condition was taken, in an `if` before its `else`.
	skipping: Option<u64>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum FrameKind {
	Block,
	Loop,
	If,
}

impl Frame {
	fn new(kind: FrameKind, arity: u64) -> Self {
		Self { kind, branches: 0, arity, unlooked: 0, skipping: None }
	}

	/// Ways that lead to where branches to it go; none where there is nothing to merge.
	fn edges(&self) -> u64 {
		match self.kind {
			FrameKind::If => 2 + self.branches,
			_ if self.branches == 0 => 0,
			_ => 1 + self.branches,
		}
	}
}

/// How many of a function's locals, parameters included, are vectors. Not more than it has locals.
fn wide_locals(ty: Option<&FuncType>, body: &FunctionBody<'_>) -> Result<u32, Refusal> {
	let params = ty.map_or(&[][..], FuncType::params);
	let mut wide = params.iter().filter(|ty| **ty == ValType::V128).count() as u32;
	for run in body.get_locals_reader()? {
		let (count, ty) = run?;
		if ty == ValType::V128 {
			wide = wide.saturating_add(count);
		}
	}
	Ok(wide)
}

/// What is the same for all functions of a module.
#[derive(Clone, Copy)]
pub struct Context<'p> {
	/// By which rules.
	pub profile: &'p Profile,
	/// Types of the module.
	pub types: &'p [FuncType],
	/// Type of each of its functions.
	pub functions: &'p [u32],
}

/// What a function is read for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Purpose {
	/// To know its bounds, its frame and its charges.
	Checking,
	/// To write it anew, for engines that don't make NaNs canonical.
	Rewriting,
}

/// Is told what a function consists of, in the order of its operators.
pub trait Visitor {
	/// It has this many locals, parameters included.
	fn locals(&mut self, count: u32);

	/// The next operator is charged for so, right before it is executed.
	fn charges(&mut self, by: ByOperand);

	/// An operator, and the height of the operand stack behind it. Where it can't be reached the
	/// height says nothing.
	fn operator(&mut self, operator: &Operator<'_>, height: u32);

	/// The last operator has ended a piece, all of which is charged at its beginning, with what is done there.
	fn piece(&mut self, cost: u64, look: Look);
}

/// Sees nothing.
impl Visitor for () {
	fn locals(&mut self, _count: u32) {}
	fn charges(&mut self, _by: ByOperand) {}
	fn operator(&mut self, _operator: &Operator<'_>, _height: u32) {}
	fn piece(&mut self, _cost: u64, _look: Look) {}
}

/// Reads one function, validating it on the way.
pub struct Scan<'p> {
	profile: &'p Profile,
	types: &'p [FuncType],
	functions: &'p [u32],
	/// Open blocks, the function itself first.
	frames: Vec<Frame>,
	/// Start of the straight piece being read, and its charge so far.
	piece: (usize, Charge),
	/// The piece that the last operator has ended.
	ended: Option<Charge>,
	/// Of what samples are taken.
	sampled: Sampled,
	/// Most that was charged on a way to here since it was looked at, and how much that may be.
	unlooked: (u64, u64),
	edits: Vec<Edit>,
	merges: Merges,
	/// Values that blocks take and leave, and that branches take along.
	carried: u64,
	pieces: u32,
	work: u64,
	control: u64,
	operators: u32,
	height: u32,
	calls: bool,
	loops: u32,
	/// Those that are open.
	open_loops: u32,
	nesting: u64,
	branch_targets: u32,
	/// Ways that join, over all labels.
	joins: u64,
	takes_reference: bool,
	calls_indirectly: bool,
	/// Parameters, where the function is rewritten so that it passes on what is left.
	passing: Option<u32>,
}

impl<'p> Scan<'p> {
	/// Validates `body` and plans its changes. Gives the allocations back for the next one.
	pub fn run(
		context: Context<'p>,
		validate: FuncToValidate<impl WasmModuleResources>,
		body: &FunctionBody<'_>,
		allocations: FuncValidatorAllocations,
		purpose: Purpose,
		visitor: &mut impl Visitor,
	) -> Result<(Plan, FuncValidatorAllocations), Refusal> {
		let Context { profile, types, .. } = context;
		let limits = &profile.limits;
		let index = validate.ty;
		let (start, bytes) = (body.range().start, body.range().len() as u64);
		Refusal::above(Bound::BodyBytes, start, bytes, limits.body_bytes)?;
		let mut validator = validate.into_validator(allocations);
		let mut reader = body.get_binary_reader();
		validator.read_locals(&mut reader)?;
		Refusal::above(Bound::Locals, start, validator.len_locals(), limits.locals)?;
		let ty = types.get(index as usize);
		// Both factors are small: the first by the check above.
		let more = wide_locals(ty, body)? * profile.stack.vector.saturating_sub(1);
		let locals = validator.len_locals() + more;
		Refusal::above(Bound::Locals, start, locals, limits.locals)?;

		let code = reader.original_position();
		let results = ty.map_or(0, |ty| ty.results().len() as u64);
		let mut scan = Self::new(context, code, locals, results);
		let params = ty.map_or(0, |ty| ty.params().len());
		(0..params as u32).for_each(|param| scan.assign(param, validator.get_local_type(param)));
		scan.piece.1.look = scan.look_at(Place::Entry);
		let passing = profile.commits_to_ends() && purpose == Purpose::Rewriting;
		scan.passing = passing.then_some(params as u32);
		let all = (0..validator.len_locals()).filter_map(|index| validator.get_local_type(index));
		let mut floats = (purpose == Purpose::Rewriting)
			.then(|| Floats::new(types, params, all, results as usize));
		visitor.locals(validator.len_locals());
		let mut operators = OperatorsReader::new(reader);
		while !operators.eof() {
			let (operator, at) = operators.read_with_offset()?;
			validator.op(at, &operator)?;
			let next = operators.original_position();
			if let Some(floats) = &mut floats {
				// Every operator of the profile's features has an arity.
				let arity = || operator.operator_arity(&validator.visitor(at)).unwrap_or_default();
				floats.step(&operator, arity, next);
			}
			let height = validator.operand_stack_height();
			scan.height = scan.height.max(height);
			scan.step(&operator, at, next)?;
			if let Operator::LocalSet { local_index } | Operator::LocalTee { local_index } =
				operator
			{
				scan.assign(local_index, validator.get_local_type(local_index));
			}
			if let Some(by) = cost::by_operand(&operator) {
				visitor.charges(by);
			}
			visitor.operator(&operator, height);
			if let Some(charge) = scan.ended.take() {
				// Where looks stand changes nothing under former profiles, so there it may be anywhere.
				let look = if profile.commits_to_ends() { charge.look } else { Look::Plain };
				visitor.piece(charge.cost, look);
			}
			let merges = scan.merges.total();
			Refusal::above(Bound::Merges, at, merges, limits.merges_per_function)?;
			Refusal::above(Bound::Carried, at, scan.carried, limits.carried)?;
			Refusal::above(Bound::Pieces, at, scan.pieces, limits.pieces)?;
		}
		operators.finish()?;
		let product = scan.control.saturating_mul(locals.into());
		Refusal::above(Bound::LocalsByControl, start, product, limits.locals_by_control)?;
		scan.edits.extend(
			floats
				.map(Floats::finish)
				.unwrap_or_default()
				.into_iter()
				.map(|settle| Edit { at: settle.at, kind: EditKind::Settle(settle.shape) }),
		);
		let declared = validator.len_locals();
		let plan = scan.finish(code, (params as u32, declared, locals), product);
		Ok((plan, validator.into_allocations()))
	}

	fn new(context: Context<'p>, code: usize, locals: u32, results: u64) -> Self {
		let Context { profile, types, functions } = context;
		Self {
			profile,
			types,
			functions,
			carried: 0,
			pieces: 0,
			work: profile.work.function.into(),
			frames: alloc::vec![Frame::new(FrameKind::Block, results)],
			merges: Merges::new(locals),
			// Engines set all locals to zero on entry.
			piece: (
				code,
				Charge { cost: u64::from(locals / LOCALS_PER_UNIT), ..Charge::new(Look::Plain) },
			),
			ended: None,
			sampled: Sampled::default(),
			unlooked: (0, profile.unlooked(locals)),
			edits: Vec::new(),
			control: 0,
			operators: 0,
			height: 0,
			calls: false,
			loops: 0,
			open_loops: 0,
			nesting: 0,
			branch_targets: 0,
			joins: 0,
			takes_reference: false,
			calls_indirectly: false,
			passing: None,
		}
	}

	/// The plan of a function with so many parameters, locals, and slots of locals.
	fn finish(
		mut self,
		code: usize,
		(params, declared, locals): (u32, u32, u32),
		locals_by_control: u64,
	) -> Plan {
		// A piece is known to its end only after edits inside of it, so they are out of order.
		self.edits.sort_by_key(|edit| (edit.at, edit.kind.rank()));
		// Each is far below 2^30, by the bounds on locals and on the bytes of a body.
		let rules = &self.profile.stack;
		let frame = locals + self.height + rules.frame + self.operators / rules.operators.max(1);
		let counted = self.calls || frame > rules.leaf;
		let passes_gas = self.profile.commits_to_ends();
		let keeps_gas = !passes_gas && self.loops > 0 && self.joins <= MAX_JOINS;
		Plan {
			frame: counted.then_some(frame),
			code,
			params,
			locals: declared,
			calls_indirectly: self.calls_indirectly,
			edits: self.edits,
			keeps_gas,
			takes_reference: self.takes_reference,
			locals_by_control,
			merges: self.merges.total(),
			merged_gas: match (keeps_gas, passes_gas) {
				(true, _) => self.joins,
				// Each look may take another way.
				(_, true) => self.joins + 2 * u64::from(self.pieces),
				_ => 0,
			},
			pieces: self.pieces,
			loops: self.loops,
			work: self.work,
			local_slots: locals,
			nesting: self.nesting,
			branch_targets: self.branch_targets,
			carried: self.carried,
		}
	}

	fn step(&mut self, operator: &Operator<'_>, at: usize, next: usize) -> Result<(), Refusal> {
		let vector = cost::is_vector(operator);
		self.operators += if vector { self.profile.stack.vector } else { 1 };
		self.piece.1.cost += cost::of(&self.profile.costs, operator);
		self.piece.1.observed |= !cost::is_quiet(operator);
		self.work += cost::work(&self.profile.work, operator);
		if let Some(by) = cost::by_operand(operator) {
			self.edits.push(Edit { at, kind: EditKind::Helper(by) });
		}
		match operator {
			Operator::Block { blockty } => self.open(FrameKind::Block, *blockty, at)?,
			Operator::Loop { blockty } => {
				self.open(FrameKind::Loop, *blockty, at)?;
				self.loops += 1;
				self.open_loops += 1;
				Refusal::above(Bound::Loops, at, self.loops, self.profile.limits.loops)?;
				self.cut_to(next, Place::Loop);
			},
			Operator::If { blockty } => {
				self.open(FrameKind::If, *blockty, at)?;
				self.cut(next);
				let so_far = self.unlooked.0;
				self.innermost(|frame| frame.skipping = Some(so_far));
			},
			Operator::Else => {
				self.cut(next);
				self.other_side();
			},
			Operator::End => self.close(next),
			Operator::Br { relative_depth } => {
				self.control += 1;
				self.target(*relative_depth);
				self.cut(next);
				self.arrives(*relative_depth);
				self.unlooked.0 = 0;
			},
			Operator::BrIf { relative_depth } => {
				self.control += 1;
				self.target(*relative_depth);
				self.cut(next);
				self.arrives(*relative_depth);
			},
			Operator::BrTable { targets } => {
				let limit = self.profile.limits.branch_targets;
				Refusal::above(Bound::BranchTargets, at, targets.len(), limit)?;
				self.branch_targets = self.branch_targets.max(targets.len());
				self.control += 1 + u64::from(targets.len());
				self.work += u64::from(self.profile.work.target) * u64::from(targets.len());
				self.target(targets.default());
				for target in targets.targets() {
					self.target(target?);
				}
				self.cut(next);
				self.arrives(targets.default());
				for target in targets.targets() {
					self.arrives(target?);
				}
				self.unlooked.0 = 0;
			},
			Operator::Return => {
				self.control += 1;
				// The function's own block is the outermost of those that are open.
				let depth = self.frames.len().saturating_sub(1) as u32;
				self.target(depth);
				self.edits.push(Edit { at, kind: EditKind::Return(depth) });
				self.cut(next);
				self.unlooked.0 = 0;
			},
			Operator::Unreachable => {
				self.cut(next);
				self.unlooked.0 = 0;
			},
			Operator::Call { function_index } => {
				self.call(self.functions.get(*function_index as usize).copied(), next);
			},
			Operator::CallIndirect { type_index, .. } => {
				self.calls_indirectly = true;
				self.call(Some(*type_index), next);
			},
			Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
				self.merges.assign(*local_index);
			},
			Operator::RefFunc { .. } => self.takes_reference = true,
			_ => {},
		}
		self.replace(operator, at, next);
		Ok(())
	}

	/// Notes what an operator becomes where functions pass on what is left.
	fn replace(&mut self, operator: &Operator<'_>, at: usize, next: usize) {
		let Some(params) = self.passing else { return };
		let with = match *operator {
			Operator::LocalGet { local_index }
			| Operator::LocalSet { local_index }
			| Operator::LocalTee { local_index }
				if local_index >= params =>
			{
				Replacement::Local(local_index)
			},
			Operator::Call { function_index } => Replacement::Call(function_index),
			Operator::CallIndirect { type_index, table_index } => {
				Replacement::CallIndirect { ty: type_index, table: table_index }
			},
			Operator::RefFunc { function_index } => Replacement::Refer(function_index),
			_ => return,
		};
		// The longest has two numbers of at most five bytes each.
		let length = (next - at) as u8;
		self.edits.push(Edit { at, kind: EditKind::Replace { with, length } });
	}

	fn open(&mut self, kind: FrameKind, ty: BlockType, at: usize) -> Result<(), Refusal> {
		self.control += 1;
		let arity = self.arity(kind, ty);
		self.carried += self.values(ty);
		self.frames.push(Frame::new(kind, arity));
		self.merges.open();
		let depth = self.frames.len() as u64 - 1;
		self.nesting = self.nesting.max(depth);
		Refusal::above(Bound::Nesting, at, depth, self.profile.limits.nesting)
	}

	/// A call of something of this type, which the validator knows.
	fn call(&mut self, ty: Option<u32>, next: usize) {
		self.calls = true;
		self.edits.push(Edit { at: next, kind: EditKind::Reload });
		let ty = ty.and_then(|ty| self.types.get(ty as usize));
		let values = ty.map_or(0, |ty| ty.params().len() + ty.results().len());
		self.work += u64::from(self.profile.work.value) * values as u64;
	}

	/// A loop is only ever left by falling out of it, so its end starts no new piece.
	fn close(&mut self, next: usize) {
		let Some(frame) = self.frames.pop() else { return };
		self.merges.close(frame.edges(), frame.arity);
		self.open_loops -= u32::from(frame.kind == FrameKind::Loop);
		self.joins = self.joins.saturating_add(frame.edges());
		let joins = match frame.kind {
			FrameKind::Block => frame.branches > 0,
			FrameKind::If => true,
			FrameKind::Loop => false,
		};
		if joins || self.frames.is_empty() {
			self.cut(next);
			let skipping = frame.skipping.unwrap_or(0);
			self.unlooked.0 = self.unlooked.0.max(frame.unlooked).max(skipping);
		}
	}

	fn innermost(&mut self, change: impl FnOnce(&mut Frame)) {
		if let Some(frame) = self.frames.last_mut() {
			change(frame);
		}
	}

	/// Goes on where the condition of an `if` was not met.
	fn other_side(&mut self) {
		let mut so_far = self.unlooked.0;
		self.innermost(|frame| {
			frame.unlooked = frame.unlooked.max(so_far);
			so_far = frame.skipping.take().unwrap_or(0);
		});
		self.unlooked.0 = so_far;
	}

	/// Notes what was charged on the way of a branch. Behind `loop` it is looked at.
	fn arrives(&mut self, depth: u32) {
		let so_far = self.unlooked.0;
		let index = self.frames.len().checked_sub(1 + depth as usize);
		if let Some(frame) = index.and_then(|index| self.frames.get_mut(index)) {
			frame.unlooked = frame.unlooked.max(so_far);
		}
	}

	/// Values that a block of this type takes and leaves.
	fn values(&self, ty: BlockType) -> u64 {
		let values = match ty {
			BlockType::Empty => 0,
			BlockType::Type(_) => 1,
			BlockType::FuncType(index) => {
				let ty = self.types.get(index as usize);
				ty.map_or(0, |ty| ty.params().len() + ty.results().len())
			},
		};
		values as u64
	}

	/// Values that a branch to a block of this type takes along.
	fn arity(&self, kind: FrameKind, ty: BlockType) -> u64 {
		let values = match ty {
			BlockType::Empty => 0,
			BlockType::Type(_) => usize::from(kind != FrameKind::Loop),
			BlockType::FuncType(index) => match self.types.get(index as usize) {
				Some(ty) if kind == FrameKind::Loop => ty.params().len(),
				Some(ty) => ty.results().len(),
				// The validator has refused it.
				None => 0,
			},
		};
		values as u64
	}

	fn target(&mut self, depth: u32) {
		let index = self.frames.len().checked_sub(1 + depth as usize);
		if let Some(frame) = index.and_then(|index| self.frames.get_mut(index)) {
			frame.branches += 1;
			self.carried += frame.arity;
		}
	}

	/// Ends the piece and starts another one.
	fn cut(&mut self, next: usize) {
		self.cut_to(next, Place::Forward);
	}

	/// What is done at the charge of a piece that begins there, whatever is in it.
	fn look_at(&self, place: Place) -> Look {
		match place {
			Place::Forward => Look::None,
			// What samples are made of would have to be kept in the short loops.
			Place::Loop if self.open_loops > 1 => self.look(Sampled::default()),
			Place::Entry | Place::Loop => self.look(self.sampled),
		}
	}

	fn look(&self, sampled: Sampled) -> Look {
		match self.profile.commits_to_ends() {
			true => Look::Sampling(sampled),
			false => Look::Plain,
		}
	}

	/// Notes that a local of this type was assigned.
	fn assign(&mut self, index: u32, ty: Option<ValType>) {
		let (Ok(index), Some(ValType::I32 | ValType::I64)) = (u16::try_from(index), ty) else {
			return;
		};
		self.sampled.assign(Local { index, long: ty == Some(ValType::I64) });
	}

	fn cut_to(&mut self, next: usize, place: Place) {
		let (at, mut charge) = self.piece;
		let (so_far, most) = self.unlooked;
		if charge.look == Look::None && so_far.saturating_add(charge.cost) > most {
			charge.look = self.look(Sampled::default());
		}
		if charge.cost > 0 {
			let looked = charge.look != Look::None;
			self.unlooked.0 = if looked { 0 } else { so_far + charge.cost };
		}
		self.ended = Some(charge);
		// A piece that costs nothing leaves what is to be noticed in its place to the next one.
		let look = match (charge.cost, place) {
			(0, Place::Forward) => charge.look,
			_ => self.look_at(place),
		};
		self.piece = (next, Charge::new(look));
		if charge.cost > 0 {
			self.pieces += 1;
			self.work += u64::from(self.profile.work.piece);
			self.edits.push(Edit { at, kind: EditKind::Charge(charge) });
		}
	}
}
