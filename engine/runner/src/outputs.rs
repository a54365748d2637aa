//! Outputs as files, one for each block, named by its hash.

use assay_primitives::{
	Hash,
	content::{ContentRef, Layout},
};
use std::{
	fs, io,
	path::{Path, PathBuf},
};

/// Where the block with this hash is kept under an output directory.
pub fn output_block(out_dir: &Path, hash: &Hash) -> PathBuf {
	out_dir.join(hex::encode(hash))
}

/// Reads content back from the blocks of an output directory, and checks it.
///
/// `Ok(None)` where a block is missing or is not what its name says.
pub fn read_output(out_dir: &Path, content: &ContentRef) -> io::Result<Option<Vec<u8>>> {
	let Some(root) = read_block(out_dir, &content.hash)? else { return Ok(None) };
	let bytes = if content.is_raw() {
		root
	} else {
		let Some(layout) = Layout::from_node(content, &root) else { return Ok(None) };
		let mut bytes = Vec::new();
		for (hash, _) in &layout.leaves {
			let Some(leaf) = read_block(out_dir, hash)? else { return Ok(None) };
			bytes.extend_from_slice(&leaf);
		}
		bytes
	};
	Ok(content.matches(&bytes).then_some(bytes))
}

fn read_block(out_dir: &Path, hash: &Hash) -> io::Result<Option<Vec<u8>>> {
	match fs::read(output_block(out_dir, hash)) {
		Ok(bytes) => Ok(Some(bytes)),
		Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
		Err(error) => Err(error),
	}
}
