//! Arguments, environment, clocks, randomness, streams, and the exit code.

use std::{
	collections::HashMap,
	env,
	io::{self, BufRead, Read, Write},
	thread,
	time::{Duration, Instant, SystemTime},
};

fn main() {
	println!("{:?}", env::args().collect::<Vec<_>>());
	println!("{:?}", env::vars().collect::<Vec<_>>());
	println!("{:?} {:?}", env::var("KEY"), env::var("NONE"));
	println!("{:?}", env::current_dir());

	let (start, wall) = (Instant::now(), SystemTime::now());
	println!("{:?}", wall.duration_since(SystemTime::UNIX_EPOCH));
	thread::sleep(Duration::from_secs(3_600));
	println!("{:?} {:?}", start.elapsed(), wall.elapsed());
	let mut last = Instant::now();
	for _ in 0..100 {
		let now = Instant::now();
		assert!(now >= last);
		last = now;
	}

	// The order of a map follows from its random seed.
	let map: HashMap<u32, u32> = (0..50).map(|i| (i, i * i)).collect();
	println!("{:?}", map.iter().collect::<Vec<_>>());

	let mut line = String::new();
	let first = io::stdin().lock().read_line(&mut line);
	println!("{first:?} {line:?}");
	let mut rest = Vec::new();
	println!("{:?}", io::stdin().lock().read_to_end(&mut rest));
	println!("{:x}", assay_test_programs::sum(&rest));
	eprintln!("an error, without a line feed at the end");
	io::stderr().write_all(&[0, 159, 146, 150]).expect("captured");
	print!("no line feed either");
	io::stdout().flush().expect("captured");
	std::process::exit(42);
}
