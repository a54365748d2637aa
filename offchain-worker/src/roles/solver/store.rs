//! What a solver remembers: the orders that it holds, and for which it has paid a deposit.
//!
//! Nothing of it is needed for safety: orders are signed, and deposits can be looked up. So writes are
//! collected and reach the disk a little later.

use anyhow::{Context, Result, ensure};
use assay_client::order::OrderFile;
use assay_primitives::{
	Hash,
	order::{AnyOrder, Authorization, OrderId},
};
use codec::{DecodeAll, Encode};
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use std::{
	collections::BTreeMap,
	path::Path,
	sync::{Arc, Condvar, Mutex, PoisonError},
	time::Duration,
};

const META: TableDefinition<&str, &[u8]> = TableDefinition::new("meta");
const ORDERS: TableDefinition<&[u8], &[u8]> = TableDefinition::new("orders");
const DEPOSITS: TableDefinition<&[u8], u32> = TableDefinition::new("deposits");

const FILE: &str = "solver.redb";
/// Longest time for which writes are collected.
const DELAY: Duration = Duration::from_millis(250);
/// Most writes that wait for the disk; beyond them orders are not remembered for the next start.
const MOST: usize = 65_536;

/// Writes that wait: `None` removes.
#[derive(Default)]
struct Waiting {
	orders: BTreeMap<OrderId, Option<Vec<u8>>>,
	deposits: BTreeMap<OrderId, Option<u32>>,
	closed: bool,
}

struct Shared {
	database: Database,
	genesis: Hash,
	waiting: Mutex<Waiting>,
	wake: Condvar,
}

/// The store of a solver.
pub struct Store {
	shared: Arc<Shared>,
	writer: Mutex<Option<std::thread::JoinHandle<()>>>,
}

type Carried = (AnyOrder, Option<Authorization>, Option<Authorization>);

impl Store {
	/// Network whose orders a store holds, where there is one.
	pub fn known_genesis(base_path: &Path) -> Result<Option<Hash>> {
		let path = base_path.join(FILE);
		if !path.exists() {
			return Ok(None);
		}
		let database = Database::create(&path).with_context(|| path.display().to_string())?;
		read_genesis(&database)
	}

	/// Opens the store in a folder, or makes one.
	pub fn open(base_path: &Path, genesis: Hash) -> Result<Self> {
		let path = base_path.join(FILE);
		let database = Database::create(&path).with_context(|| path.display().to_string())?;
		let found = read_genesis(&database)?;
		ensure!(
			found.is_none_or(|found| found == genesis),
			"{} holds orders of another network; give each its own --base-path",
			path.display()
		);
		let transaction = database.begin_write()?;
		transaction.open_table(META)?.insert("genesis", genesis.as_bytes())?;
		transaction.open_table(ORDERS)?;
		transaction.open_table(DEPOSITS)?;
		transaction.commit()?;
		let (waiting, wake) = (Mutex::default(), Condvar::new());
		let shared = Arc::new(Shared { database, genesis, waiting, wake });
		let of_writer = shared.clone();
		let writer = std::thread::Builder::new()
			.name("solver-store".into())
			.spawn(move || of_writer.write_until_closed())?;
		Ok(Self { shared, writer: Mutex::new(Some(writer)) })
	}

	/// Remembers an order.
	pub fn put(&self, id: &OrderId, file: &OrderFile) {
		let bytes = (&file.order, &file.authorization, &file.sponsor).encode();
		self.shared.change(|waiting| {
			if waiting.orders.len() < MOST {
				waiting.orders.insert(*id, Some(bytes));
			}
		});
	}

	/// Forgets an order.
	pub fn remove(&self, id: &OrderId) {
		self.shared.change(|waiting| {
			waiting.orders.insert(*id, None);
		});
	}

	/// Remembers that a deposit was paid for the record of an order, which ends after block `until`.
	pub fn put_deposit(&self, id: &OrderId, until: u32) {
		self.shared.change(|waiting| {
			waiting.deposits.insert(*id, Some(until));
		});
	}

	/// Forgets a deposit.
	pub fn remove_deposit(&self, id: &OrderId) {
		self.shared.change(|waiting| {
			waiting.deposits.insert(*id, None);
		});
	}

	/// All orders that have reached the disk; what can't be read is passed over.
	pub fn orders(&self) -> Vec<OrderFile> {
		let found = self.shared.read(|database| {
			let table = database.begin_read()?.open_table(ORDERS)?;
			let mut found = Vec::new();
			for entry in table.iter()? {
				let (_, bytes) = entry?;
				if let Ok((order, authorization, sponsor)) =
					Carried::decode_all(&mut &bytes.value()[..])
				{
					let genesis = self.shared.genesis;
					found.push(OrderFile { genesis, order, authorization, sponsor });
				}
			}
			Ok(found)
		});
		found.unwrap_or_default()
	}

	/// Ids of all orders that have reached the disk.
	pub fn ids(&self) -> Vec<OrderId> {
		let found = self.shared.read(|database| {
			let table = database.begin_read()?.open_table(ORDERS)?;
			let mut found = Vec::new();
			for entry in table.iter()? {
				found.extend(id_of(entry?.0.value()));
			}
			Ok(found)
		});
		found.unwrap_or_default()
	}

