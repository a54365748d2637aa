use super::{RunArgs, gas, profile};
use assay_primitives::{order::AssetId, profile::Profile};
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub enum OrderCommand {
	/// Write an order to a file, unsigned
	#[command(subcommand)]
	New(Box<NewOrder>),
	/// Sign the order in a file, or add the signature that a wallet gave
	Sign(SignArgs),
	/// Show an order: the text that is signed, its hash, who has signed; no node is asked
	Show(FileArgs),
	/// Check the signature of an order, and what the chain has of it
	Verify(FileArgs),
	/// Authorise an order on chain, so that it can be matched without a signature
	Presign(FileArgs),
	/// Close an order for good
	#[command(visible_alias = "cancel")]
	Close(FileArgs),
	/// Pay for no more of a request, as its sponsor
	WithdrawSponsorship(FileArgs),
	/// Send a signed order to where solvers find it
	Send(SendArgs),
	/// Ask a solver why a request waits
	WhyNot(WhyNotArgs),
	/// Show what is left of orders
	List {
		/// Their files
		#[arg(required = true)]
		files: Vec<PathBuf>,
	},
}

#[derive(Debug, Subcommand)]
pub enum NewOrder {
	/// Have a program run
	Request(Box<NewRequestArgs>),
	/// Run programs of others
	Resource(NewResourceArgs),
	/// Let a registered app be run
	App(NewSaleArgs),
	/// Let a registered dataset be read
	Dataset(NewSaleArgs),
}

#[derive(Args, Clone, Debug)]
pub struct FileArgs {
	/// File of the order
	pub file: PathBuf,
}

#[derive(Args, Clone, Debug)]
pub struct SendArgs {
	/// File of the order
	pub file: PathBuf,
	/// Address of a solver, http:// or https://; repeat it for more
	#[arg(long = "solver", env = "ASSAY_SOLVER_URL", value_delimiter = ',', value_name = "URL")]
	pub solvers: Vec<String>,
	/// Post it to the nodes' board, where all solvers find it; takes a deposit for its place
	#[arg(long)]
	pub statement: bool,
}

#[derive(Args, Clone, Debug)]
pub struct WhyNotArgs {
	/// File of the request, or its id
	#[arg(value_name = "FILE|ID")]
	pub request: String,
	/// Address of a solver, http:// or https://
	#[arg(long, env = "ASSAY_SOLVER_URL", value_name = "URL")]
	pub solver: String,
}

#[derive(Args, Clone, Debug)]
pub struct SignArgs {
	/// File of the order; the signature is added to it
	pub file: PathBuf,
	/// Signature of a wallet over the text that `assay order show` prints, in hex
	#[arg(long, value_name = "HEX")]
	pub signature: Option<String>,
	/// Agree to pay for the request instead of signing it
	#[arg(long, conflicts_with = "signature")]
	pub as_sponsor: bool,
}

#[derive(Args, Clone, Debug)]
pub struct OrderArgs {
	/// File to write
	#[arg(long, short = 'f', value_name = "FILE")]
	pub file: PathBuf,
	/// Number of tasks
	#[arg(long, default_value_t = 1)]
	pub volume: u32,
	/// Blocks from now on in which it may be matched
	#[arg(long, default_value_t = 1_200, value_name = "BLOCKS")]
	pub valid_for: u32,
}

/// What a publisher answers with.
#[derive(Args, Clone, Debug)]
pub struct LiabilityArgs {
	/// Most that your bond answers with for each task whose content is found, by the public pool of
	/// mediators or by the court, not to run or not to fit
	#[arg(long = "liability", value_name = "TOKENS", default_value = "0.1")]
	pub amount: String,
}

/// What a program needs to begin.
#[derive(Args, Clone, Debug)]
pub struct NeedsArgs {
	/// Gas that a task has to grant; what starting the program takes if left out
	#[arg(long = "needs-gas", value_parser = gas)]
	pub gas: Option<u64>,
	/// Pages of memory, of 64 KiB, that a task has to grant; what the program begins with if left out
	#[arg(long = "needs-memory-pages", value_name = "PAGES")]
	pub memory_pages: Option<u32>,
	/// Slots of the stack that a profile has to have
	#[arg(long = "needs-stack", default_value_t = 0, value_name = "SLOTS")]
	pub stack: u32,
}

/// Whom the owner lets judge.
#[derive(Args, Clone, Debug, Default)]
pub struct JudgesArgs {
	/// Only mediators of these accounts judge, and all other parties have to name at least three of them;
	/// repeat it for more. `public` among them lets the public pool judge as well, as if left out
	#[arg(long = "mediator", value_name = "ADDRESS|public")]
	pub mediators: Vec<String>,
}

#[derive(Args, Clone, Debug)]
pub struct NewRequestArgs {
	#[command(flatten)]
	pub job: RunArgs,
	#[command(flatten)]
	pub order: OrderArgs,
	/// For each task, to whoever matches, in tokens
	#[arg(long, value_name = "TOKENS", default_value = "0")]
	pub tip: String,
	/// Only these providers; repeat it for more
	#[arg(long = "provider", value_name = "ADDRESS")]
	pub providers: Vec<String>,
	#[command(flatten)]
	pub judges: JudgesArgs,
	/// Who pays; has to sign as well
	#[arg(long, value_name = "ADDRESS")]
	pub sponsor: Option<String>,
	/// For whom the result is
	#[arg(long, value_name = "ADDRESS")]
	pub beneficiary: Option<String>,
}

