//! Inputs that only the client and whoever runs the task can read.
//!
//! The task names the plaintext by hash and size as ever, so that all who run it compute the same
//! task hash, and whoever has the plaintext can judge the outcome. What is published is the
//! ciphertext under a random [`ContentKey`]; a [`SealedInput`] among the request's hints says where it
//! is and commits to the key. The client hands the key to the providers that were drawn, and to nobody
//! else, in an envelope for the X25519 key that each has declared: see [`wrap_key`], [`open_envelope`]
//! and [`Sharer`]. See docs/adr/0019-private-inputs.md.

pub use assay_primitives::sealed_input::{BadMarker, SealedInput, sealed_size, urls};

mod envelope;
mod input;
mod keys;
mod share;
#[cfg(test)]
mod tests;

pub use envelope::{
	ENVELOPE_BYTES, EncryptionKey, EnvelopeContext, EnvelopeFault, is_encryption_key,
	open_envelope, wrap_key,
};
pub use input::{ContentKey, SealFault, open_input, seal_input};
pub use keys::ContentKeys;
pub use share::{Delivery, Sharer, Sharing, deliver, fetch_input};
