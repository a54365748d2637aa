//! References to content by hash and size, and the one way in which bytes become blocks.
//!
//! Up to [`BLOCK_SIZE`] bytes are one raw block, named by its blake2b-256 hash. Longer content is cut
//! into raw leaves of [`BLOCK_SIZE`] bytes under a single UnixFS node in DAG-PB, and is named by the
//! hash of that node. The layout has no choices, so whoever holds the bytes can compute the
//! reference, and any IPFS tool can carry the blocks.

use crate::{Hash, apply, hashing::blake2};
use alloc::vec::Vec;
use polkadot_sdk::sp_core::H256;

/// Largest raw block, in bytes: 1 MiB.
pub const BLOCK_SIZE: usize = 1 << 20;
/// Largest content that can be referred to, in bytes: 1 GiB.
pub const MAX_CONTENT_SIZE: u64 = 1 << 30;
/// Most leaves under a node of which a chain says whether it keeps all of them: 64 MiB of content.
pub const MAX_PROMISED_LEAVES: u32 = 64;
/// Longest node of so many leaves, in bytes.
pub const MAX_PROMISED_NODE: usize = MAX_PROMISED_LEAVES as usize * (dag::LINK_LEN + 4) + 32;

/// Multicodec of a raw block.
pub const CODEC_RAW: u64 = 0x55;
/// Multicodec of a DAG-PB node.
pub const CODEC_DAG_PB: u64 = 0x70;
/// Multihash code of blake2b-256.
pub const MULTIHASH_BLAKE2B_256: u64 = 0xb220;

/// Names content by hash and size; where it can be had is never part of the name.
#[apply(stored)]
#[derive(Copy, Hash, Ord, PartialOrd)]
pub struct ContentRef {
	/// blake2b-256 of the root block.
	pub hash: H256,
	/// Length of the content, in bytes.
	pub size: u64,
}

/// What bytes are to the content that a reference names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ContentMatch {
	/// They are the content.
	Same,
	/// They begin with the very block that is named, and it says another size than the reference does: everybody who
	/// has that block finds the same contradiction.
	OtherSize,
	/// They are something else.
	Other,
}

/// One block of content, and what shows its place.
#[apply(shown)]
pub struct Exhibit {
	/// The DAG-PB node, where the content is longer than one block.
	pub node: Option<Vec<u8>>,
	/// The block.
	pub leaf: Vec<u8>,
}

impl Exhibit {
	/// Bytes of both.
	pub fn len(&self) -> usize {
		self.leaf.len().saturating_add(self.node.as_ref().map_or(0, Vec::len))
	}

	/// Whether there are none.
	pub fn is_empty(&self) -> bool {
		self.len() == 0
	}
}

/// How bytes are split into blocks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Layout {
	/// The reference of the whole.
	pub content: ContentRef,
	/// The DAG-PB node, where the content is longer than one block.
	pub node: Option<Vec<u8>>,
	/// Hash and length of each leaf, in order; one leaf for content of a single block.
	pub leaves: Vec<(Hash, u64)>,
}

impl ContentRef {
	/// Reference of `bytes`.
	pub fn of(bytes: &[u8]) -> Self {
		Layout::of(bytes).content
	}

	/// Whether `bytes` are what this reference names. Compares the size before hashing anything.
	pub fn matches(&self, bytes: &[u8]) -> bool {
		self.size == bytes.len() as u64 && *self == Self::of(bytes)
	}

	/// What `bytes` are to what this names.
	///
	/// A hash alone does not tell. That of long content is the hash of its node, whose own bytes are short content
	/// of the same hash; whoever holds one of the two has nothing of the other. So both have to be one block, or
	/// both longer.
	pub fn compare(&self, bytes: &[u8]) -> ContentMatch {
		let found = Self::of(bytes);
		match found.hash == self.hash && found.is_raw() == self.is_raw() {
			true if found.size == self.size => ContentMatch::Same,
			true => ContentMatch::OtherSize,
			false => ContentMatch::Other,
		}
	}

