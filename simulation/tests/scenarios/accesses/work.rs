//! What becomes of tasks beside their usual way: content that is missing, seals and reports that are opened, callbacks,
//! seeds and windows that nobody has asked for in time.

use super::*;
use assay_primitives::{
	beacon::Ticket,
	content::Exhibit,
	deal::{CallbackResult, Exhibits},
};
use assay_runtime::network::MAX_BEACON_SPAN;
use codec::Encode;
use pallet_deals::{Bags, Call, EXHIBIT_BLOCKS, Tasks};
use polkadot_sdk::frame_system;

/// A module that the chain does not keep.
const ELSEWHERE: &[u8] = b"\0asm\x01\0\0\0 is elsewhere";

fn inputs(tasks: u32) -> Vec<Vec<u8>> {
	(0..tasks).map(|at| at.to_le_bytes().to_vec()).collect()
}

/// A task whose module nobody keeps, or nobody but the chain, which does not keep its input then; and so many as need to
/// have said so.
fn missing(stage: &mut Stage, what: &str, policy: Policy, tasks: u32, kept: bool) -> TaskId {
	let (request, elsewhere) = (stage.request(policy, tasks), ContentRef::of(ELSEWHERE));
	let task = match kept {
		true => TaskSpec { input: Input::Blob(elsewhere), ..request.task },
		false => TaskSpec { module: elsewhere, ..request.task },
	};
	let task = stage.open_of(Request { task, ..request }, tasks, Judges::Public)[0];
	let call = decline(task, stage.view(task).deal.task_hash, Excuse::Content);
	while !matches!(stage.state(task), TaskState::Missing { .. }) {
		let next = stage.drawn(task).first().copied().expect("somebody is drawn");
		let operator = stage.providers[next].operator.clone();
		stage.send(&format!("{what}, a decline"), &operator, call.clone());
	}
	task
}

fn exhibits(tasks: u32, kept: bool) -> Exhibits {
	let exhibit = |leaf: &[u8]| Some(Exhibit { node: None, leaf: leaf.to_vec() });
	let module = exhibit(ELSEWHERE);
	if kept {
		return Exhibits { input: module, ..Default::default() };
	}
	if tasks == 0 {
		return Exhibits { module, ..Default::default() };
	}
	let inputs = inputs(tasks);
	let contents: Vec<_> = inputs.iter().map(|input| ContentRef::of(input)).collect();
	Exhibits { module, list: Some(InputList::of(&contents).1), input: exhibit(&inputs[0]) }
}

/// Who has not declined may seal meanwhile, and whoever has the content shows it.
#[test]
fn missing_content_should_pay_for_what_it_accesses() {
	let trust = Policy::Trust { trust: 4 };
	for (policy, tasks, kept) in [
		(quorum(3, 2), 0, false),
		(quorum(3, 2), 0, true),
		(quorum(20, 11), 0, false),
		(trust, 0, false),
		(quorum(3, 2), BATCH, false),
	] {
		let what = format!("missing content, {tasks} tasks, {policy:?}, kept {kept}");
		let mut stage = Stage::new(ALL);
		let task = missing(&mut stage, &what, policy, tasks, kept);
		let (stranger, task_hash) = (stage.stranger.clone(), stage.view(task).deal.task_hash);
		let genesis = stage.chain.genesis_hash();
		if let Some(at) = stage.drawn(task).first().copied() {
			let operator = stage.providers[at].operator.clone();
			let id = stage.providers[at].id();
			let seal =
				sealed(&genesis, (task, task_hash), &id, truth(), Report::Nothing, &salt(at));
			stage.trial(&format!("{what}, a seal"), &operator, commit(&[seal]));
		}
		stage.pass(6);
		let refute = Call::refute { task, exhibits: exhibits(tasks, kept) };
		stage.trial(&format!("{what}, shown"), &stranger, refute);
		stage.pass(EXHIBIT_BLOCKS);
		stage.poke(&what, &[task]);
		stage.close();
	}
}

#[test]
fn denouncing_should_pay_for_what_it_accesses() {
	for (policy, tasks) in [(quorum(3, 2), 0), (quorum(20, 11), 4)] {
		let mut stage = Stage::new(ALL);
		let task = stage.open(policy, tasks)[0];
		stage.change_rules();
		let (genesis, task_hash) = (stage.chain.genesis_hash(), stage.view(task).deal.task_hash);
		let at = stage.drawn(task)[0];
		let operator = stage.providers[at].operator.clone();
		let provider = stage.providers[at].id();
		let seal =
			sealed(&genesis, (task, task_hash), &provider, truth(), Report::Nothing, &salt(at));
		stage.send("a seal that is given away", &operator, commit(&[seal]));
		let (stranger, digest) = (stage.stranger.clone(), truth().digest(&task_hash));
		let denounce = Call::denounce { task, provider, digest, salt: salt(at) };
		stage.send("denouncing it", &stranger, denounce);
		stage.close();
	}
}

