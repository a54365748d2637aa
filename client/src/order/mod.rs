//! Orders: building, signing and verifying them off chain, files and statements that carry them, and
//! matching them.

mod build;
mod file;
mod post;
mod sign;
pub mod statement;
mod submit;

pub use assay_primitives::order::OrderFile;
pub use build::{PUBLIC, ResourceOptions, mediators, random_salt, request, resource};
pub use file::{MAX_FILE_BYTES, print_file, read_file};
pub use post::{OnBoard, SolverUrl, Taken, post};
pub use sign::{close_consent, from_wallet, sign, sponsor, verify};
pub use submit::{Matched, submit};

#[cfg(test)]
mod tests;
