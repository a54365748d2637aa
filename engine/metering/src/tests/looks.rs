//! Where gas is looked at under the draft.

use super::*;
use crate::{ByOperand, Local, Look, Sampled, Visitor, read};
use proptest::prelude::*;
use wasmparser::Operator;

/// The pieces of a function, in the order of its text.
#[derive(Default)]
struct Pieces(Vec<(u64, Look)>);

impl Visitor for Pieces {
	fn locals(&mut self, _count: u32) {}
	fn charges(&mut self, _by: ByOperand) {}
	fn operator(&mut self, _operator: &Operator<'_>, _height: u32) {}
	fn piece(&mut self, cost: u64, look: Look) {
		self.0.push((cost, look));
	}
}

fn pieces(profile: &Profile, body: &str) -> Vec<(u64, Look)> {
	let wasm = main(body);
	let checked = read(&wasm, profile, 1).expect("inside of the profile");
	let mut pieces = Pieces::default();
	assert_eq!(checked.walk(0, &mut pieces), Ok(true));
	pieces.0
}

/// Something that a function does.
#[derive(Clone, Debug)]
enum Node {
	/// Twice that many units.
	Work(u8),
	If(Vec<Node>, Vec<Node>),
	Block(Vec<Node>),
	/// A branch that may be taken, so many blocks out as far as there are any.
	Leave(u8),
}

fn nodes() -> impl Strategy<Value = Vec<Node>> {
	let leaf = prop_oneof![(0..40u8).prop_map(Node::Work), (0..4u8).prop_map(Node::Leave)];
	let node = leaf.prop_recursive(4, 40, 5, |inner| {
		let some = prop::collection::vec(inner, 0..5);
		prop_oneof![
			(some.clone(), some.clone()).prop_map(|(yes, no)| Node::If(yes, no)),
			some.prop_map(Node::Block),
		]
	});
	prop::collection::vec(node, 1..6)
}

fn text(nodes: &[Node], open: u8) -> String {
	let one = |node: &Node| match node {
		Node::Work(n) => repeat("(drop (i32.const 1))", 2 * usize::from(*n)),
		Node::If(yes, no) => format!(
			"(if (local.get 0) (then {}) (else {}))",
			text(yes, open + 1),
			text(no, open + 1)
		),
		Node::Block(body) => format!("(block {})", text(body, open + 1)),
		Node::Leave(depth) => format!("(br_if {} (local.get 0))", depth.min(&open)),
	};
	nodes.iter().map(one).collect()
}

/// A way through a function, by what its conditions come to.
struct Way<'a> {
	pieces: &'a [(u64, Look)],
	conditions: std::vec::IntoIter<bool>,
	/// The piece that is read, and whether the way leads through it.
	piece: usize,
	here: bool,
	/// Where it goes on, as the blocks that are open then.
	target: u8,
	/// Blocks that some branch names, by where they end in the text.
	unlooked: u64,
	most: u64,
}

impl Way<'_> {
	fn decide(&mut self) -> bool {
		self.conditions.next().unwrap_or(false)
	}

	fn charge(&mut self) {
		let (cost, look) = self.pieces[self.piece];
		if self.here && cost > 0 {
			self.unlooked = if look == Look::None { self.unlooked + cost } else { 0 };
			self.most = self.most.max(self.unlooked);
		}
	}

	/// A piece ends, and another one begins.
	fn cut(&mut self) {
		self.piece += 1;
		if self.piece < self.pieces.len() {
			self.charge();
		}
	}

	/// The end of a block, behind which so many are open.
	fn arrive(&mut self, open: u8) {
		self.here |= self.target == open;
		if self.here {
			self.target = u8::MAX;
		}
	}

	/// Follows nodes inside of so many blocks; tells which of these are named by branches.
	fn follow(&mut self, nodes: &[Node], open: u8) -> u64 {
		let mut named = 0;
		for node in nodes {
			match node {
				Node::Work(_) => {},
				Node::If(yes, no) => {
					let (before, first) = (self.here, self.decide());
					self.here = before && first;
					self.cut();
					named |= self.follow(yes, open + 1);
					let over = self.here;
					// The way over the other side is not one that is left by a branch.
					self.here = before && !first;
					self.cut();
					named |= self.follow(no, open + 1);
					self.here |= over;
					self.arrive(open);
					self.cut();
				},
				Node::Block(body) => {
					let inside = self.follow(body, open + 1);
					named |= inside;
					if inside & 1 << (open + 1) != 0 {
						self.arrive(open);
						self.cut();
					}
				},
				Node::Leave(depth) => {
					let depth = *depth.min(&open);
					named |= 1 << (open - depth);
					if self.here && self.decide() {
						// The piece behind it begins where the way does not lead.
						self.here = false;
						self.target = (open - depth).wrapping_sub(1);
					}
					self.cut();
				},
			}
		}
		named
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(256))]

	#[test]
	fn no_way_should_be_charged_more_unlooked_than_the_profile_says(
		nodes in nodes(), locals in 1..12u32,
		ways in prop::collection::vec(prop::collection::vec(any::<bool>(), 60), 20),
	) {
		let declared = repeat("i32 ", locals as usize);
		let body = format!("(local {declared}) {}", text(&nodes, 0));
		let pieces = pieces(&Profile::DRAFT, &body);
		prop_assert!(pieces[0].1 != Look::None || pieces[0].0 == 0);
		for conditions in ways {
			let conditions = conditions.into_iter();
			let mut way = Way {
				pieces: &pieces, conditions, piece: 0, here: true, target: u8::MAX, unlooked: 0, most: 0,
			};
			way.charge();
			way.follow(&nodes, 0);
			prop_assert_eq!(way.piece, pieces.len() - 1, "all of the text was followed");
			prop_assert!(way.most <= Profile::DRAFT.unlooked(locals), "{}", way.most);
		}
	}
}

