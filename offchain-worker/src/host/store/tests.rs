use super::*;
use assay_primitives::{
	AccountId, Hash,
	merkle::ListRoot,
	outcome::{Class, Manifest, Outcome},
	seal::{Report, seal_report},
	task::TaskId,
};
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;

fn identity(chain: u8, stash: u8) -> Identity {
	Identity { genesis: Hash::repeat_byte(chain), stash: AccountId::from([stash; 32]) }
}

fn open(dir: &TempDir) -> TaskStore {
	TaskStore::open(dir.path(), identity(1, 2)).expect("opens")
}

fn key(deal: u64, hash: u8) -> Key {
	Key { task: TaskId { deal, index: 0 }, task_hash: Hash::repeat_byte(hash) }
}

fn sealed(gas_used: u64, at: u64) -> Sealed {
	let outcome =
		Outcome { class: Class::Exited(0), gas_used, output: ListRoot::default(), output_bytes: 0 };
	let salts = fresh_salts().expect("random numbers");
	Sealed::new(outcome, Manifest::default(), salts, at)
}

#[test]
fn record_should_be_there_when_the_store_is_opened_again() {
	let dir = tempfile::tempdir().expect("temporary directory");
	let record = sealed(7, 1);
	let store = open(&dir);
	assert_eq!(store.seal(&key(3, 9), &record).expect("writes"), record);
	drop(store);
	let store = open(&dir);
	assert_eq!(store.sealed(&key(3, 9)).expect("reads"), Some(record.clone()));
	assert_eq!(store.sealed(&key(3, 8)).expect("reads"), None);
	assert_eq!(store.all().expect("reads"), vec![(key(3, 9), record)]);
}

#[test]
fn first_seal_should_stand_when_a_second_is_written() {
	let dir = tempfile::tempdir().expect("temporary directory");
	let store = open(&dir);
	let (first, second) = (sealed(7, 1), sealed(7, 2));
	assert_ne!(first.salt, second.salt, "salts must be fresh");
	assert_ne!(first.salt, first.report_salt);
	store.seal(&key(3, 9), &first).expect("writes");
	assert_eq!(store.seal(&key(3, 9), &second).expect("writes"), first);
	let identity = store.identity();
	assert_eq!(first.seal(identity, &key(3, 9)), first.clone().seal(identity, &key(3, 9)));
	assert_ne!(first.seal(identity, &key(3, 9)), second.seal(identity, &key(3, 9)));
}

#[test]
fn report_should_stand_with_its_record_and_look_like_none() {
	let dir = tempfile::tempdir().expect("temporary directory");
	let store = open(&dir);
	let honest = sealed(7, 1);
	let truth = Outcome { gas_used: 8, ..honest.outcome };
	let betrayer = honest.clone().reporting(truth);
	store.seal(&key(3, 9), &betrayer).expect("writes");
	drop(store);
	let store = open(&dir);
	let found = store.sealed(&key(3, 9)).expect("reads").expect("is there");
	assert_eq!(found, betrayer);
	let (identity, key) = (store.identity(), key(3, 9));
	assert_eq!(found.seal(identity, &key), betrayer.seal(identity, &key), "opens after a restart");
	assert_eq!(found.seal(identity, &key).digest, honest.seal(identity, &key).digest);
	assert_ne!(found.seal(identity, &key).report, honest.seal(identity, &key).report);
	let Identity { genesis, stash } = identity;
	let report = Report::Collusion(truth.digest(&key.task_hash));
	let expected = seal_report(genesis, &key.task, stash, &report, &found.report_salt);
	assert_eq!(found.seal(identity, &key).report, expected, "as the chain computes it");
}

#[test]
fn records_of_the_format_before_should_be_read_and_written_again_once() {
	let dir = tempfile::tempdir().expect("temporary directory");
	let record = |deal| Sealed {
		ended: (deal == 2).then_some(EndedNote { at: 4, prune_at: 5 }),
		..sealed(deal, 1)
	};
	let store = open(&dir);
	let records: Vec<Sealed> = (1..=3).map(record).collect();
	let written = store.database.write(|write| {
		write.open_table(META)?.insert("format", FORMAT_BEFORE.encode().as_slice())?;
		let mut table = write.open_table(SEALED)?;
		for (deal, record) in (1..).zip(&records) {
			let Sealed { outcome, manifest, salt, report_salt, sealed_at, ended, .. } =
				record.clone();
			let old = SealedBefore { outcome, manifest, salt, report_salt, sealed_at, ended };
			table.insert(key(deal, 9).to_bytes().as_slice(), old.encode().as_slice())?;
		}
		Ok(())
	});
	written.expect("writes");
	assert!(matches!(store.all(), Err(StoreError::Corrupt(_))), "it is another format");
	drop(store);
	for _ in 0..2 {
		let store = open(&dir);
		let all: Vec<Sealed> = store.all().expect("reads").into_iter().map(|(_, it)| it).collect();
		assert_eq!(all, records);
	}
}

