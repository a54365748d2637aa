//! What clients and daemons ask of the state, under the names and in the encoding that they use.

use crate::{Chain, State};
use assay_runtime::apis::api;
use codec::{Decode, DecodeAll, Encode};
use std::time::{Duration, Instant};

/// What an answer took.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
	/// Keys that were looked up.
	pub keys: usize,
	/// Nodes of the state's trie on the way to them, and to the keys that were stepped through.
	pub nodes: usize,
	/// Bytes of those.
	pub bytes: usize,
	/// Bytes of the answer.
	pub answer: usize,
	/// Time natively, with the state in memory.
	pub time: Duration,
}

impl Chain {
	/// Asks a runtime API as a node does, for the cost of the answer.
	pub fn cost_of_view(&mut self, name: &str, arguments: &[u8]) -> Cost {
		let state = self.state_mut();
		state.commit_all().expect("no block is under way");
		let recorder = Default::default();
		let answer = state
			.execute_with_recorder(Clone::clone(&recorder), || api::dispatch(name, arguments))
			.unwrap_or_else(|| panic!("the runtime has no {name}"));
		let start = Instant::now();
		state.execute_with(|| api::dispatch(name, arguments));
		let time = start.elapsed();
		let keys = recorder.recorded_keys().values().map(|keys| keys.len()).sum();
		let nodes: Vec<usize> =
			recorder.to_storage_proof().iter_nodes().map(|node| node.len()).collect();
		let bytes = nodes.iter().sum();
		Cost { keys, nodes: nodes.len(), bytes, answer: answer.len(), time }
	}
}

impl<S: State> Chain<S> {
	/// Answers a runtime API as a node does: by its name, with encoded arguments.
	pub fn view<T: Decode>(&mut self, name: &str, arguments: impl Encode) -> T {
		let answer = self.read(|| api::dispatch(name, &arguments.encode()));
		let answer = answer.unwrap_or_else(|| panic!("the runtime has no {name}"));
		T::decode_all(&mut &answer[..]).unwrap_or_else(|error| panic!("{name}: {error}"))
	}
}
