//! Fetching the outputs of a task from the providers that agreed on them.

use super::{
	paths::{check_manifest, components, is_stream, link_stays_inside},
	progress::outcome,
};
use crate::{
	chain::At,
	content::{FetchReport, Fetcher, Source, SourceError, SourceFailure, Store},
	error::{Error, Result},
};
use assay_primitives::{
	AccountId,
	content::ContentRef,
	deal::{EndedTask, ReplicaResult, ReplicaState, TaskState, TaskStatus, TaskView},
	outcome::{Manifest, Outcome, OutputEntry, OutputKind},
	task::TaskId,
};
use codec::DecodeAll;
use std::{
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
	/// Its path, lossily decoded.
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
			let TaskState::Agreed { digest: agreed, .. } = task.state else { return Vec::new() };
			let agrees = |state: &ReplicaState| match state {
				ReplicaState::Revealed { outcome, .. } => {
					outcome.digest(&view.deal.task_hash) == agreed
				},
				_ => false,
			};
			let replicas = task.replicas.iter().filter(|replica| agrees(&replica.state));
			replicas.map(|replica| replica.candidate).collect()
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
	let outcome = outcome(view)?;
	let endpoints = endpoints(at, view).await?;
	let manifest = fetch_manifest(fetcher, view.id, &outcome, &endpoints).await?;
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

/// Endpoints of the providers that hold the outputs.
async fn endpoints(at: &At, view: &TaskView) -> Result<Vec<String>> {
	let mut endpoints = Vec::new();
	for stash in providers_to_ask(view) {
		let Some(provider) = at.provider(&stash).await? else { continue };
		let endpoint = String::from_utf8_lossy(&provider.declaration.endpoint).into_owned();
		if !endpoint.is_empty() {
			endpoints.push(endpoint.trim_end_matches('/').to_string());
		}
	}
	Ok(endpoints)
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

fn check_directory(directory: &Path) -> Result<()> {
	let used = || Error::Usage(format!("{} exists and is not empty", directory.display()));
	match fs::read_dir(directory) {
		Ok(mut entries) => entries.next().map_or(Ok(()), |_| Err(used())),
		Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
		Err(_) => Err(used()),
	}
}

/// Writes everything to a directory that nobody else knows of, then gives it its name.
fn write_all(store: &Store, manifest: &Manifest, directory: &Path) -> Result<Vec<Skipped>> {
	let parent = match directory.parent() {
		Some(parent) if !parent.as_os_str().is_empty() => parent,
		_ => Path::new("."),
	};
	let failed = || format!("can't write to {}", parent.display());
	fs::create_dir_all(parent).map_err(Error::io(failed()))?;
	let temporary = tempfile::Builder::new()
		.prefix(".assay-outputs-")
		.tempdir_in(parent)
		.map_err(Error::io(failed()))?;
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
			let path = String::from_utf8_lossy(&entry.path).into_owned();
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
		_ => {},
	}
	let mut path = root.join("out");
	for component in components(&entry.path)? {
		path.push(OsStr::from_bytes(component));
	}
	Ok(path)
}

fn write_entry(store: &Store, entry: &OutputEntry, root: &Path) -> Result<()> {
	let path = place(entry, root)?;
	let failed = || format!("can't write {}", path.display());
	if entry.kind == OutputKind::Directory {
		return fs::create_dir_all(&path).map_err(Error::io(failed()));
	}
	if let (false, Some(parent)) = (is_stream(entry), path.parent()) {
		fs::create_dir_all(parent).map_err(Error::io(failed()))?;
	}
	let mut file = File::create_new(&path).map_err(Error::io(failed()))?;
	if !store.copy_to(&entry.content, &mut file)? {
		return Err(missing(entry));
	}
	file.flush().map_err(Error::io(failed()))
}

/// Why the link was not created, if it was not.
fn write_link(store: &Store, entry: &OutputEntry, root: &Path) -> Result<Option<&'static str>> {
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
