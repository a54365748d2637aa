//! Lies of a majority: committees find them out, and where whole committees lie the court does.

use anyhow::{Context, Result};
use assay_client::{Signer, WaitFor, case};
use assay_end_to_end::{
	HONEST,
	Misbehave::{Collude, CrashAfterCommit},
	Network,
	history::{
		account, agreed, client, earned, ended, first, history, open, open_with, opened, payments,
		penalties, settled, shared, slashed, until, verdict,
	},
	waiting::eventually,
};
use assay_interface::{Event, court, deals, mediation, providers};
use assay_primitives::{
	AccountId, Balance, BlockNumber, UNIT,
	case::{CasePhase, CaseView, Vote},
	deal::{TaskStatus, TaskView},
	outcome::Digest,
	traits::CaseId,
};
use serde_json::json;
use std::ops::ControlFlow;

async fn case_view(network: &Network, case: CaseId) -> Result<CaseView> {
	Ok(network.chain.at_best().await?.known_case(case).await?)
}

/// Stakes of the liars are gone, the honest one is paid, and the result is the true one.
fn assert_settled(
	network: &Network,
	history: &[(BlockNumber, Event)],
	end: &TaskView,
	lie: Digest,
	truth: Digest,
) {
	assert_eq!(settled(end).digest(&end.deal.task_hash), truth);
	assert_ne!(lie, truth);
	let stake = end.deal.terms.stake;
	for (worker, lies) in network.workers.iter().zip([true, true, false]) {
		let who = account(worker);
		assert_eq!(slashed(history, &who), if lies { stake } else { 0 }, "{worker}");
		assert_eq!(earned(history, &who) > 0, !lies, "{worker}");
	}
	let all = history.iter().filter_map(|(_, event)| match event {
		Event::Providers(providers::Event::Slashed { amount, burnt, .. }) => {
			Some((*amount, *burnt))
		},
		_ => None,
	});
	let (taken, burnt) = all.fold((0, 0), |sum, (amount, part)| (sum.0 + amount, sum.1 + part));
	assert_eq!(taken, 2 * stake);
	assert!(burnt >= taken / 10, "at least a tenth is burnt: {burnt} of {taken}");
	let shares: Balance = history
		.iter()
		.map(|(_, event)| match event {
			Event::Deals(deals::Event::SlashShared { amount, .. }) => *amount,
			_ => 0,
		})
		.sum();
	assert_eq!(shares + burnt, taken, "what was taken was paid or burnt");
}

/// Two of three lie alike. Nobody asks or watches: the third one's dissent has a committee of honest mediators look.
/// The committee's seed folds as many blocks as on a network that is to last.
#[tokio::test(flavor = "multi_thread")]
async fn honest_committee_should_overturn_two_liars_of_three() -> Result<()> {
	let timing = [("committeeWindow", 16)];
	let mut network =
		Network::start_timed(&[Some(Collude), Some(Collude), HONEST], "", &timing).await?;
	network.add_mediators(&[HONEST; 12]).await?;
	let task = open(&network).await?;
	let lie = agreed(&until(&network, task, |view| agreed(view).is_some()).await?);
	let lie = lie.context("agreed")?;
	let told = network.assay(["job", "describe", &task.deal.to_string(), "-o", "json"]).await?;
	let told = told.expect(0).json()?;
	let case = told["inDoubt"]["case"].as_u64().with_context(|| format!("in doubt: {told:#}"))?;
	assert_eq!((&told["status"], &told["outcome"]["digest"]), (&"disputed".into(), &json!(lie)));
	let end = until(&network, task, ended).await?;
	let history = history(&network).await?;
	let (asked_at, reported) = first(&history, opened)?;
	assert_eq!(reported, case);
	let (found_at, (round, truth)) = first(&history, verdict)?;
	assert_eq!(round, 0, "the first committee agrees");
	assert_settled(&network, &history, &end, lie, truth);
	let view = case_view(&network, case).await?;
	let members = &view.rounds[0].members;
	assert_eq!(members.len(), 3);
	for member in members {
		assert_eq!(member.vote, Vote::Revealed(truth));
		let wage = (member.mediator.clone(), view.terms.wage, "Wage".to_string());
		assert!(payments(&history).contains(&wage), "{:?}", payments(&history));
	}
	assert_eq!(penalties(&history), []);
	// The client's reserve has paid for the case, and the liars have paid that back.
	let shares = shared(&history, &client()?.account());
	assert_eq!(shares, view.terms.funds);
	// The outvoted one sent what every provider sends, and got its price and as much again.
	let honest = account(&network.workers[2]);
	assert_eq!(shared(&history, &honest), earned(&history, &honest));
	let TaskStatus::Ended(ended) = &end.status else { panic!("it has ended") };
	let blocks = found_at - asked_at;
	let to_the_end = ended.ended_at - asked_at;
	println!("{blocks} blocks from a dissent to its verdict, {to_the_end} to the end of the task");
	assert!(blocks <= 25, "{blocks}");
	let drawn = case::verify_draw(&network.chain, case, 0).await?;
	assert_eq!(drawn.members.len(), 3);
	for member in &drawn.members {
		assert!(members.iter().any(|other| other.mediator == *member));
	}
	network.end()
}

