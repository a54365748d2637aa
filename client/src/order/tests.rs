//! Building, signing and carrying orders.

use super::*;
use crate::{
	job::{JobOptions, MaxPrice},
	keys::Signer,
};
use assay_primitives::{
	Hash, UNIT,
	content::ContentRef,
	order::{AnyOrder, Authorization, RequestOrder},
	price::Price,
	profile::Profile,
};

const GENESIS: Hash = Hash::repeat_byte(0xaa);

fn signer() -> Signer {
	Signer::from_uri("//Alice").expect("development key")
}

fn request_order() -> RequestOrder {
	let options = JobOptions::new(ContentRef::of(b"module"), MaxPrice::PerReplica(UNIT));
	request(&signer().account(), &options, 1, 10).expect("the usual job is possible")
}

fn any() -> AnyOrder {
	AnyOrder::Request(Box::new(request_order()))
}

#[test]
fn signed_order_should_verify_for_its_signer_and_network_only() {
	let order = any();
	let signature = sign(&order, &GENESIS, &signer());
	let account = signer().account();
	verify(&order, &signature, &GENESIS, &account).expect("just signed");
	assert!(verify(&order, &signature, &Hash::zero(), &account).is_err());
	let other = Signer::from_uri("//Bob").expect("development key").account();
	assert!(verify(&order, &signature, &GENESIS, &other).is_err());
	let RequestOrder { salt, .. } = request_order();
	assert_ne!(salt, request_order().salt, "every order has another salt");
}

#[test]
fn order_should_need_a_salt_and_candidates_as_its_policy_does() {
	let order = request_order();
	assert_eq!(order.min_candidates, order.request.policy.first_wave());
	assert_eq!(order.request.valid_until, 110);
}

#[test]
fn wallets_signature_should_be_taken_with_and_without_its_scheme() {
	let order = any();
	let text = order.text(&GENESIS);
	let account = signer().account();
	for message in [text.clone(), assay_primitives::order::wrapped(&text)] {
		let bare = signer().sign(message.as_bytes());
		let tagged = [&[1u8][..], &bare].concat();
		for signature in [&bare[..], &tagged] {
			let found = from_wallet(signature, &text, &account).expect("it is Alice's");
			verify(&order, &found, &GENESIS, &account).expect("it is Alice's");
		}
		assert!(from_wallet(&bare[1..], &text, &account).is_err());
		assert!(from_wallet(&bare, "another text", &account).is_err());
	}
}

#[test]
fn file_should_be_read_as_it_was_written() {
	let mut file = OrderFile::new(GENESIS, any());
	assert_eq!(read_file(print_file(&file).as_bytes()).expect("just written"), file);
	file.authorization = Some(sign(&file.order, &GENESIS, &signer()));
	let AnyOrder::Request(order) = &file.order else { panic!("it is a request") };
	file.sponsor = Some(sponsor(order, &GENESIS, &signer()));
	let printed = print_file(&file);
	assert_eq!(read_file(printed.as_bytes()).expect("just written"), file);
	// The text is for people; whoever changes it deceives nobody but the reader of the file.
	let changed = printed.replace("volume: 1", "volume: 2");
	assert_ne!(changed, printed);
	assert_eq!(read_file(changed.as_bytes()).expect("the text is not read"), file);
}

#[test]
fn damaged_files_should_be_refused() {
	let printed = print_file(&OrderFile::new(GENESIS, any()));
	for bad in [
		printed.replace("assay order 1", "assay order 2"),
		printed.replace("\"order\": \"0x0", "\"order\": \"0x9"),
		printed.replace("\"genesis\"", "\"network\""),
		"{}".into(),
		" ".repeat(MAX_FILE_BYTES + 1),
	] {
		assert!(read_file(bad.as_bytes()).is_err());
	}
}

#[test]
fn closing_should_not_be_the_orders_own_signature() {
	let order = any();
	let closing = close_consent(&order, &GENESIS, &signer());
	assert!(verify(&order, &closing, &GENESIS, &signer().account()).is_err());
	let on_chain = Authorization::OnChain;
	assert!(verify(&order, &on_chain, &GENESIS, &signer().account()).is_err());
}

#[test]
fn resource_should_be_valid_from_now_on() {
	let account = signer().account();
	let options = ResourceOptions {
		provider: account.clone(),
		signer: account,
		profile: Profile::BASE.id(),
		price: Price { base: 1, per_mgas: 2 },
		max_gas: 3,
		max_memory_pages: 4,
		min_run_blocks: 5,
		valid_blocks: 6,
		volume: 7,
	};
	let order = resource(&options, 10).expect("there is randomness");
	assert_eq!((order.terms.valid_until, order.volume), (16, 7));
}