	/// Whether the root block is the content itself, rather than a DAG-PB node.
	pub fn is_raw(&self) -> bool {
		self.size <= BLOCK_SIZE as u64
	}

	/// Number of blocks that carry the bytes; at least one.
	pub fn leaves(&self) -> u32 {
		// Content is at most 1 GiB; a reference that says more has as many blocks as that.
		self.size.min(MAX_CONTENT_SIZE).div_ceil(BLOCK_SIZE as u64).max(1) as u32
	}

	/// Whether an exhibit is the block of this content at `position`. Under a size that its bytes don't have nobody
	/// can show content, as no store hands it out.
	pub fn is_shown_by(&self, position: u32, exhibit: &Exhibit) -> bool {
		match &exhibit.node {
			// The node of longer content is no block of it.
			None => self.is_raw() && self.matches(&exhibit.leaf),
			Some(node) => Layout::from_node(self, node)
				.and_then(|layout| layout.leaves.get(position as usize).copied())
				.is_some_and(|(hash, len)| {
					exhibit.leaf.len() as u64 == len && blake2(&exhibit.leaf) == hash
				}),
		}
	}

	/// Multicodec of the root block.
	pub fn codec(&self) -> u64 {
		if self.is_raw() { CODEC_RAW } else { CODEC_DAG_PB }
	}
}

impl Layout {
	/// Splits `bytes` into blocks.
	pub fn of(bytes: &[u8]) -> Self {
		let size = bytes.len() as u64;
		if bytes.len() <= BLOCK_SIZE {
			let hash = blake2(bytes);
			return Self {
				content: ContentRef { hash, size },
				node: None,
				leaves: alloc::vec![(hash, size)],
			};
		}
		let leaves =
			bytes.chunks(BLOCK_SIZE).map(|leaf| (blake2(leaf), leaf.len() as u64)).collect();
		Self::from_leaves(leaves)
	}

	/// The layout over leaves that were hashed elsewhere, for example while streaming.
	///
	/// There must be at least two leaves, all but the last of [`BLOCK_SIZE`] bytes.
	pub fn from_leaves(leaves: Vec<(Hash, u64)>) -> Self {
		let size = leaves.iter().map(|(_, len)| len).sum();
		let node = dag::encode_node(&leaves, size);
		Self { content: ContentRef { hash: blake2(&node), size }, node: Some(node), leaves }
	}

	/// Reads the DAG-PB node of `content` back.
	///
	/// Returns `None` unless re-encoding gives the very same bytes, which refuses every other
	/// layout, and the leaves have the sizes that this module's layout gives them.
	pub fn from_node(content: &ContentRef, node: &[u8]) -> Option<Self> {
		if content.is_raw() || content.size > MAX_CONTENT_SIZE || blake2(node) != content.hash {
			return None;
		}
		let count = content.size.div_ceil(BLOCK_SIZE as u64);
		let hashes = dag::decode_links(node, count as usize)?;
		let last = content.size - (count - 1) * BLOCK_SIZE as u64;
		let sizes = (1..=count).map(|i| if i == count { last } else { BLOCK_SIZE as u64 });
		let layout = Self::from_leaves(hashes.into_iter().zip(sizes).collect());
		(layout.content == *content).then_some(layout)
	}

	/// Reads a node of which nobody has said how much it is of: one of at most [`MAX_PROMISED_LEAVES`]
	/// leaves. `None` for all other bytes.
	pub fn from_short_node(node: &[u8]) -> Option<Self> {
		if node.len() > MAX_PROMISED_NODE {
			return None;
		}
		let content = ContentRef { hash: blake2(node), size: dag::size_of_file(node)? };
		(content.leaves() <= MAX_PROMISED_LEAVES).then(|| Self::from_node(&content, node)).flatten()
	}
}

/// DAG-PB and UnixFS, as far as one flat file node needs them.
/// Sources: ipld.io/specs/codecs/dag-pb and github.com/ipfs/specs/blob/main/UNIXFS.md.
mod dag {
	use super::*;

