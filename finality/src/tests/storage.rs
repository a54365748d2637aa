use crate::{Checkpoint, Header, Problem, authorities_key, read, set_id_key, testing::*};
use codec::Encode;
use polkadot_sdk::sp_core::Blake2Hasher;
use proptest::prelude::*;
use sp_trie::{MemoryDB, TrieMut, trie_types::TrieDBMutBuilderV1};

/// Keys that share beginnings, with short values and long ones, which stand in nodes of their own.
fn pairs() -> Vec<(Vec<u8>, Vec<u8>)> {
	let pair =
		|at: u8| (vec![at / 16, at % 3, at], vec![at; if at.is_multiple_of(2) { 4 } else { 90 }]);
	(0..60).map(pair).collect()
}

/// A header, and all nodes of the trie under its state root.
fn scene() -> (Header, Vec<Vec<u8>>) {
	stored(pairs())
}

fn stored(pairs: Vec<(Vec<u8>, Vec<u8>)>) -> (Header, Vec<Vec<u8>>) {
	let mut database = MemoryDB::<Blake2Hasher>::default();
	let mut root = Default::default();
	let mut trie = TrieDBMutBuilderV1::<Blake2Hasher>::new(&mut database, &mut root).build();
	for (key, value) in pairs {
		trie.insert(&key, &value).expect("a memory");
	}
	drop(trie);
	let mut header = genesis(&keys(0, 1), 0).0;
	header.state_root = root;
	(header, database.drain().into_values().map(|(node, _)| node).collect())
}

#[test]
fn values_should_be_read_and_missing_ones_told() {
	let (header, nodes) = scene();
	for (key, value) in pairs() {
		assert_eq!(read(&header, nodes.clone(), &key), Ok(Some(value)));
	}
	assert_eq!(read(&header, nodes, &[9, 9, 9]), Ok(None));
}

#[test]
fn nothing_should_be_read_under_another_root() {
	let (mut header, nodes) = scene();
	header.state_root = Default::default();
	assert_eq!(read(&header, nodes, &[0, 0, 0]), Err(Problem::BadStorageProof));
}

#[test]
fn checkpoint_should_begin_with_the_set_that_is_stored() {
	let four = keys(0, 4);
	let authorities = (authorities_key(), set(&four).encode());
	let begin = |pairs: &[(Vec<u8>, Vec<u8>)]| {
		let (header, nodes) = stored(pairs.to_vec());
		Checkpoint::begin(&header, nodes)
			.map(|checkpoint| (checkpoint.set_id(), checkpoint, header))
	};
	let (set_id, _, _) = begin(std::slice::from_ref(&authorities)).expect("the first set");
	assert_eq!(set_id, 0);
	let numbered = [authorities.clone(), (set_id_key(), 7u64.encode())];
	let (set_id, mut checkpoint, header) = begin(&numbered).expect("a later set");
	assert_eq!(set_id, 7);
	let next = child(&header, 0);
	assert_eq!(checkpoint.advance(&next, &votes(&four, &next, 7).encode()), Ok(()));
	assert_eq!(begin(&[(set_id_key(), 7u64.encode())]).err(), Some(Problem::BadSet));
	let short = [authorities.clone(), (set_id_key(), 7u32.encode())];
	assert_eq!(begin(&short).err(), Some(Problem::Malformed));
	let nobody = [(authorities.0, set(&[]).encode())];
	assert_eq!(begin(&nobody).err(), Some(Problem::BadSet));
}

#[test]
fn keys_should_be_those_that_nodes_use() {
	let text = |key: Vec<u8>| key.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
	assert_eq!(
		text(authorities_key()),
		"5f9cc45b7a00c5899361e1c6099678dc5e0621c4869aa60c02be9adcc98a0d1d"
	);
}

proptest! {
	#[test]
	fn no_other_value_should_be_read_when_nodes_are_changed(
		which in any::<prop::sample::Index>(),
		at in any::<prop::sample::Index>(),
		mask in 1u8..,
		remove in any::<bool>(),
	) {
		let (header, mut nodes) = scene();
		let which = which.index(nodes.len());
		if remove {
			nodes.remove(which);
		} else {
			let at = at.index(nodes[which].len());
			nodes[which][at] ^= mask;
		}
		for (key, value) in pairs() {
			if let Ok(read) = read(&header, nodes.clone(), &key) {
				prop_assert_eq!(read, Some(value));
			}
		}
	}

	#[test]
	fn nothing_should_panic_when_the_root_itself_is_of_strange_bytes(
		node in prop::collection::vec(any::<u8>(), 0..200),
		key in prop::collection::vec(any::<u8>(), 0..40),
	) {
		let (mut header, mut nodes) = scene();
		header.state_root = assay_primitives::hashing::blake2(&node);
		nodes.push(node);
		let _ = read(&header, nodes, &key);
	}
}
