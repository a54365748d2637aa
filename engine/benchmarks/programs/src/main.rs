//! `programs NAME SIZE`: runs one program and prints its checksum.

fn main() {
	let mut args = std::env::args().skip(1);
	let program = args.next().and_then(|name| benchmark_programs::find(&name));
	let size = args.next().and_then(|size| size.parse().ok());
	let (Some(program), Some(size)) = (program, size) else {
		eprintln!("usage: programs NAME SIZE");
		std::process::exit(2);
	};
	println!("{:016x}", (program.run)(size));
}
