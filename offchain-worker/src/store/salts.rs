//! Salts, which nobody may guess.

use assay_primitives::seal::Salt;

/// Salts of a record: of the digest, and of the report.
pub fn fresh_salts() -> std::io::Result<[Salt; 2]> {
	Ok([fresh_salt()?, fresh_salt()?])
}

/// 32 bytes from the kernel's generator.
pub fn fresh_salt() -> std::io::Result<Salt> {
	let mut bytes = [0u8; 32];
	let mut filled = 0;
	while filled < bytes.len() {
		let rest = &mut bytes[filled..];
		// SAFETY: the pointer and the length describe `rest`, which is writable.
		let got = unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), 0) };
		match usize::try_from(got) {
			Ok(got) => filled += got,
			Err(_) => {
				let error = std::io::Error::last_os_error();
				if error.kind() != std::io::ErrorKind::Interrupted {
					return Err(error);
				}
			},
		}
	}
	Ok(bytes)
}
