//! Money for the accounts of a local network, from the development account that has it.

use super::launch::Plan;
use crate::failure::Failure;
use assay_client::{Chain, KeySource, Signer, WaitFor};
use assay_interface::transfer;
use assay_primitives::{Balance, UNIT};

/// The development account that pays.
const FAUCET: &str = "//Alice";
/// What a stash gets: bond and fees.
const STASH_FUNDS: Balance = 2_000 * UNIT;
/// What an operator key gets: fees.
const OPERATOR_FUNDS: Balance = 100 * UNIT;

/// Accounts of one provider.
pub struct Accounts {
	/// Owns the bond.
	pub stash: Signer,
	/// Signs for the daemon.
	pub operator: Signer,
}

impl Accounts {
	/// Derives them.
	pub fn of(plan: &Plan) -> Result<Self, Failure> {
		let load = |uri: &str| Signer::from_uri(uri).map_err(Failure::from);
		Ok(Self { stash: load(&plan.stash)?, operator: load(&plan.operator)? })
	}
}

/// Tops the accounts up and waits until the last transfer is in a block.
pub async fn fund(chain: &Chain, accounts: &[Accounts]) -> Result<(), Failure> {
	let faucet = Signer::load(&KeySource::Dev(FAUCET.into()), chain.is_development())?;
	let wanted = accounts
		.iter()
		.flat_map(|pair| [(&pair.stash, STASH_FUNDS), (&pair.operator, OPERATOR_FUNDS)]);
	let state = chain.at_best().await?;
	let mut transfers = Vec::new();
	for (signer, funds) in wanted {
		let balance = state.balance(&signer.account()).await?;
		let missing = funds.saturating_sub(balance.free.saturating_add(balance.held));
		if missing > funds / 2 {
			transfers.push(transfer(&signer.account(), missing));
		}
	}
	let Some((last, others)) = transfers.split_last() else { return Ok(()) };
	for call in others {
		chain.submit(&faucet, call, WaitFor::Broadcast).await?;
	}
	// Transactions of one account are included in the order of their nonces.
	chain.submit(&faucet, last, WaitFor::InBlock).await?;
	Ok(())
}
