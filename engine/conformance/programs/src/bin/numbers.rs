//! Large numbers, decimals, and floats to text and back.

use num_bigint::BigUint;
use rust_decimal::{Decimal, MathematicalOps};

fn main() {
	let factorial = (1..400u32).map(BigUint::from).product::<BigUint>();
	println!("{factorial}");
	println!("{}", BigUint::from(7u8).modpow(&factorial, &BigUint::from(1_000_000_007u32)));
	println!("{}", &factorial / BigUint::from(3u8).pow(500));
	let third = Decimal::ONE / Decimal::from(3);
	println!("{third} {:?} {:?}", third.sqrt(), third.checked_exp());
	for value in [0.1 + 0.2, 1e300 * 1e10, -0.0, f64::NAN, 5e-324, 1.0 / 3.0, 2f64.powf(0.5), 1e21]
	{
		let text = format!("{value} {value:e} {value:.17}");
		println!("{text} {:?}", text.split(' ').next().map(str::parse::<f64>));
	}
	let mut sum = 0f32;
	for i in 1..5_000 {
		sum += (i as f32).sin().mul_add(0.5, (i as f32).ln().cos()) / i as f32;
	}
	println!("{sum} {:x}", sum.to_bits());
}
