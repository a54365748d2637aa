//! Fetching the outputs of a task from the providers that agreed on them.

use super::{
	paths::{check_manifest, components, is_below_out, link_stays_inside},
	progress::outcome,
};
use crate::{
	chain::At,
	content::{FetchReport, Fetcher, Source, SourceError, SourceFailure, Store},
	error::{Error, Result, foreign},
};
use assay_primitives::{
	AccountId,
	content::ContentRef,
	deal::{EndedTask, Replica, ReplicaResult, TaskStatus, TaskView},
	outcome::{Manifest, Outcome, OutputEntry, OutputKind},
	task::TaskId,
};
use codec::DecodeAll;
use std::{
	collections::HashMap,
	ffi::OsStr,
	fs::{self, File},
	io::Write,
	os::unix::ffi::OsStrExt,
	path::{Path, PathBuf},
};

/// Most bytes of a manifest that are read.
const MAX_MANIFEST: u64 = 16 << 20;
/// Most bytes of one entry of a manifest: its path, and less than a hundred for the rest.
const MAX_ENTRY: u64 = 4_096 + 128;
/// Longest target of a link.
const MAX_TARGET: u64 = 4_096;

/// The outputs of a task, on disk.
#[derive(Clone, Debug)]
pub struct Outputs {
	/// The task's outcome, which commits to them.
	pub outcome: Outcome,
	/// What there is.
	pub manifest: Manifest,
	/// Where: `stdout`, `stderr`, and everything else below `out`.
	pub directory: PathBuf,
	/// What was not written.
	pub skipped: Vec<Skipped>,
}

/// An output that was not written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Skipped {
	/// Its path, fit for a terminal.
	pub path: String,
	/// Why.
	pub why: &'static str,
}

/// The providers that hold the outputs of a task: those which revealed what was agreed on.
pub fn providers_to_ask(view: &TaskView) -> Vec<AccountId> {
	let of = |candidate: u32| view.deal.candidates.get(candidate as usize);
	let candidates: Vec<u32> = match &view.status {
		TaskStatus::Ended(EndedTask { replicas, .. }) => replicas
			.iter()
			.filter(|replica| replica.result == ReplicaResult::Agreed)
			.map(|replica| replica.candidate)
			.collect(),
		TaskStatus::Open(task) => {
			let Some(agreed) = task.state.agreed() else { return Vec::new() };
			let agrees = |it: &&Replica| it.digest(&view.deal.task_hash) == Some(agreed);
			task.replicas.iter().filter(agrees).map(|replica| replica.candidate).collect()
		},
	};
	candidates.into_iter().filter_map(of).map(|one| one.provider.clone()).collect()
}

/// Fetches the outputs of a task and writes them to `directory`, which must be missing or empty.
///
/// All or nothing: `directory` appears only when everything was fetched and verified. What was
/// fetched stays in the fetcher's store, so another attempt goes on where this one ended.
///
/// Errors: [`Error::NotSettled`], [`Error::TaskFailed`], [`Error::Unavailable`] with what each
/// provider said, [`Error::UnsafePath`], [`Error::Usage`] when `directory` is in use.
pub async fn fetch_outputs(
	at: &At,
	fetcher: &Fetcher,
	view: &TaskView,
	directory: &Path,
) -> Result<Outputs> {
	check_directory(directory)?;
	outcome(view)?;
	let endpoints = endpoints(at, view).await?;
	fetch_from(fetcher, view, &endpoints, directory).await
}

async fn fetch_from(
	fetcher: &Fetcher,
	view: &TaskView,
	endpoints: &[String],
	directory: &Path,
) -> Result<Outputs> {
	let outcome = outcome(view)?;
	let manifest = fetch_manifest(fetcher, view.id, &outcome, endpoints).await?;
	check_manifest(&manifest)?;
	let fetcher = fetcher.with_first(endpoints.iter().map(|url| Source::Hint(url.clone())));
	for entry in manifest.0.iter().filter(|entry| entry.kind != OutputKind::Directory) {
		fetcher.fetch(&entry.content, &[]).await?;
	}
	let (store, target, entries) =
		(fetcher.store().clone(), directory.to_path_buf(), manifest.clone());
	let written = tokio::task::spawn_blocking(move || write_all(&store, &entries, &target)).await;
	let skipped = written.map_err(|error| Error::decode("outputs", error))??;
	Ok(Outputs { outcome, manifest, directory: directory.to_path_buf(), skipped })
}

