//! The chain as daemons and commands see it: a connection that survives its node, views at a given
//! block, calls with their types, and transactions that end in a success or a named error.

mod abi;
mod at;
mod blocks;
pub mod call;
mod callback;
mod connect;
mod dry_run;
mod events;
mod pages;
mod rpc;
mod statements;
mod submit;
mod trace;
mod view;

pub use at::{AccountBalance, At, HeldBalance};
pub use blocks::{BlockInfo, Blocks};
pub use call::Call;
pub use connect::{Chain, ChainKind, ConnectOptions, Head, SessionKeys};
pub use events::{
	BalancesEvent, BoardEvent, Called, ContentEvent, CourtEvent, DealsEvent, Event, EventRecord,
	Failure, GroupsEvent, MarketEvent, MediationEvent, ProvidersEvent, RegisterEvent,
	ValidatorsEvent, VariantName,
};
pub use statements::{Posted, Statements};
pub use submit::{Pending, Submitted, WaitFor};
pub use trace::{Search, Trace};

#[cfg(test)]
pub(crate) use abi::{METADATA, pinned};
#[cfg(test)]
pub(crate) use blocks::Header;
pub(crate) use rpc::install_crypto;
pub(crate) use view::Api;
