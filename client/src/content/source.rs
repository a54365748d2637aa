//! Where blocks can be had.

use super::{
	addresses::{PublicOnly, redirects, refuse_url},
	cid::{content_cid_text, raw_cid_text},
	report::SourceError,
};
use crate::{
	chain::Chain,
	error::{Error, foreign, innermost},
};
use assay_primitives::{Hash, content::ContentRef};
use futures::StreamExt;
use object_store::{ObjectStore, ObjectStoreExt, aws::AmazonS3Builder};
use reqwest::{Response, StatusCode, Url};
use std::{
	fmt,
	path::{Path, PathBuf},
	sync::Arc,
	time::Duration,
};

/// A place that blocks are fetched from. Trusted only as far as hashes go.
#[derive(Clone)]
pub enum Source {
	/// What was published on chain, from the connected node.
	Node(Chain),
	/// An IPFS gateway that serves raw blocks, named by the user: private addresses are in order.
	Gateway(String),
	/// An IPFS gateway that a stranger named: only public addresses.
	Hint(String),
	/// A directory with a file per block, named by its CID or by its hash in hexadecimal.
	Directory(PathBuf),
	/// A bucket with an object per block, named by its CID.
	S3(S3Source),
}

/// A bucket behind the S3 protocol.
#[derive(Clone)]
pub struct S3Source {
	name: String,
	store: Arc<dyn ObjectStore>,
	prefix: String,
}

impl fmt::Display for Source {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Node(chain) => write!(f, "node of {}", chain.name()),
			Self::Gateway(url) | Self::Hint(url) => write!(f, "{}", shown(url)),
			Self::Directory(path) => write!(f, "{}", path.display()),
			Self::S3(source) => write!(f, "{}", source.name),
		}
	}
}

/// A URL without the credentials that it may carry, fit for a terminal.
fn shown(url: &str) -> String {
	let Ok(mut parsed) = Url::parse(url) else { return foreign(url) };
	if parsed.username().is_empty() && parsed.password().is_none() {
		return foreign(url);
	}
	// Fails only for URLs that can't carry credentials, and this one does.
	let _ = parsed.set_username("");
	let _ = parsed.set_password(None);
	foreign(parsed.as_str())
}

impl fmt::Debug for Source {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "Source({self})")
	}
}

impl Source {
	/// Reads a source as users write it: `chain`, `gateway=URL` or a plain `http(s)://` URL,
	/// `file:///DIR`, `s3://BUCKET/PREFIX` (region, endpoint and credentials from the `AWS_`
	/// environment). `chain` needs a connection.
	pub fn parse(text: &str, chain: Option<&Chain>) -> Result<Self, Error> {
		let bad = |why: &str| Error::Usage(format!("{text:?} is not a source: {why}"));
		let url = text.strip_prefix("gateway=").unwrap_or(text);
		if text == "chain" {
			let chain = chain.ok_or_else(|| bad("there is no connection to the chain"))?;
			return Ok(Self::Node(chain.clone()));
		}
		if url.starts_with("http://") || url.starts_with("https://") {
			Url::parse(url).map_err(|error| bad(&error.to_string()))?;
			return Ok(Self::Gateway(url.trim_end_matches('/').into()));
		}
		if let Some(path) = text.strip_prefix("file://") {
			return Ok(Self::Directory(path.into()));
		}
		if text.starts_with("s3://") {
			return Ok(Self::S3(S3Source::from_env(text)?));
		}
		Err(bad("use chain, an http(s) URL, file:///DIR or s3://BUCKET/PREFIX"))
	}
}

impl S3Source {
	/// A bucket by its `s3://BUCKET/PREFIX` URL; everything else from the `AWS_` environment.
	pub fn from_env(url: &str) -> Result<Self, Error> {
		crate::chain::install_crypto();
		let bad = |why: String| Error::Usage(format!("{url:?} is not a usable bucket: {why}"));
		let rest = url.strip_prefix("s3://").ok_or_else(|| bad("no s3:// URL".into()))?;
		let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
		let store = AmazonS3Builder::from_env()
			.with_bucket_name(bucket)
			.build()
			.map_err(|error| bad(error.to_string()))?;
		Ok(Self::new(url, Arc::new(store), prefix))
	}

	/// Any object store, for example one in memory.
	pub fn new(name: &str, store: Arc<dyn ObjectStore>, prefix: &str) -> Self {
		let prefix = prefix.trim_matches('/').to_string();
		Self { name: name.into(), store, prefix }
	}

