//! Recording entries and folding them.

use crate::*;
use assay_primitives::traits::Beacon;
use frame_support::traits::{FindAuthor, Get};
use sp_runtime::traits::BlockNumberProvider;

impl<T: Config> Pallet<T> {
	/// Writes the entry of the block that is being finalized.
	pub(crate) fn record() {
		let block = Self::now();
		let digest = frame_system::Pallet::<T>::digest();
		let author =
			T::FindAuthor::find_author(digest.logs.iter().filter_map(|log| log.as_pre_runtime()));
		let entry = Entry { block, author, vrf: T::Vrf::of_block() };
		Ring::<T>::insert(Self::place(block), entry);
	}

	/// What was kept of a block.
	pub(crate) fn entry(block: BlockNumber) -> Option<Entry> {
		Ring::<T>::get(Self::place(block)).filter(|entry| entry.block == block)
	}

	/// Folds a ticket from the ring. Reads at most [`Config::MaxSpan`] entries, and no more than are
	/// needed.
	pub(crate) fn try_fold(ticket: &Ticket) -> Result<Fold, NoSeed> {
		let now = Self::now();
		let first = ticket.first_block();
		let end = first.saturating_add(T::MaxSpan::get());
		let mut failure = NoSeed::Expired;
		let entries = (first..end).map_while(|block| {
			let entry = Self::entry(block);
			// Every block below the current one has been recorded, so what is missing there is gone.
			if entry.is_none() && block >= now {
				failure = NoSeed::TooEarly;
			}
			entry
		});
		Fold::compute(*ticket, entries).ok_or(failure)
	}

	fn now() -> BlockNumber {
		T::BlockNumberProvider::current_block_number()
	}

	/// Key of a block in the ring. A ring of size zero is refused by the integrity test.
	pub(crate) fn place(block: BlockNumber) -> u32 {
		block.checked_rem(T::RingSize::get()).unwrap_or_default()
	}
}

impl<T: Config> Beacon for Pallet<T> {
	fn request(window: u8, authors: u8) -> Ticket {
		let most_outputs = u8::try_from(T::MaxSpan::get()).unwrap_or(u8::MAX);
		let most_authors = u8::try_from(T::MaxAuthors::get()).unwrap_or(u8::MAX);
		Ticket {
			taken_at: Self::now(),
			// An empty window would be known at once, hence before anything is committed to.
			window: window.min(most_outputs).max(1),
			authors: authors.min(most_authors),
		}
	}

	fn fold(ticket: &Ticket) -> Result<Fold, NoSeed> {
		Self::try_fold(ticket)
	}
}
