//! Bounds that the file system and trees of inputs have in common.

/// Most directory entries.
pub const MAX_ENTRIES: u32 = 65_536;
/// Longest name, in bytes.
pub const MAX_NAME: usize = 255;