/// The outputs of one task of a bag.
#[derive(Debug)]
pub enum BagOutput {
	/// Fetched now.
	Fetched(Outputs),
	/// Its directory is there already, from an attempt before.
	Kept(PathBuf),
	/// Not fetched.
	Missing(Error),
}

/// Fetches the outputs of many tasks, each into a folder of `directory` that is named by the task's
/// position; see [`folder_of`]. A folder that is there is complete, since it appears only when all of
/// it was fetched and verified: so an attempt that broke off is simply repeated. One task that can't be
/// had does not keep the others. `on_output` is called with what became of each.
///
/// Errors: those of reading where providers are; [`Error::Io`] where `directory` can't be created.
pub async fn fetch_bag(
	at: &At,
	fetcher: &Fetcher,
	views: &[TaskView],
	directory: &Path,
	mut on_output: impl FnMut(&TaskView, &BagOutput),
) -> Result<Vec<BagOutput>> {
	fs::create_dir_all(directory)
		.map_err(Error::io(format!("can't create {}", directory.display())))?;
	let mut known = HashMap::new();
	let mut all = Vec::with_capacity(views.len());
	for some in views.chunks(BAG_AT_A_TIME) {
		let mut fetching = Vec::with_capacity(some.len());
		for view in some {
			let endpoints = endpoints_of(at, view, &mut known).await?;
			fetching.push(fetch_one(fetcher, view, endpoints, folder_of(directory, view)));
		}
		for (view, output) in some.iter().zip(futures::future::join_all(fetching).await) {
			on_output(view, &output);
			all.push(output);
		}
	}
	Ok(all)
}

/// Tasks whose outputs are fetched at a time.
const BAG_AT_A_TIME: usize = 8;

/// Where [`fetch_bag`] puts the outputs of a task.
pub fn folder_of(directory: &Path, view: &TaskView) -> PathBuf {
	directory.join(format!("{:04}", view.id.index))
}

async fn fetch_one(
	fetcher: &Fetcher,
	view: &TaskView,
	endpoints: Vec<String>,
	folder: PathBuf,
) -> BagOutput {
	let is_there = fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some());
	if is_there {
		return BagOutput::Kept(folder);
	}
	match fetch_from(fetcher, view, &endpoints, &folder).await {
		Ok(outputs) => BagOutput::Fetched(outputs),
		Err(error) => BagOutput::Missing(error),
	}
}

/// Endpoints of the providers that hold the outputs.
async fn endpoints(at: &At, view: &TaskView) -> Result<Vec<String>> {
	endpoints_of(at, view, &mut HashMap::new()).await
}

async fn endpoints_of(
	at: &At,
	view: &TaskView,
	known: &mut HashMap<AccountId, Option<String>>,
) -> Result<Vec<String>> {
	let mut endpoints = Vec::new();
	for stash in providers_to_ask(view) {
		let found = match known.get(&stash) {
			Some(found) => found.clone(),
			None => {
				let provider = at.provider(&stash).await?;
				let endpoint = provider.and_then(|it| endpoint(&it.declaration.endpoint));
				known.insert(stash, endpoint.clone());
				endpoint
			},
		};
		endpoints.extend(found);
	}
	Ok(endpoints)
}

fn endpoint(declared: &[u8]) -> Option<String> {
	let endpoint = String::from_utf8_lossy(declared);
	let endpoint = endpoint.trim_end_matches('/');
	(!endpoint.is_empty()).then(|| endpoint.to_string())
}

