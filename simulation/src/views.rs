//! What clients and daemons ask of the state, under the names and in the encoding that they use.

use crate::{Chain, State};
use assay_runtime::apis::api;
use codec::{Decode, DecodeAll, Encode};

impl<S: State> Chain<S> {
	/// Answers a runtime API as a node does: by its name, with encoded arguments.
	pub fn view<T: Decode>(&mut self, name: &str, arguments: impl Encode) -> T {
		let answer = self.read(|| api::dispatch(name, &arguments.encode()));
		let answer = answer.unwrap_or_else(|| panic!("the runtime has no {name}"));
		T::decode_all(&mut &answer[..]).unwrap_or_else(|error| panic!("{name}: {error}"))
	}
}
