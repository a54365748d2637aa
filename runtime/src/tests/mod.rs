//! Tests of the whole runtime, in externalities.

mod metadata;
