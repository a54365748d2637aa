//! Sending orders to where solvers find them.

use super::{OrderFile, print_file, statement};
use crate::{
	chain::{Chain, Posted, WaitFor, install_crypto},
	error::{Error, Result, foreign},
	keys::Signer,
};
use assay_interface::{Call, board};
use assay_primitives::{Hash, order::OrderId};
use serde_json::Value;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Most places that are bought by itself for one account.
const MOST_PLACES: u32 = 64;
/// Longest answer of a solver that is read, in bytes.
const MAX_ANSWER: usize = 4 << 20;
/// Longest wait for a solver.
const PATIENCE: Duration = Duration::from_secs(20);

/// By this much longer an order lasts that would not take the place of an earlier one.
const LATER_SECONDS: u32 = 60;

/// How an order came to be on the nodes' board.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OnBoard {
	/// Places that were bought for it.
	pub bought: u32,
	/// Whether it was there before.
	pub known: bool,
}

/// Posts an order to the nodes' board, on `signer`'s account, and buys places for it where there are
/// none left.
///
/// Errors: [`Error::Usage`] where the nodes do not take it, [`Error::Dispatch`] where places can't be
/// paid for.
pub async fn post(
	chain: &Chain,
	signer: &Signer,
	file: &OrderFile,
	channel: &Hash,
) -> Result<OnBoard> {
	let at = chain.at_best().await?;
	let millis = at.parameters().await?.block_millis;
	let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
	let mut until = statement::Until::of(&file.order, at.block().number, millis, unix);
	let mut bought = 0;
	for _ in 0..3 {
		let bytes = statement::statement(file, channel, until, signer)?;
		let why = match chain.post_statement(&bytes).await? {
			Posted::New => return Ok(OnBoard { bought, known: false }),
			Posted::Known => return Ok(OnBoard { bought, known: true }),
			// What was posted before a block came seems to last longer than what is posted after it.
			Posted::Refused(why) if why.contains("channelPriorityTooLow") => {
				until.seconds = until.seconds.saturating_add(LATER_SECONDS);
				continue;
			},
			Posted::Refused(why) => why,
		};
		let account = signer.account();
		let needed = statement::places(file);
		let full = ["noAllowance", "dataTooLarge", "accountFull"];
		let places = chain.at_best().await?.board_places(&account).await?.saturating_add(needed);
		if !full.iter().any(|reason| why.contains(reason)) || places > MOST_PLACES {
			return Err(Error::Usage(format!("the node does not take the order: {why}")));
		}
		let call = Call::Board(board::Call::set_board_places { places });
		chain.submit(signer, &call, WaitFor::InBlock).await?;
		bought += needed;
	}
	Err(Error::Usage("the node does not take the order, though its places are paid for".into()))
}

/// A solver's HTTP endpoint.
#[derive(Clone, Debug)]
pub struct SolverUrl {
	url: String,
	client: reqwest::Client,
}

/// A solver's answer to an order.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Taken {
	/// Whether it was in its book before.
	pub known: bool,
}

impl SolverUrl {
	/// An endpoint at an `http://` or `https://` URL.
	pub fn new(url: &str) -> Result<Self> {
		if !url.starts_with("http://") && !url.starts_with("https://") {
			return Err(Error::Usage(format!("{url:?} is not an http:// or https:// URL")));
		}
		install_crypto();
		let client = reqwest::Client::builder()
			.connect_timeout(PATIENCE)
			.timeout(PATIENCE)
			.redirect(reqwest::redirect::Policy::none())
			.referer(false)
			.build()
			.map_err(|error| Error::Usage(format!("no HTTP client: {error}")))?;
		Ok(Self { url: url.trim_end_matches('/').into(), client })
	}

	/// Sends an order.
	///
	/// Errors: [`Error::Usage`] with the solver's reason where it refuses, [`Error::SolverUnreachable`].
	pub async fn send(&self, file: &OrderFile) -> Result<Taken> {
		let request = self.client.post(format!("{}/v1/orders", self.url));
		let request = request.header("content-type", "application/json").body(print_file(file));
		let answer = self.answer(request).await?;
		Ok(Taken { known: answer.get("known").and_then(Value::as_bool).unwrap_or(false) })
	}

	/// Why a request waits, in the solver's words.
	pub async fn why_not(&self, id: &OrderId) -> Result<Value> {
		self.get(&format!("v1/why-not/{id:?}")).await
	}

	/// What is at a path.
	pub async fn get(&self, path: &str) -> Result<Value> {
		self.answer(self.client.get(format!("{}/{path}", self.url))).await
	}

	async fn answer(&self, request: reqwest::RequestBuilder) -> Result<Value> {
		let failed = |error: reqwest::Error| Error::SolverUnreachable {
			url: foreign(&self.url),
			why: foreign(&error.without_url().to_string()),
		};
		let mut response = request.send().await.map_err(failed)?;
		let status = response.status();
		let mut body = Vec::new();
		while let Some(chunk) = response.chunk().await.map_err(failed)? {
			if body.len() + chunk.len() > MAX_ANSWER {
				return Err(Error::decode("the solver's answer", "it is too long"));
			}
			body.extend_from_slice(&chunk);
		}
		let value: Value = serde_json::from_slice(&body)
			.map_err(|error| Error::decode("the solver's answer", error))?;
		if status.is_success() {
			return Ok(value);
		}
		let word = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or("?").to_string();
		let text = format!("the solver refuses: {} ({})", word("title"), word("code"));
		Err(Error::Usage(foreign(&text)))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[tokio::test]
	async fn solver_should_not_be_taken_for_a_node_when_it_can_not_be_reached() {
		let solver = SolverUrl::new("http://127.0.0.1:1").expect("a URL");
		let error = solver.get("v1/book").await.expect_err("nothing listens there");
		let hint = error.hint().expect("one");
		assert!(error.to_string().contains("the solver at http://127.0.0.1:1"), "{error}");
		assert!(hint.contains("solver") && !hint.contains("node"), "{hint}");
		assert_eq!((error.exit_code(), error.retryable()), (3, true));
	}

	#[test]
	fn solvers_should_be_at_http_urls_only() {
		for bad in ["solver.example", "ws://127.0.0.1", "file:///etc/passwd", ""] {
			assert!(SolverUrl::new(bad).is_err(), "{bad}");
		}
		assert!(SolverUrl::new("https://solver.example/").is_ok());
	}
}
