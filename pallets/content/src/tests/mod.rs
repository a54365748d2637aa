mod extend;
mod invariants;
mod lookup;
mod nesting;
mod publish;
mod release;
mod try_state;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok};

const DATA: &[u8] = b"a small program";
