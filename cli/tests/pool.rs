//! `assay pool` as its users call it.

mod desk;
mod support;

use desk::Desk;
use serde_json::Value;
use std::fs;

/// Counts down from a thousand times one more than the digit behind `x=`, or than the first byte where that is
/// no parameter.
const UNEVEN: &str = r#"(module
	(import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
	(memory (export "memory") 1)
	(data (i32.const 0) "\00\01\00\00\00\10\00\00")
	(func (export "_start") (local i32)
		(drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 16)))
		(local.set 0 (i32.mul
			(i32.sub (i32.load8_u (i32.const 258)) (i32.const 47)) (i32.const 1000)))
		(loop (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if 0 (local.get 0)))))"#;

fn desk() -> Desk {
	let desk = Desk::new();
	desk.wasm("uneven.wasm", UNEVEN);
	desk
}

fn number(value: &Value) -> u128 {
	value.as_str().and_then(|text| text.parse().ok()).expect("an amount")
}

#[test]
fn estimate_should_forecast_a_grid_and_say_that_pools_are_not_there_yet() {
	let desk = desk();
	desk.assay("pool estimate uneven.wasm -p x=0..10")
		.exits(0)
		.says("pools are not on the chain yet")
		.says("10, the combinations of x")
		.says("10 of them, run here")
		.says("± 0 %")
		.says("adaptive")
		.says("by subtask")
		.says("LOCKED AT MOST");
	let json = desk.assay("pool estimate uneven.wasm -p x=0..10 --json").exits(0).json();
	assert_eq!((&json["onChain"], &json["subtasks"]), (&false.into(), &10.into()));
	assert_eq!(json["sample"]["runs"].as_array().map(Vec::len), Some(10));
	let gas = |name: &str| json["sample"]["gas"][name].as_u64().expect("gas");
	assert!(gas("p10") < gas("p50") && gas("p50") < gas("p90") && gas("p90") < gas("max"));
	assert!(json["gasLimit"].as_u64().is_some_and(|limit| limit * 4 >= gas("max") * 5));
	let ways = json["ways"].as_array().expect("ways");
	assert!(ways.iter().all(|way| way["end"] == "done"), "{json:#}");
	assert_eq!(ways.len(), 4);
	for price in json["prices"].as_array().expect("prices") {
		let providers = price["providers"].as_array().expect("providers");
		let done: u64 = providers.iter().filter_map(|it| it["subtasks"].as_u64()).sum();
		let paid: u128 = providers.iter().map(|it| number(&it["paid"])).sum();
		assert_eq!((providers.len(), done, paid), (4, 10, number(&price["expected"])));
		assert!(paid > 0 && paid <= number(&price["locked"]), "{price:#}");
	}
}

#[test]
fn estimate_should_be_the_same_until_another_draw_is_asked_for() {
	let desk = desk();
	let of = |more: &str| {
		let line =
			format!("pool estimate uneven.wasm -p x=0..10 -p y=0..100 --sample 5 --json{more}");
		desk.assay(&line).exits(0).json()
	};
	let first = of("");
	let runs = |json: &Value| json["sample"]["runs"].clone();
	assert_eq!(runs(&first), runs(&of("")));
	assert_eq!(first["ways"], of("")["ways"]);
	assert_ne!(runs(&first), runs(&of(" --draw 2")));
	assert!(runs(&first)[0]["name"].as_str().is_some_and(|name| name.contains(" y=")));
	assert_eq!(first["subtasks"], 1_000);
}

