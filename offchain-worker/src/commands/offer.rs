//! `offer`: places, changes and withdraws offers.

use super::{
	connect::{connect, expected_genesis, operator},
	register,
};
use crate::{
	cli::{Global, OfferArgs},
	config::Settings,
};
use anyhow::Result;
use assay_client::{
	WaitFor,
	chain::{At, call},
};
use assay_primitives::{AccountId, api::OfferView};

/// Most offers that are looked through.
const MOST: u32 = 20_000;

/// Places, changes or withdraws an offer.
pub async fn offer(global: &Global, args: &OfferArgs) -> Result<()> {
	let settings = Settings::load_global(global)?;
	let chain = connect(&settings, expected_genesis(&settings)?).await?;
	let operator = operator(&settings, &chain)?;
	if let Some(id) = args.withdraw {
		let call = call::market::withdraw_offer(id);
		chain.submit(&operator, &call, WaitFor::InBlock).await?;
		println!("withdrew offer {id}");
		return Ok(());
	}
	if let Some(id) = args.update {
		let now = chain.head(assay_client::Head::Best).await?.number;
		let call = call::market::update_offer(id, &settings.terms(now));
		chain.submit(&operator, &call, WaitFor::InBlock).await?;
		println!("changed offer {id}");
		return Ok(());
	}
	register::place(&settings, &chain, &operator).await
}

/// Resting offers of a provider.
pub async fn offers_of(at: &At, stash: &AccountId) -> Result<Vec<OfferView>> {
	let mut found = at.offers(MOST).await?;
	found.retain(|offer| offer.provider == *stash);
	Ok(found)
}
