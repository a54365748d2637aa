//! Tests, one file for each call and for what others ask.

mod adjudicate;
mod items;
mod limits;
mod programs;
mod refusals;
mod steps;
mod weights;
