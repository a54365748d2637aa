//! Tests over a guest that is a vector.
