//! Inputs that are trees of files: a line that says so, and an archive in the format `ustar` behind it.
//!
//! Everything that a stranger could mean in two ways is refused: what is no file, directory or symbolic link,
//! names that lead elsewhere, names that are there twice, and extensions of the format.

use crate::bounds::{MAX_ENTRIES, MAX_NAME};
use alloc::{collections::BTreeMap, vec::Vec};

/// What an input begins with that is a tree.
pub const TREE_LINE: &[u8] = b"assay-tree/1\n";

/// Bytes of a header, and what contents are filled up to.
const BLOCK: usize = 512;
/// Most entries; the rest of those that a file system may have is for the program.
const MAX_NODES: usize = MAX_ENTRIES as usize / 2;

/// Why an input that says that it is a tree is none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BadTree {
	/// It ends inside of a header or of contents.
	Cut,
	/// A header is not one of the format, or its sum is wrong.
	NoHeader,
	/// A number is none, or something that has no contents has a length.
	BadLength,
	/// An entry is neither file nor directory nor symbolic link.
	OtherKind,
	/// A name is absolute, empty or too long, has `.` or `..` in it, or is not UTF-8.
	BadName,
	/// A name is there twice.
	Duplicate,
	/// Something lies below what is not a directory.
	BelowFile,
	/// A link leads to an absolute path, or to none.
	BadTarget,
	/// There are too many entries.
	TooMany,
	/// Something follows the end.
	Trailing,
}

/// An entry of a tree.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Node<'a> {
	/// Which node it lies in; none for the top.
	pub parent: Option<usize>,
	pub name: Vec<u8>,
	pub kind: NodeKind<'a>,
}

/// What an entry is.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum NodeKind<'a> {
	Directory,
	File(&'a [u8]),
	Link(&'a [u8]),
}

/// The entries of a tree, each behind the directory that it lies in.
#[derive(Debug, Default, Eq, PartialEq)]
pub(crate) struct Tree<'a> {
	pub nodes: Vec<Node<'a>>,
}

/// A header as far as it is read.
struct Header<'a> {
	kind: u8,
	path: Vec<u8>,
	length: usize,
	target: &'a [u8],
}

impl<'a> Tree<'a> {
	/// Reads a tree; `None` if the bytes don't say that they are one. Takes time in proportion to the bytes, and
	/// memory to the entries.
	pub fn read(bytes: &'a [u8]) -> Result<Option<Self>, BadTree> {
		let Some(mut rest) = bytes.strip_prefix(TREE_LINE) else { return Ok(None) };
		let mut tree = Self::default();
		let mut known = BTreeMap::new();
		while !rest.is_empty() {
			let (header, behind) = rest.split_at_checked(BLOCK).ok_or(BadTree::Cut)?;
			if header.iter().all(|byte| *byte == 0) {
				let ended = behind.iter().all(|byte| *byte == 0);
				return if ended { Ok(Some(tree)) } else { Err(BadTree::Trailing) };
			}
			let header = Header::read(header)?;
			let padded = header.length.div_ceil(BLOCK) * BLOCK;
			let (contents, behind) = behind.split_at_checked(padded).ok_or(BadTree::Cut)?;
			tree.add(header, contents, &mut known)?;
			rest = behind;
		}
		Ok(Some(tree))
	}

