//! Orders of those who publish apps and datasets.

use super::{Accounts, Asset, AssetId, Assets, Kind, Order, text};
use crate::{Balance, BlockNumber, apply, content::ContentRef, judges::Mediators};
use alloc::string::String;

/// Terms at which an asset is used: of an order, or of the register.
pub struct Sale {
	/// For each task.
	pub price: Balance,
	/// Most that the owner's bond answers with for each task.
	pub liability: Balance,
	/// Clients that may use it.
	pub clients: Accounts,
	/// Programs that may read it, or data that it may read.
	pub others: Assets,
	/// Providers that may use it.
	pub providers: Accounts,
	/// Whom its owner lets judge.
	pub mediators: Mediators,
}

impl Sale {
	/// The terms that the register shows.
	pub fn posted(asset: &Asset) -> Option<Self> {
		asset.terms.clone().map(|terms| Self {
			price: terms.price,
			liability: terms.liability,
			clients: terms.clients,
			others: Assets::Any,
			providers: terms.providers,
			mediators: terms.mediators,
		})
	}
}

/// An order that lets an asset be used.
pub trait AssetOrder: Order {
	/// What it lets be used.
	fn asset(&self) -> (AssetId, ContentRef);
	/// At which terms.
	fn sale(&self) -> Sale;
}

/// Makes an order that lets an asset be used: its name, what it calls the asset, and what it calls those that
/// are used beside it.
macro_rules! asset_order {
	($(#[$about:meta])* $name:ident: $kind:ident, $asset:ident, $others:ident) => {
		$(#[$about])*
		#[apply(shown)]
		pub struct $name {
			/// Which one.
			pub $asset: AssetId,
			/// Its content, so that the order says by itself what is sold.
			pub content: ContentRef,
			/// For each task.
			pub price: Balance,
			/// Most that the owner's bond answers with for each task.
			pub liability: Balance,
			/// Number of tasks.
			pub volume: u32,
			/// Clients that may have it used.
			pub clients: Accounts,
			/// What it may be used with.
			pub $others: Assets,
			/// Providers that may use it.
			pub providers: Accounts,
			/// Whom its owner, whose bond answers for it, lets judge.
			pub mediators: Mediators,
			/// Last block in which the order may be matched.
			pub valid_until: BlockNumber,
			/// Makes equal orders distinct.
			pub salt: u64,
		}

		impl Order for $name {
			const KIND: Kind = Kind::$kind;

			fn valid_until(&self) -> BlockNumber {
				self.valid_until
			}

			fn volume(&self) -> u32 {
				self.volume
			}

			fn describe(&self, text: &mut String) {
				let words = (stringify!($asset), stringify!($others));
				text::describe_asset(words, self.asset(), self.sale(), self.salt, text);
			}
		}

		impl AssetOrder for $name {
			fn asset(&self) -> (AssetId, ContentRef) {
				(self.$asset, self.content)
			}

			fn sale(&self) -> Sale {
				Sale {
					price: self.price,
					liability: self.liability,
					clients: self.clients.clone(),
					others: self.$others.clone(),
					providers: self.providers.clone(),
					mediators: self.mediators.clone(),
				}
			}
		}
	};
}

asset_order! {
	/// A publisher lets its program be run. Signed by whoever owns the app at the match.
	AppOrder: App, app, datasets
}

asset_order! {
	/// A publisher lets its data be read. Signed by whoever owns the dataset at the match.
	DatasetOrder: Dataset, dataset, apps
}
