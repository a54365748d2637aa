//! Re-execution inside the runtime.

#![cfg_attr(not(feature = "std"), no_std)]
