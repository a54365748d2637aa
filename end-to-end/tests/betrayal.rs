//! Three providers lie alike, and one of them has sealed a report of it: what it gets, what the others
//! lose, and that nothing of it hangs on its daemon's good health.

use anyhow::{Context, Result, ensure};
use assay_end_to_end::{
	Misbehave::{Betray, Collude},
	Network, Outcome, Worker,
	history::{
		account, agreed, client, earned, ended, first, history, open, opened, payments, penalties,
		settled, shared, slashed, until, verdict,
	},
	waiting::pass,
};
use assay_interface::{Event, deals, providers};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Permill,
	deal::{NextStep, ReplicaResult, ReplicaState, TaskState, TaskStatus, TaskView},
	money::Economics,
	outcome::Digest,
	task::TaskId,
};
use serde_json::Value;

/// Position of the one who betrays the others.
const BETRAYER: usize = 2;

/// Three providers who lie alike, and honest mediators.
async fn cartel() -> Result<Network> {
	Network::start(&[Some(Collude), Some(Collude), Some(Betray)]).await?.with_mediators().await
}

/// All that an account has, on hold or not.
async fn worth(network: &Network, who: &AccountId) -> Result<Balance> {
	let balance = network.chain.at_best().await?.balance(who).await?;
	Ok(balance.free + balance.held)
}

fn operator(worker: &Worker) -> Result<AccountId> {
	Ok(assay_client::Signer::from_uri(&worker.operator)?.account())
}

/// The answer of `assay-worker report` on the betrayer's machine.
async fn report(network: &Network, args: &[&str]) -> Result<Outcome> {
	let worker = &network.workers[BETRAYER];
	let mut command = worker.command(&network.programs, &worker.dir);
	command.arg("report").arg("--json").args(args);
	Outcome::of(command.into()).await
}

/// The report that the betrayer's store holds.
async fn only_report(network: &Network) -> Result<Value> {
	let all = report(network, &[]).await?.expect(0).json()?;
	ensure!(all.as_array().is_some_and(|all| all.len() == 1), "{all:#}");
	Ok(all[0].clone())
}

/// Whether a provider has revealed.
fn has_revealed(view: &TaskView, who: &AccountId) -> bool {
	let TaskStatus::Open(task) = &view.status else { return false };
	task.replicas.iter().any(|replica| {
		let candidate = &view.deal.candidates[replica.candidate as usize];
		candidate.provider == *who && matches!(replica.state, ReplicaState::Revealed { .. })
	})
}

/// Has the three agree on their lie, while the betrayer's daemon is killed between its own opening
/// and that of the last of the others. Gives the job and the lie.
async fn agree_without_the_betrayer(network: &mut Network) -> Result<(TaskId, Digest)> {
	let task = open(network).await?;
	let revealing = |view: &TaskView| match &view.status {
		TaskStatus::Open(task) => matches!(task.state, TaskState::Revealing { .. }),
		TaskStatus::Ended(_) => false,
	};
	until(network, task, revealing).await?;
	// Nobody reveals before the phase is final, which takes longer than this.
	network.workers[0].freeze(true)?;
	let betrayer = account(&network.workers[BETRAYER]);
	until(network, task, |view| has_revealed(view, &betrayer)).await?;
	network.workers[BETRAYER].kill();
	network.workers[0].freeze(false)?;
	let view = until(network, task, |view| agreed(view).is_some()).await?;
	assert!(matches!(view.next, NextStep::ChallengeWindow(_)), "nobody has reported anything");
	Ok((task, agreed(&view).context("agreed")?))
}

/// What of a slash of a tenth at least is not burnt.
fn unburnt(slash: Balance) -> Balance {
	slash - slash.div_ceil(10)
}

