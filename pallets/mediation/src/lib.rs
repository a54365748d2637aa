//! Committees of mediators, verdicts and appeals.

#![cfg_attr(not(feature = "std"), no_std)]
