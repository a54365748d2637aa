//! The run itself.

use crate::{
	code::{At, Code, NO_LOCAL, Op},
	flatten::flatten,
	instance::Instance,
	simd::shuffle,
	stack::Stack,
	stop::Stop,
	table::Table,
	value::{Cell, Take, referred},
};
use alloc::{boxed::Box, collections::BTreeMap, vec::Vec};
use assay_metering::{Checked, Trail, take_gas};
use assay_primitives::abi::{Function, signature};
use assay_wasi::{Gas, GuestMemory, Host, OutOfBounds, OutOfGas};
use wasmparser::{FuncType, TypeRef, ValType};

/// What does not change while a program runs, but for functions that are made ready when they are first
/// called.
pub struct Program<'c, 'm, 'p> {
	pub module: &'c Checked<'m, 'p>,
	/// Functions of the host, in the order of their imports.
	imports: Vec<Function>,
	/// For each type the first one that is equal to it.
	types: Vec<u32>,
	code: Vec<Option<Box<Code>>>,
}

/// A function that is open below the one that is running.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Frame {
	function: u32,
	/// The operation that is executed next.
	at: u32,
	/// Where the locals of the function below it begin.
	base: usize,
}

/// All that a run has come to. Nothing else tells how it goes on.
#[derive(Debug)]
pub struct State {
	/// Units that are left; negative where charges have exceeded them.
	pub gas: i64,
	/// Slots that are left, negative where a frame exceeded them.
	pub slots: i32,
	/// Steps that are left.
	pub steps: u64,
	/// What samples have come to.
	pub trail: Trail,
	/// Gas and slots that were left at the last sample or call of the host, which a trap leaves behind where
	/// samples are taken.
	pub noted: (i64, i32),
	pub stack: Stack,
	pub instance: Instance,
	/// Open functions, the running one last.
	frames: Vec<Frame>,
}

/// Where a function hands over.
enum Next {
	Call(u32),
	/// What a table had, as a function of this type.
	CallAs {
		function: u32,
		ty: u32,
	},
	Return,
}

impl<'c, 'm, 'p> Program<'c, 'm, 'p> {
	/// A module of which nothing was called yet.
	pub fn new(module: &'c Checked<'m, 'p>) -> Result<Self, Stop> {
		let mut imports = Vec::new();
		for import in module.sections.imports.iter().flat_map(|section| section.clone()) {
			let import = import.map_err(|_| Stop::Broken)?;
			if let TypeRef::Func(_) = import.ty {
				let known = signature(import.name).ok_or(Stop::Broken)?;
				imports.push(known.function);
			}
		}
		let mut code = Vec::new();
		code.resize_with(module.functions.len() - module.imported() as usize, || None);
		Ok(Self { module, imports, types: representatives(&module.types), code })
	}

	/// A function of the module's own, made ready if it is not yet.
	fn code(&mut self, function: u32) -> Result<&Code, Stop> {
		let own = function.checked_sub(self.module.imported()).ok_or(Stop::Broken)?;
		let place = self.code.get_mut(own as usize).ok_or(Stop::Broken)?;
		match place {
			Some(code) => Ok(code),
			None => Ok(place.insert(Box::new(flatten(self.module, function)?))),
		}
	}

	/// Whether a function is of a type, by what the types consist of.
	fn is_of(&self, function: u32, ty: u32) -> Result<bool, Stop> {
		let of = self.module.functions.get(function as usize).ok_or(Stop::Broken)?;
		let same = |ty: u32| self.types.get(ty as usize).ok_or(Stop::Broken);
		Ok(same(*of)? == same(ty)?)
	}
}

/// For each type the first one that is equal to it.
fn representatives(types: &[FuncType]) -> Vec<u32> {
	let mut known: BTreeMap<(&[ValType], &[ValType]), u32> = BTreeMap::new();
	let first = |(index, ty): (usize, _)| *known.entry(ty).or_insert(index as u32);
	types.iter().map(|ty| (ty.params(), ty.results())).enumerate().map(first).collect()
}

impl State {
	/// Before anything was charged, or is there.
	pub fn new(gas: u64, slots: u32, steps: u64) -> Self {
		Self {
			// Nobody lives to see 2^63 units used, so the cut changes nothing.
			gas: i64::try_from(gas).unwrap_or(i64::MAX),
			slots: i32::try_from(slots).unwrap_or(i32::MAX),
			steps,
			trail: Trail::default(),
			noted: (0, 0),
			stack: Stack::default(),
			instance: Instance::default(),
			frames: Vec::new(),
		}
	}

