use super::*;
use assay_primitives::{
	content::{BLOCK_SIZE, ContentRef, Layout},
	traits::Contents,
};

#[test]
fn lookup_should_answer_through_the_last_promised_block() {
	build_and_execute(|| {
		assert_eq!(Content::lookup(&hash(DATA)), None);
		assert_ok!(apply(alice(), publish(DATA)));
		let promised = Some((15, 1 + RETENTION));
		assert_eq!(Content::lookup(&hash(DATA)), promised);
		run_to(1 + RETENTION);
		assert_eq!(Content::lookup(&hash(DATA)), promised);
		run_to(2 + RETENTION);
		assert_eq!(Content::lookup(&hash(DATA)), None);
	});
}

/// Content of a leaf of 1 MiB and one of a few bytes.
fn long() -> (Vec<u8>, Layout) {
	let bytes: Vec<u8> = (0..BLOCK_SIZE + 17).map(|at| (at * 31 % 251) as u8).collect();
	let layout = Layout::of(&bytes);
	(bytes, layout)
}

fn until(content: &ContentRef) -> Option<BlockNumber> {
	<Content as Contents>::promised_until(content)
}

#[test]
fn node_should_promise_the_whole_when_all_leaves_were_there_before() {
	build_and_execute(|| {
		let (bytes, layout) = long();
		let node = layout.node.expect("two leaves");
		let mut leaves = bytes.chunks(BLOCK_SIZE);
		assert_ok!(apply(alice(), publish(leaves.next().expect("two"))));
		run_to(5);
		assert_ok!(apply(bob(), publish(leaves.next().expect("two"))));
		run_to(9);
		assert_ok!(apply(alice(), publish(&node)));
		// As long as the leaf that goes first.
		assert_eq!(until(&layout.content), Some(1 + RETENTION));
		let longer = ContentRef { size: layout.content.size + 1, ..layout.content };
		assert_eq!(until(&longer), None, "the node is of something shorter");
		run_to(2 + RETENTION);
		assert_eq!(until(&layout.content), None);
		assert!(Content::lookup(&layout.content.hash).is_some(), "the node itself is kept");
	});
}

#[test]
fn node_should_promise_nothing_but_itself_when_a_leaf_is_missing() {
	build_and_execute(|| {
		let (bytes, layout) = long();
		let node = layout.node.expect("two leaves");
		let leaves: Vec<&[u8]> = bytes.chunks(BLOCK_SIZE).collect();
		assert_ok!(apply(alice(), publish(leaves[1])));
		assert_ok!(apply(alice(), publish(&node)));
		assert_eq!(until(&layout.content), None);
		assert_ok!(apply(bob(), publish(leaves[0])));
		assert_eq!(until(&layout.content), None, "the node came before it");
		run_to(3);
		assert_ok!(apply(bob(), extend(&node)));
		assert_eq!(until(&layout.content), Some(1 + RETENTION));
	});
}

#[test]
fn blob_should_be_promised_by_itself_when_it_is_the_content() {
	build_and_execute(|| {
		let content = ContentRef::of(DATA);
		assert_eq!(until(&content), None);
		assert_ok!(apply(alice(), publish(DATA)));
		assert_eq!(until(&content), Some(1 + RETENTION));
		// Nobody can have it under another size, and of several blocks there is no node.
		assert_eq!(until(&ContentRef { size: 1, ..content }), None);
		assert_eq!(until(&ContentRef { size: 1 << 21, ..content }), None);
	});
}
