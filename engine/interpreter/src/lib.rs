//! The reference executor: the definition of a profile.

#![cfg_attr(not(feature = "std"), no_std)]
