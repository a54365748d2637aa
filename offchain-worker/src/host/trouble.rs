//! What is wrong at the moment, for all roles.

use std::{
	collections::BTreeMap,
	fmt::{Debug, Display},
};

/// What is wrong at the moment, by its kind. The log is told when something begins and when it is over, and nothing at
/// each block in between, whatever the words are by then.
#[derive(Clone, Debug)]
pub struct Troubles<K>(BTreeMap<K, String>);

/// What has changed, which the log is told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Change {
	Begun,
	Over,
	Nothing,
}

impl<K> Default for Troubles<K> {
	fn default() -> Self {
		Self(BTreeMap::new())
	}
}

impl<K: Copy + Debug + Ord> Troubles<K> {
	/// Something is wrong, or is not any more.
	pub fn set(&mut self, kind: K, what: Option<String>) -> Change {
		let Some(what) = what else {
			if self.0.remove(&kind).is_none() {
				return Change::Nothing;
			}
			tracing::info!(problem = ?kind, "solved");
			return Change::Over;
		};
		if let Some(known) = self.0.get_mut(&kind) {
			*known = what;
			return Change::Nothing;
		}
		tracing::warn!(problem = ?kind, "{what}");
		self.0.insert(kind, what);
		Change::Begun
	}

	/// Something is wrong.
	pub fn raise(&mut self, kind: K, what: impl Into<String>) {
		self.set(kind, Some(what.into()));
	}

	/// It is over.
	pub fn clear(&mut self, kind: K) {
		self.set(kind, None);
	}

	/// What some work gives, where it does not fail.
	pub fn check<T, E: Display>(&mut self, kind: K, work: Result<T, E>) -> Option<T> {
		self.set(kind, work.as_ref().err().map(ToString::to_string));
		work.ok()
	}

	pub fn has(&self, kind: K) -> bool {
		self.0.contains_key(&kind)
	}

	pub fn is_empty(&self) -> bool {
		self.0.is_empty()
	}

	/// Everything that is wrong.
	pub fn kinds(&self) -> impl Iterator<Item = &K> {
		self.0.keys()
	}

	/// In words.
	pub fn list(&self) -> Vec<String> {
		self.0.values().cloned().collect()
	}

	/// The first of it, in words.
	pub fn first(&self) -> Option<String> {
		self.0.values().next().cloned()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn trouble_should_be_told_once_when_it_begins_and_once_when_it_is_over() {
		let mut troubles = Troubles::default();
		let mut told = |kind: u8, what: Option<&str>| troubles.set(kind, what.map(Into::into));
		assert_eq!(told(1, None), Change::Nothing);
		assert_eq!(told(1, Some("no votes for block 7")), Change::Begun);
		assert_eq!(told(2, Some("no space")), Change::Begun);
		assert_eq!(told(1, Some("no votes for block 8")), Change::Nothing);
		assert_eq!(told(2, None), Change::Over);
		assert_eq!(told(1, Some("no votes for block 9")), Change::Nothing);
		assert!(troubles.has(1) && !troubles.has(2));
		assert_eq!(troubles.list(), ["no votes for block 9"]);
	}
}
