//! Keys in files that a passphrase protects.
//!
//! A key file is JSON: the account that it signs for, how costly it is to try a passphrase, and the
//! secret URI sealed with XSalsa20-Poly1305 under a key that Argon2id makes of the passphrase. A
//! [`Keystore`] is a folder of such files, `NAME.json` each.

mod file;
mod folder;
mod passphrase;
mod problem;
#[cfg(test)]
mod tests;

pub use file::{Cost, KeyFile, MAX_FILE_BYTES};
pub use folder::{Entry, Keystore, new_phrase};
pub(crate) use folder::{read, write_new};
pub use passphrase::{MIN_PASSPHRASE_CHARS, Passphrase};
pub use problem::KeyFileProblem;
pub use zeroize::Zeroizing;