/// Fetches the list of outputs from the first endpoint that gives the one the outcome commits to.
pub async fn fetch_manifest(
	fetcher: &Fetcher,
	task: TaskId,
	outcome: &Outcome,
	endpoints: &[String],
) -> Result<Manifest> {
	let limit = u64::from(outcome.output.len).saturating_mul(MAX_ENTRY).saturating_add(8);
	let limit = limit.min(MAX_MANIFEST);
	let mut failures = Vec::new();
	for endpoint in endpoints {
		let url = format!("{endpoint}/v1/tasks/{}/{}/manifest", task.deal, task.index);
		let answer = fetcher.get_url(&url, limit).await;
		match answer.and_then(|bytes| read_manifest(&bytes, outcome)) {
			Ok(manifest) => return Ok(manifest),
			Err(error) => {
				failures.push(SourceFailure { source: endpoint.clone(), error, attempts: 1 });
			},
		}
	}
	let content = ContentRef { hash: outcome.output.root, size: outcome.output_bytes };
	Err(Error::Unavailable(Box::new(FetchReport { content, blocks: 0, failures })))
}

fn read_manifest(mut bytes: &[u8], outcome: &Outcome) -> Result<Manifest, SourceError> {
	let manifest = Manifest::decode_all(&mut bytes).map_err(|_| SourceError::WrongBytes)?;
	let total =
		manifest.0.iter().try_fold(0u64, |total, entry| total.checked_add(entry.content.size));
	match manifest.root() == outcome.output && total == Some(outcome.output_bytes) {
		true => Ok(manifest),
		false => Err(SourceError::WrongBytes),
	}
}

/// Writes the outputs of a local run, whose blocks a runner left below `blocks`, to `directory`,
/// which must be missing or empty.
///
/// Errors as those of [`fetch_outputs`].
pub fn write_outputs(blocks: &Path, manifest: &Manifest, directory: &Path) -> Result<Vec<Skipped>> {
	check_directory(directory)?;
	check_manifest(manifest)?;
	write_all(&blocks, manifest, directory)
}

/// Where the contents of outputs are taken from.
trait Contents {
	/// Writes content to `out`; `false` where a part is missing.
	fn copy_to(&self, content: &ContentRef, out: &mut dyn Write) -> Result<bool>;
	/// Reads short content.
	fn get(&self, content: &ContentRef) -> Result<Option<Vec<u8>>>;
}

impl Contents for Store {
	fn copy_to(&self, content: &ContentRef, out: &mut dyn Write) -> Result<bool> {
		Store::copy_to(self, content, out)
	}

	fn get(&self, content: &ContentRef) -> Result<Option<Vec<u8>>> {
		Store::get(self, content)
	}
}

/// The output directory of a runner.
impl Contents for &Path {
	fn copy_to(&self, content: &ContentRef, out: &mut dyn Write) -> Result<bool> {
		let Some(bytes) = self.get(content)? else { return Ok(false) };
		out.write_all(&bytes).map_err(Error::io("can't write content"))?;
		Ok(true)
	}

	fn get(&self, content: &ContentRef) -> Result<Option<Vec<u8>>> {
		assay_runner::read_output(self, content).map_err(Error::io("can't read an output"))
	}
}

/// Looks whether outputs can be written to a directory, for whoever spends money or time on them first: it must be
/// missing or empty, and there must be a place for it.
///
/// Errors: [`Error::Usage`].
pub fn check_directory(directory: &Path) -> Result<()> {
	let shown = directory.display();
	let used = fs::read_dir(directory).map(|mut entries| entries.next().is_some());
	match used {
		Ok(true) => {
			return Err(Error::Usage(format!("{shown} exists and is not empty")));
		},
		Err(_) if directory.exists() => {
			return Err(Error::Usage(format!("{shown} is no directory")));
		},
		_ => {},
	}
	let place = directory.ancestors().skip(1).map(or_here).find(|place| place.exists());
	let made = temporary(place.unwrap_or(Path::new(".")));
	made.map(drop).map_err(|error| Error::Usage(format!("{shown} can't be made: {error}")))
}

/// The folder in which a relative path without folders is.
fn or_here(folder: &Path) -> &Path {
	match folder.as_os_str().is_empty() {
		true => Path::new("."),
		false => folder,
	}
}