/// The sum of what an event gives.
fn sum(
	history: &[(BlockNumber, Event)],
	amount: impl Fn(&deals::Event) -> Option<Balance>,
) -> Balance {
	let amounts = history.iter().filter_map(|(_, event)| match event {
		Event::Deals(event) => amount(event),
		_ => None,
	});
	amounts.sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn betrayer_should_get_as_much_again_as_it_earned_also_when_it_was_killed_before_its_report()
-> Result<()> {
	let mut network = cartel().await?;
	let who: Vec<AccountId> = network.workers.iter().map(account).collect();
	let mut before = Vec::new();
	for one in &who {
		before.push(worth(&network, one).await?);
	}
	let (task, lie) = agree_without_the_betrayer(&mut network).await?;
	let client = client()?.account();
	// What the client holds for the job is in this, and it signs nothing from here on.
	let client_before = worth(&network, &client).await?;
	let due = only_report(&network).await?;
	assert_eq!((&due["state"], &due["revealed"]), (&"due".into(), &serde_json::json!(lie)));
	let programs = network.programs.clone();
	network.workers[BETRAYER].start(&programs).await?;
	let end = until(&network, task, ended).await?;
	let history = history(&network).await?;

	let (_, (by, truth)) = first(&history, |event| match event {
		Event::Deals(deals::Event::ReportOpened { provider, digest, .. }) => {
			Some((provider.0.clone(), *digest))
		},
		_ => None,
	})?;
	assert_eq!(by, who[BETRAYER]);
	assert_eq!(due["reported"], serde_json::json!(truth), "as it was sealed");
	let opened_times = sum(&history, |event| match event {
		deals::Event::ReportOpened { .. } => Some(1),
		_ => None,
	});
	assert_eq!(opened_times, 1);
	let (_, case) = first(&history, opened)?;
	let (_, (round, found)) = first(&history, verdict)?;
	assert_eq!((round, found), (0, truth), "the committee finds what was reported");
	assert_ne!(lie, truth);

	let TaskStatus::Ended(ending) = &end.status else { panic!("it has ended") };
	let outcome = settled(&end);
	assert_eq!(outcome.digest(&end.deal.task_hash), truth);
	let at = |who: &AccountId| {
		let found = end.deal.candidates.iter().position(|it| it.provider == *who);
		u32::try_from(found.expect("a candidate")).expect("few")
	};
	let stake = end.deal.terms.stake;
	let price = end.deal.price(at(&who[BETRAYER])).context("a price")?.of(outcome.gas_used);
	let spent = sum(&history, |event| match event {
		deals::Event::CaseDecided { spent, .. } => Some(*spent),
		_ => None,
	});
	assert!(spent > 0, "a committee is paid");

	// The liars lose their stakes, a tenth is burnt, and of the rest the case is paid first.
	for (one, had) in who[..BETRAYER].iter().zip(&before) {
		assert_eq!(slashed(&history, one), stake);
		assert_eq!((earned(&history, one), shared(&history, one)), (0, 0));
		assert_eq!(worth(&network, one).await?, had - stake);
	}
	let burnt: Balance = history
		.iter()
		.map(|(_, event)| match event {
			Event::Providers(providers::Event::Slashed { burnt, .. }) => *burnt,
			_ => 0,
		})
		.sum();
	// As much again as it has earned, and no more; the rest is burnt.
	let reward = price;
	assert!(2 * unburnt(stake) - spent > reward);
	assert_eq!(burnt, 2 * stake - spent - reward);
	assert_eq!(shared(&history, &who[BETRAYER]), reward);
	assert_eq!(slashed(&history, &who[BETRAYER]), 0);
	assert_eq!(earned(&history, &who[BETRAYER]), price, "what the truth is worth, once");
	assert_eq!(worth(&network, &who[BETRAYER]).await?, before[BETRAYER] + price + reward);
	let mine = ending.replicas.iter().find(|replica| replica.candidate == at(&who[BETRAYER]));
	let mine = mine.context("it was drawn")?;
	assert_eq!((mine.result, mine.paid, mine.slashed), (ReplicaResult::Agreed, price + reward, 0));

	// Its operator put the case up and has it back: what was spent from the liars, the rest unspent.
	let operator = operator(&network.workers[BETRAYER])?;
	let view = network.chain.at_best().await?.known_case(case).await?;
	assert_eq!(shared(&history, &operator), spent);
	let refund = (operator, view.terms.funds - spent, "Refund".to_string());
	assert!(view.terms.funds == spent || payments(&history).contains(&refund));
	let wages: Balance =
		payments(&history).iter().filter(|paid| paid.2 == "Wage").map(|paid| paid.1).sum();
	assert_eq!((wages, wages), (3 * view.terms.wage, spent));
	assert_eq!(penalties(&history), []);

	// The client pays for one result, the fee and the audits, and nothing of the case.
	let fee = sum(&history, |event| match event {
		deals::Event::FeePaid { amount, .. } => Some(*amount),
		_ => None,
	});
	assert_eq!(fee, price / 100);
	let tax = sum(&history, |event| match event {
		deals::Event::AuditTaxPaid { amount, .. } => Some(*amount),
		_ => None,
	});
	let terms = end.deal.terms;
	let rate = Economics::DEFAULT.audited(Permill::from_parts(terms.audit_ppm), price, terms.stake);
	assert_eq!(tax, rate.mul_ceil(terms.reserve));
	assert_eq!(worth(&network, &client).await?, client_before - price - fee - tax);
	assert_eq!(shared(&history, &client), 0);

	told(&network, task, price + reward).await?;
	println!(
		"the betrayer earned {price} for the truth and {reward} of two stakes of {stake}; the case \
		 cost {spent}, {burnt} burnt"
	);
	network.end()
}

/// The operator and the client see it all.
async fn told(network: &Network, task: TaskId, paid: Balance) -> Result<()> {
	// Its daemon runs, and has the store open.
	let held = only_report(network).await?;
	assert_eq!((&held["state"], &held["paid"]), (&"held".into(), &paid.to_string().into()));
	let again = report(network, &["--open", &task.deal.to_string()]).await?.expect(1);
	assert!(again.stderr.contains("it was true"), "{again}");
	let deal = task.deal.to_string();
	let shown = network.assay(["job", "show", &deal, "--timeline", "-o", "json"]).await?;
	let shown = shown.expect(0).json()?;
	let events = shown["timeline"]["events"].to_string();
	for words in ["reports that", "opened (report)", "decided", "of the slashes (finder)"] {
		assert!(events.contains(words), "{words}: {events}");
	}
	let shown = network.assay(["deal", "show", &deal]).await?.expect(0);
	for words in ["reported", "disputed", "ruled", "(finder)"] {
		assert!(shown.stdout.contains(words), "{words}: {shown}");
	}
	Ok(())
}

/// The daemon does not come back in time, and its operator opens the report by hand.
#[tokio::test(flavor = "multi_thread")]
async fn report_should_be_opened_by_hand_when_the_daemon_is_gone() -> Result<()> {
	let mut network = cartel().await?;
	let (task, lie) = agree_without_the_betrayer(&mut network).await?;
	let name = format!("{}/{}", task.deal, task.index);
	let colluder = &network.workers[0];
	let mut command = colluder.command(&network.programs, &colluder.dir);
	command.arg("report");
	let none = Outcome::of(command.into()).await?.expect(0);
	assert_eq!(none.stdout.trim(), "no sealed reports");
	let other = report(&network, &["--open", "99"]).await?.expect(1);
	assert!(other.stderr.contains("no report of task 99/0"), "{other}");
	let opened = report(&network, &["--open", &name]).await?.expect(0).json()?;
	let in_case = |view: &TaskView| match &view.status {
		TaskStatus::Open(task) => matches!(task.state, TaskState::Disputed { .. }),
		TaskStatus::Ended(_) => false,
	};
	until(&network, task, in_case).await?;
	let listed = only_report(&network).await?;
	assert_eq!((&listed["state"], &listed["case"]), (&"inCase".into(), &opened["case"]));
	let twice = report(&network, &["--open", &name]).await?.expect(1);
	assert!(twice.stderr.contains("decides"), "{twice}");
	// It goes on as if it had done so itself.
	let programs = network.programs.clone();
	network.workers[BETRAYER].start(&programs).await?;
	pass(&network.chain, 2).await?;
	let times = sum(&history(&network).await?, |event| match event {
		deals::Event::ReportOpened { .. } => Some(1),
		_ => None,
	});
	assert_eq!(times, 1);
	let case = opened["case"].as_u64().context("a number")?;
	let view = network.chain.at_best().await?.known_case(case).await?;
	assert!(view.terms.digests.contains(&lie), "the case is about the lie: {:?}", view.terms);
	network.end()
}