	/// Takes gas, or ends the run where less is left.
	#[inline(always)]
	pub fn charge(&mut self, amount: u64) -> Result<(), Stop> {
		match take_gas(self.gas, amount) {
			Some(left) => {
				self.gas = left;
				Ok(())
			},
			None => {
				self.gas = -1;
				Err(Stop::OutOfGas)
			},
		}
	}

	/// Notes what is left.
	pub fn note(&mut self) {
		self.noted = (self.gas, self.slots);
	}

	#[cold]
	fn sample(&mut self, locals: [u16; 2]) -> Result<(), Stop> {
		let mut values = [0; 2];
		for (value, local) in values.iter_mut().zip(locals) {
			if local != NO_LOCAL {
				*value = u64::of(self.stack.local(local.into())?);
			}
		}
		self.note();
		self.trail.sample(self.gas, values);
		Ok(())
	}

	/// Calls a function, whose parameters are on the stack, and comes back when it has returned.
	pub fn run(
		&mut self,
		program: &mut Program<'_, '_, '_>,
		host: &mut Host,
		function: u32,
	) -> Result<(), Stop> {
		let mut next = Next::Call(function);
		loop {
			if let Next::CallAs { function, ty } = next {
				next = match program.is_of(function, ty)? {
					true => Next::Call(function),
					false => return Err(Stop::Trap),
				};
			}
			match next {
				Next::Call(function) if function < program.module.imported() => {
					self.call_host(program, host, function)?;
				},
				Next::Call(function) | Next::CallAs { function, .. } => {
					self.enter(program, function)?;
				},
				Next::Return => self.leave(program)?,
			}
			let Some(frame) = self.frames.last() else { return Ok(()) };
			let (function, at, module) = (frame.function, frame.at, program.module);
			next = self.execute(program.code(function)?, at, module)?;
		}
	}

	/// Takes the slots of a function's frame, then opens it. Its gas comes behind that.
	fn enter(&mut self, program: &mut Program<'_, '_, '_>, function: u32) -> Result<(), Stop> {
		// A frame is far smaller than 2^31 slots.
		self.slots -= program.module.frame(function).unwrap_or(0) as i32;
		if self.slots < 0 {
			return Err(Stop::StackExhausted);
		}
		let code = program.code(function)?;
		let (params, locals) = (code.params as usize, code.locals as usize);
		let base = self.stack.enter(params, locals, code.operands as usize)?;
		self.frames.try_reserve(1).map_err(|_| Stop::Memory)?;
		self.frames.push(Frame { function, at: 0, base });
		Ok(())
	}

	fn leave(&mut self, program: &mut Program<'_, '_, '_>) -> Result<(), Stop> {
		let frame = self.frames.pop().ok_or(Stop::Broken)?;
		self.slots += program.module.frame(frame.function).unwrap_or(0) as i32;
		let results = program.code(frame.function)?.results;
		self.stack.leave(results as usize, frame.base)
	}

	fn call_host(
		&mut self,
		program: &Program<'_, '_, '_>,
		host: &mut Host,
		function: u32,
	) -> Result<(), Stop> {
		let ty = program.module.type_of(function).ok_or(Stop::Broken)?;
		let function = *program.imports.get(function as usize).ok_or(Stop::Broken)?;
		let mut args = [0; MAX_PARAMS];
		let args = args.get_mut(..ty.params().len()).ok_or(Stop::Broken)?;
		for arg in args.iter_mut().rev() {
			*arg = self.stack.pop()?;
		}
		let errno = host.call(function, args, &mut Guest(self)).map_err(Stop::Host)?;
		self.note();
		match ty.results().is_empty() {
			true => Ok(()),
			false => self.stack.push(errno.code()),
		}
	}

