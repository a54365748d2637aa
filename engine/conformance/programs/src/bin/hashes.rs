//! Hashes of text.

use sha2::Digest;

fn main() {
	let text = assay_test_programs::text(100_000);
	println!("{}", blake3::hash(&text));
	println!("{}", blake3::keyed_hash(&[3; 32], &text[..777]));
	println!("{:x?}", sha2::Sha256::digest(&text));
	println!("{:x?}", sha2::Sha512::digest(&text));
}
