//! What the functions of a series execute, and within which blocks.

use super::Part;
use crate::generated::Modules;
use anyhow::{Context as _, Result, anyhow};
use assay_interpreter::testing::Testing;
use assay_metering::read;
use assay_primitives::profile::{ModuleLimits, Profile};
use std::{
	collections::{BTreeMap, BTreeSet},
	fmt,
	ops::Range,
	path::Path,
};
use wasm_encoder::{
	CodeSection, ConstExpr, GlobalSection, GlobalType, Module, RawSection, ValType,
	reencode::{Reencode, RoundtripReencoder},
};
use wasmparser::{
	BlockType, FrameKind, FuncType, FuncValidator, Operator, OperatorsReader, Parser, Payload,
	ValidPayload, Validator, ValidatorResources,
};

/// Values below a block from which on they count as many: more than there are registers.
const MANY: usize = 64;

/// Where an operator stands: the innermost block around it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Place {
	kind: &'static str,
	takes_parameters: bool,
	below: &'static str,
}

/// Operators by where they stand, in a sample of modules.
#[derive(Default)]
pub struct Coverage {
	modules: u64,
	/// Those that are there, and those of them that were executed.
	places: BTreeMap<Place, [BTreeSet<String>; 2]>,
}

impl Coverage {
	/// Runs the modules of a part.
	pub fn add(&mut self, generator: &Path, part: &Part) -> Result<()> {
		let Part { kind, seed, first, count } = *part;
		for module in Modules::new(generator, (seed, first, count), kind.simd, kind.shape)? {
			self.module(&module?)?;
		}
		Ok(())
	}

	fn module(&mut self, wasm: &[u8]) -> Result<()> {
		self.modules += 1;
		let marked = Marked::new(wasm)?;
		for (piece, executed) in marked.pieces.iter().zip(marked.run()?) {
			for (operator, place) in piece {
				let [there, ran] = self.places.entry(*place).or_default();
				there.insert(operator.clone());
				if executed {
					ran.insert(operator.clone());
				}
			}
		}
		Ok(())
	}
}

impl fmt::Display for Coverage {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		writeln!(
			f,
			"| innermost block of {} modules | operators that it has | executed |",
			self.modules
		)?;
		writeln!(f, "|---|--:|--:|")?;
		let mut all = [0, 0];
		for (Place { kind, takes_parameters, below }, [there, ran]) in &self.places {
			let parameters = if *takes_parameters { "with parameters" } else { "without" };
			let (there, ran) = (there.len(), ran.len());
			writeln!(f, "| {kind} {parameters}, {below} below | {there} | {ran} |")?;
			all = [all[0] + there, all[1] + ran];
		}
		write!(f, "| all | {} | {} |", all[0], all[1])
	}
}

/// A module with a global for each piece of code that is executed as a whole, which is set where it begins.
struct Marked {
	wasm: Vec<u8>,
	/// Operators of each piece.
	pieces: Vec<Vec<(String, Place)>>,
	/// The first global of them.
	first: u32,
}

impl Marked {
	fn new(wasm: &[u8]) -> Result<Self> {
		let mut marking = Marking::default();
		let mut validator = Validator::new();
		for payload in Parser::new(0).parse_all(wasm) {
			let payload = payload?;
			if let ValidPayload::Func(function, body) = validator.payload(&payload)? {
				let validator = function.into_validator(Default::default());
				marking.function(validator, body.range(), body.get_binary_reader(), wasm)?;
			}
			marking.section(payload)?;
		}
		let first = marking.globals.len();
		let mut globals = marking.globals;
		let ty = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
		for _ in &marking.pieces {
			globals.global(ty, &ConstExpr::i32_const(0));
		}
		let mut module = Module::new();
		for (id, range) in marking.sections {
			match id {
				GLOBALS => module.section(&globals),
				CODE => module.section(&marking.code),
				_ => module.section(&RawSection { id, data: &wasm[range] }),
			};
		}
		Ok(Self { wasm: module.finish(), pieces: marking.pieces, first })
	}

	/// Which pieces are executed.
	fn run(&self) -> Result<Vec<bool>> {
		let limits = ModuleLimits { globals: u32::MAX, ..Profile::SIMD.limits };
		let profile = Profile { limits, ..Profile::SIMD };
		let module = read(&self.wasm, &profile, u32::MAX);
		let module = module.map_err(|refusal| anyhow!("{refusal}"))?;
		let mut testing = Testing::new(&module, u64::MAX).map_err(|fault| anyhow!("{fault:?}"))?;
		// Without room for output it ends where it writes what all functions have come to.
		let _ = testing.call(module.main.context("no _start")?, &[]);
		let globals = (self.first..).take(self.pieces.len());
		Ok(globals.map(|global| testing.global(global).is_some_and(|cell| cell[0] != 0)).collect())
	}
}