	/// Executes the running function from an operation on, up to where it calls or is left.
	fn execute(&mut self, code: &Code, mut at: At, module: &Checked<'_, '_>) -> Result<Next, Stop> {
		loop {
			let op = *code.ops.get(at as usize).ok_or(Stop::Broken)?;
			at += 1;
			match op {
				Op::Count(cost) => {
					// A function is charged less than 2^32 between two looks, and slots bound functions.
					self.gas = self.gas.saturating_sub(cost.into());
					continue;
				},
				Op::Charge(cost) => {
					self.charge(cost.into())?;
					continue;
				},
				Op::ChargeSampled { cost, sampled } => {
					self.charge(cost.into())?;
					if self.trail.is_due(self.gas) {
						self.sample(sampled)?;
					}
					continue;
				},
				_ => {},
			}
			self.steps = self.steps.checked_sub(1).ok_or(Stop::Steps)?;
			let stack = &mut self.stack;
			match op {
				Op::Unreachable => return Err(Stop::Trap),
				Op::Jump(to) => at = to,
				Op::JumpIf(to) => {
					if stack.pop::<u32>()? != 0 {
						at = to;
					}
				},
				Op::JumpUnless(to) => {
					if stack.pop::<u32>()? == 0 {
						at = to;
					}
				},
				Op::Branch { at: to, height, kept } => {
					stack.shorten(height as usize, kept.into())?;
					at = to;
				},
				Op::BranchIf { at: to, height, kept } => {
					if stack.pop::<u32>()? != 0 {
						stack.shorten(height as usize, kept.into())?;
						at = to;
					}
				},
				Op::Table(others) => at += stack.pop::<u32>()?.min(others),
				Op::Return => return Ok(Next::Return),
				Op::Call(function) => return self.hand_over(at, Next::Call(function)),
				Op::CallIndirect { ty, table } => {
					let index = stack.pop()?;
					let function = referred(self.table(table)?.get(index)?).ok_or(Stop::Trap)?;
					return self.hand_over(at, Next::CallAs { function, ty });
				},

				Op::Drop => _ = stack.pop_cell()?,
				Op::Select => {
					let chosen = stack.pop::<u32>()?;
					let second = stack.pop_cell()?;
					if chosen == 0 {
						stack.pop_cell()?;
						stack.push_cell(second)?;
					}
				},
				Op::LocalGet(local) => stack.push_cell(stack.local(local)?)?,
				Op::LocalSet(local) => {
					let value = stack.pop_cell()?;
					stack.set_local(local, value)?;
				},
				Op::LocalTee(local) => stack.set_local(local, stack.peek_cell()?)?,
				Op::Const(value) => stack.push(value)?,
				Op::LongConst(index) => stack.push_cell(long(code, index)?)?,
				Op::Integer(operator) => operator.execute(stack)?,
				Op::Load(load, offset) => load.execute(offset, &self.instance.memory, stack)?,
				Op::Store(store, offset) => {
					store.execute(offset, &mut self.instance.memory, stack)?;
				},
				Op::Float(operator) => operator.execute(stack)?,
				_ => self.compute(op, code, module)?,
			}
		}
	}

	/// Operations on vectors, and the charge by operand.
	fn compute(&mut self, op: Op, code: &Code, module: &Checked<'_, '_>) -> Result<(), Stop> {
		let stack = &mut self.stack;
		match op {
			Op::ChargeBy(by) => {
				let operand = u32::of(stack.peek_cell()?);
				self.charge(by.cost(&module.profile().costs, operand))?;
				match module.profile().commits_to_ends() && self.trail.is_due(self.gas) {
					true => self.sample([NO_LOCAL; 2]),
					false => Ok(()),
				}
			},
			Op::Comparison(operator) => operator.execute(stack),
			Op::Integers(operator) => operator.execute(stack),
			Op::Floats(operator) => operator.execute(stack),
			Op::Conversion(operator) => operator.execute(stack),
			Op::Lane(operator, lane) => operator.execute(lane, stack),
			Op::LaneAccess(access, offset) => {
				access.execute(offset, &mut self.instance.memory, stack)
			},
			Op::Shuffle(lanes) => {
				let (a, b) = stack.take()?;
				stack.push(shuffle(a, b, Take::of(long(code, lanes)?)))
			},
			_ => self.change(op, module),
		}
	}

	/// Where the running function goes on when what it calls has returned.
	fn hand_over(&mut self, at: At, next: Next) -> Result<Next, Stop> {
		self.frames.last_mut().ok_or(Stop::Broken)?.at = at;
		Ok(next)
	}

