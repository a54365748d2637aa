//! A plot of bars, as SVG.

use crate::side_by_side::Times;
use std::fmt::Write;

const LABEL: f64 = 110.0;
const WIDTH: f64 = 720.0;
const ROW: f64 = 22.0;
const TOP: f64 = 46.0;
const COLOURS: [(&str, &str); 4] =
	[("integer", "#4477aa"), ("float", "#ee6677"), ("memory", "#228833"), ("calls", "#ccbb44")];

/// Bars of how many times as long as under plain wasmtime each job takes.
pub fn overhead(times: &[Times]) -> String {
	let most = times.iter().map(Times::overhead).fold(2.0, f64::max) * 1.05;
	let x = |value: f64| LABEL + value / most * (WIDTH - LABEL - 50.0);
	let height = TOP + ROW * times.len() as f64 + 30.0;
	let mut svg = format!(
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
		 font-family=\"sans-serif\" font-size=\"12\">\n\
		 <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"white\"/>\n\
		 <text x=\"10\" y=\"18\" font-size=\"14\">Processor time of a job, in multiples of plain \
		 wasmtime</text>\n"
	);
	for (i, (name, colour)) in COLOURS.iter().enumerate() {
		let at = LABEL + 90.0 * i as f64;
		let _ = writeln!(
			svg,
			"<rect x=\"{at}\" y=\"27\" width=\"10\" height=\"10\" fill=\"{colour}\"/>\
			 <text x=\"{}\" y=\"36\">{name}</text>",
			at + 15.0
		);
	}
	for (i, time) in times.iter().enumerate() {
		let y = TOP + ROW * i as f64;
		let class = time.program.class.name();
		let colour = COLOURS.iter().find(|(name, _)| *name == class).map_or("grey", |it| it.1);
		let value = time.overhead();
		let _ = writeln!(
			svg,
			"<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\
			 <rect x=\"{LABEL}\" y=\"{y}\" width=\"{:.1}\" height=\"{}\" fill=\"{colour}\"/>\
			 <text x=\"{:.1}\" y=\"{}\">{value:.2}</text>",
			LABEL - 8.0,
			y + 13.0,
			time.program.name,
			x(value) - LABEL,
			ROW - 6.0,
			x(value) + 5.0,
			y + 13.0,
		);
	}
	for mark in [1.0, 2.0] {
		let _ = writeln!(
			svg,
			"<line x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{1}\" y2=\"{2}\" stroke=\"black\" \
			 stroke-dasharray=\"3 3\"/><text x=\"{0:.1}\" y=\"{3}\" text-anchor=\"middle\">{mark}\
			 </text>",
			x(mark),
			TOP - 4.0,
			height - 24.0,
			height - 8.0
		);
	}
	svg.push_str("</svg>\n");
	svg
}
