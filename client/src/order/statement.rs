//! Orders as statements: signed messages that nodes keep until they end and hand on among each other,
//! without a transaction.
//!
//! A statement's own signature says who pays for its place on the nodes, which need not be the order's
//! owner. What counts is the order's signature, so nothing else of a statement is believed.

use super::OrderFile;
use crate::{
	error::{Error, Result},
	keys::Signer,
};
use assay_primitives::{
	AccountId, BlockNumber, Hash,
	hashing::tagged_hash,
	order::{AnyOrder, Authorization, Kind, PLACE_BYTES},
};
use codec::{Compact, Decode, DecodeAll, Encode, Input};

/// Longest data of a statement that is looked at, in bytes. The largest order has about 20 KiB.
pub const MAX_DATA_BYTES: usize = 64 * 1024;

/// Topic under which all orders of a network are found.
pub fn topic(genesis: &Hash) -> Hash {
	tagged_hash(b"assay/board/1", genesis)
}

/// Topic under which the orders of a kind are found.
pub fn topic_of_kind(genesis: &Hash, kind: Kind) -> Hash {
	tagged_hash(b"assay/board/kind/1", &(genesis, kind))
}

/// Places on the board that an order takes.
pub fn places(file: &OrderFile) -> u32 {
	let bytes = u32::try_from(data(file).len()).unwrap_or(u32::MAX);
	bytes.div_ceil(PLACE_BYTES).max(1)
}

/// How long a statement stays.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Until {
	/// Unix time in seconds after which nodes drop it.
	pub seconds: u32,
	/// Of two statements with one time or channel, that with the higher number stays.
	pub sequence: u32,
}

impl Until {
	/// As long as an order may be matched, going by `block_millis` for each block, and two minutes
	/// more. `unix` is the present time in seconds, which is the sequence number too, so that what is
	/// posted later takes the place of what was posted earlier.
	pub fn of(order: &AnyOrder, now: BlockNumber, block_millis: u64, unix: u64) -> Self {
		let blocks = u64::from(order.valid_until().saturating_sub(now));
		let seconds = blocks.saturating_mul(block_millis) / 1_000;
		let end = unix.saturating_add(seconds).saturating_add(120);
		let cut = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
		Self { seconds: cut(end), sequence: cut(unix) }
	}
}

/// Channel of an order: posted again, it takes its own place.
pub fn channel(file: &OrderFile) -> Hash {
	file.id()
}

/// Channel of whatever `signer` posts under a name of its choice: each takes the place of the one
/// before.
pub fn named_channel(genesis: &Hash, signer: &AccountId, name: &str) -> Hash {
	tagged_hash(b"assay/board/channel/1", &(genesis, signer, name))
}

/// A signed statement that carries an order, in the nodes' encoding.
///
/// Errors: [`Error::Usage`] for an order that is larger than any that is looked at.
pub fn statement(
	file: &OrderFile,
	channel: &Hash,
	until: Until,
	signer: &Signer,
) -> Result<Vec<u8>> {
	let data = data(file);
	if data.len() > MAX_DATA_BYTES {
		return Err(Error::Usage("the order is too large for a statement".into()));
	}
	let topics = [topic(&file.genesis), topic_of_kind(&file.genesis, file.order.kind())];
	let expiry = u64::from(until.seconds) << 32 | u64::from(until.sequence);
	let mut fields = Vec::with_capacity(data.len() + 256);
	(EXPIRY, expiry).encode_to(&mut fields);
	(CHANNEL, channel).encode_to(&mut fields);
	for (tag, topic) in (TOPIC..).zip(topics) {
		(tag, topic).encode_to(&mut fields);
	}
	(DATA, data).encode_to(&mut fields);
	let account: [u8; 32] = signer.account().into();
	let mut bytes = Compact(FIELDS).encode();
	(PROOF, SR25519, signer.sign(&fields), account).encode_to(&mut bytes);
	bytes.extend_from_slice(&fields);
	Ok(bytes)
}

