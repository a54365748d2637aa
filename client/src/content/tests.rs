//! Fetching against servers that lie, dawdle and fail.

use super::{
	FetchOptions, Fetcher, Source, SourceError, Store, StoreLimits, content_cid_text, parse_cid,
	source::{Http, S3Source},
};
use crate::{
	error::Error,
	testing::{Reply, Server},
};
use assay_primitives::{
	content::{BLOCK_SIZE, ContentRef, Layout},
	hashing::blake2,
};
use object_store::{ObjectStoreExt, memory::InMemory};
use std::{
	sync::{
		Arc,
		atomic::{AtomicUsize, Ordering},
	},
	time::Duration,
};

fn sample(len: usize) -> Vec<u8> {
	(0..len).map(|i| (i * 31 % 251) as u8).collect()
}

struct Setup {
	_dir: tempfile::TempDir,
	fetcher: Fetcher,
}

fn setup(sources: Vec<Source>, change: impl FnOnce(&mut FetchOptions)) -> Setup {
	let dir = tempfile::tempdir().expect("temporary directory");
	let store = Store::open(dir.path().join("store"), StoreLimits::default()).expect("open");
	let mut options = FetchOptions { attempts: 1, ..FetchOptions::default() };
	change(&mut options);
	Setup { _dir: dir, fetcher: Fetcher::new(store, sources, options).expect("client") }
}

/// A gateway that serves the blocks of `bytes`.
async fn gateway(bytes: Vec<u8>) -> Server {
	let dir = tempfile::tempdir().expect("temporary directory");
	let store = Store::open(dir.path(), StoreLimits::default()).expect("open");
	store.put(&bytes).expect("put");
	Server::start(move |path| {
		let _keep = &dir;
		let cid = path.strip_prefix("/ipfs/").and_then(|path| path.strip_suffix("?format=raw"));
		let hash = cid.and_then(|cid| parse_cid(cid).ok());
		match hash.and_then(|hash| store.get_block(&hash).expect("readable")) {
			Some(block) => Reply::Bytes(block),
			None => Reply::Status(404),
		}
	})
	.await
}

fn only_failure(error: Error) -> super::SourceFailure {
	match error {
		Error::Unavailable(report) if report.failures.len() == 1 => report.failures[0].clone(),
		other => panic!("expected one failed source, got {other:?}"),
	}
}

#[tokio::test]
async fn content_should_be_fetched_from_a_gateway_whatever_its_size() {
	for len in [0, 1, BLOCK_SIZE, BLOCK_SIZE + 1, 2 * BLOCK_SIZE + 100] {
		let bytes = sample(len);
		let content = ContentRef::of(&bytes);
		let server = gateway(bytes.clone()).await;
		let test = setup(vec![Source::Gateway(server.url.clone())], |_| {});
		assert_eq!(test.fetcher.fetch_bytes(&content, &[]).await.expect("served"), bytes);
		let asked = server.requests();
		test.fetcher.fetch(&content, &[]).await.expect("stored");
		assert_eq!(server.requests(), asked, "what is stored is not asked for again");
	}
}

#[tokio::test]
async fn next_source_should_be_asked_when_one_gives_wrong_bytes() {
	let bytes = sample(5_000);
	let content = ContentRef::of(&bytes);
	let mut wrong = bytes.clone();
	wrong[0] ^= 1;
	let liar = Server::start(move |_| Reply::Bytes(wrong.clone())).await;
	let test = setup(vec![Source::Gateway(liar.url.clone())], |o| o.attempts = 3);
	let failure = only_failure(test.fetcher.fetch(&content, &[]).await.expect_err("a lie"));
	assert_eq!(failure.error, SourceError::WrongBytes);
	assert_eq!(failure.attempts, 1, "a liar is not asked again");
	let honest = gateway(bytes.clone()).await;
	let both = test
		.fetcher
		.with_first([Source::Gateway(liar.url.clone()), Source::Gateway(honest.url.clone())]);
	assert_eq!(both.fetch_bytes(&content, &[]).await.expect("the second is honest"), bytes);
}

#[tokio::test]
async fn large_content_should_be_unavailable_when_its_node_or_a_leaf_is_wrong() {
	let bytes = sample(BLOCK_SIZE + 10);
	let content = ContentRef::of(&bytes);
	let layout = Layout::of(&bytes);
	let node = layout.node.expect("two leaves");
	let server = Server::start(move |path| match path.contains(&content_cid_text(&content)) {
		true => Reply::Bytes(node.clone()),
		false => Reply::Bytes(sample(10)),
	})
	.await;
	let test = setup(vec![Source::Gateway(server.url.clone())], |_| {});
	let error = test.fetcher.fetch(&content, &[]).await.expect_err("the leaves are wrong");
	let Error::Unavailable(report) = error else { panic!("{error:?}") };
	assert_eq!(report.blocks, 1, "the node was right");
	assert!(!test.fetcher.store().contains(&content));
}

