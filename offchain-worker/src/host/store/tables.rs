//! The tables of the store, and what is read from them.

use super::error::{Result, StoreError};
use assay_decisions::record::Key;
use codec::DecodeAll;
use redb::TableDefinition;

pub(super) const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");
pub(super) const SEALED: TableDefinition<&[u8], &[u8]> = TableDefinition::new("sealed");
pub(super) const CONTENT: TableDefinition<&[u8], u64> = TableDefinition::new("content");
pub(super) const STARTED: TableDefinition<&[u8], &[u8]> = TableDefinition::new("started");
pub(super) const PROMISES: TableDefinition<&[u8], &[u8]> = TableDefinition::new("promises");
pub(super) const VERDICTS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("verdicts");
pub(super) const VERDICT_RUNS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("verdict-runs");
// Stores that are in use have these two under older words.
pub(super) const VERIFICATIONS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("sightings");
pub(super) const ACTIONS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("deeds");

pub(super) fn decode_key(bytes: &[u8]) -> Result<Key> {
	Key::from_bytes(bytes).ok_or(StoreError::Corrupt("key"))
}

pub(super) fn decode_count(mut bytes: &[u8]) -> Result<u32> {
	u32::decode_all(&mut bytes).map_err(|_| StoreError::Corrupt("started"))
}
