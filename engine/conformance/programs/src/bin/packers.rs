//! The C libraries zlib, bzip2, lz4 and zstd.

use assay_test_programs::{sum, text};
use bzip2_sys as _;
use std::ffi::{c_char, c_int, c_uint};

unsafe extern "C" {
	/// The binding of the library leaves it out.
	fn BZ2_bzBuffToBuffCompress(
		dest: *mut c_char,
		dest_len: *mut c_uint,
		source: *mut c_char,
		source_len: c_uint,
		block_size: c_int,
		verbosity: c_int,
		work_factor: c_int,
	) -> c_int;
}

fn zlib(text: &[u8]) -> Vec<u8> {
	let mut out = vec![0; text.len() + 1_000];
	let mut length = out.len() as libz_sys::uLong;
	// SAFETY: both buffers are as long as is said.
	let code = unsafe {
		libz_sys::compress2(out.as_mut_ptr(), &mut length, text.as_ptr(), text.len() as _, 7)
	};
	assert_eq!(code, 0);
	out.truncate(length as usize);
	let mut back = vec![0; text.len()];
	let mut length = back.len() as libz_sys::uLong;
	// SAFETY: as above.
	let code = unsafe {
		libz_sys::uncompress(back.as_mut_ptr(), &mut length, out.as_ptr(), out.len() as _)
	};
	assert_eq!((code, &back[..]), (0, text));
	out
}

fn bzip2(text: &[u8]) -> Vec<u8> {
	let mut out = vec![0u8; text.len() + 1_000];
	let mut length = out.len() as u32;
	// SAFETY: both buffers are as long as is said, and the library does not write to the source.
	let code = unsafe {
		BZ2_bzBuffToBuffCompress(
			out.as_mut_ptr().cast(),
			&mut length,
			text.as_ptr().cast::<c_char>().cast_mut(),
			text.len() as _,
			1,
			0,
			0,
		)
	};
	assert_eq!(code, 0);
	out.truncate(length as usize);
	out
}

fn lz4(text: &[u8]) -> Vec<u8> {
	let mut out = vec![0u8; text.len() + 1_000];
	// SAFETY: both buffers are as long as is said.
	let length = unsafe {
		lz4_sys::LZ4_compress_default(
			text.as_ptr().cast(),
			out.as_mut_ptr().cast(),
			text.len() as _,
			out.len() as _,
		)
	};
	assert!(length > 0);
	out.truncate(length as usize);
	out
}

fn zstd(text: &[u8]) -> Vec<u8> {
	let mut out = vec![0u8; text.len() + 1_000];
	// SAFETY: both buffers are as long as is said.
	let length = unsafe {
		zstd_sys::ZSTD_compress(
			out.as_mut_ptr().cast(),
			out.len(),
			text.as_ptr().cast(),
			text.len(),
			5,
		)
	};
	assert!(length < out.len());
	out.truncate(length);
	out
}

fn main() {
	let text = text(60_000);
	for (name, packed) in
		[("zlib", zlib(&text)), ("bzip2", bzip2(&text)), ("lz4", lz4(&text)), ("zstd", zstd(&text))]
	{
		println!("{name}: {} {:x}", packed.len(), sum(&packed));
	}
}
