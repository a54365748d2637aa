//! Random chains: whatever the authors do, a fold is what its rule says and never changes.

use super::*;
use proptest::prelude::*;

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn fold_should_follow_its_rule_whatever_the_blocks_are(
		chain in prop::collection::vec((1u8..5, prop::bool::weighted(0.7)), 14),
		window in 1u8..6,
		authors in 0u8..5,
	) {
		build_and_execute(|| {
			let ticket = ticket(window, authors);
			let mut known: Option<Fold> = None;
			for (i, with_vrf) in chain.iter().copied() {
				let fold = Beacon::fold(&ticket);
				if let Some(known) = &known {
					assert_eq!(fold.as_ref(), Ok(known), "a known fold stays");
				}
				if let Ok(fold) = fold {
					let now = System::block_number();
					assert!(fold.entries.iter().all(|entry| entry.block < now));
					known = Some(fold);
				}
				block(i, with_vrf);
				Beacon::do_try_state().unwrap();
			}
			check(&chain, ticket, known);
		});
	}
}

/// Decides from the chain alone whether and which entries the ticket must have folded.
fn check(chain: &[(u8, bool)], ticket: Ticket, known: Option<Fold>) {
	// chain[i] is block i + 1; the ticket of block 1 covers blocks 3 to 10, chain[2..10].
	let mut seen = std::collections::BTreeSet::new();
	let mut outputs = 0;
	for (offset, (author, with_vrf)) in chain[2..10].iter().enumerate() {
		if *with_vrf {
			outputs += 1;
			seen.insert(author);
		}
		let enough = outputs >= ticket.window && seen.len() >= usize::from(ticket.authors);
		if *with_vrf && enough {
			let fold = known.expect("enough outputs by enough authors");
			assert_eq!(fold.entries.len(), offset + 1);
			return;
		}
	}
	assert_eq!(known, None);
	assert_eq!(Beacon::fold(&ticket), Err(NoSeed::Expired));
}