	/// Operations on globals, references, tables, and ranges of memory.
	fn change(&mut self, op: Op, module: &Checked<'_, '_>) -> Result<(), Stop> {
		let Self { stack, instance, .. } = self;
		let Instance { memory, tables, globals, elements, data } = instance;
		match op {
			Op::GlobalGet(index) => {
				stack.push_cell(*globals.get(index as usize).ok_or(Stop::Broken)?)
			},
			Op::GlobalSet(index) => {
				*globals.get_mut(index as usize).ok_or(Stop::Broken)? = stack.pop_cell()?;
				Ok(())
			},
			Op::RefIsNull => {
				let value = stack.pop::<u32>()?;
				stack.push(referred(value).is_none())
			},
			Op::MemorySize => stack.push(memory.pages()),
			Op::MemoryGrow => {
				let by = stack.pop()?;
				stack.push(grown(memory.grow(by)?))
			},
			Op::MemoryFill => {
				let (to, value, length) = stack.take::<(u32, u32, u32)>()?;
				memory.fill(to, value as u8, length)
			},
			Op::MemoryCopy => {
				let (to, from, length) = stack.take()?;
				memory.copy(to, from, length)
			},
			Op::MemoryInit(segment) => {
				let (to, from, length) = stack.take()?;
				let place = data.get(segment as usize).ok_or(Stop::Broken)?.clone();
				memory.init(to, module.module().get(place).ok_or(Stop::Broken)?, from, length)
			},
			Op::DataDrop(segment) => {
				*data.get_mut(segment as usize).ok_or(Stop::Broken)? = 0..0;
				Ok(())
			},
			Op::TableGet(index) => {
				let at = stack.pop()?;
				stack.push(table(tables, index)?.get(at)?)
			},
			Op::TableSet(index) => {
				let (at, value) = stack.take()?;
				table(tables, index)?.set(at, value)
			},
			Op::TableSize(index) => stack.push(table(tables, index)?.size()),
			Op::TableGrow(index) => {
				let (value, by) = stack.take()?;
				stack.push(grown(table(tables, index)?.grow(by, value)?))
			},
			Op::TableFill(index) => {
				let (to, value, length) = stack.take()?;
				table(tables, index)?.fill(to, value, length)
			},
			Op::TableCopy { to: into, from: out_of } if into == out_of => {
				let (to, from, length) = stack.take()?;
				table(tables, into)?.copy_within(to, from, length)
			},
			Op::TableCopy { to: into, from: out_of } => {
				let (to, from, length) = stack.take()?;
				let pair = [into as usize, out_of as usize];
				let [into, out_of] = tables.get_disjoint_mut(pair).map_err(|_| Stop::Broken)?;
				into.init(to, out_of.elements(), from, length)
			},
			Op::TableInit { segment, table: index } => {
				let (to, from, length) = stack.take()?;
				let others = elements.get(segment as usize).ok_or(Stop::Broken)?;
				table(tables, index)?.init(to, others, from, length)
			},
			Op::ElemDrop(segment) => {
				*elements.get_mut(segment as usize).ok_or(Stop::Broken)? = Vec::new();
				Ok(())
			},
			// The others are in `execute` and `compute`.
			_ => Err(Stop::Broken),
		}
	}

	fn table(&mut self, index: u32) -> Result<&mut Table, Stop> {
		table(&mut self.instance.tables, index)
	}
}

fn table(tables: &mut [Table], index: u32) -> Result<&mut Table, Stop> {
	tables.get_mut(index as usize).ok_or(Stop::Broken)
}

fn long(code: &Code, index: u32) -> Result<Cell, Stop> {
	code.long.get(index as usize).copied().ok_or(Stop::Broken)
}

/// What growth gives: the size before, or -1.
fn grown(before: Option<u32>) -> u32 {
	before.unwrap_or(u32::MAX)
}

/// Most parameters of a WASI function.
const MAX_PARAMS: usize = 9;

/// The program as the WASI host sees it.
struct Guest<'s>(&'s mut State);

impl GuestMemory for Guest<'_> {
	fn size(&self) -> u64 {
		self.0.instance.memory.size()
	}

	fn read(&self, ptr: u32, into: &mut [u8]) -> Result<(), OutOfBounds> {
		self.0.instance.memory.read(ptr, into)
	}

	fn write(&mut self, ptr: u32, from: &[u8]) -> Result<(), OutOfBounds> {
		self.0.instance.memory.write(ptr, from)
	}
}

impl Gas for Guest<'_> {
	fn charge(&mut self, amount: u64) -> Result<(), OutOfGas> {
		self.0.charge(amount).map_err(|_| OutOfGas)
	}

	fn left(&mut self) -> u64 {
		u64::try_from(self.0.gas).unwrap_or(0)
	}
}
