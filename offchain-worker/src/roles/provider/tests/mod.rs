//! The loop against the real runtime, behind a node that loses transactions, re-organises and goes
//! away.

mod chain;
mod declines;
mod forks;
mod outages;
mod phases;
mod place;
mod reports;
mod scene;
mod seals;
mod stopping;