/// Proof, expiry, channel, two topics, data.
const FIELDS: u32 = 6;
const PROOF: u8 = 0;
const DECRYPTION_KEY: u8 = 1;
const EXPIRY: u8 = 2;
const CHANNEL: u8 = 3;
const TOPIC: u8 = 4;
const DATA: u8 = 8;
const SR25519: u8 = 0;
const ED25519: u8 = 1;
const ECDSA: u8 = 2;

/// The order that a statement of any account carries, unverified.
///
/// Errors: [`Error::Decode`] for whatever is no such statement.
pub fn read(bytes: &[u8], genesis: &Hash) -> Result<OrderFile> {
	let bad = |why: &str| Error::decode("a statement", why.to_string());
	if bytes.len() > MAX_DATA_BYTES + 1_024 {
		return Err(bad("it is too large"));
	}
	let fields = fields(bytes).map_err(|error| bad(&error.to_string()))?;
	if !fields.topics.contains(&topic(genesis)) {
		return Err(bad("it is for another network"));
	}
	let data = fields.data.ok_or_else(|| bad("it carries nothing"))?;
	type Carried = (AnyOrder, Option<Authorization>, Option<Authorization>);
	let (order, authorization, sponsor) = Carried::decode_all(&mut &data[..])
		.map_err(|error| bad(&format!("it carries no order: {error}")))?;
	Ok(OrderFile { genesis: *genesis, order, authorization, sponsor })
}

#[derive(Default)]
struct Fields {
	topics: Vec<Hash>,
	data: Option<Vec<u8>>,
}

/// Cuts a statement into its fields, each of which is there at most once, in the order of the tags.
fn fields(mut bytes: &[u8]) -> Result<Fields, codec::Error> {
	let input = &mut bytes;
	let count = Compact::<u32>::decode(input)?.0;
	let mut found = Fields::default();
	let mut last = None;
	for _ in 0..count {
		let tag = u8::decode(input)?;
		if last.is_some_and(|last| tag <= last) {
			return Err("fields out of order".into());
		}
		last = Some(tag);
		match tag {
			PROOF => skip_proof(input)?,
			DECRYPTION_KEY | CHANNEL => drop(Hash::decode(input)?),
			EXPIRY => drop(u64::decode(input)?),
			TOPIC..DATA => found.topics.push(Hash::decode(input)?),
			DATA => found.data = Some(Vec::decode(input)?),
			_ => return Err("an unknown field".into()),
		}
	}
	if bytes.is_empty() { Ok(found) } else { Err("bytes behind the last field".into()) }
}

fn skip_proof(input: &mut &[u8]) -> Result<(), codec::Error> {
	let (signature, key) = match u8::decode(input)? {
		SR25519 | ED25519 => (64, 32),
		ECDSA => (65, 33),
		_ => return Err("an unknown proof".into()),
	};
	let mut skipped = [0; 98];
	input.read(&mut skipped[..signature + key])
}