#[tokio::test]
async fn nothing_should_be_asked_when_the_content_is_above_the_limit() {
	let server = gateway(sample(100)).await;
	let test = setup(vec![Source::Gateway(server.url.clone())], |o| o.max_bytes = 99);
	let error = test.fetcher.fetch(&ContentRef::of(&sample(100)), &[]).await.expect_err("above");
	assert!(matches!(error, Error::TooLarge { size: 100, limit: 99 }));
	assert_eq!(server.requests(), 0);
}

#[tokio::test]
async fn download_should_stop_when_there_are_more_bytes_than_the_block_has() {
	let content = ContentRef::of(&sample(100));
	let declared = Server::start(|_| Reply::Bytes(sample(101))).await;
	let endless = Server::start(|_| Reply::Endless).await;
	for server in [&declared, &endless] {
		let test = setup(vec![Source::Gateway(server.url.clone())], |_| {});
		let failure = only_failure(test.fetcher.fetch(&content, &[]).await.expect_err("too long"));
		assert_eq!(failure.error, SourceError::TooLong(100));
	}
}

#[tokio::test]
async fn content_should_be_unavailable_when_the_size_in_its_reference_is_false() {
	let bytes = sample(100);
	let server = gateway(bytes.clone()).await;
	let test = setup(vec![Source::Gateway(server.url.clone())], |_| {});
	let longer = ContentRef { size: 101, ..ContentRef::of(&bytes) };
	let error = test.fetcher.fetch(&longer, &[]).await.expect_err("there is no such content");
	assert_eq!(error.code(), "E-0401");
	assert!(!error.retryable());
}

#[tokio::test]
async fn slow_source_should_be_given_up_and_asked_as_often_as_the_options_say() {
	let bytes = sample(10);
	let content = ContentRef::of(&bytes);
	let slow = Server::start(|_| Reply::Slow(Duration::from_secs(30), sample(10))).await;
	let test = setup(vec![Source::Gateway(slow.url.clone())], |options| {
		options.attempts = 2;
		options.block_timeout = Duration::from_secs(2);
	});
	let error = test.fetcher.fetch(&content, &[]).await.expect_err("too slow");
	assert!(error.retryable());
	let failure = only_failure(error);
	assert_eq!((failure.error, failure.attempts), (SourceError::Timeout, 2));
	assert_eq!(slow.requests(), 2);
}

#[tokio::test]
async fn fetching_should_end_when_the_total_time_is_over() {
	let slow = Server::start(|_| Reply::Slow(Duration::from_secs(30), sample(10))).await;
	let test = setup(vec![Source::Gateway(slow.url.clone())], |options| {
		options.total_timeout = Duration::from_millis(100);
	});
	let error = test.fetcher.fetch(&ContentRef::of(&sample(10)), &[]).await.expect_err("too slow");
	assert_eq!(error.code(), "E-0307");
}

#[tokio::test]
async fn busy_source_should_be_asked_again_and_an_ignorant_one_not() {
	let bytes = sample(10);
	let content = ContentRef::of(&bytes);
	let count = Arc::new(AtomicUsize::new(0));
	let seen = count.clone();
	let busy = Server::start(move |_| match seen.fetch_add(1, Ordering::SeqCst) {
		0 => Reply::Status(503),
		_ => Reply::Bytes(sample(10)),
	})
	.await;
	let test = setup(vec![Source::Gateway(busy.url.clone())], |o| o.attempts = 3);
	assert_eq!(test.fetcher.fetch_bytes(&content, &[]).await.expect("the second time"), bytes);
	assert_eq!(count.load(Ordering::SeqCst), 2);
	let ignorant = Server::start(|_| Reply::Status(404)).await;
	let test = setup(vec![Source::Gateway(ignorant.url.clone())], |o| o.attempts = 3);
	let failure = only_failure(test.fetcher.fetch(&content, &[]).await.expect_err("nobody has it"));
	assert_eq!((failure.error, failure.attempts), (SourceError::NotFound, 1));
}

#[tokio::test]
async fn hint_should_not_be_followed_to_a_private_address_unless_allowed() {
	let bytes = sample(10);
	let content = ContentRef::of(&bytes);
	let server = gateway(bytes.clone()).await;
	let port = server.url.rsplit(':').next().expect("a port").to_string();
	let hints = [server.url.clone(), format!("http://localhost:{port}"), "file:///etc".into()];
	let test = setup(vec![], |_| {});
	let error = test.fetcher.fetch(&content, &hints).await.expect_err("all are private");
	let Error::Unavailable(report) = error else { panic!("{error:?}") };
	assert_eq!(report.failures.len(), 3, "{report}");
	assert_eq!(server.requests(), 0);
	let test = setup(vec![], |o| o.allow_private = true);
	assert_eq!(test.fetcher.fetch_bytes(&content, &hints).await.expect("allowed"), bytes);
}

