//! Configuration of the pallets, by group.

mod assay;
mod consensus;
mod fees;
mod judgement;
mod proxies;
mod system;
mod wallet;

pub use assay::*;
pub use consensus::*;
pub use fees::*;
pub use judgement::*;
pub use proxies::*;
pub use system::*;
