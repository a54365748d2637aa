//! Compares the reference with one compiler and with wasmi, on generated modules and many limits of gas:
//! `judge base|simd any|blocks|deep SEED FIRST COUNT LIMITS`. Every module is compiled once, run with all the gas
//! that there is, and then with as many limits below what it used, at random. Prints what differs, and counts.

use anyhow::{Context, Result, bail};
use assay_conformance::{
	differential::{Executor, Job, Ran, deep},
	generated::{Modules, Shape, generator},
};
use assay_metering::{Metered, instrument};
use assay_primitives::profile::Profile;
use assay_runner::{Codegen, testing};
use std::{collections::BTreeMap, time::Instant};

/// Gas of each; it also bounds the time.
const GAS: u64 = 600_000;

fn main() -> Result<()> {
	let args: Vec<String> = std::env::args().skip(1).collect();
	let [features, shape, seed, first, count, limits] = &args[..] else {
		bail!("usage: judge base|simd any|blocks|deep SEED FIRST COUNT LIMITS");
	};
	let simd = features == "simd";
	let shape = match shape.as_str() {
		"any" => Shape::Any,
		"blocks" => Shape::Blocks,
		"deep" => Shape::Deep,
		other => bail!("no shape {other}"),
	};
	let (seed, first) = (seed.parse().context("seed")?, first.parse().context("first")?);
	let (count, limits) = (count.parse().context("count")?, limits.parse().context("limits")?);
	let modules = Modules::new(&generator()?, (seed, first, count), simd, shape)?;
	let profile = if simd { Profile::SIMD } else { Profile::BASE };
	deep(|| compare(modules, &profile, limits, seed ^ first))
}

fn compare(modules: Modules, profile: &Profile, limits: u64, mut random: u64) -> Result<()> {
	let engine = wasmtime::Engine::new(&testing::config(Codegen::Plain)).expect("the settings fit");
	let partners = [Executor::wasmi(), Executor::interpreter()];
	let (mut runs, mut differences, mut gas) = (0u64, 0u64, 0u64);
	let mut classes: BTreeMap<String, u64> = BTreeMap::new();
	let start = Instant::now();
	for (index, module) in modules.enumerate() {
		let module = module?;
		let job = Job::new(module.clone(), profile.clone()).with_gas(GAS);
		let metered = instrument(&module, profile, job.spec.limits.memory_pages)
			.with_context(|| format!("module {index}"))?;
		let compiled = wasmtime::Module::new(&engine, &metered.wasm);
		let compiled = compiled.map_err(|error| anyhow::anyhow!("{error:#}"))?;
		let mut one = |gas: u64| -> Ran {
			let job = job.clone().with_gas(gas);
			let input = job.input.clone();
			let startup = metered.info.startup_gas;
			let ran = testing::execute(&engine, &compiled, profile, startup, &job.spec, input);
			let ran = ran.expect("the machine works");
			let ran = Ran { class: ran.class, gas_used: ran.gas_used, outputs: ran.outputs };
			for partner in &partners {
				let other = partner.run(&metered, &job);
				if !matches!(&other, Ok(other) if other.as_ref().is_none_or(|other| *other == ran))
				{
					differences += 1;
					println!("{index}, {gas} gas: {ran:?}, {}: {other:?}", partner.name());
				}
			}
			*classes.entry(name(&ran)).or_default() += 1;
			runs += 1;
			ran
		};
		let whole = one(GAS);
		gas += whole.gas_used;
		for _ in 0..limits {
			random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
			one(below(&whole, &metered, random >> 16));
		}
	}
	let took = start.elapsed();
	println!("{runs} runs, {classes:?}, {gas} gas, {differences} differences, {took:.0?}");
	std::process::exit(i32::from(differences > 0));
}

fn name(ran: &Ran) -> String {
	format!("{:?}", ran.class).split('(').next().unwrap_or_default().to_string()
}

/// A limit below what a run used, seldom below what starting costs.
fn below(whole: &Ran, metered: &Metered, random: u64) -> u64 {
	let least = metered.info.startup_gas.saturating_sub(1).min(whole.gas_used);
	least + random % (whole.gas_used - least + 1)
}
