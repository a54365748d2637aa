//! What runs on this machine: how the processes of a local network are started, waited for and ended, and
//! which folders are a user's alone. The node, the command line and the tests use the same.

mod health;
mod identity;
mod node;
mod patience;
mod private;
mod process;
mod role;
pub mod websocket;

pub use health::is_healthy;
pub use identity::{Identity, processor_time};
pub use node::{NodePorts, node, within};
pub use patience::{POLL, STILL, WHOLE, until};
pub use private::{private_dir, temporary_dir};
pub use process::{Process, Stuck, spawn};
pub use role::Role;
