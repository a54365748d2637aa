//! Signing, sending and following transactions.

use super::{
	at::At,
	blocks::BlockInfo,
	call::payload,
	connect::{Chain, Head},
	events::{self, EventRecord, Failure},
	trace::{Search, Trace, passes},
};
use crate::{
	error::{Error, INVALID_TRANSACTION, Result, foreign},
	keys::Signer,
};
use assay_interface::Call;
use assay_primitives::{AccountId, Balance, BlockNumber, Hash, hashing::blake2};
use std::{
	collections::HashMap,
	sync::{Arc, Mutex, PoisonError},
	time::Duration,
};
use subxt::{
	ArcMetadata, SubstrateConfig,
	client::{ClientAtBlock, OfflineClientAtBlockT},
	config::DefaultExtrinsicParamsBuilder,
	error::{DispatchError, ExtrinsicError},
	events::Phase,
	rpcs::{
		Error as RpcError, UserError, client::RpcSubscription, methods::legacy::TransactionStatus,
	},
	transactions::Payload,
};
use tokio::{
	sync::Mutex as AsyncMutex,
	time::{Instant, sleep, timeout_at},
};

/// When a submission counts as done.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum WaitFor {
	/// The pool has accepted it. Nothing is known about its success.
	Broadcast,
	/// It is in a block of the best chain and has succeeded there.
	InBlock,
	/// It is in a final block and has succeeded there.
	#[default]
	Finalized,
}

/// A transaction that was sent.
#[derive(Clone, Debug)]
pub struct Submitted {
	/// Hash of the transaction.
	pub hash: Hash,
	/// What finds it again, should a re-organisation move it into another block.
	pub trace: Trace,
	/// Block that it is in; `None` for [`WaitFor::Broadcast`].
	pub block: Option<BlockInfo>,
	/// What our pallets reported while it was executed; empty for [`WaitFor::Broadcast`].
	pub events: Vec<EventRecord>,
}

/// A transaction in the pool.
pub struct Pending {
	chain: Chain,
	account: AccountId,
	sent: InPool,
}

impl Pending {
	/// Waits as `wait` says.
	pub async fn wait(self, wait: WaitFor) -> Result<Submitted> {
		let Self { chain, account, sent } = self;
		let InPool { hash, nonce, watch, anchor } = sent;
		let trace = Trace { hash, account, nonce, anchor };
		if wait == WaitFor::Broadcast {
			return Ok(Submitted { hash, trace, block: None, events: Vec::new() });
		}
		let block = chain.wait_for_block(&trace, watch, wait).await?;
		let at = chain.at(block).await?;
		let events = at.transaction_events(&hash).await?;
		Ok(Submitted { hash, trace, block: Some(block), events })
	}
}

/// Accounts that are sending, each with a lock, so that no two transactions get one nonce.
#[derive(Default)]
pub(super) struct Nonces(Mutex<HashMap<AccountId, Arc<AsyncMutex<Option<Sent>>>>>);

/// The last transaction of an account that the pool took.
struct Sent {
	nonce: u64,
	at: Instant,
	/// Best block when it was signed.
	best: BlockNumber,
	/// URL of the node that took it.
	node: Option<String>,
}

impl Sent {
	/// The least nonce that can come next, where `index` is the one that the node at `node` names
	/// after the best block `best`. 0 where the pool can't have this transaction any more: another
	/// node may never have heard of it, and the same one that does not count it after another block
	/// has lost it. To go on from a lost one would leave a gap, which nothing after it can pass.
	fn least_next(&self, index: u64, best: BlockNumber, node: &Option<String>) -> u64 {
		let lost = index <= self.nonce && best > self.best;
		match lost || self.node != *node || self.at.elapsed() >= POOL_DELAY {
			true => 0,
			false => self.nonce.saturating_add(1),
		}
	}
}

impl Nonces {
	fn of(&self, account: &AccountId) -> Arc<AsyncMutex<Option<Sent>>> {
		let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
		all.entry(account.clone()).or_default().clone()
	}
}

/// Blocks that a transaction lives.
pub(super) const MORTALITY: u64 = 128;
/// Blocks by which finality may lag before a transaction is anchored at the best block instead.
const MAX_LAG: BlockNumber = 64;
/// Attempts at getting a transaction into the pool.
const ATTEMPTS: u32 = 5;
/// Time for which the node may not know yet what its pool has taken.
const POOL_DELAY: Duration = Duration::from_secs(12);
/// Longest wait for a transaction, beyond its mortality at three seconds a block.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// Codes with which a pool refuses, beside [`INVALID_TRANSACTION`].
const UNKNOWN_VALIDITY: i32 = 1011;
const BANNED: i32 = 1012;
const ALREADY_IMPORTED: i32 = 1013;
const PRIORITY_TOO_LOW: i32 = 1014;
const POOL_FULL: i32 = 1016;

