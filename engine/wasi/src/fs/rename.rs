//! Renaming, which may move a whole subtree in or out of `/out`.

use super::{
	Accounts, FileSystem, Ino, LISTING_ENTRY, MAX_LISTING_BYTES, MAX_OUTPUT_ENTRIES, MAX_PATH,
	Survey, path::Place,
};
use crate::{Errno, Stop, guest::Meter, stop::Outcome};
use alloc::{vec, vec::Vec};

/// One side of a rename.
struct Side<'a> {
	directory: Ino,
	name: &'a [u8],
	output: bool,
	/// Bytes of the absolute path of the entry.
	path_len: u64,
}

impl FileSystem {
	/// Renames the entry at `from` to `to`, replacing what is there as POSIX has it.
	///
	/// Pays for the path of the new directory and for every entry of a directory that moves.
	pub fn rename(&mut self, from: &Place, to: &Place, now: u64, meter: &mut dyn Meter) -> Outcome {
		let old = self.side(from)?;
		let new = self.side(to)?;
		let source = from.found()?;
		self.admit_removal(old.directory, source)?;
		self.admit_destination(source, from, to)?;
		if to.target == Some(source) {
			return Ok(());
		}
		if self.node(source)?.is_directory() {
			self.admit_nesting(source, new.directory, meter)?;
		}
		let survey = self.survey(source, old.path_len, meter)?;
		let accounts = self.accounts_after(&survey, &old, &new, to.target)?;
		if self.moves_cost && new.output && !old.output {
			// They become outputs, as by links: what is linked many times elsewhere would be had for nothing.
			meter.pay(survey.bytes)?;
		}
		if to.target.is_some() {
			self.detach(new.directory, new.name, now);
		}
		self.relocate(source, &survey, &old, &new, now);
		self.accounts.output = accounts.output;
		self.accounts.listing = accounts.listing;
		self.accounts.outputs = accounts.outputs;
		Ok(())
	}