	const CID_LEN: usize = 38;
	/// Longest link to a leaf: the identifier, an empty name and a size, each with its tag, and the
	/// link's own.
	pub const LINK_LEN: usize = CID_LEN + 10;

	fn varint(mut value: u64, out: &mut Vec<u8>) {
		while value >= 0x80 {
			out.push(value as u8 | 0x80);
			value >>= 7;
		}
		out.push(value as u8);
	}

	fn bytes_field(tag: u8, bytes: &[u8], out: &mut Vec<u8>) {
		out.push(tag);
		varint(bytes.len() as u64, out);
		out.extend_from_slice(bytes);
	}

	fn uint_field(tag: u8, value: u64, out: &mut Vec<u8>) {
		out.push(tag);
		varint(value, out);
	}

	pub fn cid_v1(codec: u64, hash: &Hash) -> Vec<u8> {
		let mut cid = Vec::with_capacity(CID_LEN);
		varint(1, &mut cid);
		varint(codec, &mut cid);
		varint(MULTIHASH_BLAKE2B_256, &mut cid);
		varint(32, &mut cid);
		cid.extend_from_slice(hash.as_bytes());
		cid
	}

	pub fn encode_node(leaves: &[(Hash, u64)], size: u64) -> Vec<u8> {
		let mut node = Vec::new();
		for (hash, len) in leaves {
			let mut link = Vec::new();
			bytes_field(0x0a, &cid_v1(CODEC_RAW, hash), &mut link);
			bytes_field(0x12, &[], &mut link);
			uint_field(0x18, *len, &mut link);
			bytes_field(0x12, &link, &mut node);
		}
		let mut unixfs = Vec::new();
		uint_field(0x08, 2, &mut unixfs);
		uint_field(0x18, size, &mut unixfs);
		for (_, len) in leaves {
			uint_field(0x20, *len, &mut unixfs);
		}
		bytes_field(0x0a, &unixfs, &mut node);
		node
	}

	fn read_varint(input: &mut &[u8]) -> Option<u64> {
		let mut value = 0u64;
		for shift in (0..63).step_by(7) {
			let (byte, rest) = input.split_first()?;
			*input = rest;
			value |= u64::from(byte & 0x7f) << shift;
			if byte & 0x80 == 0 {
				return Some(value);
			}
		}
		None
	}

	fn read_field<'a>(tag: u8, input: &mut &'a [u8]) -> Option<&'a [u8]> {
		let (first, rest) = input.split_first()?;
		if *first != tag {
			return None;
		}
		*input = rest;
		let len = usize::try_from(read_varint(input)?).ok()?;
		if len > input.len() {
			return None;
		}
		let (field, rest) = input.split_at(len);
		*input = rest;
		Some(field)
	}

	/// The size that a node says its file has.
	pub fn size_of_file(mut node: &[u8]) -> Option<u64> {
		while node.first() == Some(&0x12) {
			read_field(0x12, &mut node)?;
		}
		let mut unixfs = read_field(0x0a, &mut node)?;
		let (kind, rest) = unixfs.split_at_checked(2)?;
		unixfs = rest;
		let (tag, rest) = unixfs.split_first()?;
		unixfs = rest;
		(kind == [0x08, 2] && *tag == 0x18).then(|| read_varint(&mut unixfs)).flatten()
	}

	/// Hashes of the first `count` links. The caller re-encodes to check everything else.
	pub fn decode_links(mut node: &[u8], count: usize) -> Option<Vec<Hash>> {
		let mut hashes = Vec::new();
		for _ in 0..count {
			let mut link = read_field(0x12, &mut node)?;
			let cid = read_field(0x0a, &mut link)?;
			if cid.len() != CID_LEN {
				return None;
			}
			hashes.push(Hash::from_slice(&cid[CID_LEN - 32..]));
		}
		Some(hashes)
	}
}

impl ContentRef {
	/// Bytes of the CIDv1 of the root block.
	pub fn cid(&self) -> Vec<u8> {
		dag::cid_v1(self.codec(), &self.hash)
	}
}

