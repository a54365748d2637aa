//! Fetching content from an ordered list of sources, block by block, into a store.

use super::{
	report::{FetchReport, SourceError, SourceFailure},
	source::{Http, Source, Wanted, ask},
	store::Store,
};
use crate::error::{Error, Result};
use assay_primitives::{
	Hash,
	content::{BLOCK_SIZE, ContentRef, Layout, MAX_CONTENT_SIZE},
	hashing::blake2,
};
use std::{
	fmt,
	hash::{BuildHasher, RandomState},
	time::Duration,
};
use tokio::time::{Instant, sleep, timeout};

/// How content is fetched.
#[derive(Clone, Copy, Debug)]
pub struct FetchOptions {
	/// Largest content.
	pub max_bytes: u64,
	/// Longest time for one block from one source.
	pub block_timeout: Duration,
	/// Longest time for all of one content.
	pub total_timeout: Duration,
	/// Attempts at each source.
	pub attempts: u32,
	/// Whether hints and providers' endpoints may lead to private addresses: on development chains,
	/// where everything runs on one machine.
	pub allow_private: bool,
}

impl Default for FetchOptions {
	fn default() -> Self {
		Self {
			max_bytes: MAX_CONTENT_SIZE,
			block_timeout: Duration::from_secs(30),
			total_timeout: Duration::from_secs(600),
			attempts: 3,
			allow_private: false,
		}
	}
}

/// Fetches content into a store. Cheap to clone.
#[derive(Clone)]
pub struct Fetcher {
	store: Store,
	sources: Vec<Source>,
	options: FetchOptions,
	http: Http,
}

impl fmt::Debug for Fetcher {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.debug_struct("Fetcher")
			.field("sources", &self.sources)
			.field("options", &self.options)
			.finish_non_exhaustive()
	}
}

/// Longest time for connecting to a gateway.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest time for handing something over.
const POST_TIME: Duration = Duration::from_secs(10);
/// How often, and after what pauses, outputs are asked for that are not there yet.
const PUBLISH_ATTEMPTS: u32 = 4;
const PUBLISH_PAUSE: Duration = Duration::from_millis(700);
/// Pause before the second attempt; doubled for each further one, and up to doubled by chance.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

impl Fetcher {
	/// A fetcher over `sources` in their order of preference.
	pub fn new(store: Store, sources: Vec<Source>, options: FetchOptions) -> Result<Self> {
		Ok(Self { store, sources, options, http: Http::new(CONNECT_TIMEOUT)? })
	}

	/// The store.
	pub fn store(&self) -> &Store {
		&self.store
	}

	/// The options.
	pub fn options(&self) -> &FetchOptions {
		&self.options
	}

	/// The same fetcher with `more` sources, asked before its own.
	pub fn with_first(&self, more: impl IntoIterator<Item = Source>) -> Self {
		let mut sources: Vec<Source> = more.into_iter().collect();
		sources.extend(self.sources.iter().cloned());
		Self { sources, ..self.clone() }
	}

	/// Brings content into the store, from the store itself, the sources, and then the hints.
	///
	/// Errors: [`Error::Unavailable`] with what each source said, [`Error::TooLarge`],
	/// [`Error::Timeout`], [`Error::DiskFull`] and other failures of the store.
	pub async fn fetch(&self, content: &ContentRef, hints: &[String]) -> Result<()> {
		let limit = self.options.max_bytes.min(self.store.limits().content_bytes);
		if content.size > limit {
			return Err(Error::TooLarge { size: content.size, limit });
		}
		let after = self.options.total_timeout;
		match timeout(after, self.fetch_blocks(content, hints)).await {
			Ok(done) => done,
			Err(_) => {
				let what = format!("fetching {}", super::content_cid_text(content));
				Err(Error::Timeout { what, after })
			},
		}
	}

	/// Fetches content and gives its bytes.
	pub async fn fetch_bytes(&self, content: &ContentRef, hints: &[String]) -> Result<Vec<u8>> {
		self.fetch(content, hints).await?;
		let (store, content) = (self.store.clone(), *content);
		let read = tokio::task::spawn_blocking(move || store.get(&content)).await;
		let read = read.map_err(|error| Error::decode("stored content", error))??;
		read.ok_or_else(|| {
			let failures = Vec::new();
			Error::Unavailable(Box::new(FetchReport { content, blocks: 0, failures }))
		})
	}

	/// A small document at a URL under a stranger's control, at most `limit` bytes, not verified.
	/// Asked for again where it is not there: a provider shows its outputs only once it has itself
	/// seen the block in which they became public.
	pub(crate) async fn get_url(&self, url: &str, limit: u64) -> Result<Vec<u8>, SourceError> {
		let ask = || async {
			let request = self.http.get(url, self.options.allow_private, limit);
			timeout(self.options.block_timeout, request).await.unwrap_or(Err(SourceError::Timeout))
		};
		until_found(PUBLISH_PAUSE, ask).await
	}

	/// Sends a few bytes to a URL under a stranger's control.
	pub(crate) async fn post_url(&self, url: &str, body: Vec<u8>) -> Result<(), SourceError> {
		let request = self.http.post(url, self.options.allow_private, body);
		timeout(POST_TIME, request).await.unwrap_or(Err(SourceError::Timeout))
	}

