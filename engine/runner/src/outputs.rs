//! Outputs as files, one for each block, named by its hash.

use crate::{RunError, process::Process};
use assay_primitives::{
	Hash,
	content::{BLOCK_SIZE, ContentRef, Layout},
	end::EndState,
	hashing::blake2,
	outcome::{Manifest, OutputEntry, OutputKind},
};
use codec::MaxEncodedLen;
use std::{
	fs,
	io::{self, Write},
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

/// Bytes of all entries of a manifest that a worker has sent, if it is one that can be.
///
/// Whoever writes outputs to disk relies on the paths being relative, without detours, and in
/// order.
pub(crate) fn checked_bytes(manifest: &Manifest) -> Result<u64, RunError> {
	let broken = || RunError::Protocol("a manifest that can't be");
	let kinds = manifest.0.iter().take(2).map(|entry| entry.kind);
	if !kinds.eq([OutputKind::Stdout, OutputKind::Stderr]) {
		return Err(broken());
	}
	let first = 2 + usize::from(end(manifest).is_some());
	let (others, files) = manifest.0.split_at(first);
	let others = others.iter().all(|entry| entry.path.is_empty());
	let plain = files.iter().all(|entry| {
		use OutputKind::{Directory, File, Symlink};
		matches!(entry.kind, File | Directory | Symlink) && is_plain(&entry.path)
	});
	let sorted = files.windows(2).all(|pair| pair[0].path < pair[1].path);
	let short =
		end(manifest).is_none_or(|end| end.content.size == EndState::max_encoded_len() as u64);
	if !(others && plain && sorted && short) {
		return Err(broken());
	}
	let written = manifest.0.iter().filter(|entry| entry.kind != OutputKind::End);
	let sizes = written.map(|entry| entry.content.size);
	sizes.into_iter().try_fold(0u64, u64::checked_add).ok_or_else(broken)
}

/// The entry of a manifest that says in which state the program was stopped.
pub(crate) fn end(manifest: &Manifest) -> Option<&OutputEntry> {
	manifest.0.get(2).filter(|entry| entry.kind == OutputKind::End)
}

fn is_plain(path: &[u8]) -> bool {
	path.split(|byte| *byte == b'/')
		.all(|name| !name.is_empty() && name != b"." && name != b".." && !name.contains(&0))
}

/// Stores the contents of a manifest as they arrive, block by block, and checks that they are what
/// the manifest says.
pub(crate) fn store(
	out_dir: &Path,
	manifest: &Manifest,
	process: &mut Process<'_>,
) -> Result<(), RunError> {
	let mut block = vec![0; BLOCK_SIZE];
	for entry in &manifest.0 {
		let mut leaves = Vec::new();
		let mut left = entry.content.size;
		loop {
			let next = left.min(BLOCK_SIZE as u64) as usize;
			process.receive_exact(&mut block[..next])?;
			let hash = blake2(&block[..next]);
			write_block(out_dir, &hash, &block[..next])?;
			leaves.push((hash, next as u64));
			left -= next as u64;
			if left == 0 {
				break;
			}
		}
		let root = match leaves.as_slice() {
			[(hash, _)] => *hash,
			_ => {
				let layout = Layout::from_leaves(leaves);
				let node = layout.node.unwrap_or_default();
				write_block(out_dir, &layout.content.hash, &node)?;
				layout.content.hash
			},
		};
		if root != entry.content.hash {
			return Err(RunError::Protocol("an output that is not what the manifest says"));
		}
	}
	Ok(())
}

/// Writes a block under its name at once, so that a file by that name is always whole.
fn write_block(out_dir: &Path, hash: &Hash, bytes: &[u8]) -> Result<(), RunError> {
	let path = output_block(out_dir, hash);
	if fs::metadata(&path).is_ok_and(|found| found.len() == bytes.len() as u64) {
		return Ok(());
	}
	let storing = "storing an output";
	let mut file = tempfile::Builder::new()
		.prefix(".block")
		.tempfile_in(out_dir)
		.map_err(RunError::io(storing))?;
	file.write_all(bytes).map_err(RunError::io(storing))?;
	file.persist(path).map_err(|error| RunError::io(storing)(error.error))?;
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;

	fn entry(kind: OutputKind, path: &str) -> OutputEntry {
		OutputEntry { kind, path: path.into(), content: ContentRef::of(b"12345") }
	}

	fn manifest(files: &[(OutputKind, &str)]) -> Manifest {
		let streams = [(OutputKind::Stdout, ""), (OutputKind::Stderr, "")];
		let entries = streams.iter().chain(files);
		Manifest(entries.map(|(kind, path)| entry(*kind, path)).collect())
	}

	#[test]
	fn manifest_should_pass_when_it_is_as_hosts_make_them() {
		use OutputKind::*;
		let files = [(Directory, "a"), (File, "a/b"), (Symlink, "a/c..d"), (File, "b")];
		assert_eq!(checked_bytes(&manifest(&files)).ok(), Some(6 * 5));
	}

	#[test]
	fn manifest_should_be_refused_when_a_worker_made_it_up() {
		use OutputKind::*;
		assert!(checked_bytes(&manifest(&[(End, "")])).is_err(), "of another length");
		let state = EndState::default().encode();
		let mut ended = manifest(&[(End, ""), (File, "a")]);
		ended.0[2].content = ContentRef::of(&state);
		assert_eq!(
			checked_bytes(&ended).ok(),
			Some(3 * 5),
			"the state is not written by the program"
		);
		ended.0[2].path = b"a".to_vec();
		assert!(checked_bytes(&ended).is_err());
		ended.0.swap(2, 3);
		assert!(checked_bytes(&ended).is_err());
		for path in ["", "/a", "a/", "a//b", "../a", "a/../b", ".", "a/./b", "a\0b"] {
			assert!(checked_bytes(&manifest(&[(File, path)])).is_err(), "{path:?}");
		}
		assert!(checked_bytes(&manifest(&[(File, "b"), (File, "a")])).is_err());
		assert!(checked_bytes(&manifest(&[(File, "a"), (File, "a")])).is_err());
		assert!(checked_bytes(&manifest(&[(Stdout, "a")])).is_err());
		assert!(checked_bytes(&Manifest::default()).is_err());
		assert!(checked_bytes(&Manifest(vec![entry(Stdout, ""), entry(File, "a")])).is_err());
		assert!(checked_bytes(&Manifest(vec![entry(Stdout, "a"), entry(Stderr, "")])).is_err());
		let mut huge = manifest(&[(File, "a"), (File, "b")]);
		huge.0[2].content.size = u64::MAX;
		assert!(checked_bytes(&huge).is_err());
	}
}
