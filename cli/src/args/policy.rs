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
