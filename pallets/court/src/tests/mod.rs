//! Tests, one file for each call and for what others ask.

mod adjudicate;
mod limits;
mod programs;
mod refusals;
mod steps;
mod weights;
