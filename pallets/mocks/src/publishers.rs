//! Publishers with one bond for all assets.

use crate::{account, providers};
use assay_primitives::{
	AccountId, Balance,
	traits::{AssetSale, Collected, Publishers},
};
use core::marker::PhantomData;
use polkadot_sdk::frame_support::{
	parameter_types,
	traits::{
		fungible::Mutate,
		tokens::{Fortitude, Precision, Preservation},
	},
};

/// Owns every app and dataset.
pub const PUBLISHER: AccountId = account(243);

parameter_types! {
	/// What is left of the bond.
	pub static PublishersBond: Balance = 0;
}

/// Publishers whose bonds are money that the account [`PUBLISHER`] has free. What is burnt is counted with
/// what the providers' mock burns.
pub struct MockPublishers<T>(PhantomData<T>);

impl<T: providers::Config> Publishers for MockPublishers<T> {
	fn slash_bond(
		asset: &AssetSale,
		amount: Balance,
		shares: &[(AccountId, Balance)],
	) -> Collected {
		let taken = amount.min(PublishersBond::get());
		PublishersBond::set(PublishersBond::get() - taken);
		let mut left = taken;
		let pay = |(to, share): &(AccountId, Balance)| {
			if *to == asset.owner {
				return 0;
			}
			let share = (*share).min(left);
			T::Currency::transfer(&PUBLISHER, to, share, Preservation::Expendable)
				.expect("it is rich");
			left -= share;
			share
		};
		let paid = shares.iter().map(pay).collect();
		let (keep, precision) = (Preservation::Expendable, Precision::Exact);
		T::Currency::burn_from(&PUBLISHER, left, keep, precision, Fortitude::Force)
			.expect("it is rich");
		providers::Burnt::<T>::mutate(|burnt| *burnt += left);
		Collected { amount: taken, paid }
	}
}