type Watch = RpcSubscription<TransactionStatus<Hash>>;

struct InPool {
	hash: Hash,
	nonce: u64,
	/// `None` where it is in the pool by an earlier attempt whose answer was lost.
	watch: Option<Watch>,
	/// Block at which it was anchored; it can only be in later ones.
	anchor: BlockInfo,
}

struct Signed {
	bytes: Vec<u8>,
	nonce: u64,
	anchor: BlockInfo,
	best: BlockNumber,
	node: Option<String>,
}

impl Chain {
	/// Signs `call`, sends it, and waits as `wait` says.
	///
	/// Transactions of one account are sent one after another with consecutive nonces; they may be
	/// waited for at the same time. What the pool refuses for a reason that passes (a nonce taken by
	/// another program, a temporary ban) is signed again and retried.
	///
	/// Errors: [`Error::Refused`] by the pool, [`Error::Dispatch`] when executed and failed,
	/// [`Error::Dropped`] when it left the pool, [`Error::InsufficientBalance`] for fees.
	pub async fn submit(&self, signer: &Signer, call: &Call, wait: WaitFor) -> Result<Submitted> {
		self.broadcast(signer, call).await?.wait(wait).await
	}

	/// Signs `call` and sends it. It is in the pool when this returns, and can be waited for.
	///
	/// Errors: those of [`Self::submit`] that come before a transaction is executed.
	pub async fn broadcast(&self, signer: &Signer, call: &Call) -> Result<Pending> {
		let sent = self.send(signer, call).await?;
		Ok(Pending { chain: self.clone(), account: signer.account(), sent })
	}

	/// Fee that `call` would cost `signer` now, tips aside.
	pub async fn estimate_fee(&self, signer: &Signer, call: &Call) -> Result<Balance> {
		let at = self.at_best().await?;
		let nonce = self.next_index(&signer.account()).await?;
		let transaction = at.sign(signer, call, nonce, 0, at.block())?;
		let transaction = at.client.transactions().from_bytes(transaction);
		let fee = transaction.partial_fee_estimate().await;
		fee.map_err(|error| self.subxt_error("a fee estimate", error))
	}

	async fn next_index(&self, account: &AccountId) -> Result<u64> {
		let bytes: &[u8; 32] = account.as_ref();
		let account = subxt::utils::AccountId32(*bytes);
		let index = self.inner.methods.system_account_next_index(&account).await;
		index.map_err(|error| self.rpc_error("system_accountNextIndex", error))
	}

	/// Gets a transaction into the pool.
	async fn send(&self, signer: &Signer, call: &Call) -> Result<InPool> {
		let account = signer.account();
		let lock = self.inner.nonces.of(&account);
		let mut last = lock.lock().await;
		let mut least = 0;
		let mut attempt = 0;
		let mut unanswered: Option<Signed> = None;
		loop {
			attempt += 1;
			let doubtful = unanswered.is_some();
			let signed = match unanswered.take() {
				Some(signed) => signed,
				None => self.sign_next(signer, call, last.as_ref(), least, attempt).await?,
			};
			let (hash, nonce, anchor) = (blake2(&signed.bytes), signed.nonce, signed.anchor);
			let taken =
				Sent { nonce, at: Instant::now(), best: signed.best, node: signed.node.clone() };
			let refusal = match self.offer(&signed.bytes).await {
				Ok(watch) => {
					*last = Some(taken);
					self.inner.failover.spread(&signed.bytes).await;
					return Ok(InPool { hash, nonce, watch: Some(watch), anchor });
				},
				Err(refusal) => refusal,
			};
			let answer = refusal.answer();
			tracing::debug!(%hash, nonce, attempt, ?answer, "not taken into the pool");
			// The very same transaction is there: sent before, by an attempt that was not answered.
			if answer == PoolAnswer::Known || doubtful && answer == PoolAnswer::NonceStale {
				*last = Some(taken);
				return Ok(InPool { hash, nonce, watch: None, anchor });
			}
			if attempt == ATTEMPTS || answer == PoolAnswer::Final {
				return Err(self.explain(refusal, signer, call).await);
			}
			match answer {
				PoolAnswer::NonceTaken => least = nonce.saturating_add(1),
				PoolAnswer::NonceStale => {
					*last = None;
					least = 0;
				},
				// Sent again as it is, so that it can't be done twice.
				PoolAnswer::Unanswered => unanswered = Some(signed),
				_ => {},
			}
			sleep(Duration::from_millis(250 << attempt)).await;
		}
	}

