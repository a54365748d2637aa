//! Room among fetched content.

use crate::host::store::TaskStore;
use assay_primitives::content::ContentRef;
use std::collections::HashSet;

/// Makes room among fetched content before the store's limit is reached.
pub fn evict(
	content: &assay_client::Store,
	store: &TaskStore,
	needed: &HashSet<ContentRef>,
	max_bytes: u64,
) -> anyhow::Result<()> {
	let limit = max_bytes / 4 * 3;
	let used = content.used_bytes();
	if used <= limit {
		return Ok(());
	}
	let going = evictable(store.contents()?, needed, used, limit);
	for one in &going {
		content.remove(one)?;
	}
	store.forget_content(&going)?;
	tracing::info!(count = going.len(), "removed fetched content that was not used for long");
	Ok(())
}

/// Fetched content that may go to bring `used` bytes down to `limit`, least recently used first.
/// What is `needed` stays.
fn evictable(
	contents: Vec<(ContentRef, u64)>,
	needed: &HashSet<ContentRef>,
	used: u64,
	limit: u64,
) -> Vec<ContentRef> {
	let mut over = used.saturating_sub(limit);
	let mut contents: Vec<_> =
		contents.into_iter().filter(|(content, _)| !needed.contains(content)).collect();
	contents.sort_by_key(|(_, used)| *used);
	let mut going = Vec::new();
	for (content, _) in contents {
		if over == 0 {
			break;
		}
		over = over.saturating_sub(content.size);
		going.push(content);
	}
	going
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::Hash;

	#[test]
	fn least_recently_used_content_should_go_until_the_rest_fits() {
		let content = |number: u8| ContentRef { hash: Hash::repeat_byte(number), size: 10 };
		let contents = vec![(content(1), 30), (content(2), 10), (content(3), 20)];
		let none = HashSet::new();
		let going = |used| super::evictable(contents.clone(), &none, used, 100);
		assert_eq!(going(100), vec![]);
		assert_eq!(going(101), vec![content(2)]);
		assert_eq!(going(111), vec![content(2), content(3)]);
		assert_eq!(going(9_999).len(), 3);
		let needed = HashSet::from([content(2)]);
		let going = super::evictable(contents, &needed, 9_999, 100);
		assert_eq!(going, vec![content(3), content(1)]);
	}
}