#[derive(Args, Clone, Debug)]
pub struct NewResourceArgs {
	/// Stash of the provider; that of the signing operator if left out
	#[arg(long, value_name = "ADDRESS")]
	pub provider: Option<String>,
	#[command(flatten)]
	pub order: OrderArgs,
	/// Price of a replica, in tokens
	#[arg(long, value_name = "TOKENS", default_value = "0")]
	pub price: String,
	/// Price of a million gas, in tokens
	#[arg(long, value_name = "TOKENS", default_value = "0")]
	pub gas_price: String,
	/// Largest gas limit; what the provider declares if left out
	#[arg(long, value_parser = gas)]
	pub max_gas: Option<u64>,
	/// Least run time, in blocks
	#[arg(long, default_value_t = 1)]
	pub min_run_blocks: u32,
	/// Only these clients; repeat it for more
	#[arg(long = "client", value_name = "ADDRESS")]
	pub clients: Vec<String>,
	#[command(flatten)]
	pub judges: JudgesArgs,
}

#[derive(Args, Clone, Debug)]
pub struct NewSaleArgs {
	/// Number of the app or dataset
	pub id: AssetId,
	#[command(flatten)]
	pub order: OrderArgs,
	/// Price for each task, in tokens
	#[arg(long, value_name = "TOKENS", default_value = "0")]
	pub price: String,
	#[command(flatten)]
	pub liability: LiabilityArgs,
	/// Only these clients; repeat it for more
	#[arg(long = "client", value_name = "ADDRESS")]
	pub clients: Vec<String>,
	/// Only these providers; repeat it for more
	#[arg(long = "provider", value_name = "ADDRESS")]
	pub providers: Vec<String>,
	#[command(flatten)]
	pub judges: JudgesArgs,
}

#[derive(Args, Clone, Debug)]
pub struct MatchArgs {
	/// File of the request
	#[arg(long, short = 'r', value_name = "FILE")]
	pub request: PathBuf,
	/// File of a resource order, or number of a resting offer; repeat it for more
	#[arg(long = "resource", short = 's', value_name = "FILE|ID", required = true)]
	pub resources: Vec<String>,
	#[command(flatten)]
	pub options: MatchOptions,
}

/// Of whatever makes a match.
#[derive(Args, Clone, Debug)]
pub struct MatchOptions {
	/// File of the app's order; the terms in the register if left out
	#[arg(long, value_name = "FILE")]
	pub app: Option<PathBuf>,
	/// File of the dataset's order; the terms in the register if left out
	#[arg(long, value_name = "FILE")]
	pub dataset: Option<PathBuf>,
	/// Only say whether the orders fit, and every reason why not
	#[arg(long)]
	pub dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub enum AssetCommand {
	/// Publish a file on the chain and register it
	Publish(Box<PublishArgs>),
	/// List what is registered
	List,
	/// Show one: owner, content, price, state, publisher's bond
	Show {
		/// Its number
		id: AssetId,
	},
	/// Change its price for new deals; orders that are signed already keep theirs
	Price {
		/// Its number
		id: AssetId,
		/// For each task, in tokens
		#[arg(required_unless_present = "by_order")]
		price: Option<String>,
		/// Take the price off the register, so that every use takes an order
		#[arg(long, conflicts_with = "price")]
		by_order: bool,
	},
	/// Keep it from being used in new deals
	Suspend {
		/// Its number
		id: AssetId,
	},
	/// Let it be used again
	Resume {
		/// Its number
		id: AssetId,
	},
	/// Offer it to another account, which owns it once it has accepted; without one, take that back
	Offer {
		/// Its number
		id: AssetId,
		/// To whom
		address: Option<String>,
	},
	/// Take over what was offered to you
	Accept {
		/// Its number
		id: AssetId,
	},
	/// Take it off the register
	Deregister {
		/// Its number
		id: AssetId,
	},
}

#[derive(Args, Clone, Debug)]
pub struct PublishArgs {
	/// The program or the data
	pub file: PathBuf,
	/// Price for each task at which anybody may use it, in tokens; if left out, every use takes an order
	#[arg(long, value_name = "TOKENS")]
	pub price: Option<String>,
	/// Add this much to the publisher's bond first, in tokens
	#[arg(long, value_name = "TOKENS")]
	pub bond: Option<String>,
	/// Rules of a program's execution: 1, 2 for programs with 128-bit SIMD, or the id of either
	#[arg(long, default_value = "1", value_parser = profile, value_name = "NUMBER|ID")]
	pub profile: Profile,
	/// Tags that providers must have, as a number
	#[arg(long, default_value_t = 0)]
	pub tags: u32,
	/// Register it only: the content is had elsewhere
	#[arg(long)]
	pub no_content: bool,
	#[command(flatten)]
	pub liability: LiabilityArgs,
	#[command(flatten)]
	pub needs: NeedsArgs,
	#[command(flatten)]
	pub judges: JudgesArgs,
}
