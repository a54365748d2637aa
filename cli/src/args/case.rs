use super::profile;
use assay_primitives::{case::CaseLimits, profile::Profile, traits::CaseId};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum CaseCommand {
	/// List cases, newest first
	List {
		/// At most this many
		#[arg(long, default_value_t = 20)]
		limit: u32,
		/// Only those that are not closed
		#[arg(long)]
		open: bool,
	},
	/// Show a case: who was drawn, what they found, what comes next, who was paid
	Show(CaseShowArgs),
	/// Say that the verdict of a case is false: a larger committee judges again, or the chain itself
	#[command(after_help = APPEAL_HELP)]
	Appeal(AppealArgs),
	/// Compute a committee's draw again from the blocks that it was made of, and compare
	VerifyDraw {
		/// Number of the case
		case: CaseId,
		/// Only this round, from 1; all that were drawn if left out
		#[arg(long, value_parser = clap::value_parser!(u8).range(1..=4))]
		round: Option<u8>,
	},
	/// Apply whatever deadline of a case is due
	Poke {
		/// Number of the case
		case: CaseId,
	},
}

const APPEAL_HELP: &str = "\
A committee of 3 is followed by one of 7, then 15, then 31. The bond is twice the wages of the next \
one: you get it back, and half of it on top, where the case ends otherwise than the verdict says, \
and lose it where it does not. Anyone may appeal, while `assay case show` says so.

With --court the chain runs the program itself, within a block, and its answer is final. That takes \
no bond, only the fee of the transaction, and can be done as long as the case is open. It is for \
programs that are small enough; if this one is not, the command says why.";

#[derive(Args, Clone, Debug)]
pub struct CaseShowArgs {
	/// Number of the case
	pub case: CaseId,
	/// Also read the events of all its blocks, and tell what happened when and whose money moved
	#[arg(long)]
	pub timeline: bool,
}

#[derive(Args, Clone, Debug)]
pub struct AppealArgs {
	/// Number of the case
	pub case: CaseId,
	/// Have the chain itself run the program
	#[arg(long)]
	pub court: bool,
	/// Don't run the program on this machine first
	#[arg(long)]
	pub no_run: bool,
	/// HTTP gateway that has program and input, for --court and the run on this machine
	#[arg(long = "gateway", value_name = "URL")]
	pub gateways: Vec<String>,
	/// Pay without asking
	#[arg(long, short = 'y')]
	pub yes: bool,
}

#[derive(Debug, Subcommand)]
pub enum MediatorCommand {
	/// Put up a bond, so as to be drawn into committees; the daemon does the work
	#[command(after_help = REGISTER_HELP)]
	Register(RegisterArgs),
	/// Show a mediator: bond, weight, cases, conduct
	Status {
		/// Its stash account; that of the signing account if left out
		address: Option<String>,
	},
	/// List mediators
	List {
		/// At most this many
		#[arg(long, default_value_t = 100)]
		limit: u32,
	},
	/// Leave the pool; the bond waits, and you may still be drawn for a while
	Leave(YesArgs),
	/// Take out the bond, or what of it has finished unbonding
	Withdraw,
}

const REGISTER_HELP: &str = "\
The signing account owns the bond. Another key, on the machine of the daemon, should sign the votes: \
it can never move the bond. Run the daemon with the role `mediator` before you can be drawn, that is \
before the second era after this. Who is drawn and silent loses a tenth of the stake of its seat; \
who votes otherwise than the case ends, a fifth.";

#[derive(Args, Clone, Debug)]
pub struct RegisterArgs {
	/// Bond in tokens; the more, the more often you are drawn
	#[arg(long, value_name = "TOKENS")]
	pub bond: String,
	/// File with the secret URI of the operator key; the signing account itself if left out
	#[arg(long, env = "ASSAY_OPERATOR_SURI_FILE", value_name = "FILE")]
	pub operator_suri_file: Option<PathBuf>,
	/// Cases at a time
	#[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
	pub capacity: u16,
	/// Rules of execution that the machine runs; repeat it for more
	#[arg(long = "profile", value_parser = profile, value_name = "NUMBER|ID", default_values = ["1", "2"])]
	pub profiles: Vec<Profile>,
	#[command(flatten)]
	pub limits: CaseLimitArgs,
	/// X25519 key of the daemon in hex, to judge jobs with private inputs too; `assay-worker register --role
	/// mediator` declares it by itself
	#[arg(long, value_parser = encryption_key, value_name = "HEX", requires = "public_url")]
	pub encryption_key: Option<[u8; 32]>,
	/// Where the daemon takes keys of private inputs
	#[arg(long, value_name = "URL", requires = "encryption_key")]
	pub public_url: Option<String>,
	/// Put up the bond without asking
	#[arg(long, short = 'y')]
	pub yes: bool,
}

/// The largest jobs that a mediator judges; the daemon's own limits should not be below.
#[derive(Args, Clone, Debug)]
pub struct CaseLimitArgs {
	/// Largest gas limit of a job that is judged
	#[arg(long, default_value_t = CaseLimits::default().max_gas, value_name = "GAS")]
	pub max_gas: u64,
	/// Largest memory, in pages of 64 KiB
	#[arg(long, default_value_t = CaseLimits::default().max_memory_pages, value_name = "PAGES")]
	pub max_memory_pages: u32,
	/// Largest program
	#[arg(long, default_value_t = CaseLimits::default().max_module_bytes, value_name = "BYTES")]
	pub max_module_bytes: u64,
	/// Largest input
	#[arg(long, default_value_t = CaseLimits::default().max_input_bytes, value_name = "BYTES")]
	pub max_input_bytes: u64,
	/// Largest limit of outputs
	#[arg(long, default_value_t = CaseLimits::default().max_output_bytes, value_name = "BYTES")]
	pub max_output_bytes: u64,
	/// Gas that the machine runs in a second: a job that needs more within half of the time gives no seat
	#[arg(long, default_value_t = CaseLimits::default().gas_per_second, value_name = "GAS")]
	pub gas_per_second: u64,
	/// Least wage for which a seat is taken
	#[arg(long, default_value = "0", value_name = "TOKENS")]
	pub min_wage: String,
}

impl CaseLimitArgs {
	/// As the chain knows them, the wage aside.
	pub fn limits(&self) -> CaseLimits {
		CaseLimits {
			max_gas: self.max_gas,
			max_memory_pages: self.max_memory_pages,
			max_module_bytes: self.max_module_bytes,
			max_input_bytes: self.max_input_bytes,
			max_output_bytes: self.max_output_bytes,
			gas_per_second: self.gas_per_second,
			..CaseLimits::default()
		}
	}
}

fn encryption_key(text: &str) -> Result<[u8; 32], String> {
	let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).ok();
	let key = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
	key.ok_or_else(|| "32 bytes in hex are needed".into())
}

#[derive(Args, Clone, Debug)]
pub struct YesArgs {
	/// Do it without asking
	#[arg(long, short = 'y')]
	pub yes: bool,
}
