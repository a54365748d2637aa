//! A forecast for people and for programs.

use super::{
	forecast::{Bill, Forecast, Way},
	sample::Sample,
	subtasks::Subtasks,
};
use crate::{
	app::local::Program,
	args::PoolEstimateArgs,
	output::{self, row},
	program::{gas_text, memory_text},
};
use assay_client::units::{DECIMALS, SYMBOL, format_amount};
use assay_primitives::pool::{
	Columns, InWork, Pricing,
	race::{End, Nanos, SECOND},
};
use serde_json::{Value, json};

/// What has to be said with each forecast.
const NOT_YET: &str =
	"pools are not on the chain yet: this is a forecast by the rules that they will have";
/// What a forecast leaves out.
const LEFT_OUT: [&str; 2] = [
	"time is that of the gas and of the blocks between rounds; fetching, compiling and starting come on top",
	"prices are what providers get; fees and audits come on top",
];
/// Most providers that get a line each.
const MOST_LINES: usize = 16;

/// Prints it for people.
pub fn print(
	program: &Program,
	subtasks: &Subtasks,
	sample: &Sample,
	forecast: &Forecast,
	args: &PoolEstimateArgs,
) {
	output::line(&format!("{NOT_YET}\n"));
	print_sample(program, subtasks, sample, forecast);
	output::line(&format!(
		"\na pool of {} providers, with {} blocks to answer the first:",
		forecast.speeds.len(),
		args.crowd.window
	));
	output::table(
		&[
			"columns",
			"leaf in work",
			"rounds",
			"time",
			"idle",
			"done twice",
			"transactions",
			"ends",
		],
		forecast.ways.iter().map(|way| way_row(way, forecast)),
	);
	output::line("\nprices, for the first of these:");
	output::table(
		&["price", "rate", "expected", "locked at most"],
		forecast.bills.iter().map(bill_row),
	);
	print_providers(forecast);
	LEFT_OUT.iter().for_each(|what| output::line(what));
}

fn print_sample(program: &Program, subtasks: &Subtasks, sample: &Sample, forecast: &Forecast) {
	let [p10, p50, p90, most] = quantiles(sample);
	let all = format!("{} in all, ± {:.0} %", mgas(forecast.gas), sample.error() * 100.0);
	output::table(
		&[],
		[
			row("subtasks", subtasks.words()),
			row("sample", format!("{} of them, run here in {}", sample.runs.len(), here(sample))),
			row("gas", format!("p10 {p10}, p50 {p50}, p90 {p90}, max {most}")),
			row("", all),
			row("gas limit", format!("{} to ask for", gas_text(forecast.gas_limit))),
			row("memory", memory_text(sample.memory_pages.into())),
			row("output", format!("{} bytes", sample.output_bytes)),
			row("profile", program.profile.number.to_string()),
		],
	);
}

fn print_providers(forecast: &Forecast) {
	output::line("");
	let rows = forecast.speeds.iter().enumerate().take(MOST_LINES).map(|(member, speed)| {
		let mut row =
			vec![member.to_string(), gas_text(*speed), forecast.leaves_of(member).to_string()];
		row.extend(forecast.bills.iter().map(|bill| format_amount(bill.each[member])));
		row
	});
	output::table(
		&["provider", "gas a second", "subtasks", "by gas", "by subtask", "by hour"],
		rows,
	);
	match forecast.speeds.len().saturating_sub(MOST_LINES) {
		0 => {},
		more => output::line(&format!("and {more} more; --json has them all")),
	}
	output::line("");
}

fn here(sample: &Sample) -> String {
	format!("{} ms", sample.executed.as_millis())
}

fn quantiles(sample: &Sample) -> [u64; 4] {
	[10, 50, 90, 100].map(|percent| sample.quantile(percent))
}

/// A lot of gas, in millions.
fn mgas(gas: u128) -> String {
	match gas {
		0..10_000_000 => gas.to_string(),
		_ => format!("{}M", gas / 1_000_000),
	}
}

fn way_row(way: &Way, forecast: &Forecast) -> Vec<String> {
	let report = &way.report;
	let percent = |share: f64| format!("{:.1} %", share * 100.0);
	let wasted = report.wasted as f64 / (forecast.gas as f64).max(1.0);
	vec![
		columns(way.columns).into(),
		in_work(way.in_work).into(),
		report.rounds.to_string(),
		time(report.time),
		percent(forecast.idle(way)),
		percent(wasted),
		report.works.len().to_string(),
		ends(report.end).into(),
	]
}

fn bill_row(bill: &Bill) -> Vec<String> {
	vec![
		pricing(&bill.rates.pricing).into(),
		rate(&bill.rates.pricing),
		format_amount(bill.expected),
		format_amount(bill.locked),
	]
}