	/// Signs with the next nonce, at least `least` and after that of `last`.
	async fn sign_next(
		&self,
		signer: &Signer,
		call: &Call,
		last: Option<&Sent>,
		least: u64,
		attempt: u32,
	) -> Result<Signed> {
		let (at, anchor) = self.anchor().await?;
		let best = at.block().number;
		let index = self.next_index(&signer.account()).await?;
		let node = self.url().await;
		let after = last.map_or(0, |last| last.least_next(index, best, &node));
		let nonce = index.max(least).max(after);
		// A tip of a few of the smallest unit makes another transaction, which no ban covers.
		let tip = Balance::from(attempt - 1);
		let bytes = at.sign(signer, call, nonce, tip, anchor)?;
		Ok(Signed { bytes, nonce, anchor, best, node })
	}

	/// State whose runtime a transaction is signed for, and the block that it is anchored at. The newest
	/// state: an upgrade counts before it is final. A final block, so that no reorganisation makes the
	/// transaction invalid, unless finality lags so far that it would be too old, or none is shown.
	async fn anchor(&self) -> Result<(At, BlockInfo)> {
		let best = self.head(Head::Best).await?;
		let near = |block: &BlockInfo| best.number.saturating_sub(block.number) <= MAX_LAG;
		let finalized = self.head(Head::Finalized).await.ok().filter(near);
		Ok((self.at(best).await?, finalized.unwrap_or(best)))
	}

	async fn offer(&self, transaction: &[u8]) -> Result<Watch, NotTaken> {
		let watch = self.inner.methods.author_submit_and_watch_extrinsic(transaction).await;
		watch.map_err(|error| match error {
			RpcError::User(error) => NotTaken::Pool(error),
			error => NotTaken::Node(error),
		})
	}

	async fn explain(&self, refusal: NotTaken, signer: &Signer, call: &Call) -> Error {
		let error = match refusal {
			NotTaken::Node(error) => {
				return self.rpc_error("author_submitAndWatchExtrinsic", error);
			},
			NotTaken::Pool(error) => error,
		};
		let data = error.data.as_ref().map(|data| data.get().trim_matches('"').to_string());
		let reason = data.unwrap_or_else(|| error.message.clone());
		if reason.contains("Inability to pay")
			&& let Ok(at) = self.at_best().await
			&& let Ok(balance) = at.balance(&signer.account()).await
			&& let Ok(needed) = self.estimate_fee(signer, call).await
		{
			return Error::InsufficientBalance {
				account: signer.account(),
				free: balance.free,
				needed,
			};
		}
		Error::Refused { reason: foreign(&reason), code: error.code }
	}

	async fn wait_for_block(
		&self,
		trace: &Trace,
		watch: Option<Watch>,
		wait: WaitFor,
	) -> Result<BlockInfo> {
		let deadline = Instant::now() + LONGEST_WAIT;
		let hash = trace.hash;
		let Some(mut watch) = watch else { return self.search(trace, wait, deadline).await };
		loop {
			let status = match timeout_at(deadline, watch.next()).await {
				Ok(Some(Ok(status))) => status,
				Ok(_) => return self.search(trace, wait, deadline).await,
				Err(_) => return Err(timed_out(hash)),
			};
			let dropped = |reason: &str| Err(Error::Dropped { hash, reason: reason.into() });
			match status {
				TransactionStatus::InBlock(block) if wait == WaitFor::InBlock => {
					return self.block(block).await;
				},
				TransactionStatus::Finalized(block) => return self.block(block).await,
				TransactionStatus::Usurped(_) => return dropped("another took its nonce"),
				TransactionStatus::Dropped => return dropped("the pool is full"),
				TransactionStatus::Invalid => return dropped("it has become invalid"),
				// The watch ends, the transaction does not.
				TransactionStatus::FinalityTimeout(_) => {
					return self.search(trace, wait, deadline).await;
				},
				_ => {},
			}
		}
	}

