//! A module that was checked, for an executor that runs it as it is.

use crate::{
	ModuleInfo, Refusal,
	function::{Context, Purpose, Scan, Visitor},
};
use alloc::vec::Vec;
use assay_primitives::profile::Profile;
use wasmparser::{
	BinaryReader, DataSectionReader, ElementSectionReader, ExportSectionReader, FuncToValidate,
	FuncType, FuncValidatorAllocations, FunctionBody, GlobalSectionReader, ImportSectionReader,
	ValidatorResources,
};

/// A module that was checked against a profile, with what executing it takes: what its functions are
/// charged for comes from the same reading that a metered module is written by.
pub struct Checked<'m, 'p> {
	pub(crate) module: &'m [u8],
	pub(crate) profile: &'p Profile,
	/// About the module.
	pub info: ModuleInfo,
	/// Its types.
	pub types: Vec<FuncType>,
	/// Type of each function, imported ones first.
	pub functions: Vec<u32>,
	/// Initial and most elements of each table.
	pub tables: Vec<(u32, u32)>,
	/// The function that is called before all others.
	pub start: Option<u32>,
	/// `_start`. There is one in every command.
	pub main: Option<u32>,
	/// Sections that say what there is in the beginning.
	pub sections: Sections<'m>,
	pub(crate) bodies: Vec<Body>,
	pub(crate) resources: Option<ValidatorResources>,
}

/// Sections of a module that an executor reads by itself, as far as it has them. They are valid.
#[derive(Default)]
pub struct Sections<'m> {
	/// What it imports.
	pub imports: Option<ImportSectionReader<'m>>,
	/// Its globals.
	pub globals: Option<GlobalSectionReader<'m>>,
	/// What it exports.
	pub exports: Option<ExportSectionReader<'m>>,
	/// What its tables are filled with.
	pub elements: Option<ElementSectionReader<'m>>,
	/// What its memory is filled with.
	pub data: Option<DataSectionReader<'m>>,
}

/// Where a function's body is in the module, and what its frame takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Body {
	start: u32,
	end: u32,
	frame: Option<u32>,
}

impl Body {
	pub fn new(body: &FunctionBody<'_>, frame: Option<u32>) -> Self {
		// A module is far shorter than 4 GiB.
		let range = body.range();
		Self { start: range.start as u32, end: range.end as u32, frame }
	}
}

impl<'m, 'p> Checked<'m, 'p> {
	/// The bytes of the module.
	pub fn module(&self) -> &'m [u8] {
		self.module
	}

	/// The rules that it was checked against.
	pub fn profile(&self) -> &'p Profile {
		self.profile
	}

	/// Functions that it imports, which are numbered before its own.
	pub fn imported(&self) -> u32 {
		(self.functions.len() - self.bodies.len()) as u32
	}

	/// Type of a function.
	pub fn type_of(&self, function: u32) -> Option<&FuncType> {
		self.types.get(*self.functions.get(function as usize)? as usize)
	}

	/// Slots of the frame of a function, where they are counted.
	pub fn frame(&self, function: u32) -> Option<u32> {
		self.body(function)?.frame
	}

	fn body(&self, function: u32) -> Option<&Body> {
		self.bodies.get(function.checked_sub(self.imported())? as usize)
	}

	/// Reads a function of the module's own once more, validating it on the way as before. `false` if
	/// there is none of this number.
	pub fn walk(&self, function: u32, visitor: &mut impl Visitor) -> Result<bool, Refusal> {
		let Some((body, resources)) = self.body(function).zip(self.resources.as_ref()) else {
			return Ok(false);
		};
		let (start, end) = (body.start as usize, body.end as usize);
		let Some(bytes) = self.module.get(start..end) else { return Ok(false) };
		let Some(ty) = self.functions.get(function as usize).copied() else { return Ok(false) };
		let features = crate::limits::features(self.profile.features);
		let body = FunctionBody::new(BinaryReader::new_features(bytes, start, features));
		let validate = FuncToValidate { resources, index: function, ty, features };
		let (types, functions) = (self.types.as_slice(), self.functions.as_slice());
		let context = Context { profile: self.profile, types, functions };
		let allocations = FuncValidatorAllocations::default();
		Scan::run(context, validate, &body, allocations, Purpose::Checking, visitor)?;
		Ok(true)
	}
}
