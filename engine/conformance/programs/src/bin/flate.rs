//! Deflate and gzip, in Rust.

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use std::io::{Read, Write};

fn main() {
	let text = assay_test_programs::text(80_000);
	for level in [1, 6, 9] {
		let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
		encoder.write_all(&text).expect("to memory");
		let packed = encoder.finish().expect("to memory");
		let mut back = Vec::new();
		GzDecoder::new(&packed[..]).read_to_end(&mut back).expect("from memory");
		assert_eq!(back, text);
		println!("{level}: {} {:x}", packed.len(), assay_test_programs::sum(&packed));
	}
}