	/// Looks for a transaction in the blocks since its anchor, after the watch was lost.
	async fn search(&self, trace: &Trace, wait: WaitFor, deadline: Instant) -> Result<BlockInfo> {
		let head = if wait == WaitFor::Finalized { Head::Finalized } else { Head::Best };
		let mut search = Search::new(self, trace.clone(), None);
		// Only what is final can say that it will never come.
		let heads: &[Head] = match head {
			Head::Best => &[Head::Best, Head::Finalized],
			Head::Finalized => &[Head::Finalized],
		};
		loop {
			for some in heads {
				let found = match self.head(*some).await {
					Ok(tip) => search.find(tip, *some).await,
					Err(error) => Err(error),
				};
				match found {
					Ok(Some(found)) if *some == head => return Ok(found),
					Ok(_) => {},
					Err(error) if passes(&error) && Instant::now() < deadline => {},
					Err(error) => return Err(error),
				}
			}
			if Instant::now() >= deadline {
				return Err(timed_out(trace.hash));
			}
			sleep(Duration::from_secs(2)).await;
		}
	}

	/// Position of a transaction in a block.
	pub(super) async fn position(&self, block: &BlockInfo, hash: &Hash) -> Result<Option<u32>> {
		let transactions = self.transactions(&block.hash).await?;
		let position = transactions.iter().position(|bytes| blake2(bytes) == *hash);
		Ok(position.map(|position| position as u32))
	}
}

fn timed_out(hash: Hash) -> Error {
	Error::Timeout { what: format!("the inclusion of transaction {hash:?}"), after: LONGEST_WAIT }
}

#[derive(Debug)]
enum NotTaken {
	/// The pool's answer.
	Pool(UserError),
	/// No answer.
	Node(RpcError),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum PoolAnswer {
	/// Nothing will change it.
	Final,
	/// It may pass.
	Temporary,
	/// Whether the pool has it is not known.
	Unanswered,
	/// The pool has this very transaction.
	Known,
	/// Another transaction with this nonce is in the pool.
	NonceTaken,
	/// The nonce was used.
	NonceStale,
}

impl NotTaken {
	fn answer(&self) -> PoolAnswer {
		let Self::Pool(error) = self else { return PoolAnswer::Unanswered };
		let data = error.data.as_ref().map(|data| data.get()).unwrap_or_default();
		match error.code {
			INVALID_TRANSACTION if data.contains("outdated") => PoolAnswer::NonceStale,
			// The birth block of the era is not known to the node yet.
			INVALID_TRANSACTION if data.contains("ancient birth block") => PoolAnswer::Temporary,
			UNKNOWN_VALIDITY | BANNED | POOL_FULL => PoolAnswer::Temporary,
			ALREADY_IMPORTED => PoolAnswer::Known,
			PRIORITY_TOO_LOW => PoolAnswer::NonceTaken,
			_ => PoolAnswer::Final,
		}
	}
}

/// A signed transaction for inclusion in the blocks after `block`.
fn sign<C: OfflineClientAtBlockT<SubstrateConfig>>(
	client: &ClientAtBlock<SubstrateConfig, C>,
	block: BlockInfo,
	signer: &Signer,
	call: &impl Payload,
	nonce: u64,
	tip: Balance,
) -> Result<Vec<u8>, ExtrinsicError> {
	let params = DefaultExtrinsicParamsBuilder::<SubstrateConfig>::new()
		.nonce(nonce)
		.tip(tip)
		.mortal_from_unchecked(MORTALITY, block.number.into(), block.hash)
		.build();
	let mut transaction = client.transactions().create_signable_offline(call, params)?;
	Ok(transaction.sign(signer.pair())?.into_encoded())
}

impl At {
	/// Signs a call for the runtime after this block, for inclusion in the blocks after `anchor`.
	pub(super) fn sign(
		&self,
		signer: &Signer,
		call: &Call,
		nonce: u64,
		tip: Balance,
		anchor: BlockInfo,
	) -> Result<Vec<u8>> {
		let call = payload(call, self.client.metadata_ref())?;
		sign(&self.client, anchor, signer, &call, nonce, tip)
			.map_err(|error| self.chain.subxt_error("a transaction to be signed", error))
	}

