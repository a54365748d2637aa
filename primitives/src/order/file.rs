//! An order on its way from one party to another.

use super::{AnyOrder, Authorization, Order, OrderId, Signed};
use crate::Hash;
use alloc::string::String;

/// An order with the network that it is for, and its owner's consent once there is one. How it is written down
/// is for clients to say.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OrderFile {
	/// Genesis hash of the network.
	pub genesis: Hash,
	/// The order.
	pub order: AnyOrder,
	/// The consent.
	pub authorization: Option<Authorization>,
	/// A sponsor's consent, of a request that names one.
	pub sponsor: Option<Authorization>,
}

impl OrderFile {
	/// An order without any consent.
	pub fn new(genesis: Hash, order: AnyOrder) -> Self {
		Self { genesis, order, authorization: None, sponsor: None }
	}

	/// What identifies it.
	pub fn id(&self) -> OrderId {
		self.order.id(&self.genesis)
	}

	/// What its owner signs.
	pub fn text(&self) -> String {
		self.order.text(&self.genesis)
	}

	/// The order as a match takes it. Without a consent it has to be presigned, or its owner's who
	/// submits it.
	pub fn signed<O: Order>(&self, order: O) -> Signed<O> {
		let authorization = self.authorization.clone().unwrap_or(Authorization::OnChain);
		Signed { order, authorization }
	}
}
