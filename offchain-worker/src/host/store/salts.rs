//! Salts, which nobody may guess.

use assay_primitives::seal::Salt;

/// Salts of a record: of the digest, and of the report.
pub fn fresh_salts() -> std::io::Result<[Salt; 2]> {
	Ok([fresh_salt()?, fresh_salt()?])
}

/// 32 bytes from the system's generator.
pub fn fresh_salt() -> std::io::Result<Salt> {
	let mut salt = Salt::default();
	getrandom::fill(&mut salt).map_err(|error| std::io::Error::other(error.to_string()))?;
	Ok(salt)
}
