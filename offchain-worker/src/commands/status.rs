//! `status`: what the chain knows about this provider, and what it has to do.

use super::mediator::{Judge, judge};
use crate::{
	cli::{Global, Output, StatusArgs},
	config::Settings,
	host::connect::{connect, expected_genesis, no_operator, operator, stash_of},
	roles::crew::Registration,
};
use anyhow::{Result, ensure};
use assay_client::{json, units::format_amount};
use assay_primitives::{
	AccountId, Balance, api::OfferView, deal::TaskView, provider::ProviderView,
};
use serde_json::json;

struct Found {
	genesis: String,
	block: u32,
	/// Of the provider; `None` for whoever only judges.
	stash: Option<AccountId>,
	operator: Option<AccountId>,
	balance: Option<Balance>,
	provider: Option<ProviderView>,
	offers: Vec<OfferView>,
	tasks: Vec<TaskView>,
	mediator: Option<Judge>,
}

/// Shows it.
pub async fn status(global: &Global, args: &StatusArgs) -> Result<()> {
	let settings = Settings::load_global(global)?;
	let chain = connect(&settings.host, expected_genesis(&settings.host)?).await?;
	// With a stash given no key is needed: all of this is public.
	let at = chain.at_best().await?;
	let operator = match operator(&settings.host, &chain) {
		Ok(signer) => Some(signer.account()),
		Err(error) if settings.stash.is_none() && settings.own.mediator.stash.is_none() => {
			return Err(error);
		},
		Err(_) => None,
	};
	let mediator = judge(&settings, &at, operator.as_ref()).await?;
	let stash = match (&settings.stash, &operator) {
		(Some(stash), _) => Some(stash.clone()),
		(None, Some(operator)) => stash_of(settings.stash.as_ref(), &at, operator).await?,
		(None, None) => None,
	};
	let unknown = || no_operator(operator.as_ref().map(ToString::to_string).unwrap_or_default());
	// Whoever only judges has no provider.
	ensure!(stash.is_some() || mediator.is_some(), unknown());
	let balance = match &operator {
		Some(operator) => Some(at.balance(operator).await?.free),
		None => None,
	};
	let mut found = Found {
		genesis: format!("{:?}", chain.genesis()),
		block: at.block().number,
		provider: None,
		offers: Vec::new(),
		tasks: Vec::new(),
		stash: stash.clone(),
		operator,
		balance,
		mediator,
	};
	if let Some(stash) = &stash {
		found.provider = at.provider(stash).await?;
		found.offers = at.offers_of_provider(stash).await?;
		found.tasks = at.tasks_of_provider(stash).await?;
	}
	match args.output {
		Output::Json => println!("{}", serde_json::to_string_pretty(&found.json())?),
		Output::Table => found.print(),
	}
	Ok(())
}

impl Found {
	fn print(&self) {
		println!("block        {}", self.block);
		if let Some(stash) = &self.stash {
			println!("stash        {stash}");
		}
		if let (Some(operator), Some(balance)) = (&self.operator, self.balance) {
			println!("operator     {operator} ({} for fees)", format_amount(balance));
		}
		match (&self.provider, &self.stash) {
			(Some(provider), _) => self.print_provider(provider),
			(None, Some(_)) => {
				println!("not registered");
				println!("next: {}", Registration::PROVIDER.command);
			},
			(None, None) => {},
		}
		if let Some(mediator) = &self.mediator {
			mediator.print();
		}
	}

	fn print_provider(&self, provider: &ProviderView) {
		let declared = &provider.declaration;
		println!("endpoint     {}", String::from_utf8_lossy(&declared.endpoint));
		println!("bond free    {}", format_amount(provider.free));
		println!("bond locked  {}", format_amount(provider.locked));
		println!("unbonding    {}", format_amount(provider.unbonding));
		println!("slots        {} of {}", provider.slots_used, declared.capacity.slots);
		if let Some(blocks) = provider.exposure_limit {
			println!("unpaid work  at most {blocks} blocks for one client");
		}
		let reputation = &provider.reputation;
		println!(
			"reputation   {} (paid {}, wrong {}, silent {}, declined {})",
			reputation.score,
			reputation.paid,
			reputation.wrong,
			reputation.silent,
			reputation.unavailable
		);
		println!("offers       {}", self.offers.len());
		for offer in &self.offers {
			println!(
				"  {:<10} {} and {} per million gas, until block {}",
				offer.id,
				format_amount(offer.terms.price.base),
				format_amount(offer.terms.price.per_mgas),
				offer.terms.valid_until
			);
		}
		println!("open tasks   {}", self.tasks.len());
		for task in &self.tasks {
			println!("  {}/{:<8} {}", task.id.deal, task.id.index, task.next);
		}
	}

	fn json(&self) -> serde_json::Value {
		let tasks = self.tasks.iter().map(|task| {
			json!({
				"deal": task.id.deal,
				"index": task.id.index,
				"next": task.next.to_string(),
			})
		});
		json!({
			"genesis": self.genesis,
			"block": self.block,
			"stash": self.stash.as_ref().map(ToString::to_string),
			"operator": self.operator.as_ref().map(ToString::to_string),
			"operatorBalance": self.balance.map(|balance| balance.to_string()),
			"symbol": assay_client::units::SYMBOL,
			"decimals": assay_client::units::DECIMALS,
			"provider": self.provider.as_ref().map(json::provider),
			"mediator": self.mediator.as_ref().map(Judge::json),
			"offers": self.offers.iter().map(json::offer).collect::<Vec<_>>(),
			"tasks": tasks.collect::<Vec<_>>(),
		})
	}
}
