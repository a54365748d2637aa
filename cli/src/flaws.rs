//! Reasons why orders don't make a deal, in words.

pub use assay_client::order::words::flaw as words;