/// What is carried.
fn data(file: &OrderFile) -> Vec<u8> {
	(&file.order, &file.authorization, &file.sponsor).encode()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		job::{JobOptions, MaxPrice},
		order::{request, sign, sponsor},
	};
	use assay_primitives::{UNIT, content::ContentRef, hashing::blake2};
	use polkadot_sdk::sp_statement_store::{SignatureVerificationResult, Statement};

	const GENESIS: Hash = Hash::repeat_byte(0xaa);
	const UNTIL: Until = Until { seconds: 7_000, sequence: 9 };

	fn signer() -> Signer {
		Signer::from_uri("//Alice").expect("development key")
	}

	fn file() -> OrderFile {
		let options = JobOptions::new(ContentRef::of(b"module"), MaxPrice::PerReplica(UNIT));
		let mut order = request(&signer().account(), &options, 1, 10).expect("possible");
		order.sponsor = Some(signer().account());
		let consent = sponsor(&order, &GENESIS, &signer());
		let mut file = OrderFile::new(GENESIS, AnyOrder::Request(Box::new(order)));
		file.authorization = Some(sign(&file.order, &GENESIS, &signer()));
		file.sponsor = Some(consent);
		file
	}

	fn posted(file: &OrderFile) -> Vec<u8> {
		statement(file, &channel(file), UNTIL, &signer()).expect("small enough")
	}

	/// The nodes' own type reads it, and finds the signature good.
	#[test]
	fn statement_should_be_one_for_nodes() {
		let file = file();
		let bytes = posted(&file);
		let read = Statement::decode_all(&mut &bytes[..]).expect("a statement");
		assert_eq!(read.encode(), bytes, "the only encoding");
		let account: [u8; 32] = signer().account().into();
		assert_eq!(read.verify_signature(), SignatureVerificationResult::Valid(account));
		assert_eq!((read.get_expiration_timestamp_secs(), read.expiry() as u32), (7_000, 9));
		assert_eq!(read.channel(), Some(file.id().0));
		let topics: Vec<Hash> = read.topics().iter().map(|it| Hash::from(it.0)).collect();
		assert_eq!(topics, [topic(&GENESIS), topic_of_kind(&GENESIS, Kind::Request)]);
		assert_eq!(read.data_len(), data(&file).len());
		assert!(places(&file) >= 1 && places(&file) * PLACE_BYTES >= read.data_len() as u32);
	}

	#[test]
	fn order_should_be_read_as_it_was_posted() {
		let file = file();
		assert_eq!(read(&posted(&file), &GENESIS).expect("just posted"), file);
		let other = read(&posted(&file), &Hash::zero());
		assert!(other.is_err(), "of another network");
	}

	/// Whatever bytes come, reading them ends in an error or in an order.
	#[test]
	fn damaged_statements_should_be_refused() {
		let bytes = posted(&file());
		for at in 0..bytes.len() {
			assert!(read(&bytes[..at], &GENESIS).is_err(), "cut at {at}");
		}
		let mut longer = bytes.clone();
		longer.push(0);
		assert!(read(&longer, &GENESIS).is_err());
		let mut noise = bytes.clone();
		for round in 0..2_000u32 {
			let seed = blake2(&round.to_le_bytes());
			let at = u32::from_le_bytes([seed[0], seed[1], seed[2], 0]) as usize % noise.len();
			noise[at] = seed[4];
			if round % 8 == 0 {
				noise.clone_from(&bytes);
			}
			// Must not panic; a changed order is not the one that was signed.
			let _ = read(&noise, &GENESIS);
		}
		let twice = [&Compact(2u32).encode()[..], &(EXPIRY, 1u64).encode()].concat();
		assert!(read(&[twice, (EXPIRY, 1u64).encode()].concat(), &GENESIS).is_err());
		let huge = [&Compact(1u32).encode()[..], &[DATA], &Compact(u32::MAX).encode()].concat();
		assert!(read(&huge, &GENESIS).is_err());
	}

	#[test]
	fn until_should_follow_the_orders_last_block() {
		let file = file();
		let until = Until::of(&file.order, 10, 3_000, 1_000);
		assert_eq!(until, Until { seconds: 1_000 + 300 + 120, sequence: 1_000 });
		assert_eq!(Until::of(&file.order, 500, 3_000, 1_000).seconds, 1_120, "it is past its end");
		assert_eq!(Until::of(&file.order, 0, u64::MAX, u64::MAX).seconds, u32::MAX);
	}

	#[test]
	fn channels_should_tell_orders_signers_and_names_apart() {
		let (one, two) = (file(), file());
		assert_ne!(channel(&one), channel(&two));
		let alice = signer().account();
		let bob = Signer::from_uri("//Bob").expect("development key").account();
		let name = named_channel(&GENESIS, &alice, "resource");
		assert_eq!(name, named_channel(&GENESIS, &alice, "resource"));
		assert_ne!(name, named_channel(&GENESIS, &bob, "resource"));
		assert_ne!(name, named_channel(&GENESIS, &alice, "other"));
		assert_ne!(name, named_channel(&Hash::zero(), &alice, "resource"));
	}
}