const GLOBALS: u8 = 6;
const CODE: u8 = 10;

#[derive(Default)]
struct Marking {
	types: Vec<FuncType>,
	globals: GlobalSection,
	code: CodeSection,
	sections: Vec<(u8, Range<usize>)>,
	pieces: Vec<Vec<(String, Place)>>,
}

impl Marking {
	fn section(&mut self, payload: Payload<'_>) -> Result<()> {
		self.sections.extend(payload.as_section());
		match payload {
			Payload::TypeSection(types) => {
				self.types = types.into_iter_err_on_gc_types().collect::<Result<_, _>>()?;
			},
			Payload::GlobalSection(globals) => {
				RoundtripReencoder.parse_global_section(&mut self.globals, globals)?;
			},
			_ => {},
		}
		Ok(())
	}

	fn function(
		&mut self,
		mut validator: FuncValidator<ValidatorResources>,
		range: Range<usize>,
		mut reader: wasmparser::BinaryReader<'_>,
		wasm: &[u8],
	) -> Result<()> {
		validator.read_locals(&mut reader)?;
		let mut body = wasm[range.start..reader.original_position()].to_vec();
		let mut operators = OperatorsReader::new(reader);
		let mut begins = true;
		while !operators.eof() {
			if begins {
				self.begin(&mut body);
			}
			let (operator, at) = operators.read_with_offset()?;
			let place = self.place(&validator);
			validator.op(at, &operator)?;
			body.extend_from_slice(&wasm[at..operators.original_position()]);
			let piece = self.pieces.last_mut().expect("one was begun");
			piece.push((name(&operator), place));
			begins = ends_piece(&operator);
		}
		self.code.raw(&body);
		Ok(())
	}

	fn begin(&mut self, body: &mut Vec<u8>) {
		let global = self.globals.len() + self.pieces.len() as u32;
		let mut bytes = wasm_encoder::Function::new([]);
		bytes.instructions().i32_const(1).global_set(global);
		// Behind the number of locals, which is none.
		body.extend_from_slice(&bytes.into_raw_body()[1..]);
		self.pieces.push(Vec::new());
	}

	fn place(&self, validator: &FuncValidator<ValidatorResources>) -> Place {
		let frame = validator.get_control_frame(0);
		let Some(frame) = frame.filter(|_| validator.control_stack_height() > 1) else {
			return Place { kind: "function", takes_parameters: false, below: "nothing" };
		};
		let kind = match frame.kind {
			FrameKind::Loop => "loop",
			FrameKind::If => "if",
			FrameKind::Else => "else",
			_ => "block",
		};
		let takes_parameters = match frame.block_type {
			BlockType::FuncType(ty) => !self.types[ty as usize].params().is_empty(),
			_ => false,
		};
		let below = match frame.height {
			0 => "nothing",
			MANY.. => "many values",
			_ => "values",
		};
		Place { kind, takes_parameters, below }
	}
}

fn name(operator: &Operator<'_>) -> String {
	let text = format!("{operator:?}");
	text.split([' ', '{']).next().unwrap_or_default().to_string()
}

/// Whether what follows may be executed without it, or it without what follows.
fn ends_piece(operator: &Operator<'_>) -> bool {
	use Operator::*;
	matches!(
		operator,
		Block { .. }
			| Loop { .. }
			| If { .. }
			| Else | End
			| Br { .. }
			| BrIf { .. }
			| BrTable { .. }
			| Return | Unreachable
	)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn operators_should_count_as_executed_when_their_piece_is() {
		let text = r#"(module (memory (export "memory") 1) (global i32 (i32.const 4))
			(func (export "_start")
				i64.const 1
				global.get 0
				loop (param i32)
					if nop else memory.size drop end
				end
				drop))"#;
		let mut coverage = Coverage::default();
		coverage.module(&wat::parse_str(text).expect("well-formed")).expect("it runs");
		let of = |kind, takes_parameters, below| {
			let [there, ran] = &coverage.places[&Place { kind, takes_parameters, below }];
			[there, ran].map(|names| names.iter().map(String::as_str).collect::<Vec<_>>().join(" "))
		};
		let all = "Drop End GlobalGet I64Const Loop";
		assert_eq!(of("function", false, "nothing"), [all; 2]);
		assert_eq!(of("loop", true, "values"), ["End If"; 2]);
		assert_eq!(of("if", false, "values"), ["Else Nop"; 2]);
		assert_eq!(of("else", false, "values"), ["Drop End MemorySize", ""]);
	}
}
