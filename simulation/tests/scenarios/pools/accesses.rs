//! What calls of pools weigh against what they access. Figures with `--nocapture`.

use super::*;
use assay_primitives::{Signature, pool::Handover};
use assay_simulation::Flat;
use polkadot_sdk::sp_core::Pair as _;

const MEMBERS: u32 = 16;

impl Race<Flat> {
	/// Sends a transaction that succeeds, and notes where it accesses more than it pays for.
	fn pays(&mut self, what: &str, signer: &Pair, call: Call<Runtime>) {
		let charge = self.chain.charge(signer, RuntimeCall::Pools(call));
		let (accessed, paid) = (charge.accessed.count(), charge.paid);
		println!(
			"{what}: {} of {} reads, {} of {} writes; {} µs",
			accessed.reads,
			paid.reads,
			accessed.writes,
			paid.writes,
			charge.weight.ref_time() / 1_000_000
		);
		if accessed.time() > paid.time() {
			let items = charge.accessed.items();
			self.unpaid.push(format!("{what}: {accessed:?} of {paid:?}: {items:?}"));
		}
	}

	fn poke(&mut self, what: &str) {
		let stranger = self.stranger.clone();
		self.pays(what, &stranger, Call::poke { pool: 0 });
	}
}

#[test]
fn calls_of_pools_should_access_no_more_than_they_pay_for() {
	let mut chain = Chain::<Flat>::of_preset("development", |genesis| {
		let mediators = genesis["mediation"]["mediators"].as_array_mut();
		mediators.expect("it has mediators").truncate(MEDIATORS as usize);
	});
	chain.pass(1);
	let mut race = Race::created(chain, 16 * MEMBERS, MEMBERS);
	let (client, stranger) = (race.client.clone(), race.stranger.clone());
	let operators: Vec<Pair> = race.providers.iter().map(|it| it.operator.clone()).collect();
	let members = race.terms().members as usize;
	for operator in operators.iter().take(members) {
		let pool_hash = race.view().hash;
		race.pays("sign up", operator, Call::sign_up { pool: 0, pool_hash });
	}
	let due = race.view().pool.start;
	let now = race.chain.now();
	race.chain.pass(due.saturating_sub(now));
	race.poke("a ticket");
	race.chain.pass(6);
	race.poke("leaves dealt out");
	let truth = race.leaves(0, 32);
	let lies = lies(&race.leaves(1, 8));
	let mut contradiction = race.leaves(2, 4);
	contradiction[3].gas += 1;
	for (member, leaves) in [(0, &truth), (1, &lies), (2, &contradiction)] {
		let (seed, publication) = (race.seed(), Publication::of(leaves));
		let call = Call::publish { pool: 0, seed, publication };
		race.pays("publish", &operators[member], call);
	}
	let (record, pool_hash) = (race.record(), race.view().hash);
	race.chain.pass(21);
	race.poke("the end of a round");
	race.audit_all();
	race.chain.pass(6);
	race.poke("the next round with its audits");
	let look = race.chain.read(|| Looks::<Runtime>::get(0, truth[0].spot)).expect("audited");
	let shown = (0..32).map(|row| exhibit(&truth, row));
	let shown = shown.into_iter().find(|it| look.audit.meets(&look.publication, it));
	let shown = shown.expect("one is");
	let input = race.input(shown.leaf.leaf.subtask);
	let show = Call::show_leaf { pool: 0, round: 0, member: 0, exhibit: shown, input };
	race.pays("show a leaf", &operators[0], show);
	let doubted = (exhibit(&lies, 5), race.input(lies[5].subtask), lies[5].spot);
	let (exhibit_, input, spot) = doubted;
	let (record_, by) = (record.clone(), stranger.clone());
	let doubt =
		Call::challenge { pool: 0, pool_hash, spot, record: record_, exhibit: exhibit_, input };
	race.pays("doubt a leaf", &by, doubt);
	let exposed = exhibit(&contradiction, 3);
	let expose = Call::expose { pool: 0, round: 0, member: 2, record, exhibit: exposed };
	race.pays("expose", &stranger, expose);
	race.pays("an audit is over", &stranger, Call::close_audit { pool: 0, round: 0, member: 2 });
	race.pays("leave", &race.providers[3].stash.clone(), Call::leave { pool: 0, pool_hash });
	let handover =
		Handover { pool: 0, input: ContentRef::of(b"another"), proof: race.input(7).proof };
	let signature = Signature::Sr25519(client.sign(handover.payload(&pool_hash).as_bytes()));
	race.pays("a false input", &stranger, Call::show_input { handover, signature });
	let until = race.view().looks.first().map_or(0, |(_, look)| look.until);
	let now = race.chain.now();
	race.chain.pass(until.saturating_sub(now));
	race.pays("a leaf is kept back", &stranger, Call::close_audit { pool: 0, round: 0, member: 1 });
	assert!(race.unpaid.is_empty(), "{:#?}", race.unpaid);
}