	fn side<'a>(&self, place: &'a Place) -> Result<Side<'a>, Errno> {
		let name = place.entry(Errno::Busy)?;
		let directory = self.directory(place.parent)?;
		let path_len = directory.child_path_len(name.len()).into();
		Ok(Side { directory: place.parent, name, output: directory.output, path_len })
	}

	/// Whether what is at `to` may be replaced by `source`.
	fn admit_destination(&self, source: Ino, from: &Place, to: &Place) -> Result<(), Errno> {
		let parent = self.node(to.parent)?;
		if parent.links == 0 {
			return Err(Errno::Noent);
		}
		if parent.read_only {
			return Err(Errno::Rofs);
		}
		let is_directory = self.node(source)?.is_directory();
		if (from.slash || to.slash) && !is_directory {
			return Err(Errno::Notdir);
		}
		let Some(target) = to.target else { return Ok(()) };
		let node = self.node(target)?;
		match node.directory() {
			Some(_) if node.fixed => Err(Errno::Busy),
			Some(_) if !is_directory => Err(Errno::Isdir),
			Some(directory) if target != source && !directory.entries.is_empty() => {
				Err(Errno::Notempty)
			},
			None if is_directory => Err(Errno::Notdir),
			_ => Ok(()),
		}
	}

	/// Whether `directory` does not lie in the subtree of `source`.
	fn admit_nesting(&self, source: Ino, directory: Ino, meter: &mut dyn Meter) -> Outcome {
		meter.pay(self.directory(directory)?.path_len.into())?;
		let mut at = directory;
		loop {
			if at == source {
				return Err(Errno::Inval.into());
			}
			let parent = self.directory(at)?.parent;
			if parent == at {
				return Ok(());
			}
			at = parent;
		}
	}

	/// Weighs the subtree of `top`, whose absolute path has `path_len` bytes.
	fn survey(&self, top: Ino, path_len: u64, meter: &mut dyn Meter) -> Outcome<Survey> {
		let node = self.node(top)?;
		let mut survey = Survey {
			directories: if node.is_directory() { vec![top] } else { Vec::new() },
			entries: 1,
			paths: path_len,
			longest: path_len,
			bytes: node.size(),
		};
		let mut at = 0;
		while let Some(ino) = survey.directories.get(at).copied() {
			at += 1;
			let directory = self.directory(ino)?;
			meter.pay(LISTING_ENTRY * directory.entries.len() as u64)?;
			for (name, child) in &directory.entries {
				let node = self.node(*child)?;
				let path_len = u64::from(directory.child_path_len(name.len()));
				survey.entries += 1;
				survey.paths += path_len;
				survey.longest = survey.longest.max(path_len);
				survey.bytes += node.size();
				if node.is_directory() {
					survey.directories.push(*child);
				}
			}
		}
		Ok(survey)
	}

	/// The accounts as they will be, or the quota that they would exceed.
	fn accounts_after(
		&self,
		survey: &Survey,
		old: &Side,
		new: &Side,
		replaced: Option<Ino>,
	) -> Outcome<Accounts> {
		if survey.longest + new.path_len - old.path_len > u64::from(MAX_PATH) {
			return Err(Errno::Nametoolong.into());
		}
		let mut after = self.accounts;
		if old.output {
			after.listing -= survey.listing(old.path_len, old.path_len);
			after.outputs -= survey.entries;
			after.output -= survey.bytes;
		}
		if let (Some(ino), true) = (replaced, new.output) {
			after.listing -= super::listing(new.path_len as u32);
			after.outputs -= 1;
			after.output -= self.node(ino)?.size();
		}
		if new.output {
			after.listing += survey.listing(old.path_len, new.path_len);
			after.outputs += survey.entries;
			after.output += survey.bytes;
			if after.outputs > MAX_OUTPUT_ENTRIES && after.outputs > self.accounts.outputs {
				return Err(Errno::Nospc.into());
			}
			if after.listing > MAX_LISTING_BYTES && after.listing > self.accounts.listing {
				return Err(Errno::Nospc.into());
			}
			if after.output > self.output_limit {
				return Err(Stop::OutputLimit.into());
			}
		}
		Ok(after)
	}

	/// Moves the entry; all checks are done, and the new name is free.
	fn relocate(&mut self, source: Ino, survey: &Survey, old: &Side, new: &Side, now: u64) {
		let is_directory = !survey.directories.is_empty();
		self.change(old.directory, |node| {
			if let Some(directory) = node.directory_mut() {
				directory.entries.remove(old.name);
			}
			node.links -= u32::from(is_directory);
		});
		self.change(new.directory, |node| {
			if let Some(directory) = node.directory_mut() {
				directory.entries.insert(new.name.to_vec(), source);
			}
			node.links += u32::from(is_directory);
		});
		self.change(source, |node| {
			node.times.change = now;
			if let Some(directory) = node.directory_mut() {
				directory.parent = new.directory;
			}
		});
		self.touch(old.directory, now);
		self.touch(new.directory, now);
		for ino in &survey.directories {
			self.rebase(*ino, old, new);
		}
		if !is_directory {
			self.recount(source, old.output, new.output);
		}
	}

	/// Corrects a directory of a subtree that moved.
	fn rebase(&mut self, ino: Ino, old: &Side, new: &Side) {
		let mut children = Vec::new();
		self.change(ino, |node| {
			if let Some(directory) = node.directory_mut() {
				let path_len = u64::from(directory.path_len) + new.path_len - old.path_len;
				directory.path_len = path_len as u32;
				directory.output = new.output;
				if old.output != new.output {
					children.extend(directory.entries.values().copied());
				}
			}
		});
		for child in children {
			self.recount(child, old.output, new.output);
		}
	}

	/// Corrects how many entries under `/out` name the file or link `ino`, one of which moved.
	fn recount(&mut self, ino: Ino, old: bool, new: bool) {
		self.change(ino, |node| {
			if !node.is_directory() {
				node.outputs = node.outputs + u32::from(new) - u32::from(old);
			}
		});
	}
}
