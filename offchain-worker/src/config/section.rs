//! What sections of the file are made of, those of roles too.

use anyhow::{Result, ensure};
use assay_client::units::parse_amount;
use assay_decisions::limits::WorkLimits;
use assay_primitives::{Balance, provider::Capacity};
use serde::{Deserialize, Deserializer, de::Error};
use std::{fmt::Debug, str::FromStr};

const MAX_JOBS: usize = 256;

/// Declares sections of the file with the default of each key.
macro_rules! sections {
	($(
		$(#[$outer:meta])*
		pub struct $name:ident {
			$($(#[$inner:meta])* pub $key:ident: $type:ty = $default:expr,)*
		}
	)*) => {$(
		$(#[$outer])*
		#[derive(Clone, Debug, Deserialize, PartialEq)]
		#[serde(default, deny_unknown_fields)]
		pub struct $name {
			$($(#[$inner])* pub $key: $type,)*
		}

		impl Default for $name {
			fn default() -> Self {
				Self { $($key: $default,)* }
			}
		}
	)*};
}

pub(crate) use sections;

/// What roles share of the settings.
pub struct Common<'a> {
	pub limits: &'a WorkLimits,
	pub capacity: &'a Capacity,
}

/// A role's section.
pub trait Section {
	/// What becomes of it.
	type Settings: Clone + Debug;

	/// Checks it.
	///
	/// Errors: a value with which the role could do harm, or nothing at all.
	fn settings(self, common: &Common) -> Result<Self::Settings>;
}

/// Checks how many runs there are at a time.
pub fn check_jobs(name: &str, jobs: usize) -> Result<()> {
	ensure!((1..=MAX_JOBS).contains(&jobs), "{name} must be between 1 and {MAX_JOBS}");
	Ok(())
}

fn parse<T: FromStr<Err: std::fmt::Display>, E: Error>(text: &str) -> Result<T, E> {
	text.parse().map_err(|error| E::custom(format!("`{text}` can't be read: {error}")))
}

pub fn texts<'de, T, D>(from: D) -> Result<Vec<T>, D::Error>
where
	T: FromStr<Err: std::fmt::Display>,
	D: Deserializer<'de>,
{
	Vec::<String>::deserialize(from)?.iter().map(|text| parse(text)).collect()
}

pub fn some_text<'de, T, D>(from: D) -> Result<Option<T>, D::Error>
where
	T: FromStr<Err: std::fmt::Display>,
	D: Deserializer<'de>,
{
	parse(&String::deserialize(from)?).map(Some)
}

/// Text, so that no float ever touches an amount.
pub fn tokens<'de, D: Deserializer<'de>>(from: D) -> Result<Balance, D::Error> {
	parse_amount(&String::deserialize(from)?).map_err(D::Error::custom)
}