/// A directory that nobody else knows of.
fn temporary(parent: &Path) -> Result<tempfile::TempDir> {
	let made = tempfile::Builder::new().prefix(".assay-outputs-").tempdir_in(parent);
	made.map_err(Error::io(format!("can't write to {}", parent.display())))
}

/// Writes everything to a directory that nobody else knows of, then gives it its name.
fn write_all(store: &dyn Contents, manifest: &Manifest, directory: &Path) -> Result<Vec<Skipped>> {
	let parent = directory.parent().map_or(Path::new("."), or_here);
	let failed = || format!("can't write to {}", parent.display());
	fs::create_dir_all(parent).map_err(Error::io(failed()))?;
	let temporary = temporary(parent)?;
	let mut skipped = Vec::new();
	fs::create_dir(temporary.path().join("out")).map_err(Error::io(failed()))?;
	// Links come last, so that nothing is ever written through one.
	let (links, others): (Vec<&OutputEntry>, Vec<&OutputEntry>) =
		manifest.0.iter().partition(|entry| entry.kind == OutputKind::Symlink);
	for entry in others {
		write_entry(store, entry, temporary.path())?;
	}
	for entry in links {
		if let Some(why) = write_link(store, entry, temporary.path())? {
			let path = foreign(&String::from_utf8_lossy(&entry.path));
			skipped.push(Skipped { path, why });
		}
	}
	open_permissions(temporary.path())?;
	let named = fs::rename(temporary.path(), directory);
	named.map_err(Error::io(format!("can't create {}", directory.display())))?;
	// It has another name now, so there is nothing to remove.
	let _ = temporary.keep();
	Ok(skipped)
}

/// Temporary directories are private; what the user asked for should be as any directory.
fn open_permissions(path: &Path) -> Result<()> {
	use std::os::unix::fs::PermissionsExt;
	fs::set_permissions(path, fs::Permissions::from_mode(0o755))
		.map_err(Error::io(format!("can't open {}", path.display())))
}

/// Where an entry goes.
fn place(entry: &OutputEntry, root: &Path) -> Result<PathBuf> {
	match entry.kind {
		OutputKind::Stdout => return Ok(root.join("stdout")),
		OutputKind::Stderr => return Ok(root.join("stderr")),
		OutputKind::End => return Ok(root.join("end")),
		_ => {},
	}
	let mut path = root.join("out");
	for component in components(&entry.path)? {
		path.push(OsStr::from_bytes(component));
	}
	Ok(path)
}

fn write_entry(store: &dyn Contents, entry: &OutputEntry, root: &Path) -> Result<()> {
	let path = place(entry, root)?;
	let failed = || format!("can't write {}", path.display());
	if entry.kind == OutputKind::Directory {
		return fs::create_dir_all(&path).map_err(Error::io(failed()));
	}
	if let (true, Some(parent)) = (is_below_out(entry), path.parent()) {
		fs::create_dir_all(parent).map_err(Error::io(failed()))?;
	}
	let mut file = File::create_new(&path).map_err(Error::io(failed()))?;
	if !store.copy_to(&entry.content, &mut file)? {
		return Err(missing(entry));
	}
	file.flush().map_err(Error::io(failed()))
}

/// Why the link was not created, if it was not.
fn write_link(
	store: &dyn Contents,
	entry: &OutputEntry,
	root: &Path,
) -> Result<Option<&'static str>> {
	if entry.content.size > MAX_TARGET {
		return Ok(Some("the target of the link is too long"));
	}
	let Some(target) = store.get(&entry.content)? else { return Err(missing(entry)) };
	if !link_stays_inside(&entry.path, &target) {
		return Ok(Some("the link could lead out of the directory"));
	}
	let path = place(entry, root)?;
	let failed = || format!("can't write {}", path.display());
	if let Some(parent) = path.parent() {
		fs::create_dir_all(parent).map_err(Error::io(failed()))?;
	}
	std::os::unix::fs::symlink(OsStr::from_bytes(&target), &path).map_err(Error::io(failed()))?;
	Ok(None)
}