#[test]
fn store_should_be_refused_when_its_format_is_not_known() {
	let dir = tempfile::tempdir().expect("temporary directory");
	let store = open(&dir);
	let newer = |write: &redb::WriteTransaction| {
		write.open_table(META)?.insert("format", 3u32.encode().as_slice())?;
		Ok(())
	};
	store.database.write(newer).expect("writes");
	drop(store);
	let refused = TaskStore::open(dir.path(), identity(1, 2));
	assert!(matches!(refused, Err(StoreError::Format(3))));
}

#[test]
fn nothing_should_be_there_when_a_write_was_cut_off() {
	let dir = tempfile::tempdir().expect("temporary directory");
	let store = open(&dir);
	let kept = sealed(1, 1);
	store.seal(&key(1, 1), &kept).expect("writes");
	let crashed = tempfile::tempdir().expect("temporary directory");
	let cut_off: Result<()> = store.database.write(|write| {
		write
			.open_table(SEALED)?
			.insert(key(2, 2).to_bytes().as_slice(), sealed(2, 2).encode().as_slice())?;
		// What a crash at this moment would leave on disk.
		std::fs::copy(dir.path().join(FILE), crashed.path().join(FILE)).expect("copies");
		Err(StoreError::Corrupt("not committed"))
	});
	cut_off.expect_err("told to fail");
	for dir in [&crashed, &{
		drop(store);
		dir
	}] {
		let store = open(dir);
		assert_eq!(store.sealed(&key(1, 1)).expect("reads"), Some(kept.clone()));
		assert_eq!(store.sealed(&key(2, 2)).expect("reads"), None);
	}
}

#[test]
fn store_should_be_refused_when_it_is_of_another_chain_or_stash() {
	let dir = tempfile::tempdir().expect("temporary directory");
	assert_eq!(TaskStore::known_genesis(dir.path()).expect("no store"), None);
	drop(open(&dir));
	let known = TaskStore::known_genesis(dir.path()).expect("reads");
	assert_eq!(known, Some(Hash::repeat_byte(1)));
	let in_use = open(&dir);
	assert_eq!(TaskStore::known_genesis(dir.path()).expect("a daemon has it"), None);
	drop(in_use);
	for other in [identity(3, 2), identity(1, 3)] {
		let refused = TaskStore::open(dir.path(), other);
		assert!(matches!(refused, Err(StoreError::Foreign { .. })));
	}
	open(&dir);
}

#[test]
fn store_should_be_refused_when_its_file_is_no_store() {
	let dir = tempfile::tempdir().expect("temporary directory");
	std::fs::write(dir.path().join("tasks.redb"), [7; 4096]).expect("writes");
	let refused = TaskStore::open(dir.path(), identity(1, 2));
	assert!(matches!(refused, Err(StoreError::Open { .. })));
}

#[test]
fn record_should_be_an_error_and_not_a_panic_when_it_is_garbage() {
	let dir = tempfile::tempdir().expect("temporary directory");
	let store = open(&dir);
	let garbage = [1u8, 2, 3];
	let written = store.database.write(|write| {
		let mut table = write.open_table(SEALED)?;
		table.insert(key(1, 1).to_bytes().as_slice(), garbage.as_slice())?;
		Ok(())
	});
	written.expect("writes");
	assert!(matches!(store.sealed(&key(1, 1)), Err(StoreError::Corrupt(_))));
	assert!(matches!(store.all(), Err(StoreError::Corrupt(_))));
	assert!(matches!(store.seal(&key(1, 1), &sealed(1, 1)), Err(StoreError::Corrupt(_))));
}

