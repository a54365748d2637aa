//! From a path to an inode.

use super::{FileSystem, Ino, inode::Kind};
use crate::{Errno, bounds::MAX_NAME, guest::Meter, stop::Outcome};
use alloc::{borrow::Cow, vec, vec::Vec};

/// Longest path, in bytes: as given, after expanding a symbolic link, and from the root.
pub const MAX_PATH: u32 = 4_096;
/// Most symbolic links that one resolution follows.
pub const MAX_SYMLINKS: u32 = 40;

/// What a resolution does about a symbolic link at the end of the path.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Last {
	/// Follows it.
	Follow,
	/// Gives the link itself, unless a slash after it asks for a directory.
	Keep,
	/// Gives the link itself: the path names an entry, to be made or removed.
	Entry,
}

/// Where a path leads.
#[derive(Debug)]
pub(crate) struct Place {
	/// Directory of the last entry.
	pub parent: Ino,
	/// Name of the last entry; `None` if the path ends in `.` or `..`.
	pub name: Option<Vec<u8>>,
	/// What is there, if anything.
	pub target: Option<Ino>,
	/// Whether a slash follows the last name: only a directory will do.
	pub slash: bool,
}

impl Place {
	/// The last name, or `error` where the path ends in `.` or `..`.
	pub fn entry(&self, error: Errno) -> Result<&[u8], Errno> {
		self.name.as_deref().ok_or(error)
	}

	/// What is there, or `ENOENT`.
	pub fn found(&self) -> Result<Ino, Errno> {
		self.target.ok_or(Errno::Noent)
	}
}

/// One name of a path that is being walked.
#[derive(Clone, Copy, Debug)]
struct Step {
	/// Where the name starts and ends.
	start: usize,
	end: usize,
	/// Where the next name starts; the length of the path after the last.
	rest: usize,
	/// Whether it is the last name.
	last: bool,
	/// Whether a slash follows the name.
	slash: bool,
}

impl Step {
	/// The first name of `path` from `at` on; `None` if there are only slashes.
	fn next(path: &[u8], at: usize) -> Option<Self> {
		let start = skip_slashes(path, at);
		if start == path.len() {
			return None;
		}
		let end = path[start..].iter().position(|byte| *byte == b'/');
		let end = end.map_or(path.len(), |len| start + len);
		let rest = skip_slashes(path, end);
		Some(Self { start, end, rest, last: rest == path.len(), slash: end < path.len() })
	}
}

fn skip_slashes(path: &[u8], at: usize) -> usize {
	path[at..].iter().position(|byte| *byte != b'/').map_or(path.len(), |len| at + len)
}

/// What one name of a path leads to.
enum Advance<'a> {
	Arrived(Option<Ino>),
	Enter(Ino),
	Expand(&'a [u8]),
}

impl FileSystem {
	/// Resolves `path` from the directory `base`, which it can't leave.
	///
	/// Pays for the bytes of every path that it makes of a symbolic link; `path` itself is paid for.
	pub fn resolve(
		&self,
		base: Ino,
		path: &[u8],
		last: Last,
		meter: &mut dyn Meter,
	) -> Outcome<Place> {
		if path.first() == Some(&b'/') {
			return Err(Errno::Perm.into());
		}
		let mut trail = vec![base];
		let mut path = Cow::Borrowed(path);
		let mut at = 0;
		let mut followed = 0;
		loop {
			let parent = *trail.last().ok_or(Errno::Perm)?;
			let Some(step) = Step::next(&path, at) else {
				return Ok(Place { parent, name: None, target: Some(parent), slash: true });
			};
			at = step.rest;
			let name = &path[step.start..step.end];
			match name {
				b"." => {},
				b".." if trail.len() == 1 => return Err(Errno::Perm.into()),
				b".." => {
					trail.pop();
				},
				_ => match self.advance(parent, name, step, last)? {
					Advance::Arrived(target) => {
						let name = Some(name.to_vec());
						return Ok(Place { parent, name, target, slash: step.slash });
					},
					Advance::Enter(directory) => trail.push(directory),
					Advance::Expand(link) => {
						followed += 1;
						if followed > MAX_SYMLINKS {
							return Err(Errno::Loop.into());
						}
						path = Cow::Owned(expand(link, &path[step.end..], meter)?);
						at = 0;
					},
				},
			}
		}
	}

	/// Looks at `name` in `parent`, the name of `step`.
	fn advance(&self, parent: Ino, name: &[u8], step: Step, last: Last) -> Outcome<Advance<'_>> {
		if name.len() > MAX_NAME {
			return Err(Errno::Nametoolong.into());
		}
		let target = self.directory(parent)?.entries.get(name).copied();
		let Some(ino) = target else {
			return if step.last { Ok(Advance::Arrived(None)) } else { Err(Errno::Noent.into()) };
		};
		match &self.node(ino)?.kind {
			Kind::Symlink(link) => {
				let keep = match last {
					Last::Follow => false,
					Last::Keep => !step.slash,
					Last::Entry => true,
				};
				let arrived = step.last && keep;
				Ok(if arrived { Advance::Arrived(target) } else { Advance::Expand(link) })
			},
			_ if step.last => Ok(Advance::Arrived(target)),
			Kind::Directory(_) => Ok(Advance::Enter(ino)),
			Kind::File(_) | Kind::Device(_) => Err(Errno::Notdir.into()),
		}
	}
}

/// The path that is left when a name is replaced by where its link points; `tail` is what follows
/// the name, slashes included.
fn expand(link: &[u8], tail: &[u8], meter: &mut dyn Meter) -> Outcome<Vec<u8>> {
	let len = link.len() + tail.len();
	if len > MAX_PATH as usize {
		return Err(Errno::Nametoolong.into());
	}
	meter.pay(len as u64)?;
	Ok([link, tail].concat())
}
