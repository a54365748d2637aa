//! How a provider begins, beside whom publishes for it and whoever defends what it has said.

use super::{Parts, Provider, chain::ProviderChain, publish::Publisher};
use crate::{
	config::Settings,
	host::{
		connect::{no_operator, signing_at, stash_of},
		private::Inbox,
	},
	roles::{
		crew::{Crew, Entry, Registration, Work},
		name::RoleName,
		watcher::{self, Scope},
	},
};
use anyhow::{Context, Result, ensure};
use assay_client::{Chain, chain::At, units::format_amount};
use assay_primitives::AccountId;

/// The role of a provider.
pub struct Start;

impl Entry for Start {
	const REGISTRATION: Option<Registration> = Some(Registration::PROVIDER);

	async fn stash(
		settings: &Settings,
		at: &At,
		operator: &AccountId,
	) -> Result<Option<AccountId>> {
		stash_of(settings.stash.as_ref(), at, operator).await
	}

	async fn check(settings: &Settings) -> Result<String> {
		let (at, operator) = signing_at(&settings.host).await?;
		let balance = at.balance(&operator).await?.free;
		let stash = stash_of(settings.stash.as_ref(), &at, &operator)
			.await?
			.with_context(|| no_operator(&operator))?;
		let view =
			at.provider(&stash).await?.with_context(|| format!("{stash} is not registered"))?;
		let named = &view.declaration.operator;
		ensure!(*named == operator, "the operator of {stash} is {named}, not {operator}");
		let (balance, free) = (format_amount(balance), format_amount(view.free));
		Ok(format!("{stash}, {balance} for fees, {free} bond free"))
	}

	async fn start(crew: &Crew) -> Result<Vec<Work>> {
		let stash = crew.stash(RoleName::Provider)?;
		crew.status.update(|status| status.provider.stash = stash.to_string());
		check_encryption_key(&crew.signing.chain, &stash, &crew.kept.inbox).await;
		if Publisher::is_wanted(&crew.settings) {
			let (chain, signer) = (crew.signing.chain.clone(), crew.signing.signer.clone());
			let publisher = Publisher::new(chain, signer, stash.clone(), crew.settings.clone());
			// Ends with the process; what it sends is either there as a whole or not at all.
			tokio::spawn(publisher.run());
		}
		let mut work = Vec::new();
		if crew.settings.tasks.defend {
			work.push(watcher::start::watch(crew, Scope::Own(stash.clone()), false)?);
		}
		let provider = Provider::new(Parts {
			chain: ProviderChain::new(crew.chain(stash)),
			executor: crew.executor.clone(),
			settings: crew.settings.clone(),
			store: crew.kept.store.clone(),
			outputs: crew.kept.outputs.clone(),
			content: crew.kept.content.clone(),
			inbox: crew.kept.inbox.clone(),
			metrics: crew.metrics.clone(),
			status: crew.status.clone(),
			misbehave: crew.settings.host.misbehave,
			operator: crew.signing.signer.account(),
		});
		work.push(crew.work(provider?));
		Ok(work)
	}
}

/// Tells the operator where clients would wrap keys for another key than this daemon's.
async fn check_encryption_key(chain: &Chain, stash: &AccountId, inbox: &Inbox) {
	let declared = match chain.at_best().await {
		Ok(at) => at.provider(stash).await,
		Err(error) => Err(error),
	};
	match declared {
		Ok(Some(known)) if known.declaration.encryption_key != inbox.public() => tracing::warn!(
			"the declared encryption key is not this daemon's: tasks with private inputs can't be \
			 run and will be declined; `{}` declares it",
			Registration::PROVIDER.command
		),
		Ok(_) => {},
		Err(error) => tracing::debug!(%error, "the declared encryption key can't be read"),
	}
}