#[test]
fn interrupted_runs_should_be_listed_until_they_finish() {
	let dir = tempfile::tempdir().expect("temporary directory");
	let store = open(&dir);
	assert_eq!(store.start(&key(1, 1)).expect("writes"), 0);
	assert_eq!(store.start(&key(2, 1)).expect("writes"), 0);
	drop(store);
	let store = open(&dir);
	assert_eq!(store.interrupted().expect("reads"), vec![(key(1, 1), 1), (key(2, 1), 1)]);
	assert_eq!(store.start(&key(1, 1)).expect("writes"), 1);
	store.seal(&key(1, 1), &sealed(1, 1)).expect("writes");
	store.note_all_ended(&[(key(2, 1), EndedNote { at: 5, prune_at: 6 })]).expect("writes");
	assert_eq!(store.interrupted().expect("reads"), vec![]);
}

#[test]
fn runs_of_one_task_should_be_kept_apart_when_forks_gave_several() {
	let dir = tempfile::tempdir().expect("temporary directory");
	let store = open(&dir);
	store.seal(&key(1, 0xff), &sealed(1, 10)).expect("writes");
	store.seal(&key(1, 0x00), &sealed(2, 20)).expect("writes");
	store.seal(&key(2, 0x00), &sealed(3, 30)).expect("writes");
	let note = EndedNote { at: 40, prune_at: 50 };
	store.note_all_ended(&[(key(1, 0x00), note)]).expect("writes");
	let record = store.sealed(&key(1, 0x00)).expect("reads").expect("is there");
	assert_eq!((record.ended, record.outcome.gas_used), (Some(note), 2));
	store.forget(&[key(1, 0x00), key(1, 0xff)]).expect("writes");
	assert_eq!(store.len().expect("reads"), 1);
}

#[test]
fn keys_should_read_back_and_refuse_other_lengths() {
	let key = key(u64::MAX - 3, 5);
	assert_eq!(Key::from_bytes(&key.to_bytes()), Some(key));
	assert_eq!(Key::from_bytes(&key.to_bytes()[1..]), None);
	assert_eq!(Key::from_bytes(&[0; 45]), None);
}

/// A file whose writes fail while it is told so, as those to a full disk do.
#[derive(Debug)]
struct Failing {
	file: redb::backends::FileBackend,
	full: Arc<AtomicBool>,
}

impl Failing {
	fn check(&self) -> std::io::Result<()> {
		match self.full.load(Ordering::Relaxed) {
			true => Err(std::io::ErrorKind::StorageFull.into()),
			false => Ok(()),
		}
	}
}

impl redb::StorageBackend for Failing {
	fn len(&self) -> std::io::Result<u64> {
		self.file.len()
	}
	fn read(&self, offset: u64, out: &mut [u8]) -> std::io::Result<()> {
		self.file.read(offset, out)
	}
	fn set_len(&self, len: u64) -> std::io::Result<()> {
		self.check()?;
		self.file.set_len(len)
	}
	fn sync_data(&self) -> std::io::Result<()> {
		self.check()?;
		self.file.sync_data()
	}
	fn write(&self, offset: u64, data: &[u8]) -> std::io::Result<()> {
		self.check()?;
		self.file.write(offset, data)
	}
	fn close(&self) -> std::io::Result<()> {
		self.file.close()
	}
}

#[test]
fn store_should_go_on_when_a_full_disk_has_room_again() {
	let dir = tempfile::tempdir().expect("temporary directory");
	drop(open(&dir));
	let (path, full) = (dir.path().join(FILE), Arc::new(AtomicBool::new(false)));
	let (file, failing) = (path.clone(), full.clone());
	let opener = move || {
		let file = std::fs::OpenOptions::new().read(true).write(true).open(&file)?;
		let file = redb::backends::FileBackend::new(file)?;
		Database::builder().create_with_backend(Failing { file, full: failing.clone() })
	};
	let database = Reopening::new(path, Box::new(opener)).expect("opens");
	let store = TaskStore::claim(database, identity(1, 2)).expect("opens");
	let before = sealed(1, 1);
	store.seal(&key(1, 1), &before).expect("writes");
	full.store(true, Ordering::Relaxed);
	for _ in 0..3 {
		store.seal(&key(2, 2), &sealed(2, 2)).expect_err("the disk is full");
	}
	full.store(false, Ordering::Relaxed);
	assert_eq!(store.sealed(&key(1, 1)).expect("reads"), Some(before));
	assert_eq!(store.sealed(&key(2, 2)).expect("reads"), None, "nothing half-written");
	let after = sealed(2, 3);
	assert_eq!(store.seal(&key(2, 2), &after).expect("writes"), after);
}
