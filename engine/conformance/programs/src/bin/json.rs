//! Numbers and strings, there and back.

use serde_json::{Value, json};

fn main() {
	let rows: Vec<Value> = (0..500)
		.map(|i| {
			let x = f64::from(i) * 0.1 - 7.0;
			json!({ "id": i, "x": x, "root": x.abs().sqrt(), "exp": (x / 9.0).exp(), "name": format!("n{i}\u{e4}\t") })
		})
		.collect();
	let text = serde_json::to_string(&rows).expect("can be written");
	let back: Vec<Value> = serde_json::from_str(&text).expect("can be read");
	// Numbers are read quickly, not to the last bit.
	println!("{}", rows.iter().zip(&back).filter(|(row, back)| row == back).count());
	println!("{} {:x}", text.len(), assay_test_programs::sum(text.as_bytes()));
	println!("{}", serde_json::to_string_pretty(&back[123]).expect("can be written"));
	println!("{:?}", serde_json::from_str::<Value>("[1, 2,").map_err(|error| error.to_string()));
}
