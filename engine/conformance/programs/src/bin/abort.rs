//! Ends by a panic.

fn main() {
	println!("before");
	let index = std::env::args().count() + 10;
	let values = [1, 2, 3];
	println!("{}", values[index]);
}