	async fn get(&self, name: &str, limit: u64) -> Result<Vec<u8>, SourceError> {
		let key = match self.prefix.as_str() {
			"" => name.to_string(),
			prefix => format!("{prefix}/{name}"),
		};
		let found = self.store.get(&object_store::path::Path::from(key)).await;
		let found = found.map_err(|error| match error {
			object_store::Error::NotFound { .. } => SourceError::NotFound,
			error => SourceError::Transport(error.to_string()),
		})?;
		if found.meta.size > limit {
			return Err(SourceError::TooLong(limit));
		}
		let stream = found.into_stream().map(|item| item.map_err(|error| error.to_string()));
		collect(stream, limit).await
	}
}

/// A block that is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
	pub hash: Hash,
	/// Most bytes that it can have.
	pub limit: u64,
	/// The content whose DAG-PB node it is, where it is one.
	pub root_of: Option<ContentRef>,
}

impl Wanted {
	fn cid(&self) -> String {
		match &self.root_of {
			Some(content) => content_cid_text(content),
			None => raw_cid_text(&self.hash),
		}
	}
}

/// HTTP clients for gateways.
#[derive(Clone)]
pub(super) struct Http {
	open: reqwest::Client,
	restricted: reqwest::Client,
}

impl Http {
	pub fn new(connect_timeout: Duration) -> Result<Self, Error> {
		crate::chain::install_crypto();
		let build = |restricted: bool| {
			let builder = reqwest::Client::builder()
				.connect_timeout(connect_timeout)
				.redirect(redirects(restricted))
				.referer(false);
			let builder = match restricted {
				// A proxy would connect to whatever it is told to.
				true => builder.no_proxy().dns_resolver(Arc::new(PublicOnly)),
				false => builder,
			};
			builder.build().map_err(|error| Error::Usage(format!("no HTTP client: {error}")))
		};
		Ok(Self { open: build(false)?, restricted: build(true)? })
	}

	/// Bytes at a URL, at most `limit`.
	pub async fn get(&self, url: &str, trusted: bool, limit: u64) -> Result<Vec<u8>, SourceError> {
		let url = Url::parse(url).map_err(|error| SourceError::Forbidden(error.to_string()))?;
		if !trusted {
			return self.get_public(url, limit).await;
		}
		let answer = ask_for(&self.open, url).await?;
		match leads_to(&answer) {
			Some(elsewhere) => self.get_public(elsewhere, limit).await,
			None => read(answer, limit).await,
		}
	}

	/// Bytes at a URL that somebody has named who is no user of this machine.
	async fn get_public(&self, url: Url, limit: u64) -> Result<Vec<u8>, SourceError> {
		match refuse_url(&url) {
			Some(why) => Err(SourceError::Forbidden(why.into())),
			None => read(ask_for(&self.restricted, url).await?, limit).await,
		}
	}

	/// Sends a few bytes to a stranger's URL, and takes no answer but that they were taken.
	pub async fn post(&self, url: &str, trusted: bool, body: Vec<u8>) -> Result<(), SourceError> {
		let url = Url::parse(url).map_err(|error| SourceError::Forbidden(error.to_string()))?;
		let client = match trusted {
			true => &self.open,
			false => match refuse_url(&url) {
				Some(why) => return Err(SourceError::Forbidden(why.into())),
				None => &self.restricted,
			},
		};
		let request = client.post(url).header("content-type", "application/octet-stream");
		let answer = request.body(body).send().await.map_err(transport)?;
		match answer.status() {
			status if status.is_success() => Ok(()),
			StatusCode::NOT_FOUND | StatusCode::GONE => Err(SourceError::NotFound),
			status => Err(SourceError::Status(status.as_u16())),
		}
	}

	/// What a stranger's URL leads to, without the check of the URL itself.
	#[cfg(test)]
	pub async fn get_restricted(&self, url: &str, limit: u64) -> Result<Vec<u8>, SourceError> {
		read(ask_for(&self.restricted, Url::parse(url).expect("a URL")).await?, limit).await
	}
}

async fn ask_for(client: &reqwest::Client, url: Url) -> Result<Response, SourceError> {
	let request = client.get(url).header("accept", "application/vnd.ipld.raw, */*");
	request.send().await.map_err(transport)
}

