//! Programs whose speed is measured: the same source natively and as a job.
//!
//! Each is a function of a size that gives a checksum, so that nothing of it can be left out and the
//! builds can be compared. None uses the C library's mathematics, which differs between the targets.

mod calls;
mod float;
mod integer;
mod memory;
mod random;

/// What a program spends its time on.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Class {
	/// Arithmetic and branches on integers.
	Integer,
	/// Floating-point arithmetic.
	Float,
	/// Loads and stores beyond the caches.
	Memory,
	/// Calls of small functions.
	Calls,
}

impl Class {
	/// All of them, as they are reported.
	pub const ALL: [Self; 4] = [Self::Integer, Self::Float, Self::Memory, Self::Calls];

	/// Its name in reports.
	pub fn name(self) -> &'static str {
		match self {
			Self::Integer => "integer",
			Self::Float => "float",
			Self::Memory => "memory",
			Self::Calls => "calls",
		}
	}
}

/// One program.
#[derive(Clone, Copy, Debug)]
pub struct Program {
	/// Its name.
	pub name: &'static str,
	/// What it spends its time on.
	pub class: Class,
	/// Size that takes about a tenth of a second.
	pub size: u32,
	/// Runs it at a size and gives a checksum.
	pub run: fn(u32) -> u64,
}

const fn program(name: &'static str, class: Class, size: u32, run: fn(u32) -> u64) -> Program {
	Program { name, class, size, run }
}

/// All programs.
pub const PROGRAMS: &[Program] = &[
	program("sieve", Class::Integer, 12_000_000, integer::sieve),
	program("sha256", Class::Integer, 20_000_000, integer::sha256),
	program("quicksort", Class::Integer, 1_000_000, integer::quicksort),
	program("compress", Class::Integer, 8_000_000, integer::compress),
	program("automaton", Class::Integer, 20_000_000, integer::automaton),
	program("json", Class::Integer, 4_000_000, integer::json),
	program("nbody", Class::Float, 1_000_000, float::nbody),
	program("mandelbrot", Class::Float, 500, float::mandelbrot),
	program("matrix", Class::Float, 400, float::matrix),
	program("fft", Class::Float, 18, float::fft),
	program("spectral", Class::Float, 900, float::spectral),
	program("raytracer", Class::Float, 400, float::raytracer),
	program("stream", Class::Memory, 4_000_000, memory::stream),
	program("chase", Class::Memory, 4_000_000, memory::chase),
	program("hashmap", Class::Memory, 1_000_000, memory::hashmap),
	program("fibonacci", Class::Calls, 35, calls::fibonacci),
	program("takeuchi", Class::Calls, 29, calls::takeuchi),
	program("dispatch", Class::Calls, 30_000_000, calls::dispatch),
	program("trees", Class::Calls, 16, calls::trees),
];

/// The program of this name.
pub fn find(name: &str) -> Option<&'static Program> {
	PROGRAMS.iter().find(|program| program.name == name)
}