	/// Orders with a deposit that have ended before a block, at most `limit`.
	pub fn deposits_before(&self, now: u32, limit: usize) -> Vec<OrderId> {
		let found = self.shared.read(|database| {
			let table = database.begin_read()?.open_table(DEPOSITS)?;
			let mut found = Vec::new();
			for entry in table.iter()? {
				let (key, until) = entry?;
				if until.value() < now {
					found.extend(id_of(key.value()));
				}
				if found.len() >= limit {
					break;
				}
			}
			Ok(found)
		});
		found.unwrap_or_default()
	}

	/// Writes what waits, and ends.
	pub fn flush(&self) {
		self.shared.change(|waiting| waiting.closed = true);
		let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
		if let Some(writer) = writer {
			let _ = writer.join();
		}
	}
}

impl Drop for Store {
	fn drop(&mut self) {
		self.flush();
	}
}

impl Shared {
	fn change(&self, change: impl FnOnce(&mut Waiting)) {
		change(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
		self.wake.notify_one();
	}

	fn read<T>(&self, work: impl FnOnce(&Database) -> Result<T>) -> Option<T> {
		work(&self.database)
			.inspect_err(|error| tracing::error!("the solver's store can't be read: {error:#}"))
			.ok()
	}

	fn write_until_closed(&self) {
		loop {
			let taken = {
				let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
				let idle =
					|it: &mut Waiting| it.orders.is_empty() && it.deposits.is_empty() && !it.closed;
				let waiting = self.wake.wait_while(waiting, idle);
				drop(waiting.unwrap_or_else(PoisonError::into_inner));
				// More may come at once; a moment's patience saves a write to the disk for each.
				let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
				let pause = self.wake.wait_timeout_while(waiting, DELAY, |it| !it.closed);
				let mut waiting = pause.unwrap_or_else(PoisonError::into_inner).0;
				let closed = waiting.closed;
				let taken = std::mem::take(&mut *waiting);
				waiting.closed = closed;
				Waiting { closed, ..taken }
			};
			if let Err(error) = self.write(&taken) {
				tracing::error!("the solver's store can't be written: {error:#}");
			}
			if taken.closed {
				return;
			}
		}
	}

	fn write(&self, taken: &Waiting) -> Result<()> {
		let transaction = self.database.begin_write()?;
		{
			let mut orders = transaction.open_table(ORDERS)?;
			for (id, bytes) in &taken.orders {
				match bytes {
					Some(bytes) => drop(orders.insert(id.as_bytes(), bytes.as_slice())?),
					None => drop(orders.remove(id.as_bytes())?),
				}
			}
			let mut deposits = transaction.open_table(DEPOSITS)?;
			for (id, until) in &taken.deposits {
				match until {
					Some(until) => drop(deposits.insert(id.as_bytes(), until)?),
					None => drop(deposits.remove(id.as_bytes())?),
				}
			}
		}
		transaction.commit()?;
		Ok(())
	}
}

fn id_of(bytes: &[u8]) -> Option<OrderId> {
	<[u8; 32]>::try_from(bytes).ok().map(OrderId::from)
}

fn read_genesis(database: &Database) -> Result<Option<Hash>> {
	let transaction = database.begin_read()?;
	let table = match transaction.open_table(META) {
		Ok(table) => table,
		Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
		Err(error) => return Err(error.into()),
	};
	Ok(table.get("genesis")?.and_then(|bytes| id_of(bytes.value())))
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_client::{
		job::{JobOptions, MaxPrice},
		order::request,
	};
	use assay_primitives::{UNIT, content::ContentRef};

	const GENESIS: Hash = Hash::repeat_byte(1);

	fn file() -> OrderFile {
		let options = JobOptions::new(ContentRef::of(b"module"), MaxPrice::PerReplica(UNIT));
		let order = request(&[7; 32].into(), &options, 1, 10).expect("possible");
		OrderFile::new(GENESIS, AnyOrder::Request(Box::new(order)))
	}

	#[test]
	fn orders_and_deposits_should_be_there_after_a_restart() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let (one, two) = (file(), file());
		let store = Store::open(dir.path(), GENESIS).expect("a new one");
		store.put(&one.id(), &one);
		store.put(&two.id(), &two);
		store.remove(&two.id());
		store.put_deposit(&one.id(), 20);
		store.put_deposit(&two.id(), 30);
		drop(store);
		assert_eq!(Store::known_genesis(dir.path()).expect("readable"), Some(GENESIS));
		let store = Store::open(dir.path(), GENESIS).expect("the same");
		assert_eq!(store.orders(), std::slice::from_ref(&one));
		assert_eq!(store.ids(), [one.id()]);
		assert_eq!(store.deposits_before(20, 9), []);
		assert_eq!(store.deposits_before(21, 9), [one.id()]);
		assert_eq!(store.deposits_before(31, 1).len(), 1);
		store.remove_deposit(&one.id());
		store.remove(&one.id());
		drop(store);
		let store = Store::open(dir.path(), GENESIS).expect("the same");
		assert!(store.orders().is_empty() && store.deposits_before(25, 9).is_empty());
	}

	#[test]
	fn store_of_another_network_should_be_refused() {
		let dir = tempfile::tempdir().expect("temporary directory");
		drop(Store::open(dir.path(), GENESIS).expect("a new one"));
		assert!(Store::open(dir.path(), Hash::zero()).is_err());
	}
}