/// Every mediator dies when its seal is in a block, as by a power cut, and is started again.
#[tokio::test(flavor = "multi_thread")]
async fn committee_should_reach_its_verdict_when_all_of_it_died_after_sealing() -> Result<()> {
	let mut network = Network::start(&[Some(Collude), Some(Collude), HONEST]).await?;
	network.add_mediators(&[Some(CrashAfterCommit); 12]).await?;
	let task = open(&network).await?;
	let lie = agreed(&until(&network, task, |view| agreed(view).is_some()).await?);
	let lie = lie.context("agreed")?;
	let (_, case) = first(&history(&network).await?, opened)?;
	let programs = network.programs.clone();
	let (chain, mut deaths) = (network.chain.clone(), 0);
	eventually(&chain, "verdict", async || {
		for mediator in &mut network.judges {
			if mediator.ended().is_some() {
				deaths += 1;
				mediator.behaviour = HONEST;
				mediator.start(&programs).await?;
			}
		}
		if let CasePhase::AppealWindow { verdict, .. } = case_view(&network, case).await?.case.phase
		{
			assert_ne!(verdict, lie);
			return Ok(ControlFlow::Break(()));
		}
		Ok(ControlFlow::Continue(format!("{deaths} deaths")))
	})
	.await?;
	assert_eq!(deaths, 3);
	let members = &case_view(&network, case).await?.rounds[0].members;
	assert!(members.iter().all(|member| matches!(member.vote, Vote::Revealed(_))), "{members:?}");
	network.end()
}

/// All providers and all mediators lie alike; one watcher is honest.
#[tokio::test(flavor = "multi_thread")]
async fn one_honest_watcher_should_overturn_liars_and_their_whole_committee() -> Result<()> {
	let mut network = Network::start(&[Some(Collude); 3]).await?;
	network.add_mediators(&[Some(Collude); 12]).await?;
	let config = "[watcher]\nsample = 1.0\nbudget_per_day = \"1\"\nmin_gain = \"0\"\n";
	network.add_watcher(10 * UNIT, config).await?;
	let watcher = account(network.judges.last().context("it was added")?);
	let before = network.chain.at_best().await?.balance(&watcher).await?.free;
	let task = open(&network).await?;
	let lie = agreed(&until(&network, task, |view| agreed(view).is_some()).await?);
	let lie = lie.context("agreed")?;
	let end = until(&network, task, ended).await?;
	let history = history(&network).await?;
	let (_, case) = first(&history, opened)?;
	let (_, (round, verdict)) = first(&history, verdict)?;
	assert_eq!((round, verdict), (0, lie), "the committee says what the liars say");
	let (_, (by, truth)) = first(&history, |event| match event {
		Event::Court(court::Event::Ruled { by, digest, .. }) => Some((by.0.clone(), *digest)),
		_ => None,
	})?;
	assert_eq!(by, watcher);
	assert_ne!(truth, lie);
	let stake = end.deal.terms.stake;
	assert!(network.workers.iter().all(|worker| slashed(&history, &account(worker)) == stake));
	let view = case_view(&network, case).await?;
	let members: Vec<AccountId> =
		view.rounds[0].members.iter().map(|member| member.mediator.clone()).collect();
	assert_eq!((members.len(), view.rounds.len()), (3, 1));
	let penalties = penalties(&history);
	assert_eq!(penalties.len(), 3);
	for (who, amount, reason) in &penalties {
		assert!(members.contains(who));
		assert_eq!((*amount, reason.as_str()), (view.terms.stake / 5, "Against"));
	}
	let payments = payments(&history);
	assert!(payments.iter().all(|(_, _, reason)| reason != "Wage"), "{payments:?}");
	// Who has questioned the result earns by the liars' stakes, and not by having the court rule.
	assert!(payments.iter().all(|(_, _, why)| why != "CourtReward"), "{payments:?}");
	let taken: Balance = penalties.iter().map(|(_, amount, _)| amount).sum();
	let paid: Balance = payments.iter().map(|(_, amount, _)| amount).sum();
	assert!(paid <= view.terms.funds + taken * 9 / 10, "{paid} out of {taken}");
	assert!(shared(&history, &watcher) > 0, "the finder gets a part of the liars' stakes");
	let after = network.chain.at_best().await?.balance(&watcher).await?;
	assert_eq!(after.held, 0, "no bond is left behind");
	// Of what the court's transaction costs, only what the module does comes back, as far as the penalties go.
	let spent = before.saturating_sub(after.free);
	assert!(spent < UNIT / 2, "{before} before and {} after", after.free);
	println!(
		"it cost the watcher {} units; the court ruled on {} gas at most",
		spent, end.deal.request.task.limits.gas
	);
	network.end()
}