/// Where an answer leads that was not followed.
fn leads_to(answer: &Response) -> Option<Url> {
	let place = answer.headers().get("location").filter(|_| answer.status().is_redirection())?;
	answer.url().join(place.to_str().ok()?).ok()
}

async fn read(answer: Response, limit: u64) -> Result<Vec<u8>, SourceError> {
	match answer.status() {
		StatusCode::OK => {},
		StatusCode::NOT_FOUND | StatusCode::GONE => return Err(SourceError::NotFound),
		status => return Err(SourceError::Status(status.as_u16())),
	}
	if answer.content_length().is_some_and(|length| length > limit) {
		return Err(SourceError::TooLong(limit));
	}
	let stream = answer.bytes_stream().map(|item| item.map_err(|error| innermost(&error)));
	collect(stream, limit).await
}

fn transport(error: reqwest::Error) -> SourceError {
	if error.is_redirect() {
		SourceError::Forbidden(innermost(&error))
	} else if error.is_timeout() {
		SourceError::Timeout
	} else {
		SourceError::Transport(foreign(&innermost(&error)))
	}
}

/// Collects a stream, and stops as soon as there is a byte too much.
async fn collect<B: AsRef<[u8]>>(
	stream: impl futures::Stream<Item = Result<B, String>>,
	limit: u64,
) -> Result<Vec<u8>, SourceError> {
	let mut bytes = Vec::new();
	let mut stream = std::pin::pin!(stream);
	while let Some(chunk) = stream.next().await {
		let chunk = chunk.map_err(SourceError::Transport)?;
		let chunk = chunk.as_ref();
		if (bytes.len() + chunk.len()) as u64 > limit {
			return Err(SourceError::TooLong(limit));
		}
		bytes.extend_from_slice(chunk);
	}
	Ok(bytes)
}

/// Asks one source once. The bytes are not verified here.
pub(super) async fn ask(
	source: &Source,
	http: &Http,
	allow_private: bool,
	wanted: &Wanted,
) -> Result<Vec<u8>, SourceError> {
	let limit = wanted.limit;
	match source {
		Source::Node(chain) => match chain.published_block(&wanted.hash).await {
			Ok(Some(bytes)) if bytes.len() as u64 > limit => Err(SourceError::TooLong(limit)),
			Ok(Some(bytes)) => Ok(bytes),
			Ok(None) => Err(SourceError::NotFound),
			Err(error) => Err(SourceError::Transport(error.to_string())),
		},
		Source::Gateway(url) => http.get(&block_url(url, wanted), true, limit).await,
		Source::Hint(url) => http.get(&block_url(url, wanted), allow_private, limit).await,
		Source::Directory(path) => read_directory(path.clone(), *wanted).await,
		Source::S3(source) => source.get(&wanted.cid(), limit).await,
	}
}

fn block_url(gateway: &str, wanted: &Wanted) -> String {
	format!("{}/ipfs/{}?format=raw", gateway.trim_end_matches('/'), wanted.cid())
}

async fn read_directory(directory: PathBuf, wanted: Wanted) -> Result<Vec<u8>, SourceError> {
	let read = move || {
		let names = [wanted.cid(), raw_cid_text(&wanted.hash), hex::encode(wanted.hash.as_bytes())];
		let found = names.iter().find_map(|name| read_bounded(&directory.join(name), wanted.limit));
		found.unwrap_or(Err(SourceError::NotFound))
	};
	let joined = tokio::task::spawn_blocking(read).await;
	joined.unwrap_or_else(|error| Err(SourceError::Transport(error.to_string())))
}

/// `None` where there is no such file.
fn read_bounded(path: &Path, limit: u64) -> Option<Result<Vec<u8>, SourceError>> {
	use std::io::{ErrorKind, Read};
	let file = match std::fs::File::open(path) {
		Ok(file) => file,
		Err(error) if error.kind() == ErrorKind::NotFound => return None,
		Err(error) => return Some(Err(SourceError::Transport(error.to_string()))),
	};
	let mut bytes = Vec::new();
	match file.take(limit.saturating_add(1)).read_to_end(&mut bytes) {
		Ok(_) if bytes.len() as u64 > limit => Some(Err(SourceError::TooLong(limit))),
		Ok(_) => Some(Ok(bytes)),
		Err(error) => Some(Err(SourceError::Transport(error.to_string()))),
	}
}
