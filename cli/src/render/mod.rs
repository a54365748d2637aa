//! What the chain knows, as it is shown: words, tables and JSON of jobs, cases and events, for all commands.

pub mod case;
pub mod case_view;
pub mod events;
pub mod job;
pub mod job_view;