/// How the pieces of a body that cost something are looked at.
fn looks(profile: &Profile, body: &str) -> Vec<Look> {
	let charged = pieces(profile, body).into_iter().filter(|(cost, _)| *cost > 0);
	charged.map(|(_, look)| look).collect()
}

#[test]
fn gas_should_be_looked_at_on_entry_behind_loops_and_where_much_was_charged() {
	let work = |units: usize| repeat("(drop (i32.const 1))", units);
	let locals = "(local i32 i64) (local.set 0 (i32.const 1)) (local.set 1 (i64.const 1))";
	let sampling = |look: &Look| matches!(look, Look::Sampling(_));
	// A function without locals may be charged 64 unlooked.
	let body = format!(
		"(if (i32.const 1) (then {})) {} (if (i32.const 1) (then {})) {} (loop {})",
		work(40),
		work(22),
		work(1),
		work(1),
		work(1)
	);
	let found = looks(&Profile::DRAFT, &body);
	assert!(sampling(&found[0]) && sampling(&found[5]), "{found:?}");
	// The second piece has 40, the third 22 and two for the `if`: together they have as many as there may be, so the
	// next one is looked at, and the one behind it, too, to which a way leads that has none of it.
	let plain = Look::Sampling(Sampled::default());
	assert_eq!(found[1..5], [Look::None, Look::None, plain, plain]);
	assert!(looks(&Profile::BASE, &body).iter().all(|look| *look == Look::Plain));
	let found = looks(
		&Profile::DRAFT,
		&format!("{locals} (loop (drop (i32.const 1)) (loop (drop (i32.const 1))))"),
	);
	let of = |index, long| Some(Local { index, long });
	let last = Look::Sampling(Sampled([of(1, true), of(0, false)]));
	assert_eq!(found, [plain, last, plain], "inner loops keep no locals for it");
}

#[test]
fn sides_should_be_added_up_by_themselves_when_only_one_of_them_is_taken() {
	let work = |units: usize| repeat("(drop (i32.const 1))", units);
	let body = |then: usize, otherwise: usize, rest: usize| {
		format!(
			"(if (i32.const 1) (then {}) (else {})) {}",
			work(then),
			work(otherwise),
			work(rest)
		)
	};
	for (then, otherwise, rest, looked) in [
		(40, 40, 24, false),
		(40, 40, 25, true),
		(10, 41, 24, true),
		(41, 10, 24, true),
		(64, 0, 1, true),
	] {
		let found = looks(&Profile::DRAFT, &body(then, otherwise, rest));
		assert_eq!(
			*found.last().expect("charged") != Look::None,
			looked,
			"{then} {otherwise} {rest}"
		);
	}
}

#[test]
fn samples_should_be_the_same_when_there_are_more_than_stand_in_place() {
	// Each of these pieces is looked at, and together they take more than an interval of gas a round.
	let piece = |more: usize| {
		format!("(if (i32.const 1) (then)) {}", repeat("(drop (i32.const 1))", 66 + more))
	};
	let body = |pieces: usize| {
		format!("(loop {} (br 0))", (0..pieces).map(|at| piece(at % 3)).collect::<String>())
	};
	let code = |pieces: usize| {
		let wasm = main(&body(pieces));
		instrument(&wasm, &Profile::DRAFT, 16).expect("inside of the profile").wasm.len()
	};
	assert!(code(900) - code(700) < (code(400) - code(200)) * 4 / 5, "what is beyond is short");
	let body = body(700);
	for more in [0, 1, 60_000, 300_000] {
		let short = run(&main(&body), PAGE + more);
		assert_eq!((short.trap, short.gas), (Some(Trap::OutOfGas), PAGE + more));
	}
}
