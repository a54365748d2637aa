//! The section `mediator` of the configuration.

use crate::config::section::{self, Common, check_jobs, sections, some_text, texts, tokens};
use anyhow::{Result, bail, ensure};
use assay_decisions::limits::Modules;
use assay_primitives::{
	AccountId, Balance, Hash, UNIT,
	case::{CaseLimits, MAX_CAPACITY, MediatorTerms},
	profile::Profile,
};
use serde::Deserialize;

sections! {
	/// Who judges, and what.
	pub struct Section {
		#[serde(deserialize_with = "some_text")]
		pub stash: Option<AccountId> = None,
		#[serde(deserialize_with = "tokens")]
		pub bond: Balance = 100 * UNIT,
		/// Cases at a time, as the chain knows it.
		pub capacity: u16 = 4,
		/// Least wage for which a seat is taken.
		#[serde(deserialize_with = "tokens")]
		pub min_wage: Balance = 0,
		/// Runs at a time on this machine.
		pub max_concurrent: usize = 1,
		/// Ids of profiles; empty for all that this build executes.
		#[serde(deserialize_with = "texts")]
		pub profiles: Vec<Hash> = Vec::new(),
		/// Hashes of modules. An empty list allows all; `deny_modules` wins. To refuse a case costs a part
		/// of the stake.
		#[serde(deserialize_with = "texts")]
		pub allow_modules: Vec<Hash> = Vec::new(),
		#[serde(deserialize_with = "texts")]
		pub deny_modules: Vec<Hash> = Vec::new(),
		/// Whether cases with private inputs are judged.
		pub private_inputs: bool = true,
	}
}

/// How cases are judged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Settings {
	pub stash: Option<AccountId>,
	pub bond: Balance,
	/// What is declared on the chain, beside where keys are handed over.
	pub terms: MediatorTerms,
	/// Whether cases with private inputs are judged.
	pub private_inputs: bool,
	/// Runs at a time.
	pub max_concurrent: usize,
	pub modules: Modules,
}

impl section::Section for Section {
	type Settings = Settings;

	fn settings(self, common: &Common) -> Result<Settings> {
		let capacity = self.capacity;
		ensure!(
			(1..=MAX_CAPACITY).contains(&capacity.into()),
			"mediator.capacity must be between 1 and {MAX_CAPACITY}"
		);
		check_jobs("mediator.max_concurrent", self.max_concurrent)?;
		let profiles = match self.profiles.is_empty() {
			true => Profile::ALL.iter().map(Profile::id).collect(),
			false => self.profiles,
		};
		if let Some(unknown) = profiles.iter().find(|id| Profile::by_id(id).is_none()) {
			bail!("mediator.profiles: this build does not execute {unknown:?}");
		}
		let Ok(profiles) = profiles.try_into() else { bail!("mediator.profiles are too many") };
		let limits = CaseLimits {
			gas_per_second: common.capacity.gas_per_second,
			min_wage: self.min_wage,
			..common.limits.of_cases()
		};
		Ok(Settings {
			stash: self.stash,
			bond: self.bond,
			terms: MediatorTerms { capacity, limits, profiles, inbox: None },
			private_inputs: self.private_inputs,
			max_concurrent: self.max_concurrent,
			modules: Modules { allow: self.allow_modules, deny: self.deny_modules },
		})
	}
}
