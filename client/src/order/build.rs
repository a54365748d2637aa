//! Orders as most people want them. All fields are public and can be changed before signing.

use crate::{
	error::{Error, Result},
	job::JobOptions,
	random,
	units::parse_account,
};
use assay_primitives::{
	AccountId, BlockNumber,
	judges::Mediators,
	order::{Accounts, Assets, RequestOrder, ResourceOrder},
	price::Price,
	profile::ProfileId,
	request::Terms,
};

/// What a provider offers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ResourceOptions {
	/// Stash.
	pub provider: AccountId,
	/// Who will sign: the stash or its operator.
	pub signer: AccountId,
	/// Rules of execution.
	pub profile: ProfileId,
	/// Price of a replica.
	pub price: Price,
	/// Largest gas limit.
	pub max_gas: u64,
	/// Largest memory, in pages of 64 KiB.
	pub max_memory_pages: u32,
	/// Least run time, in blocks.
	pub min_run_blocks: BlockNumber,
	/// Blocks from now on in which the order may be matched.
	pub valid_blocks: BlockNumber,
	/// Number of tasks.
	pub volume: u32,
}

/// An order for `volume` tasks of a job, to be matched from block `now` on, open to all providers.
///
/// Errors: [`Error::Usage`] for a job that no chain would accept.
pub fn request(
	client: &AccountId,
	options: &JobOptions,
	volume: u32,
	now: BlockNumber,
) -> Result<RequestOrder> {
	let request = options.request(now)?;
	Ok(RequestOrder {
		app: options.assets.app,
		dataset: options.assets.dataset,
		max_app_price: options.assets.max_app_price,
		max_dataset_price: options.assets.max_dataset_price,
		min_publisher_bond: options.assets.min_publisher_bond,
		volume,
		salt: random_salt()?,
		..RequestOrder::plain(client.clone(), request)
	})
}

/// An order of a provider that serves everybody.
pub fn resource(options: &ResourceOptions, now: BlockNumber) -> Result<ResourceOrder> {
	Ok(ResourceOrder {
		provider: options.provider.clone(),
		signer: options.signer.clone(),
		terms: Terms {
			profile: options.profile,
			price: options.price,
			max_gas: options.max_gas,
			max_memory_pages: options.max_memory_pages,
			min_run_blocks: options.min_run_blocks,
			valid_until: now.saturating_add(options.valid_blocks),
		},
		volume: options.volume,
		clients: Accounts::Any,
		apps: Assets::Any,
		datasets: Assets::Any,
		mediators: Mediators::default(),
		salt: random_salt()?,
	})
}

/// What in a list of mediators stands for the public pool.
pub const PUBLIC: &str = "public";

/// Whom to let judge: accounts with mediators of their own, and [`PUBLIC`] for the public pool, which alone
/// judges where nobody is named.
///
/// Errors: [`Error::Usage`] for what is no account, and for too many.
pub fn mediators<S: AsRef<str>>(texts: &[S]) -> Result<Mediators> {
	if texts.is_empty() {
		return Ok(Mediators::default());
	}
	let texts = || texts.iter().map(|text| text.as_ref().trim());
	let named = texts().filter(|text| *text != PUBLIC).map(parse_account);
	let named = named.collect::<Result<Vec<_>>>()?.try_into();
	let named = named.map_err(|_| Error::Usage("too many mediators".into()))?;
	Ok(Mediators { public: texts().any(|text| text == PUBLIC), named })
}

/// A salt that no other order has.
pub fn random_salt() -> Result<u64> {
	random::bytes().map(u64::from_le_bytes)
}
