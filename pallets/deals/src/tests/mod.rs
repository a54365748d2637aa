//! One file per call; whole lives in `lifecycle`, money in `settlement` and `invariants`.

mod bags;
mod batch;
mod callbacks;
mod commit;
mod decline;
mod denounce;
mod disputes;
mod exposures;
mod genesis;
mod invariants;
mod lifecycle;
mod missing;
mod open;
mod payments;
mod poke;
mod policies;
mod prune;
mod reveal;
mod set_profile_status;
mod settlement;
mod try_state;
mod verdicts;
mod views;
