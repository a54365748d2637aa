//! What all roles stand on: the chain's newest blocks, the key that signs, runs beside a loop, the store, what is
//! served, signals.

pub mod chain;
pub mod chore;
pub mod clock;
pub mod connect;
pub mod crew;
pub mod desk;
pub mod disk;
pub mod drive;
pub mod evict;
pub mod executor;
pub mod heads;
pub mod http;
pub mod lock;
pub mod logs;
pub mod metrics;
pub mod outputs;
pub mod private;
pub mod reading;
pub mod role;
pub mod signals;
pub mod status;
pub mod store;
pub mod trouble;
pub mod wakes;
