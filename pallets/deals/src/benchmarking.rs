//! Benchmarks of all calls.
