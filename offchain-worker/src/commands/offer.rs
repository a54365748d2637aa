//! `offer`: places, changes and withdraws offers.

use super::register;
use crate::{
	cli::{Global, OfferArgs},
	config::Settings,
	host::connect::{connect, expected_genesis, operator, stash_of},
};
use anyhow::{Context, Result};
use assay_client::{Chain, Signer, WaitFor};
use assay_interface::{Call, market};
use assay_primitives::{api::OfferView, request::OfferId};

/// Places, changes or withdraws an offer.
pub async fn offer(global: &Global, args: &OfferArgs) -> Result<()> {
	let settings = Settings::load_global(global)?;
	let chain = connect(&settings.host, expected_genesis(&settings.host)?).await?;
	let operator = operator(&settings.host, &chain)?;
	if let Some(id) = args.withdraw {
		let offer = known(&settings, &chain, &operator, id).await?;
		let call = market::Call::withdraw_offer { offer: id, terms_hash: offer.terms.hash() };
		chain.submit(&operator, &Call::Market(call), WaitFor::InBlock).await?;
		println!("withdrew offer {id}");
		return Ok(());
	}
	if let Some(id) = args.update {
		let now = chain.head(assay_client::Head::Best).await?.number;
		let offer = known(&settings, &chain, &operator, id).await?;
		let (terms_hash, terms) = (offer.terms.hash(), settings.terms(now).into());
		let mediators = settings.offer.mediators.clone().into();
		let call = market::Call::update_offer { offer: id, terms_hash, terms, mediators };
		chain.submit(&operator, &Call::Market(call), WaitFor::InBlock).await?;
		println!("changed offer {id}");
		return Ok(());
	}
	register::place(&settings, &chain, &operator).await
}

/// The provider's offer of this number, whose terms a call about it has to name.
async fn known(
	settings: &Settings,
	chain: &Chain,
	operator: &Signer,
	id: OfferId,
) -> Result<OfferView> {
	let (at, operator) = (chain.at_best().await?, operator.account());
	let stash = stash_of(settings.stash.as_ref(), &at, &operator).await?;
	let stash = stash.with_context(|| format!("{operator} is no operator"))?;
	let offer = at.offers_of_provider(&stash).await?.into_iter().find(|offer| offer.id == id);
	offer.with_context(|| format!("{stash} has no offer {id}"))
}