/// The reference interpreter got this program wrong: the court took the stakes of all three.
#[tokio::test(flavor = "multi_thread")]
async fn court_should_confirm_honest_providers_when_blocks_take_parameters() -> Result<()> {
	let module = include_bytes!("../../engine/conformance/tests/named/parameters.wasm");
	let mut network = Network::start(&[HONEST; 3]).await?;
	// A committee is waited for; the court comes before it.
	network.add_mediators(&[HONEST; 12]).await?;
	let task = open_with(&network, module, None).await?;
	let truth = agreed(&until(&network, task, |view| agreed(view).is_some()).await?);
	let truth = truth.context("agreed")?;
	let client = client()?;
	let case = case::check(&network.chain, &client, task, &truth, WaitFor::InBlock).await?.case;
	let at = network.chain.at_best().await?;
	let view = at.known_case(case).await?;
	let limits = at.court_limits().await?;
	let call =
		case::assemble(case, &view.terms.task_hash, &view.terms.spec, &limits, module, None)?;
	network.chain.submit(&client, &call, WaitFor::InBlock).await?;
	let end = until(&network, task, ended).await?;
	let history = history(&network).await?;
	let (_, digest) = first(&history, |event| match event {
		Event::Court(court::Event::Ruled { digest, .. }) => Some(*digest),
		_ => None,
	})?;
	assert_eq!(digest, truth, "the court says what three honest providers say");
	assert_eq!(settled(&end).digest(&end.deal.task_hash), truth);
	for worker in &network.workers {
		let who = account(worker);
		assert_eq!(slashed(&history, &who), 0, "{worker}");
		assert!(earned(&history, &who) > 0, "{worker}");
	}
	network.end()
}

/// The first committee lies with the majority of the providers. Nobody watches; the daemon of the outvoted one, which
/// nobody has told anything, runs the task again and appeals: the court would cost it more than its stake.
#[tokio::test(flavor = "multi_thread")]
async fn outvoted_daemon_should_appeal_when_a_committee_lies_and_the_next_one_is_honest()
-> Result<()> {
	let mut network = Network::start(&[Some(Collude), Some(Collude), HONEST]).await?;
	network.add_mediators(&[Some(Collude); 12]).await?;
	let honest = &network.workers[2];
	let folder = honest.dir.clone();
	let operator = Signer::from_uri(&honest.operator)?.account();
	let before = network.chain.at_best().await?.balance(&operator).await?;
	let task = open(&network).await?;
	let lie = agreed(&until(&network, task, |view| agreed(view).is_some()).await?);
	let lie = lie.context("agreed")?;
	let first_verdict = eventually(&network.chain, "verdict", async || {
		Ok(match first(&history(&network).await?, verdict) {
			Ok((_, found)) => ControlFlow::Break(found),
			Err(error) => ControlFlow::Continue(error.to_string()),
		})
	})
	.await?;
	assert_eq!(first_verdict, (0, lie), "the committee says what the liars say");
	// Nobody else is corrupt: whoever judges from here on is honest.
	let programs = network.programs.clone();
	let honest = network.judges.iter_mut().take(12).map(|mediator| {
		mediator.kill();
		mediator.behaviour = HONEST;
		mediator.start(&programs)
	});
	futures::future::try_join_all(honest).await?;
	let end = until(&network, task, ended).await?;
	let history = history(&network).await?;
	let (_, (case, by, bond)) = first(&history, |event| match event {
		Event::Mediation(mediation::Event::Appealed { case, by, bond }) => {
			Some((*case, by.0.clone(), *bond))
		},
		_ => None,
	})?;
	assert_eq!(by, operator);
	let second = |event: &Event| verdict(event).filter(|(round, _)| *round == 1);
	let (_, (_, truth)) = first(&history, second)?;
	assert_settled(&network, &history, &end, lie, truth);
	let view = case_view(&network, case).await?;
	let members = |round: usize| -> Vec<AccountId> {
		view.rounds[round].members.iter().map(|member| member.mediator.clone()).collect()
	};
	assert_eq!((view.rounds.len(), members(0).len(), members(1).len()), (2, 3, 7));
	let penalties = penalties(&history);
	assert_eq!(penalties.len(), 3);
	for (who, amount, reason) in &penalties {
		assert!(members(0).contains(who) && !members(1).contains(who));
		assert_eq!((*amount, reason.as_str()), (view.terms.stake / 5, "Against"));
	}
	let back = first(&history, |event| match event {
		Event::Mediation(mediation::Event::AppealBondReturned { to, amount, .. }) => {
			Some((to.0.clone(), *amount))
		},
		_ => None,
	})?;
	assert_eq!(back.1, (operator.clone(), bond));
	let rewarded = payments(&history)
		.iter()
		.any(|(who, amount, why)| *who == operator && why == "AppealReward" && *amount > 0);
	assert!(rewarded, "{:?}", payments(&history));
	let after = network.chain.at_best().await?.balance(&operator).await?;
	// What it had on hold before are deposits of offers.
	assert_eq!(after.held, before.held, "no bond is left behind");
	let told = std::fs::read_to_string(folder.join("findings.jsonl"))?;
	for word in ["lie", "appealed"] {
		assert!(told.contains(&format!("\"finding\":\"{word}\"")), "{word}: {told}");
	}
	let (before, after) = (before.free, after.free);
	println!("the operator had {before} before and {after} after; its bond was {bond}");
	network.end()
}
