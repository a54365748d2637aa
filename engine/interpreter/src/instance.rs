//! What a module is in the beginning: its memory, tables, globals and segments.

use crate::{
	memory::Memory,
	stop::Stop,
	table::Table,
	value::{Cell, Give, Take, reference},
};
use alloc::vec::Vec;
use assay_metering::Checked;
use core::ops::Range;
use wasmparser::{ConstExpr, DataKind, ElementItems, ElementKind, Operator};

/// What a program changes beside its stack.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Instance {
	pub memory: Memory,
	pub tables: Vec<Table>,
	pub globals: Vec<Cell>,
	/// Element segments; those that were dropped are empty.
	pub elements: Vec<Vec<u32>>,
	/// Where data segments are in the module, likewise.
	pub data: Vec<Range<usize>>,
}

impl Instance {
	/// The beginning of a module's run. Its startup gas is paid for.
	///
	/// Active segments of a profile's modules fit. Elsewhere one that does not is a trap.
	pub fn new(module: &Checked<'_, '_>, memory_pages: u32) -> Result<Self, Stop> {
		let (info, most) = (&module.info, module.info.memory_bound(memory_pages));
		let mut instance = Self {
			memory: Memory::new(info.memory_minimum, most)?,
			tables: module
				.tables
				.iter()
				.map(|(initial, most)| Table::new(*initial, *most))
				.collect::<Result<_, _>>()?,
			..Self::default()
		};
		for global in module.sections.globals.iter().flat_map(|section| section.clone()) {
			let global = global.map_err(|_| Stop::Broken)?;
			let value = instance.constant(&global.init_expr)?;
			instance.globals.push(value);
		}
		instance.fill_tables(module)?;
		instance.fill_memory(module)?;
		Ok(instance)
	}

	fn fill_tables(&mut self, module: &Checked<'_, '_>) -> Result<(), Stop> {
		for element in module.sections.elements.iter().flat_map(|section| section.clone()) {
			let element = element.map_err(|_| Stop::Broken)?;
			let mut items = self.items(element.items)?;
			match element.kind {
				ElementKind::Active { table_index, offset_expr } => {
					let to = u32::of(self.constant(&offset_expr)?);
					let table = self.tables.get_mut(table_index.unwrap_or(0) as usize);
					let table = table.ok_or(Stop::Broken)?;
					table.init(to, &items, 0, items.len() as u32)?;
					items = Vec::new();
				},
				ElementKind::Declared => items = Vec::new(),
				ElementKind::Passive => {},
			}
			self.elements.push(items);
		}
		Ok(())
	}

	fn items(&self, items: ElementItems<'_>) -> Result<Vec<u32>, Stop> {
		match items {
			ElementItems::Functions(functions) => functions
				.into_iter()
				.map(|function| function.map(reference).map_err(|_| Stop::Broken))
				.collect(),
			ElementItems::Expressions(_, values) => values
				.into_iter()
				.map(|value| self.constant(&value.map_err(|_| Stop::Broken)?).map(u32::of))
				.collect(),
		}
	}

	fn fill_memory(&mut self, module: &Checked<'_, '_>) -> Result<(), Stop> {
		for data in module.sections.data.iter().flat_map(|section| section.clone()) {
			let data = data.map_err(|_| Stop::Broken)?;
			// The segment's bytes end where it does.
			let place = data.range.end - data.data.len()..data.range.end;
			let place = match data.kind {
				DataKind::Active { offset_expr, .. } => {
					let to = u32::of(self.constant(&offset_expr)?);
					self.memory.init(to, data.data, 0, data.data.len() as u32)?;
					0..0
				},
				DataKind::Passive => place,
			};
			self.data.push(place);
		}
		Ok(())
	}

	/// Value of a constant expression.
	fn constant(&self, expr: &ConstExpr<'_>) -> Result<Cell, Stop> {
		let mut stack: Vec<Cell> = Vec::new();
		for operator in expr.get_operators_reader() {
			let value = match operator.map_err(|_| Stop::Broken)? {
				Operator::I32Const { value } => value.cell(),
				Operator::I64Const { value } => value.cell(),
				Operator::F32Const { value } => value.bits().cell(),
				Operator::F64Const { value } => value.bits().cell(),
				Operator::V128Const { value } => u128::from_le_bytes(*value.bytes()).cell(),
				Operator::RefNull { .. } => 0u32.cell(),
				Operator::RefFunc { function_index } => reference(function_index).cell(),
				Operator::GlobalGet { global_index } => {
					*self.globals.get(global_index as usize).ok_or(Stop::Broken)?
				},
				Operator::I32Add => binary(&mut stack, u32::wrapping_add)?,
				Operator::I32Sub => binary(&mut stack, u32::wrapping_sub)?,
				Operator::I32Mul => binary(&mut stack, u32::wrapping_mul)?,
				Operator::I64Add => binary(&mut stack, u64::wrapping_add)?,
				Operator::I64Sub => binary(&mut stack, u64::wrapping_sub)?,
				Operator::I64Mul => binary(&mut stack, u64::wrapping_mul)?,
				Operator::End => break,
				_ => return Err(Stop::Broken),
			};
			stack.push(value);
		}
		stack.pop().ok_or(Stop::Broken)
	}
}

fn binary<T: Take + Give>(stack: &mut Vec<Cell>, of: fn(T, T) -> T) -> Result<Cell, Stop> {
	let (b, a) = (stack.pop().ok_or(Stop::Broken)?, stack.pop().ok_or(Stop::Broken)?);
	Ok(of(T::of(a), T::of(b)).cell())
}