	/// Events of one transaction of this block; an error where it failed.
	pub(crate) async fn transaction_events(&self, hash: &Hash) -> Result<Vec<EventRecord>> {
		let position = self.chain.position(&self.block(), hash).await?.ok_or_else(|| {
			Error::decode(
				"a block",
				format!("transaction {hash:?} is not in {:?}", self.block().hash),
			)
		})?;
		let (all, metadata) = self.raw_events().await?;
		for event in all.iter() {
			let event = event.map_err(|error| Error::decode("an event", error))?;
			let mine = event.phase() == Phase::ApplyExtrinsic(position);
			if mine && event.pallet_name() == "System" && event.event_name() == "ExtrinsicFailed" {
				return Err(dispatch_error(event.field_bytes(), &metadata));
			}
		}
		let mut events = events::decode_all(&all, &metadata)?;
		events.retain(|event| event.transaction == Some(position));
		Ok(events)
	}
}

pub(super) fn dispatch_error(bytes: &[u8], metadata: &ArcMetadata) -> Error {
	match DispatchError::decode_from(bytes, metadata.clone()) {
		Ok(error) => {
			let (failure, reason) = events::describe(&error, metadata);
			let Failure { pallet, name, docs } = failure;
			Error::Dispatch { pallet, name, docs, reason }
		},
		Err(error) => Error::decode("a dispatch error", error),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_interface::{METADATA, deals};
	use assay_primitives::task::TaskId;
	use subxt::{Metadata, OfflineClient, config::substrate::SpecVersionForRange};

	fn pool(code: i32, data: &str) -> NotTaken {
		let data = serde_json::value::RawValue::from_string(format!("{data:?}")).ok();
		NotTaken::Pool(UserError { code, message: "refused".into(), data })
	}

	#[test]
	fn refusals_should_be_retried_only_when_they_can_pass() {
		for (refusal, answer) in [
			(pool(1010, "Transaction is outdated"), PoolAnswer::NonceStale),
			(pool(1010, "Transaction has an ancient birth block"), PoolAnswer::Temporary),
			(
				pool(1010, "Inability to pay some fees (e.g. account balance too low)"),
				PoolAnswer::Final,
			),
			(pool(1010, "Transaction has a bad signature"), PoolAnswer::Final),
			(pool(1012, ""), PoolAnswer::Temporary),
			(pool(1013, "0x12"), PoolAnswer::Known),
			(pool(1014, "The transaction has too low priority"), PoolAnswer::NonceTaken),
			(pool(1016, ""), PoolAnswer::Temporary),
			(pool(1018, ""), PoolAnswer::Final),
			(NotTaken::Node(RpcError::Client("gone".into())), PoolAnswer::Unanswered),
		] {
			assert_eq!(refusal.answer(), answer, "{refusal:?}");
		}
	}

	#[tokio::test]
	async fn nonce_should_not_go_on_from_a_transaction_that_the_pool_has_lost() {
		let node = |name: &str| Some(name.to_string());
		let sent = Sent { nonce: 7, at: Instant::now(), best: 20, node: node("a") };
		assert_eq!(sent.least_next(7, 20, &node("a")), 8, "the node may be slow to count it");
		assert_eq!(sent.least_next(8, 21, &node("a")), 8, "it is in the pool or in a block");
		assert_eq!(sent.least_next(7, 21, &node("a")), 0, "not counted after a block: lost");
		assert_eq!(sent.least_next(7, 20, &node("b")), 0, "another node");
		assert_eq!(sent.least_next(7, 20, &None), 0);
		let old = Sent { at: Instant::now() - POOL_DELAY, ..sent };
		assert_eq!(old.least_next(7, 20, &node("a")), 0);
	}

	#[test]
	fn transaction_should_be_signed_with_every_extension_of_the_runtime() {
		let metadata = Metadata::decode_from(METADATA).expect("it is committed").arc();
		let versions =
			SpecVersionForRange { block_range: 0..100, spec_version: 1, transaction_version: 1 };
		let config = SubstrateConfig::builder()
			.set_genesis_hash(Hash::repeat_byte(1))
			.set_metadata_for_spec_versions([(1, metadata)])
			.set_spec_version_for_block_ranges([versions])
			.build();
		let client = OfflineClient::new_with_config(config).at_block(50u64).expect("in range");
		let block =
			BlockInfo { number: 50, hash: Hash::repeat_byte(2), parent: Hash::repeat_byte(3) };
		let signer = Signer::from_uri("//Alice").expect("development key");
		let task = TaskId { deal: 1, index: 0 }.into();
		let call = Call::Deals(deals::Call::poke { task });
		let call = payload(&call, client.metadata_ref()).expect("the chain has it");
		let made = |nonce, tip| {
			sign(&client, block, &signer, &call, nonce, tip).expect("all extensions are known")
		};
		let bytes = made(7, 0);
		let account: [u8; 32] = signer.account().into();
		assert!(bytes.windows(32).any(|window| window == account), "it names the signer");
		let call = client.transactions().call_data(&call).expect("encodes");
		assert!(bytes.ends_with(&call), "the call comes last, as the index of content needs it");
		assert_ne!(blake2(&bytes), blake2(&made(7, 1)), "a tip makes another transaction");
	}
}
