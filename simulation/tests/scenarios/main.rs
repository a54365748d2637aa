//! Tests of the whole runtime, block by block.

mod attacks;
mod consensus;
mod costs;
mod documents;
mod draws;
mod economics;
mod engine;
mod faults;
mod flat;
mod forks;
mod judgement;
mod matching;
mod metadata;
mod money;
mod numbers;
mod orders;
mod overrun;
mod policies;
mod proxies;
mod pruned;
mod reads;
mod tasks;
mod views;
mod wallet;
mod weights;
mod whole;
