//! Configuration of the pallets, by group.

mod assay;
mod consensus;
mod fees;
mod system;
mod wallet;

pub use assay::*;
pub use consensus::*;
pub use fees::*;
pub use system::*;
pub use wallet::*;
