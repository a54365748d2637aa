//! How the answer of a job is established: options, and the policy that they name.

use crate::failure::Failure;
use assay_primitives::policy::{PPM, Policy, least_stake_factor};
use clap::{Args, ValueEnum};

/// How the answer of a job is established.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Verification")]
pub struct PolicyArgs {
	/// How the answer is established. With `quorum` so many providers run the job, and so many have to
	/// give the same answer. With `trust` as many run it as it takes for the weight of equal answers to
	/// reach --trust: providers with a good record count for more, so fewer are needed. With `single`
	/// one runs it, stakes a multiple of its price, and is checked by chance or when you doubt it: the
	/// cheapest, and the weakest
	#[arg(long, value_enum, default_value = "quorum")]
	pub policy: PolicyKind,
	/// Quorum: how many providers run it; 3 if left out
	#[arg(long, short = 'n', value_name = "COUNT")]
	pub replicas: Option<u8>,
	/// Quorum: how many must agree; more than half of the replicas if left out
	#[arg(long, short = 'k', value_name = "COUNT")]
	pub required: Option<u8>,
	/// Trust: the answer is wrong with a probability of one in this many, as records tell; 20 if left out
	#[arg(long, value_name = "COUNT")]
	pub trust: Option<u32>,
	/// Single: percent of results that the chain has checked, from 5 to 100; 20 if left out. You pay for
	/// the checks in proportion
	#[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(5..=100))]
	pub check: Option<u8>,
	/// Single: the provider stakes this many times its highest price; the least that makes a lie a loss
	/// if left out
	#[arg(long, value_name = "FACTOR")]
	pub stake_factor: Option<u16>,
	/// Let one provider go first, and the others only if the program succeeds there; if it fails, one more
	/// confirms that. A program that does not work costs less so, and one that works takes longer
	#[arg(long)]
	pub canary: bool,
}

/// Policies.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum PolicyKind {
	/// So many of so many must agree
	Quorum,
	/// Equal answers must reach a weight
	Trust,
	/// One, checked by chance
	Single,
}

/// Replicas of a quorum where nobody says.
const REPLICAS: u8 = 3;
/// Confidence of 95 %.
const TRUST: u32 = 20;
/// Percent of single replicas that are checked.
const CHECK: u8 = 20;

/// The policy that the options name. Errors: options of another policy than the one that is chosen, and a canary where only
/// one replica runs at first anyway.
pub fn policy(args: &PolicyArgs) -> Result<Policy, Failure> {
	refuse_foreign(args)?;
	let policy = match args.policy {
		PolicyKind::Quorum => {
			let replicas = args.replicas.unwrap_or(REPLICAS);
			let of = |required| Policy::Quorum { replicas, required };
			args.required.map_or(Policy::majority(replicas), of)
		},
		PolicyKind::Trust => Policy::Trust { trust: args.trust.unwrap_or(TRUST) },
		PolicyKind::Single => {
			let check_ppm = u32::from(args.check.unwrap_or(CHECK)) * (PPM / 100);
			let least = u16::try_from(least_stake_factor(check_ppm)).unwrap_or(u16::MAX);
			let stake_factor = args.stake_factor.unwrap_or(least);
			Policy::Single { check_ppm, stake_factor }
		},
	};
	if args.canary && policy.first_wave() == 1 {
		return Err(Failure::usage("--canary has one replica go first, and there is only one"));
	}
	Ok(policy)
}

fn refuse_foreign(args: &PolicyArgs) -> Result<(), Failure> {
	let options: [(&str, bool, &[PolicyKind]); 5] = [
		("--replicas", args.replicas.is_some(), &[PolicyKind::Quorum]),
		("--required", args.required.is_some(), &[PolicyKind::Quorum]),
		("--trust", args.trust.is_some(), &[PolicyKind::Trust]),
		("--check", args.check.is_some(), &[PolicyKind::Single]),
		("--stake-factor", args.stake_factor.is_some(), &[PolicyKind::Single]),
	];
	let foreign = options.iter().find(|(_, given, of)| *given && !of.contains(&args.policy));
	if let Some((option, _, of)) = foreign {
		let of: Vec<_> = of.iter().map(|kind| format!("{kind:?}").to_lowercase()).collect();
		let of = of.join(" or ");
		return Err(Failure::usage(format!("{option} belongs to --policy {of}"))
			.hint("assay job run --help tells what each policy does"));
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn args(policy: PolicyKind) -> PolicyArgs {
		PolicyArgs {
			policy,
			replicas: None,
			required: None,
			trust: None,
			check: None,
			stake_factor: None,
			canary: false,
		}
	}

	#[test]
	fn policy_should_have_sound_defaults_whichever_is_chosen() {
		let of = |kind| policy(&args(kind)).expect("no options");
		assert_eq!(of(PolicyKind::Quorum), Policy::Quorum { replicas: 3, required: 2 });
		assert_eq!(of(PolicyKind::Trust), Policy::Trust { trust: 20 });
		let single = Policy::Single { check_ppm: 200_000, stake_factor: 5 };
		assert_eq!(of(PolicyKind::Single), single);
	}

	#[test]
	fn stake_should_be_the_least_that_the_chain_takes_for_every_share_of_checks() {
		for check in 5..=100 {
			let args = PolicyArgs { check: Some(check), ..args(PolicyKind::Single) };
			let Ok(Policy::Single { check_ppm, stake_factor }) = policy(&args) else {
				panic!("a single replica")
			};
			let validate =
				|stake_factor| Policy::Single { check_ppm, stake_factor }.validate().is_ok();
			assert!(validate(stake_factor), "{check} %");
			assert!(stake_factor == 1 || !validate(stake_factor - 1), "{check} %");
		}
	}

	#[test]
	fn option_should_be_refused_when_it_belongs_to_another_policy() {
		let refused = |args: PolicyArgs| assert!(policy(&args).is_err(), "{args:?}");
		refused(PolicyArgs { replicas: Some(3), ..args(PolicyKind::Trust) });
		refused(PolicyArgs { required: Some(3), ..args(PolicyKind::Single) });
		refused(PolicyArgs { trust: Some(3), ..args(PolicyKind::Quorum) });
		refused(PolicyArgs { check: Some(30), ..args(PolicyKind::Quorum) });
		refused(PolicyArgs { stake_factor: Some(9), ..args(PolicyKind::Trust) });
		refused(PolicyArgs { canary: true, ..args(PolicyKind::Single) });
		refused(PolicyArgs { canary: true, replicas: Some(1), ..args(PolicyKind::Quorum) });
		let first = PolicyArgs { canary: true, replicas: Some(5), ..args(PolicyKind::Quorum) };
		assert_eq!(policy(&first).expect("fits"), Policy::Quorum { replicas: 5, required: 3 });
	}
}