/// Of a lie that all have told, or of one that is judged already.
#[test]
fn reports_should_pay_for_what_they_access() {
	for dissent in [false, true] {
		let mut stage = Stage::new(ALL);
		let tasks = stage.open(quorum(3, 2), 0);
		let task = tasks[0];
		let task_hash = stage.view(task).deal.task_hash;
		let drawn = stage.drawn(task);
		let says = |at| if dissent && at == drawn[0] { truth() } else { lie() };
		let report = Report::Collusion(truth().digest(&task_hash));
		stage.seal_beside("a report", &tasks, says, report);
		stage.reveal("a report", &tasks, says);
		let operator = stage.providers[drawn[1]].operator.clone();
		let digest = lie().digest(&task_hash);
		let outcome = truth();
		let open = Call::open_report { task, digest, outcome, salt: salt(drawn[1]) };
		stage.send(&format!("a report, dissent {dissent}"), &operator, open);
		stage.close();
	}
}

#[test]
fn callbacks_should_pay_for_what_they_access() {
	for tasks in [0, 8] {
		let mut stage = Stage::new(ALL);
		let all = stage.open(quorum(3, 2), tasks);
		let (client, stranger, task) = (stage.client.clone(), stage.stranger.clone(), all[0]);
		let deal = stage.chain.read(|| pallet_deals::Deals::<Runtime>::get(task.deal));
		let remark = frame_system::Call::remark { remark: vec![0; CallbackResult::BYTES] };
		let mut call = RuntimeCall::from(remark).encode();
		call.truncate(call.len() - CallbackResult::BYTES);
		let set = Call::set_callback {
			deal: task.deal,
			task_hash: deal.expect("it is open").task_hash,
			call: BoundedVec::truncate_from(call),
			reward: UNIT,
		};
		stage.send("to set a callback", &client, set);
		stage.run("with a callback", &all, |_| truth());
		stage.pass(ACCEPTED_AFTER);
		stage.audit(task, 0);
		stage.poke("with a callback", &all);
		for task in &all {
			stage.send("a callback", &stranger, Call::call_back { task: *task });
		}
		stage.expire();
		stage.trial("with a callback, prune", &stranger, Call::prune { task });
		stage.close();
	}
}

/// A bag stands in the lists of all its candidates until its last task is removed.
#[test]
fn bags_should_pay_for_being_removed() {
	let mut stage = Stage::new(ALL);
	let all = stage.open(quorum(3, 2), 4);
	stage.run("a bag", &all, |_| truth());
	stage.pass(ACCEPTED_AFTER);
	stage.audit(all[0], 0);
	stage.poke("a bag", &all);
	stage.expire();
	for _ in 0..4 {
		stage.block("a bag, removed by a block");
	}
	let left = stage.chain.read(|| pallet_deals::Ended::<Runtime>::iter().count());
	assert_eq!(left, 0, "blocks have removed all of it");
	stage.close();
}

/// Blocks that a seed may need are looked through before another ticket is taken.
#[test]
fn lost_seeds_should_pay_for_what_they_access() {
	for tasks in [0, 4] {
		let mut stage = Stage::new(ALL);
		let all = stage.open(quorum(3, 2), tasks);
		stage.chain.read(|| {
			let lost = |ticket: Ticket| Ticket { authors: u8::MAX, ..ticket };
			for (list, task, mut entry) in Tasks::<Runtime>::iter().collect::<Vec<_>>() {
				let TaskState::Waiting { ticket } = entry.state else { panic!("it waits") };
				entry.state = TaskState::Waiting { ticket: lost(ticket) };
				Tasks::<Runtime>::insert(list, task, entry);
			}
			for (client, deal, bag) in Bags::<Runtime>::iter().collect::<Vec<_>>() {
				let ticket = lost(bag.ticket);
				Bags::<Runtime>::insert(client, deal, pallet_deals::Bag { ticket, ..bag });
			}
		});
		stage.pass(MAX_BEACON_SPAN);
		let stranger = stage.stranger.clone();
		stage.trial("a seed that is lost", &stranger, poke(&all[..1]));
		stage.poke("seeds that are lost", &all);
		stage.pass(1_000);
		stage.poke("no time is left", &all);
		stage.close();
	}
}

/// What the beacon has forgotten is audited out of the reserve.
#[test]
fn windows_that_nobody_closes_should_pay_for_what_they_access() {
	let mut stage = Stage::new(ALL);
	let all = stage.open(quorum(3, 2), 4);
	stage.run("left alone", &all, |_| truth());
	stage.pass(1_000);
	stage.poke("a window that nobody has closed", &all);
	stage.close();
}