/// Bytes of the CIDv1 of a raw block.
pub fn raw_cid(hash: &Hash) -> Vec<u8> {
	dag::cid_v1(CODEC_RAW, hash)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn sample(len: usize) -> Vec<u8> {
		(0..len).map(|i| (i * 31 % 251) as u8).collect()
	}

	#[test]
	fn reference_should_be_the_plain_hash_when_content_fits_a_block() {
		let bytes = sample(BLOCK_SIZE);
		let content = ContentRef::of(&bytes);
		assert!(content.is_raw());
		assert_eq!(content.hash, blake2(&bytes));
		assert!(content.matches(&bytes));
		assert!(!content.matches(&bytes[1..]));
	}

	#[test]
	fn node_should_read_back_when_content_spans_blocks() {
		let bytes = sample(2 * BLOCK_SIZE + 17);
		let layout = Layout::of(&bytes);
		let node = layout.node.clone().expect("three leaves need a node");
		assert_eq!(layout.leaves.len(), 3);
		assert_eq!(Layout::from_node(&layout.content, &node), Some(layout));
	}

	#[test]
	fn node_should_be_refused_when_any_byte_or_the_size_is_changed() {
		let bytes = sample(BLOCK_SIZE + 1);
		let layout = Layout::of(&bytes);
		let node = layout.node.expect("two leaves need a node");
		for at in 0..node.len() {
			let mut bad = node.clone();
			bad[at] ^= 1;
			let forged = ContentRef { hash: blake2(&bad), size: layout.content.size };
			// A changed leaf hash is another valid node; every other change is not.
			if let Some(read) = Layout::from_node(&forged, &bad) {
				assert_ne!(read.leaves, layout.leaves);
			}
			assert_eq!(Layout::from_node(&layout.content, &bad), None);
		}
		let longer = ContentRef { size: layout.content.size + 1, ..layout.content };
		assert_eq!(Layout::from_node(&longer, &node), None);
	}

	/// The node of so many leaves, of which the last has a byte.
	fn node_of(leaves: u32) -> Layout {
		let whole = (1..leaves).map(|at| (blake2(&at.to_le_bytes()), BLOCK_SIZE as u64));
		Layout::from_leaves(whole.chain([(blake2(b"x"), 1)]).collect())
	}

	#[test]
	fn short_node_should_read_back_without_its_size_when_its_leaves_are_few() {
		for leaves in [2, 3, 63, MAX_PROMISED_LEAVES] {
			let layout = node_of(leaves);
			let node = layout.node.clone().expect("more than one leaf");
			assert!(node.len() <= MAX_PROMISED_NODE, "{leaves}: {}", node.len());
			assert_eq!(Layout::from_short_node(&node), Some(layout), "{leaves}");
		}
		let node = node_of(MAX_PROMISED_LEAVES + 1).node.expect("more than one leaf");
		assert_eq!(Layout::from_short_node(&node), None);
	}

	#[test]
	fn short_node_should_be_none_when_bytes_are_something_else() {
		let node = node_of(3).node.expect("three leaves");
		for len in 0..node.len() {
			assert_eq!(Layout::from_short_node(&node[..len]), None, "{len}");
		}
		for other in [&b""[..], b"\0asm\x01\0\0\0", &[0x12; 300], &[0x12, 0xff], &[0x0a, 2, 8, 2]] {
			assert_eq!(Layout::from_short_node(other), None);
		}
		let longer = [&node[..], &[0]].concat();
		assert_eq!(Layout::from_short_node(&longer), None);
	}

	#[test]
	fn content_should_be_shown_by_the_asked_block_only() {
		let bytes = sample(2 * BLOCK_SIZE + 17);
		let layout = Layout::of(&bytes);
		let content = layout.content;
		assert_eq!(content.leaves(), 3);
		let leaf = |at: usize| bytes.chunks(BLOCK_SIZE).nth(at).expect("three").to_vec();
		let exhibit = |at| Exhibit { node: layout.node.clone(), leaf: leaf(at) };
		for asked in 0..3u32 {
			for at in 0..3usize {
				let same = asked as usize == at;
				assert_eq!(content.is_shown_by(asked, &exhibit(at)), same, "{asked} by {at}");
			}
		}
		let node = layout.node.clone().expect("three leaves need a node");
		let bare = Exhibit { node: None, leaf: node.clone() };
		assert!(!content.is_shown_by(0, &bare), "the node is no block of the content");
		let cut = Exhibit { node: Some(node), leaf: leaf(2)[1..].to_vec() };
		assert!(!content.is_shown_by(2, &cut));
		assert!(!content.is_shown_by(0, &Exhibit { node: None, leaf: leaf(0) }));
	}

	/// Whoever fetches under a wrong size gets nothing, so what he says is no false report.
	#[test]
	fn content_of_one_block_should_be_shown_under_its_own_size_only() {
		let bytes = sample(100);
		let content = ContentRef::of(&bytes);
		let exhibit = Exhibit { node: None, leaf: bytes };
		assert!(content.is_shown_by(0, &exhibit));
		for size in [0, 7, 3 << 20] {
			assert!(!ContentRef { size, ..content }.is_shown_by(0, &exhibit), "{size}");
		}
		let other = Exhibit { node: None, leaf: sample(99) };
		assert!(!content.is_shown_by(0, &other));
	}

	/// Lengths around those at which the kind of a reference changes, and the leaves of other layouts.
	fn lengths() -> impl Strategy<Value = usize> {
		const LEAF: usize = BLOCK_SIZE / 4;
		let around = [LEAF, BLOCK_SIZE, BLOCK_SIZE + LEAF, 2 * BLOCK_SIZE];
		(prop::sample::select(around.to_vec()), 0usize..5).prop_map(|(at, by)| at - 2 + by)
	}

	/// The node over leaves of a quarter of a block, as other tools cut content.
	fn node_of_another_layout(bytes: &[u8]) -> Vec<u8> {
		let leaves = bytes.chunks(BLOCK_SIZE / 4).map(|leaf| (blake2(leaf), leaf.len() as u64));
		dag::encode_node(&leaves.collect::<Vec<_>>(), bytes.len() as u64)
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(48))]

		/// Each of two contents of one hash is itself, and nothing to the other: what somebody brings who has the one
		/// says nothing about the other.
		#[test]
		fn node_should_never_be_taken_for_the_content_above_it(len in lengths(), wrong in 1u64..4_096) {
			let bytes = sample(len);
			let content = ContentRef::of(&bytes);
			prop_assert_eq!(content.compare(&bytes), ContentMatch::Same);
			let longer = ContentRef { size: content.size + wrong, ..content };
			let same_kind = longer.is_raw() == content.is_raw();
			let expected = if same_kind { ContentMatch::OtherSize } else { ContentMatch::Other };
			prop_assert_eq!(longer.compare(&bytes), expected);
			let whole = Exhibit { node: None, leaf: bytes.clone() };
			prop_assert_eq!(content.is_shown_by(0, &whole), content.is_raw());
			prop_assert!(!longer.is_shown_by(0, &whole));
			let nodes = Layout::of(&bytes).node.into_iter().chain([node_of_another_layout(&bytes)]);
			for node in nodes {
				let short = ContentRef::of(&node);
				let named = ContentRef { size: (len as u64).max(BLOCK_SIZE as u64 + 1), ..short };
				prop_assert_eq!(short.compare(&node), ContentMatch::Same);
				prop_assert_eq!(named.compare(&node), ContentMatch::Other);
				prop_assert_eq!(short.compare(&bytes), ContentMatch::Other);
				prop_assert!(!named.matches(&node) && !short.matches(&bytes));
				let bare = Exhibit { node: None, leaf: node.clone() };
				prop_assert!(!named.is_shown_by(0, &bare));
				let under = Exhibit { node: Some(node), leaf: bytes.clone() };
				prop_assert!(!short.is_shown_by(0, &under));
			}
		}
	}
}