fn columns(columns: Columns) -> &'static str {
	match columns {
		Columns::Adaptive => "adaptive",
		Columns::Equal => "equal",
	}
}

fn in_work(in_work: InWork) -> &'static str {
	match in_work {
		InWork::Kept { .. } => "kept",
		InWork::Returned => "returned",
	}
}

fn ends(end: End) -> &'static str {
	match end {
		End::Done => "done",
		End::Stalled => "stalled",
		End::OutOfRounds => "out of rounds",
	}
}

fn pricing(pricing: &Pricing) -> &'static str {
	match pricing {
		Pricing::Gas { .. } => "by gas",
		Pricing::Subtask { .. } => "by subtask",
		Pricing::Hour { .. } => "by hour",
	}
}

fn rate(pricing: &Pricing) -> String {
	match *pricing {
		Pricing::Gas { per_mgas } => format!("{} per million gas", format_amount(per_mgas)),
		Pricing::Subtask { each } => format!("{} each", format_amount(each)),
		Pricing::Hour { per_hour, .. } => format!("{} per hour", format_amount(per_hour)),
	}
}

/// A time in the two largest units that it has.
fn time(nanos: Nanos) -> String {
	let seconds = nanos.div_ceil(SECOND);
	let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
	match (days, hours, minutes) {
		(0, 0, 0) => format!("{seconds} s"),
		(0, 0, _) => format!("{minutes} min {} s", seconds % 60),
		(0, ..) => format!("{hours} h {minutes} min"),
		_ => format!("{days} d {hours} h"),
	}
}

/// The same for programs.
pub fn json(
	program: &Program,
	subtasks: &Subtasks,
	sample: &Sample,
	forecast: &Forecast,
	args: &PoolEstimateArgs,
) -> Value {
	let [p10, p50, p90, most] = quantiles(sample);
	let runs: Vec<Value> = sample
		.runs
		.iter()
		.map(|(at, gas)| json!({ "subtask": at, "name": subtasks.name(*at), "gas": gas }))
		.collect();
	let bill = |bill: &Bill| bill_json(bill, forecast);
	json!({
		"onChain": false,
		"note": NOT_YET,
		"leftOut": LEFT_OUT,
		"profile": program.profile.number,
		"subtasks": subtasks.len(),
		"draw": args.draw,
		"sample": {
			"runs": runs,
			"gas": { "p10": p10, "p50": p50, "p90": p90, "max": most, "mean": sample.mean() },
			"memoryPages": sample.memory_pages,
			"outputBytes": sample.output_bytes,
			"milliseconds": sample.executed.as_millis() as u64,
		},
		"gas": forecast.gas.to_string(),
		"gasError": sample.error(),
		"gasLimit": forecast.gas_limit,
		"speeds": forecast.speeds,
		"windowBlocks": args.crowd.window,
		"idealSeconds": seconds(forecast.ideal),
		"ways": forecast.ways.iter().map(|way| way_json(way, forecast)).collect::<Vec<_>>(),
		"prices": forecast.bills.iter().map(bill).collect::<Vec<_>>(),
		"symbol": SYMBOL,
		"decimals": DECIMALS,
	})
}

fn seconds(nanos: Nanos) -> f64 {
	nanos as f64 / SECOND as f64
}

fn way_json(way: &Way, forecast: &Forecast) -> Value {
	json!({
		"columns": columns(way.columns),
		"inWork": in_work(way.in_work),
		"end": ends(way.report.end),
		"rounds": way.report.rounds,
		"seconds": seconds(way.report.time),
		"idle": forecast.idle(way),
		"gasDoneTwice": way.report.wasted,
		"publications": way.report.works.len(),
	})
}

fn bill_json(bill: &Bill, forecast: &Forecast) -> Value {
	let provider = |(member, paid): (usize, &u128)| {
		json!({
			"speed": forecast.speeds[member],
			"subtasks": forecast.leaves_of(member),
			"paid": paid.to_string(),
		})
	};
	let (unit, rate) = match bill.rates.pricing {
		Pricing::Gas { per_mgas } => ("millionGas", per_mgas),
		Pricing::Subtask { each } => ("subtask", each),
		Pricing::Hour { per_hour, .. } => ("hour", per_hour),
	};
	json!({
		"pricing": pricing(&bill.rates.pricing),
		"per": unit,
		"rate": rate.to_string(),
		"expected": bill.expected.to_string(),
		"locked": bill.locked.to_string(),
		"providers": bill.each.iter().enumerate().map(provider).collect::<Vec<_>>(),
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn time_should_have_its_two_largest_units() {
		for (seconds, text) in
			[(0, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (3_720, "1 h 2 min"), (90_000, "1 d 1 h")]
		{
			assert_eq!(time(seconds * SECOND), text);
		}
		assert_eq!(time(1), "1 s");
	}
}