fn missing(entry: &OutputEntry) -> Error {
	let failures = Vec::new();
	Error::Unavailable(Box::new(FetchReport { content: entry.content, blocks: 0, failures }))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		content::{FetchOptions, StoreLimits, parse_cid},
		testing::{Reply, Server, account, view},
	};
	use assay_primitives::{
		deal::{EndedReplica, Ending},
		outcome::Class,
	};
	use codec::Encode;

	/// A provider with a manifest and the blocks of its entries.
	struct Provider {
		server: Server,
		view: TaskView,
	}

	async fn provider(entries: &[(OutputKind, &[u8], &[u8])]) -> Provider {
		let manifest = Manifest(
			entries
				.iter()
				.map(|(kind, path, bytes)| OutputEntry {
					kind: *kind,
					path: path.to_vec(),
					content: ContentRef::of(bytes),
				})
				.collect(),
		);
		let outcome = Outcome {
			class: Class::Exited(0),
			gas_used: 1,
			output: manifest.root(),
			output_bytes: manifest.bytes(),
		};
		let blocks: HashMap<_, _> = entries
			.iter()
			.map(|(_, _, bytes)| (ContentRef::of(bytes).hash, bytes.to_vec()))
			.collect();
		let encoded = manifest.encode();
		let server = Server::start(move |path| {
			if path == "/v1/tasks/4/0/manifest" {
				return Reply::Bytes(encoded.clone());
			}
			let cid = path.trim_start_matches("/ipfs/").trim_end_matches("?format=raw");
			match parse_cid(cid).ok().and_then(|hash| blocks.get(&hash)) {
				Some(block) => Reply::Bytes(block.clone()),
				None => Reply::Status(404),
			}
		})
		.await;
		let replica = |candidate, result| EndedReplica { candidate, result, paid: 1, slashed: 0 };
		let replicas = vec![replica(1, ReplicaResult::Agreed), replica(3, ReplicaResult::Silent)];
		let view = view(TaskStatus::Ended(EndedTask {
			ending: Ending::Settled(outcome),
			replicas: replicas.try_into().expect("two"),
			paid: 1,
			ended_at: 20,
			prune_at: 100,
		}));
		Provider { server, view }
	}

	fn fetcher(dir: &tempfile::TempDir) -> Fetcher {
		let store = Store::open(dir.path().join("store"), StoreLimits::default()).expect("open");
		let options = FetchOptions { attempts: 1, allow_private: true, ..Default::default() };
		Fetcher::new(store, vec![], options).expect("client")
	}

	async fn fetch(provider: &Provider, dir: &tempfile::TempDir) -> Result<Outputs> {
		let endpoints = [provider.server.url.clone()];
		fetch_from(&fetcher(dir), &provider.view, &endpoints, &dir.path().join("result")).await
	}

	fn dir() -> tempfile::TempDir {
		tempfile::tempdir().expect("temporary directory")
	}

	#[tokio::test]
	async fn outputs_should_be_written_as_the_program_left_them() {
		use OutputKind::*;
		let large = vec![5u8; 300_000];
		let provider = provider(&[
			(Stdout, b"", b"hello"),
			(Stderr, b"", b""),
			(Directory, b"a", b""),
			(File, b"a/b.bin", &large),
			(File, b"deep/er/c", b"c"),
			(Symlink, b"deep/link", b"../a/b.bin"),
		])
		.await;
		let dir = dir();
		let outputs = fetch(&provider, &dir).await.expect("served");
		let result = dir.path().join("result");
		let read = |path: &str| fs::read(result.join(path)).expect(path);
		assert_eq!(read("stdout"), b"hello");
		assert_eq!(read("stderr"), b"");
		assert_eq!(read("out/a/b.bin"), large);
		assert_eq!(read("out/deep/er/c"), b"c");
		assert_eq!(read("out/deep/link"), large);
		assert!(outputs.skipped.is_empty());
		assert_eq!(providers_to_ask(&provider.view), [account(101)]);
	}

	#[tokio::test]
	async fn nothing_should_be_written_when_a_path_would_leave_the_directory() {
		for path in [&b"../evil"[..], b"/evil", b"a/../../evil", b"a/./b"] {
			let provider =
				provider(&[(OutputKind::File, b"fine", b"x"), (OutputKind::File, path, b"y")])
					.await;
			let dir = dir();
			let error = fetch(&provider, &dir).await.expect_err("unsafe");
			assert_eq!(error.code(), "E-0404");
			let left: Vec<_> = fs::read_dir(dir.path())
				.expect("readable")
				.map(|entry| entry.expect("readable").file_name())
				.collect();
			assert_eq!(left, ["store"], "neither a result nor a leftover");
		}
	}

	#[tokio::test]
	async fn links_should_be_skipped_when_they_lead_outside() {
		let provider = provider(&[
			(OutputKind::Symlink, b"passwd", b"/etc/passwd"),
			(OutputKind::Symlink, b"up", b"../../secret"),
			(OutputKind::File, b"fine", b"x"),
		])
		.await;
		let dir = dir();
		let outputs = fetch(&provider, &dir).await.expect("the rest is fine");
		assert_eq!(outputs.skipped.len(), 2);
		let result = dir.path().join("result/out");
		assert_eq!(fs::read_dir(&result).expect("readable").count(), 1);
		assert_eq!(fs::read(result.join("fine")).expect("written"), b"x");
	}

	#[tokio::test]
	async fn manifest_should_be_refused_when_the_outcome_does_not_commit_to_it() {
		let provider = provider(&[(OutputKind::Stdout, b"", b"true")]).await;
		let mut other = provider.view.clone();
		let TaskStatus::Ended(ended) = &mut other.status else { unreachable!("it has ended") };
		let Ending::Settled(outcome) = &mut ended.ending else { unreachable!("with a result") };
		outcome.output_bytes += 1;
		let dir = dir();
		let forged = Provider { server: provider.server, view: other };
		let error = fetch(&forged, &dir).await.expect_err("sizes differ");
		let Error::Unavailable(report) = error else { panic!("{error:?}") };
		assert_eq!(report.failures[0].error, SourceError::WrongBytes);
		assert!(!dir.path().join("result").exists());
	}

	#[tokio::test]
	async fn second_provider_should_be_asked_when_the_first_lacks_the_manifest_or_a_block() {
		let good = provider(&[(OutputKind::Stdout, b"", b"true")]).await;
		let bad = Server::start(|_| Reply::Status(404)).await;
		let dir = dir();
		let endpoints = [bad.url.clone(), good.server.url.clone()];
		let result = dir.path().join("result");
		fetch_from(&fetcher(&dir), &good.view, &endpoints, &result)
			.await
			.expect("the second has all");
		assert_eq!(fs::read(result.join("stdout")).expect("written"), b"true");
	}

	#[tokio::test]
	async fn directory_should_be_left_alone_when_it_is_in_use() {
		let provider = provider(&[(OutputKind::Stdout, b"", b"new")]).await;
		let dir = dir();
		let result = dir.path().join("result");
		fs::create_dir(&result).expect("create");
		fs::write(result.join("mine"), b"old").expect("write");
		assert_eq!(check_directory(&result).expect_err("in use").exit_code(), 2);
		let error = fetch(&provider, &dir).await.expect_err("in use");
		assert_eq!(error.code(), "E-0002");
		assert_eq!(fs::read(result.join("mine")).expect("still there"), b"old");
		fs::remove_file(result.join("mine")).expect("remove");
		fetch(&provider, &dir).await.expect("an empty one will do");
	}

	#[test]
	fn directory_should_be_refused_when_nothing_can_be_written_there() {
		let dir = tempfile::tempdir().expect("a directory");
		let file = dir.path().join("file");
		fs::write(&file, b"no folder").expect("written");
		check_directory(&dir.path().join("new/and/deep")).expect("it can be made");
		for bad in [dir.path(), &file, &file.join("below"), &file.join("far/below")] {
			let error = check_directory(bad).expect_err("it can't be used");
			assert_eq!(error.exit_code(), 2, "{error}");
		}
		assert_eq!(fs::read_dir(dir.path()).expect("read").count(), 1, "looking leaves nothing");
	}
}
