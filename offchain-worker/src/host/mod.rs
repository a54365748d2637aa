//! What all roles stand on: the chain's newest blocks, the key that signs, runs beside a loop, signals.

pub mod beside;
pub mod clock;
pub mod connect;
pub mod evict;
pub mod heads;
pub mod rerun;
pub mod role;
pub mod runner;
pub mod signals;
pub mod trouble;
pub mod wakes;
