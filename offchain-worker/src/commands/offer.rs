//! `offer`: places, changes and withdraws offers.

use super::{
	connect::{connect, expected_genesis, operator},
	register,
};
use crate::{
	cli::{Global, OfferArgs},
	config::Settings,
};
use anyhow::{Context, Result};
use assay_client::{Chain, WaitFor};
use assay_interface::{Call, market};
use assay_primitives::{api::OfferView, request::OfferId};

/// Places, changes or withdraws an offer.
pub async fn offer(global: &Global, args: &OfferArgs) -> Result<()> {
	let settings = Settings::load_global(global)?;
	let chain = connect(&settings, expected_genesis(&settings)?).await?;
	let operator = operator(&settings, &chain)?;
	if let Some(id) = args.withdraw {
		let offer = known(&chain, id).await?;
		let call = market::Call::withdraw_offer { offer: id, terms_hash: offer.terms.hash() };
		chain.submit(&operator, &Call::Market(call), WaitFor::InBlock).await?;
		println!("withdrew offer {id}");
		return Ok(());
	}
	if let Some(id) = args.update {
		let now = chain.head(assay_client::Head::Best).await?.number;
		let offer = known(&chain, id).await?;
		let (terms_hash, terms) = (offer.terms.hash(), settings.terms(now).into());
		let mediators = settings.offer.mediators.clone().into();
		let call = market::Call::update_offer { offer: id, terms_hash, terms, mediators };
		chain.submit(&operator, &Call::Market(call), WaitFor::InBlock).await?;
		println!("changed offer {id}");
		return Ok(());
	}
	register::place(&settings, &chain, &operator).await
}

/// The offer of this number, whose terms a call about it has to name.
async fn known(chain: &Chain, id: OfferId) -> Result<OfferView> {
	let found = chain.at_best().await?.offers(u32::MAX).await?;
	let offer = found.into_iter().find(|offer| offer.id == id);
	offer.with_context(|| format!("there is no offer {id}"))
}
