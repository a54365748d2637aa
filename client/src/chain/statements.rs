//! The nodes' store of statements: posting to it, and following what is posted.

use super::{connect::Chain, rpc::handle};
use crate::error::{Error, Result, foreign};
use assay_primitives::Hash;
use serde::Deserialize;
use std::time::Duration;
use subxt::rpcs::client::{RpcSubscription, rpc_params};
use tokio::sync::mpsc;

/// What a node makes of a statement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Posted {
	/// It keeps it and hands it on.
	New,
	/// It has it already.
	Known,
	/// It does not take it, in its words.
	Refused(String),
}

/// Statements that were posted. See [`Chain::statements`].
pub struct Statements {
	receiver: mpsc::Receiver<Result<Vec<u8>>>,
}

impl Statements {
	/// The next one, or why there is none for now. Never `None` while the runtime lives.
	pub async fn next(&mut self) -> Option<Result<Vec<u8>>> {
		self.receiver.recv().await
	}
}

/// Statements kept ready for a slow reader; then the subscription waits for it.
const BUFFER: usize = 1_024;
/// Pause before a broken subscription is renewed.
const PAUSE: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
struct Answer {
	status: String,
	#[serde(flatten)]
	details: serde_json::Map<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct Batch {
	data: BatchData,
}

#[derive(Deserialize)]
struct BatchData {
	statements: Vec<String>,
}

impl Chain {
	/// Posts a statement to the node in use.
	pub async fn post_statement(&self, statement: &[u8]) -> Result<Posted> {
		let method = "statement_submit";
		let answer = handle(&self.inner.failover)
			.request::<Answer>(method, rpc_params![format!("0x{}", hex::encode(statement))])
			.await
			.map_err(|error| self.rpc_error(method, error))?;
		Ok(posted(answer))
	}

	/// Statements under a topic: first those that the node has, then new ones as they come. The stream
	/// never ends: an outage is an error item, after which all are given again.
	pub fn statements(&self, topic: Hash) -> Statements {
		let (sender, receiver) = mpsc::channel(BUFFER);
		tokio::spawn(follow(self.clone(), topic, sender));
		Statements { receiver }
	}

	async fn subscribe_statements(&self, topic: Hash) -> Result<RpcSubscription<Batch>> {
		let filter = serde_json::json!({ "matchAll": [topic] });
		handle(&self.inner.failover)
			.subscribe::<Batch>(
				"statement_subscribeStatement",
				rpc_params![filter],
				"statement_unsubscribeStatement",
			)
			.await
			.map_err(|error| self.rpc_error("statement_subscribeStatement", error))
	}
}

fn posted(answer: Answer) -> Posted {
	match answer.status.as_str() {
		"new" => Posted::New,
		"known" => Posted::Known,
		status => {
			let reason = answer.details.get("reason").and_then(|it| it.as_str());
			Posted::Refused(foreign(&format!("{status}: {}", reason.unwrap_or_default())))
		},
	}
}

async fn follow(chain: Chain, topic: Hash, sender: mpsc::Sender<Result<Vec<u8>>>) {
	loop {
		let ended = tokio::select! {
			ended = follow_once(&chain, topic, &sender) => ended,
			() = sender.closed() => return,
		};
		if let Err(error) = ended
			&& sender.send(Err(error)).await.is_err()
		{
			return;
		}
		tokio::time::sleep(PAUSE).await;
	}
}

async fn follow_once(
	chain: &Chain,
	topic: Hash,
	sender: &mpsc::Sender<Result<Vec<u8>>>,
) -> Result<()> {
	let mut batches = chain.subscribe_statements(topic).await?;
	while let Some(batch) = batches.next().await {
		let batch = batch.map_err(|error| chain.rpc_error("a statement subscription", error))?;
		for text in batch.data.statements {
			let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(&text));
			let bytes = bytes.map_err(|error| Error::decode("a statement", error));
			if sender.send(bytes).await.is_err() {
				return Ok(());
			}
		}
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn answers_should_be_read_as_nodes_write_them() {
		let read = |text: &str| posted(serde_json::from_str(text).expect("as nodes write it"));
		assert_eq!(read(r#"{"status":"new"}"#), Posted::New);
		assert_eq!(read(r#"{"status":"known"}"#), Posted::Known);
		let refused = read(r#"{"status":"rejected","reason":"noAllowance"}"#);
		assert_eq!(refused, Posted::Refused("rejected: noAllowance".into()));
		let refused = read(
			r#"{"status":"rejected","reason":"dataTooLarge","submitted_size":9,"available_size":1}"#,
		);
		assert_eq!(refused, Posted::Refused("rejected: dataTooLarge".into()));
	}

	#[test]
	fn batches_should_be_read_as_nodes_write_them() {
		let text = r#"{"event":"newStatements","data":{"statements":["0x10"],"remaining":1}}"#;
		let batch: Batch = serde_json::from_str(text).expect("as nodes write it");
		assert_eq!(batch.data.statements, ["0x10"]);
	}
}
