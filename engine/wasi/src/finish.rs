//! From the state at the end of a run to its outputs.

use crate::{
	Host,
	fs::{FileSystem, Ino, Kind, OUT, Stream},
};
use alloc::{vec, vec::Vec};
use assay_primitives::{
	content::ContentRef,
	outcome::{Manifest, OutputEntry, OutputKind},
};

/// What a program left.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Outputs {
	/// All outputs in the order of the manifest.
	pub manifest: Manifest,
	/// The bytes of each entry of the manifest, at the same index; empty for directories.
	pub contents: Vec<Vec<u8>>,
}

impl Outputs {
	fn push(&mut self, kind: OutputKind, path: Vec<u8>, content: Vec<u8>) {
		let entry = OutputEntry { kind, path, content: ContentRef::of(&content) };
		self.manifest.0.push(entry);
		self.contents.push(content);
	}
}

impl Host {
	/// Ends the run and gives its outputs: standard output, standard error, and everything under
	/// `/out` sorted by the bytes of the path.
	///
	/// They are what the program has left whichever way it ended; their bytes are within the task's
	/// limit.
	pub fn finish(mut self) -> Outputs {
		let mut outputs = Outputs::default();
		let stdout = self.fs.take_stream(Stream::Stdout);
		let stderr = self.fs.take_stream(Stream::Stderr);
		outputs.push(OutputKind::Stdout, Vec::new(), stdout);
		outputs.push(OutputKind::Stderr, Vec::new(), stderr);
		for (path, ino) in self.fs.outputs() {
			if let Some((kind, content)) = self.fs.take_output(ino) {
				outputs.push(kind, path, content);
			}
		}
		outputs
	}
}

impl FileSystem {
	/// Everything under `/out`, with paths relative to it, sorted by them.
	fn outputs(&self) -> Vec<(Vec<u8>, Ino)> {
		let mut found = Vec::new();
		let mut directories = vec![(Vec::new(), OUT)];
		while let Some((prefix, ino)) = directories.pop() {
			let Ok(directory) = self.directory(ino) else { continue };
			for (name, child) in &directory.entries {
				let path = [prefix.as_slice(), name].concat();
				if self.directory(*child).is_ok() {
					directories.push(([path.as_slice(), b"/"].concat(), *child));
				}
				found.push((path, *child));
			}
		}
		found.sort();
		found
	}

	/// The output that `ino` is, taken away where this is its last entry under `/out`.
	fn take_output(&mut self, ino: Ino) -> Option<(OutputKind, Vec<u8>)> {
		let node = self.output_mut(ino)?;
		node.outputs = node.outputs.saturating_sub(1);
		let last = node.outputs == 0;
		let take = |bytes: &mut Vec<u8>| {
			if last { core::mem::take(bytes) } else { bytes.clone() }
		};
		Some(match &mut node.kind {
			Kind::File(bytes) => (OutputKind::File, take(bytes)),
			Kind::Symlink(target) => (OutputKind::Symlink, take(target)),
			Kind::Directory(_) => (OutputKind::Directory, Vec::new()),
		})
	}
}
