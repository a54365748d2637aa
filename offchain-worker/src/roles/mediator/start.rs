//! How a mediator begins.

use super::{Mediator, Parts};
use crate::{
	config::Settings,
	host::{connect::signing_at, private::Inbox},
	roles::{
		crew::{Crew, Entry, Registration, Work},
		name::RoleName,
	},
};
use anyhow::{Context, Result, bail, ensure};
use assay_client::{Chain, case, chain::At, units::format_amount};
use assay_primitives::{
	AccountId,
	case::{MediatorStatus, MediatorView},
};

/// The role of a mediator.
pub struct Start;

impl Entry for Start {
	const REGISTRATION: Option<Registration> = Some(Registration::MEDIATOR);

	async fn stash(
		settings: &Settings,
		at: &At,
		operator: &AccountId,
	) -> Result<Option<AccountId>> {
		mediator_of(settings, at, operator).await
	}

	/// Whether it can be drawn, and judge what it is drawn for.
	async fn check(settings: &Settings) -> Result<String> {
		let (at, operator) = signing_at(&settings.host).await?;
		let register = || {
			format!("{operator} signs for no mediator; run `{}`", Registration::MEDIATOR.command)
		};
		let stash = mediator_of(settings, &at, &operator).await?.with_context(register)?;
		let view = at.mediator(&stash).await?.with_context(|| format!("{stash} is no mediator"))?;
		let fees = at.balance(&operator).await?.free;
		serviceable(&view, &operator)?;
		Ok(format!(
			"{stash}, {} for fees, {} bond, {} of it at risk in {} of {} cases, {}",
			format_amount(fees),
			format_amount(view.bond),
			format_amount(view.locked),
			view.cases.len(),
			view.terms.capacity,
			draws(&view)
		))
	}

	async fn start(crew: &Crew) -> Result<Vec<Work>> {
		let me = crew.stash(RoleName::Mediator)?;
		check_terms(&crew.signing.chain, &me, &crew.settings, &crew.kept.inbox).await;
		let mediator = Mediator::new(Parts {
			chain: crew.chain(me.clone()),
			executor: crew.executor.clone(),
			settings: crew.settings.clone(),
			store: crew.kept.store.clone(),
			content: crew.kept.content.clone(),
			metrics: crew.metrics.clone(),
			status: crew.status.clone(),
			misbehave: crew.settings.host.misbehave,
			me,
			operator: crew.signing.signer.account(),
			leads: crew.leads(RoleName::Mediator),
		});
		Ok(vec![crew.work(mediator?)])
	}
}

/// The mediator that a key signs for, where the chain knows one.
pub async fn mediator_of(
	settings: &Settings,
	at: &At,
	operator: &AccountId,
) -> Result<Option<AccountId>> {
	match &settings.own.mediator.stash {
		Some(stash) => Ok(Some(stash.clone())),
		None => Ok(at.mediator_of(operator).await?),
	}
}

fn serviceable(view: &MediatorView, operator: &AccountId) -> Result<()> {
	let stash = &view.stash;
	let signer = &view.operator;
	ensure!(signer == operator, "the operator of {stash} is {signer}, not {operator}");
	match view.status {
		MediatorStatus::Nominating => {
			bail!("{operator} has not accepted; run `{}`", Registration::MEDIATOR.command)
		},
		MediatorStatus::Leaving { at, .. } if view.cases.is_empty() => {
			bail!("{stash} is leaving, and gone from block {at} on")
		},
		MediatorStatus::Leaving { .. } | MediatorStatus::Serving => {},
	}
	let leaving = matches!(view.status, MediatorStatus::Leaving { .. });
	ensure!(
		leaving || view.weight > 0 || view.next_weight > 0,
		"{stash} is never drawn: its bond of {} has no weight; add to it",
		format_amount(view.bond)
	);
	Ok(())
}

/// Whether a mediator is drawn, in words.
pub fn draws(view: &MediatorView) -> String {
	match (view.weight, view.next_weight) {
		(0, 0) => "not drawn".into(),
		(0, _) => "drawn from the second era after its registration on".into(),
		(weight, _) => format!("weight {weight} in draws"),
	}
}

/// Tells the operator where cases would be put before this daemon that it can't judge.
async fn check_terms(chain: &Chain, stash: &AccountId, settings: &Settings, inbox: &Inbox) {
	let declared = match chain.at_best().await {
		Ok(at) => at.mediator(stash).await,
		Err(error) => Err(error),
	};
	let declared = match declared {
		Ok(Some(known)) => case::latest_terms(&known).clone(),
		Ok(None) => return,
		Err(error) => return tracing::debug!(%error, "the declared terms can't be read"),
	};
	if !settings.host.limits.judge(&declared.limits) {
		tracing::warn!(
			declared = ?declared.limits,
			"the chain has wider limits than this daemon: what it will not run costs a tenth of the \
			 stake; `{}` declares its own",
			Registration::MEDIATOR.command
		);
	}
	let key = declared.inbox.map(|inbox| inbox.encryption_key);
	if settings.own.mediator.private_inputs && key != Some(inbox.public()) {
		tracing::warn!(
			"the declared encryption key is not this daemon's: it judges no tasks with private \
			 inputs; `{}` declares it",
			Registration::MEDIATOR.command
		);
	}
}