#[test]
fn estimate_should_take_files_folders_and_lists() {
	let desk = desk();
	fs::create_dir(desk.0.path().join("parts")).expect("a folder");
	for (name, text) in [("parts/a", "x=1"), ("parts/b", "x=2"), ("alone", "x=3")] {
		desk.file(name, text);
	}
	desk.file("all.list", "parts/b\nalone\n");
	let runs = |inputs: &str| {
		let line = format!("pool estimate uneven.wasm --json --inputs {inputs}");
		desk.assay(&line).exits(0).json()["sample"]["runs"].as_array().map(Vec::len)
	};
	assert_eq!([runs("parts"), runs("all.list"), runs("alone parts")], [Some(2), Some(2), Some(3)]);
	desk.assay("pool estimate uneven.wasm --inputs parts").exits(0).says("2, a file each");
}

#[test]
fn estimate_should_count_with_providers_that_are_slow_or_do_nothing() {
	let desk = desk();
	let line = "pool estimate uneven.wasm -p x=0..10 -p y=0..8 --speeds 2M,20k,0 --json";
	let json = desk.assay(line).exits(0).json();
	let done = |member: usize| json["prices"][0]["providers"][member]["subtasks"].as_u64();
	assert!(done(0) > done(1) && done(1) > Some(0), "{json:#}");
	assert_eq!(done(2), Some(0));
	assert_eq!(json["ways"][0]["end"], "done");
	desk.assay("pool estimate uneven.wasm -p x=0..10 --speeds 0,0")
		.exits(2)
		.warns("no provider does anything")
		.warns("hint: ");
	desk.assay("pool estimate uneven.wasm -p x=0..10 --speeds 1 --providers 3").exits(2);
}

#[test]
fn estimate_should_say_what_to_do_when_it_can_not() {
	let desk = desk();
	desk.assay("pool estimate uneven.wasm").exits(2).warns("--inputs").warns("--param");
	desk.assay("pool estimate uneven.wasm -p x=1 --inputs a").exits(2);
	desk.assay("pool estimate uneven.wasm -p x").exits(2).warns("NAME=VALUES");
	desk.assay("pool estimate uneven.wasm -p x=1..").exits(2).warns("FROM..TO");
	desk.assay("pool estimate uneven.wasm -p x=0..2000 -p y=0..2000")
		.exits(2)
		.warns("2000 × 2000 combinations")
		.warns("hint: take wider steps");
	desk.assay("pool estimate uneven.wasm --inputs nowhere").exits(2).warns("can't read nowhere");
	desk.assay("pool estimate nowhere.wasm -p x=1").exits(2).warns("can't read nowhere.wasm");
	desk.assay("pool estimate uneven.wasm -p x=1 --gas-price cheap").exits(2).warns("amount");
	desk.assay("pool estimate uneven.wasm -p x=9 --gas 70k")
		.exits(6)
		.warns("subtask 0, x=9: the program ran out of gas")
		.warns("hint: raise the limit");
}

#[test]
fn prices_should_follow_from_what_is_asked_for() {
	let desk = desk();
	let of = |more: &str| {
		let line = format!("pool estimate uneven.wasm -p x=0..10 --json {more}");
		desk.assay(&line).exits(0).json()["prices"].clone()
	};
	let prices = of("--gas-price 1 --subtask-price 0.5 --hour-price 7");
	assert_eq!(prices[0]["rate"], "1000000000000");
	assert_eq!(
		(&prices[1]["rate"], &prices[1]["expected"]),
		(&"500000000000".into(), &"5000000000000".into())
	);
	assert_eq!(prices[2]["rate"], "7000000000000");
	// What is left out costs what the gas does.
	let usual = of("--gas-price 1");
	let [by_gas, by_subtask] = [0, 1].map(|at| number(&usual[at]["expected"]));
	assert!(by_gas.abs_diff(by_subtask) < by_gas / 1_000, "{usual:#}");
}

#[test]
fn help_should_teach_by_examples() {
	let desk = desk();
	desk.assay("pool estimate --help")
		.exits(0)
		.says("POOLS ARE NOT ON THE CHAIN YET")
		.says("assay pool estimate app.wasm -p x=0..=1:0.25 -p mode=a,b")
		.says("--speeds 2G,500M,500M,0");
}
