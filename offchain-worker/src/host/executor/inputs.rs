//! Inputs of tasks that are items of a list. A list is read and checked once for all tasks of its bag.

use assay_client::{Fetcher, job};
use assay_primitives::{
	content::ContentRef,
	task::{Input, InputList, TaskSpec},
};
use codec::Encode;
use std::{
	collections::HashMap,
	sync::{Arc, Mutex, PoisonError},
};

/// Lists that are kept in memory, of at most 40 KiB each.
const KEPT: usize = 32;

/// What a task reads.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Own {
	/// Nothing.
	Nothing,
	/// This.
	Content(ContentRef),
	/// An item of a list that is not what was committed to. Everybody finds the same, so it is an
	/// outcome.
	BadList,
	/// An item of a list that is not here.
	Unknown,
}

/// The items of a list; `None` where it is not what was committed to.
type Items = Option<Vec<ContentRef>>;

/// Lists that were read.
#[derive(Debug, Default)]
pub struct Lists(Mutex<HashMap<Vec<u8>, Arc<Items>>>);

impl Lists {
	/// What task `index` reads, as far as that can be told from what is in the store.
	pub fn own(&self, spec: &TaskSpec, index: u32, fetcher: &Fetcher) -> assay_client::Result<Own> {
		let list = match &spec.input {
			Input::None => return Ok(Own::Nothing),
			Input::Blob(input) => return Ok(Own::Content(*input)),
			Input::List(list) => list,
		};
		let Some(items) = self.items(list, fetcher)? else { return Ok(Own::Unknown) };
		let item = items.as_ref().as_ref().and_then(|items| items.get(index as usize));
		Ok(item.map_or(Own::BadList, |item| Own::Content(*item)))
	}

	fn items(
		&self,
		list: &InputList,
		fetcher: &Fetcher,
	) -> assay_client::Result<Option<Arc<Items>>> {
		if !list.is_possible() {
			return Ok(Some(Arc::new(None)));
		}
		let key = list.encode();
		if let Some(items) = self.lock().get(&key) {
			return Ok(Some(items.clone()));
		}
		let Some(bytes) = fetcher.store().get(&list.list)? else { return Ok(None) };
		let read = job::read_list(list, &bytes);
		if let Err(fault) = &read {
			tracing::info!(?fault, "a list of inputs is not what its deal has committed to");
		}
		let items = Arc::new(read.ok());
		let mut kept = self.lock();
		if kept.len() >= KEPT {
			// Whatever is needed still is read again.
			kept.clear();
		}
		kept.insert(key, items.clone());
		Ok(Some(items))
	}

	fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Vec<u8>, Arc<Items>>> {
		self.0.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

/// The list that has to be here before it is known what a task reads.
pub fn list_of(spec: &TaskSpec) -> Option<ContentRef> {
	match &spec.input {
		Input::List(list) if list.is_possible() => Some(list.list),
		_ => None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_client::{FetchOptions, Store};
	use assay_decisions::scenes::spec;
	use assay_primitives::task::InputList;

	fn fetcher(dir: &tempfile::TempDir) -> Fetcher {
		let store = Store::open(dir.path().join("content"), Default::default()).expect("opens");
		Fetcher::new(store, vec![], FetchOptions::default()).expect("client")
	}

	#[test]
	fn item_should_be_known_once_the_list_is_here() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let (fetcher, lists) = (fetcher(&dir), Lists::default());
		let inputs = [ContentRef::of(b"one"), ContentRef::of(b"two")];
		let (list, bytes) = InputList::of(&inputs);
		let spec = TaskSpec { input: Input::List(list), ..spec() };
		let own = |index| lists.own(&spec, index, &fetcher).expect("reads");
		assert_eq!((own(0), list_of(&spec)), (Own::Unknown, Some(list.list)));
		fetcher.store().put(&bytes).expect("stored");
		assert_eq!((own(0), own(1)), (Own::Content(inputs[0]), Own::Content(inputs[1])));
		fetcher.store().remove(&list.list).expect("removed");
		assert_eq!(own(1), Own::Content(inputs[1]), "it was read already");
	}

	#[test]
	fn bad_list_should_be_told_from_a_missing_one() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let (fetcher, lists) = (fetcher(&dir), Lists::default());
		let (list, _) = InputList::of(&[ContentRef::of(b"one"), ContentRef::of(b"two")]);
		let (_, other) = InputList::of(&[ContentRef::of(b"three"), ContentRef::of(b"four")]);
		let fake = InputList { list: ContentRef::of(&other), ..list };
		let spec_of = |list| TaskSpec { input: Input::List(list), ..spec() };
		let own = |list| lists.own(&spec_of(list), 0, &fetcher).expect("reads");
		assert_eq!(own(fake), Own::Unknown);
		fetcher.store().put(&other).expect("stored");
		assert_eq!(own(fake), Own::BadList);
		let large = InputList { list: ContentRef { size: 1 << 30, ..list.list }, ..list };
		assert_eq!((own(large), list_of(&spec_of(large))), (Own::BadList, None), "never fetched");
	}
}
