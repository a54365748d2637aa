//! One file per call; whole pools in `lifecycle`, money in `invariants`.

mod create;
mod expose;
mod invariants;
mod judging;
mod leave;
mod lifecycle;
mod poke;
mod publish;
mod show_input;
mod sign_up;
mod try_state;

use crate::{
	Error, Event, MemberPlace, Stage,
	mock::{Pools, *},
};
use assay_primitives::{
	Balance, Hash, UNIT,
	merkle::ListRoot,
	pool::{
		Columns, Fault, InWork, PoolTerms, Pricing, Publication, Rates, TermsFault, Unpublished,
		Wrong,
	},
	provider::Conduct,
	traits::{Holds, Reservations},
};
use polkadot_sdk::{
	frame_support::{assert_noop, assert_ok},
	sp_runtime::{DispatchError, TokenError},
};

fn unpublished(why: Unpublished) -> Error<Test> {
	why.into()
}
