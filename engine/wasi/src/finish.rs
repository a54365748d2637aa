//! From the state at the end of a run to its outputs.

use crate::{
	Host,
	fs::{FileSystem, Ino, Kind, OUT, Stream},
};
use alloc::{vec, vec::Vec};
use assay_primitives::{
	content::ContentRef,
	end::{EndState, memory_root},
	outcome::{Class, Manifest, OutputEntry, OutputKind},
	profile::Profile,
};
use codec::Encode;

/// Place of the end state: behind both streams.
const END: usize = 2;

/// How an engine has left a program.
#[derive(Clone, Copy, Debug)]
pub struct Left<'m> {
	/// Its memory.
	pub memory: &'m [u8],
	/// Slots of the stack that were left.
	pub slots: i32,
	/// The number of the trail; 0 where the profile has none.
	pub trail: u64,
}

/// What a program left.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Outputs {
	/// All outputs in the order of the manifest.
	pub manifest: Manifest,
	/// The bytes of each entry of the manifest, at the same index; empty for directories.
	pub contents: Vec<Vec<u8>>,
}

impl Outputs {
	/// Of a program that could not pay for what starting it costs, under this profile.
	pub(crate) fn unstarted(profile: &Profile) -> Self {
		let mut outputs = Self::default();
		outputs.push(OutputKind::Stdout, Vec::new(), Vec::new());
		outputs.push(OutputKind::Stderr, Vec::new(), Vec::new());
		if profile.commits_to_ends() {
			outputs.end(EndState::default());
		}
		outputs
	}

	fn end(&mut self, state: EndState) {
		let content = state.encode();
		let (kind, path, named) = (OutputKind::End, Vec::new(), ContentRef::of(&content));
		self.manifest.0.insert(END, OutputEntry { kind, path, content: named });
		self.contents.insert(END, content);
	}

	fn push(&mut self, kind: OutputKind, path: Vec<u8>, content: Vec<u8>) {
		let entry = OutputEntry { kind, path, content: ContentRef::of(&content) };
		self.manifest.0.push(entry);
		self.contents.push(content);
	}
}

impl Host {
	/// Ends a run of this class, and gives its outputs, with the state that it was stopped in if the profile
	/// commits to that.
	pub fn conclude(self, class: Class, left: Left<'_>) -> Outputs {
		// A trap may be what has shown that no gas was left.
		let torn = matches!(class, Class::Trapped | Class::OutOfGas);
		let state = (self.commits_to_ends && class.is_stop()).then(|| EndState {
			memory: memory_root(left.memory, torn),
			slots: left.slots,
			trail: left.trail,
			clock: self.clock.moved(),
			random: self.random.given(),
		});
		let mut outputs = self.finish();
		if let Some(state) = state {
			outputs.end(state);
		}
		outputs
	}

	/// Ends the run and gives what the program has written: standard output, standard error, and everything under
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
			// They are in a directory that nothing leaves.
			Kind::Device(_) => return None,
		})
	}
}