	async fn fetch_blocks(&self, content: &ContentRef, hints: &[String]) -> Result<()> {
		// Nothing needs no source.
		if *content == ContentRef::of(&[]) {
			return self.store.put(&[]).map(|_| ());
		}
		let mut sources = self.sources.clone();
		sources.extend(hints.iter().map(|url| Source::Hint(url.clone())));
		let mut session = Session { fetcher: self, content: *content, sources, blocks: 0 };
		if content.is_raw() {
			let limit = content.size;
			let wanted = Wanted { hash: content.hash, limit, root_of: None };
			let bytes = session.block(wanted).await?;
			return match bytes.len() as u64 == content.size {
				true => Ok(()),
				// The hash is right, so no source can have bytes of the size that was named.
				false => Err(session.unavailable(vec![])),
			};
		}
		let root_of = Some(*content);
		let wanted = Wanted { hash: content.hash, limit: BLOCK_SIZE as u64, root_of };
		let node = session.block(wanted).await?;
		let Some(layout) = Layout::from_node(content, &node) else {
			return Err(session.unavailable(vec![]));
		};
		for (hash, limit) in layout.leaves {
			let leaf = session.block(Wanted { hash, limit, root_of: None }).await?;
			if leaf.len() as u64 != limit {
				return Err(session.unavailable(vec![]));
			}
		}
		Ok(())
	}
}

/// One content being fetched.
struct Session<'a> {
	fetcher: &'a Fetcher,
	content: ContentRef,
	/// The source that served last comes first.
	sources: Vec<Source>,
	blocks: u64,
}

impl Session<'_> {
	/// A verified block, out of the store or put into it.
	async fn block(&mut self, wanted: Wanted) -> Result<Vec<u8>> {
		match self.fetcher.store.get_block(&wanted.hash) {
			Ok(Some(bytes)) => {
				self.blocks += 1;
				return Ok(bytes);
			},
			// A corrupt block was removed by reading it, and is fetched like a missing one.
			Ok(None) | Err(Error::Corrupt { .. }) => {},
			Err(error) => return Err(error),
		}
		let mut failures = Vec::new();
		for position in 0..self.sources.len() {
			match self.ask_source(&self.sources[position], &wanted).await {
				Ok(bytes) => {
					let (store, block) = (self.fetcher.store.clone(), bytes.clone());
					let put = tokio::task::spawn_blocking(move || store.put_block(&block)).await;
					put.map_err(|error| Error::decode("a block", error))??;
					self.sources.swap(0, position);
					self.blocks += 1;
					return Ok(bytes);
				},
				Err(failure) => failures.push(failure),
			}
		}
		Err(self.unavailable(failures))
	}

	async fn ask_source(&self, source: &Source, wanted: &Wanted) -> Result<Vec<u8>, SourceFailure> {
		let options = &self.fetcher.options;
		let started = Instant::now();
		let mut attempts = 0;
		loop {
			attempts += 1;
			let request = ask(source, &self.fetcher.http, options.allow_private, wanted);
			let answer = timeout(options.block_timeout, request).await;
			let error = match answer.unwrap_or(Err(SourceError::Timeout)) {
				Ok(bytes) if is_block(&bytes, &wanted.hash) => return Ok(bytes),
				Ok(_) => SourceError::WrongBytes,
				Err(error) => error,
			};
			tracing::debug!(%source, %error, attempts, waited = ?started.elapsed(), "no block");
			if attempts >= options.attempts || !error.retryable() {
				return Err(SourceFailure { source: source.to_string(), error, attempts });
			}
			sleep(pause(attempts)).await;
		}
	}

	fn unavailable(&self, failures: Vec<SourceFailure>) -> Error {
		let (content, blocks) = (self.content, self.blocks);
		Error::Unavailable(Box::new(FetchReport { content, blocks, failures }))
	}
}

/// Asks again, [`PUBLISH_ATTEMPTS`] times in all, for what is not there yet.
async fn until_found<T, A>(pause: Duration, mut ask: impl FnMut() -> A) -> Result<T, SourceError>
where
	A: Future<Output = Result<T, SourceError>>,
{
	for _ in 1..PUBLISH_ATTEMPTS {
		match ask().await {
			Err(SourceError::NotFound) => sleep(pause).await,
			answer => return answer,
		}
	}
	ask().await
}

fn is_block(bytes: &[u8], hash: &Hash) -> bool {
	blake2(bytes) == *hash
}

/// Pause after the attempt of this number, from 1, with jitter.
fn pause(attempt: u32) -> Duration {
	let base = FIRST_PAUSE * (1 << attempt.saturating_sub(1).min(6));
	// Freshly keyed for each call; needs to differ between clients, not to be secret.
	let chance = RandomState::new().hash_one(attempt) % 1_000;
	base + base * (chance as u32) / 1_000
}

#[cfg(test)]
mod tests {
	use super::*;

	async fn asked(answers: &[Result<u8, SourceError>]) -> (Result<u8, SourceError>, usize) {
		let mut asked = 0;
		let answer = until_found(Duration::from_millis(1), || {
			asked += 1;
			std::future::ready(answers[asked - 1].clone())
		});
		let answer = answer.await;
		(answer, asked)
	}

	#[tokio::test]
	async fn outputs_should_be_asked_for_again_only_while_they_are_not_there() {
		let missing = || Err(SourceError::NotFound);
		assert_eq!(asked(&[missing(), missing(), Ok(7)]).await, (Ok(7), 3));
		let never: Vec<_> = (0..9).map(|_| missing()).collect();
		assert_eq!(asked(&never).await, (missing(), PUBLISH_ATTEMPTS as usize));
		let broken = || Err(SourceError::Status(500));
		assert_eq!(asked(&[broken(), Ok(7)]).await, (broken(), 1));
	}
}
