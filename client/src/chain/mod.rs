//! The chain as daemons and commands see it: a connection that survives its node, views at a given
//! block, and transactions that end in a success or a named error.

/// Methods of [`At`], each of which asks the view of its name.
macro_rules! views {
	($api:ident $($(#[$doc:meta])* $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
		impl $crate::chain::At {
			$($(#[$doc])*
			pub async fn $name(&self, $($argument: $type),*) -> $crate::Result<$answer> {
				let api = $crate::chain::Api::$api;
				self.view_of(api, stringify!($name), ($($argument,)*)).await
			})*
		}
	};
}

mod at;
mod blocks;
mod call;
mod callback;
mod connect;
mod dry_run;
mod events;
mod finality;
mod monitor;
mod pages;
mod rpc;
mod statements;
mod submit;
mod trace;
mod view;

pub use at::{AccountBalance, At, HeldBalance};
pub use blocks::{BLOCK_TIME, BlockInfo, Blocks};
pub use connect::{Chain, ChainKind, ConnectOptions, Head, SessionKeys};
pub use events::{EventRecord, Failure};
pub use statements::{Posted, Statements};
pub use submit::{Pending, Submitted, WaitFor};
pub use trace::{Search, Trace};

#[cfg(test)]
pub(crate) use blocks::Header;
pub(crate) use rpc::install_crypto;
pub(crate) use view::Api;
pub(crate) use views;