	fn add(
		&mut self,
		header: Header<'a>,
		contents: &'a [u8],
		known: &mut BTreeMap<Vec<u8>, usize>,
	) -> Result<(), BadTree> {
		let kind = match header.kind {
			b'0' | 0 => NodeKind::File(contents.get(..header.length).ok_or(BadTree::Cut)?),
			_ if header.length > 0 => return Err(BadTree::BadLength),
			b'5' => NodeKind::Directory,
			b'2' => NodeKind::Link(target(header.target)?),
			_ => return Err(BadTree::OtherKind),
		};
		let Some(path) = path(&header.path, kind == NodeKind::Directory)? else { return Ok(()) };
		let mut parent = None;
		for (at, _) in path.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
			parent = Some(match known.get(&path[..at]) {
				Some(index) if self.is_directory(*index) => *index,
				Some(_) => return Err(BadTree::BelowFile),
				None => self.push(&path[..at], parent, NodeKind::Directory, known)?,
			});
		}
		if known.contains_key(path) {
			return Err(BadTree::Duplicate);
		}
		self.push(path, parent, kind, known).map(|_| ())
	}

	fn is_directory(&self, index: usize) -> bool {
		self.nodes.get(index).is_some_and(|node| node.kind == NodeKind::Directory)
	}

	fn push(
		&mut self,
		path: &[u8],
		parent: Option<usize>,
		kind: NodeKind<'a>,
		known: &mut BTreeMap<Vec<u8>, usize>,
	) -> Result<usize, BadTree> {
		let index = self.nodes.len();
		if index >= MAX_NODES {
			return Err(BadTree::TooMany);
		}
		let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default().to_vec();
		self.nodes.push(Node { parent, name, kind });
		known.insert(path.to_vec(), index);
		Ok(index)
	}
}

impl<'a> Header<'a> {
	fn read(header: &'a [u8]) -> Result<Self, BadTree> {
		let field =
			|from: usize, length: usize| header.get(from..from + length).unwrap_or_default();
		let sum: u64 = header
			.iter()
			.enumerate()
			// The sum's own field counts as spaces.
			.map(|(at, byte)| u64::from(if (148..156).contains(&at) { b' ' } else { *byte }))
			.sum();
		let posix = match field(257, 8) {
			b"ustar\x0000" => true,
			// What GNU writes where no extension is needed; the prefix has another meaning there.
			b"ustar  \0" => false,
			_ => return Err(BadTree::NoHeader),
		};
		if octal(field(148, 8)) != Some(sum) {
			return Err(BadTree::NoHeader);
		}
		let length = octal(field(124, 12)).and_then(|length| usize::try_from(length).ok());
		let prefix = if posix { text(field(345, 155)) } else { &[] };
		let name = text(field(0, 100));
		let path = if prefix.is_empty() { name.to_vec() } else { [prefix, b"/", name].concat() };
		let kind = field(156, 1).first().copied().unwrap_or_default();
		let length = length.ok_or(BadTree::BadLength)?;
		Ok(Self { kind, path, length, target: text(field(157, 100)) })
	}
}

/// What stands in a field, which a zero byte may end.
fn text(field: &[u8]) -> &[u8] {
	field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// A number in octal digits, with blanks around it.
fn octal(field: &[u8]) -> Option<u64> {
	let digits = core::str::from_utf8(text(field)).ok()?.trim_matches(' ');
	let plain = digits.bytes().all(|digit| digit.is_ascii_digit());
	u64::from_str_radix(digits, 8).ok().filter(|_| plain)
}

/// A path without what archivers put around it; `None` for the top itself.
fn path(path: &[u8], directory: bool) -> Result<Option<&[u8]>, BadTree> {
	let path = path.strip_prefix(b"./").unwrap_or(path);
	if path.first() == Some(&b'/') {
		return Err(BadTree::BadName);
	}
	let path = if directory { path.strip_suffix(b"/").unwrap_or(path) } else { path };
	if directory && (path.is_empty() || path == b".") {
		return Ok(None);
	}
	let plain = |name: &[u8]| !matches!(name, b"" | b"." | b"..") && name.len() <= MAX_NAME;
	let good = path.split(|byte| *byte == b'/').all(plain) && core::str::from_utf8(path).is_ok();
	if good { Ok(Some(path)) } else { Err(BadTree::BadName) }
}

/// Where a link leads, by the rules that programs make links by.
fn target(target: &[u8]) -> Result<&[u8], BadTree> {
	let good = !target.is_empty() && target[0] != b'/' && core::str::from_utf8(target).is_ok();
	if good { Ok(target) } else { Err(BadTree::BadTarget) }
}
