//! Task pools, as the chain shows them.

use crate::chain::views;
use assay_primitives::{
	case::CaseId,
	pool::{LeafId, PoolId, PoolView},
};

views! {
	Pool

	/// A pool with its members and rounds, until it is settled.
	pool(id: PoolId) -> Option<PoolView>;

	/// The open case over a leaf.
	case_of_leaf(leaf: LeafId) -> Option<CaseId>;
}
