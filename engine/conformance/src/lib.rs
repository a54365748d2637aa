//! Conformance and differential tests of every executor.