#[tokio::test]
async fn redirection_should_be_followed_from_trusted_gateways_and_only_a_few_times() {
	let bytes = sample(10);
	let content = ContentRef::of(&bytes);
	let server = Server::start(|path| match path.starts_with("/ipfs/") {
		true => Reply::Redirect("/elsewhere".into()),
		false => Reply::Bytes(sample(10)),
	})
	.await;
	let test = setup(vec![Source::Gateway(server.url.clone())], |_| {});
	assert_eq!(test.fetcher.fetch_bytes(&content, &[]).await.expect("redirected"), bytes);
	let circle = Server::start(|path| Reply::Redirect(path.into())).await;
	let test = setup(vec![Source::Gateway(circle.url.clone())], |_| {});
	let failure = only_failure(test.fetcher.fetch(&content, &[]).await.expect_err("a circle"));
	assert!(matches!(failure.error, SourceError::Forbidden(_)), "{failure:?}");
	assert!(circle.requests() <= 5);
}

#[tokio::test]
async fn redirection_should_be_refused_when_a_trusted_gateway_leads_to_another_private_service() {
	let target = gateway(sample(10)).await;
	let to = target.url.clone();
	let server = Server::start(move |_| Reply::Redirect(to.clone())).await;
	let test = setup(vec![Source::Gateway(server.url.clone())], |_| {});
	let content = ContentRef::of(&sample(10));
	let failure = only_failure(test.fetcher.fetch(&content, &[]).await.expect_err("inwards"));
	assert!(matches!(failure.error, SourceError::Forbidden(_)), "{failure:?}");
	assert_eq!(target.requests(), 0);
}

#[tokio::test]
async fn redirection_to_a_private_address_should_be_refused_when_restricted() {
	let target = gateway(sample(10)).await;
	let to = target.url.clone();
	let server = Server::start(move |_| Reply::Redirect(to.clone())).await;
	let http = Http::new(Duration::from_secs(5)).expect("client");
	let error = http.get_restricted(&server.url, 10).await.expect_err("private");
	assert!(matches!(error, SourceError::Forbidden(_)), "{error:?}");
	assert_eq!(target.requests(), 0);
}

#[tokio::test]
async fn blocks_should_be_found_in_a_directory_by_cid_and_by_hash() {
	let dir = tempfile::tempdir().expect("temporary directory");
	let (one, two) = (sample(10), sample(20));
	let (first, second) = (ContentRef::of(&one), ContentRef::of(&two));
	std::fs::write(dir.path().join(content_cid_text(&first)), &one).expect("write");
	std::fs::write(dir.path().join(hex::encode(second.hash.as_bytes())), &two).expect("write");
	let test = setup(vec![Source::Directory(dir.path().into())], |_| {});
	assert_eq!(test.fetcher.fetch_bytes(&first, &[]).await.expect("by CID"), one);
	assert_eq!(test.fetcher.fetch_bytes(&second, &[]).await.expect("by hash"), two);
	let third = ContentRef::of(b"third");
	let failure = only_failure(test.fetcher.fetch(&third, &[]).await.expect_err("missing"));
	assert_eq!(failure.error, SourceError::NotFound);
}

#[tokio::test]
async fn blocks_should_be_found_in_a_bucket_below_its_prefix() {
	let store = Arc::new(InMemory::new());
	let bytes = sample(10);
	let content = ContentRef::of(&bytes);
	let key = format!("blocks/{}", content_cid_text(&content));
	store.put(&key.as_str().into(), bytes.clone().into()).await.expect("put");
	let bucket = |limit: &str| Source::S3(S3Source::new("s3://test", store.clone(), limit));
	let test = setup(vec![bucket("/blocks/")], |_| {});
	assert_eq!(test.fetcher.fetch_bytes(&content, &[]).await.expect("stored"), bytes);
	let test = setup(vec![bucket("")], |_| {});
	let failure = only_failure(test.fetcher.fetch(&content, &[]).await.expect_err("elsewhere"));
	assert_eq!(failure.error, SourceError::NotFound);
}

#[tokio::test]
async fn corrupt_stored_block_should_be_fetched_again() {
	let bytes = sample(10);
	let content = ContentRef::of(&bytes);
	let server = gateway(bytes.clone()).await;
	let test = setup(vec![Source::Gateway(server.url.clone())], |_| {});
	test.fetcher.fetch(&content, &[]).await.expect("served");
	let name = hex::encode(blake2(&bytes).as_bytes());
	let path = test.fetcher.store().root().join("blocks").join(&name[..2]).join(name);
	std::fs::write(path, b"damaged").expect("tamper");
	assert_eq!(test.fetcher.fetch_bytes(&content, &[]).await.expect("again"), bytes);
	assert_eq!(server.requests(), 2);
}

#[test]
fn sources_should_be_read_as_users_write_them() {
	let parse = |text: &str| Source::parse(text, None).map(|source| source.to_string());
	assert_eq!(parse("https://gw.example/").expect("gateway"), "https://gw.example");
	assert_eq!(parse("gateway=http://gw").expect("gateway"), "http://gw");
	let secret = parse("https://user:pass@gw.example/x").expect("gateway");
	assert_eq!(secret, "https://gw.example/x", "credentials are not shown");
	assert_eq!(parse("file:///srv/blocks").expect("directory"), "/srv/blocks");
	for text in ["chain", "gw.example", "ftp://gw", "s3:bucket", ""] {
		assert_eq!(parse(text).expect_err(text).exit_code(), 2);
	}
}
