//! Texts, ids and signatures of orders.

use super::*;
use crate::{
	MILLI, UNIT,
	policy::Policy,
	price::Price,
	profile::Profile,
	request::Hints,
	task::{Args, Input, InputList, Limits, TaskSpec},
};
use alloc::vec::Vec;
use polkadot_sdk::{
	sp_core::{Pair, ecdsa, ed25519, sr25519},
	sp_runtime::{MultiSignature, MultiSigner, traits::IdentifyAccount},
};

const GENESIS: Hash = Hash::repeat_byte(0xaa);

fn account(byte: u8) -> AccountId {
	AccountId::new([byte; 32])
}

fn args(list: &[&[u8]]) -> Args {
	let args = list.iter().map(|arg| BoundedVec::truncate_from(arg.to_vec())).collect();
	BoundedVec::truncate_from(args)
}

fn hints(hint: &[u8]) -> Hints {
	Hints::truncate_from(alloc::vec![BoundedVec::truncate_from(hint.to_vec())])
}

fn request_order() -> RequestOrder {
	RequestOrder {
		client: account(1),
		request: Request {
			task: TaskSpec {
				module: ContentRef { hash: Hash::repeat_byte(2), size: 100 },
				profile: Profile::BASE.id(),
				args: args(&[b"--count", b"four"]),
				env: Args::default(),
				input: Input::None,
				seed: Hash::zero(),
				limits: Limits { gas: 10_000_000, memory_pages: 64, output_bytes: 1_000 },
			},
			policy: Policy::Quorum { replicas: 3, required: 2 },
			canary: false,
			max_price: Price { base: 5 * MILLI, per_mgas: 7 * MILLI },
			run_blocks: 5,
			tags: 0,
			valid_until: 100,
			hints: Hints::default(),
		},
		app: Some(4),
		dataset: None,
		max_app_price: UNIT,
		max_dataset_price: 0,
		min_publisher_bond: 0,
		volume: 3,
		min_candidates: 3,
		providers: Accounts::Group(group(9)),
		mediators: Mediators::default(),
		sponsor: Some(account(3)),
		beneficiary: None,
		tip: MILLI,
		salt: 0,
	}
}

fn group(number: u32) -> GroupId {
	GroupId { owner: account(7), number }
}

fn app_order() -> AppOrder {
	AppOrder {
		app: 4,
		content: ContentRef { hash: Hash::repeat_byte(2), size: 100 },
		price: 5,
		liability: 6,
		volume: 10,
		clients: Accounts::Listed(BoundedVec::truncate_from(alloc::vec![account(1), account(2)])),
		datasets: Assets::Listed(BoundedVec::truncate_from(alloc::vec![
			Hash::repeat_byte(1),
			Hash::repeat_byte(2)
		])),
		providers: Accounts::Any,
		mediators: Mediators::default(),
		valid_until: 100,
		salt: 1,
	}
}

fn only(ids: &[u8]) -> Mediators {
	Mediators::only(BoundedVec::truncate_from(ids.iter().map(|id| account(*id)).collect()))
}

#[test]
fn text_should_say_who_judges_and_what_is_given_up_with_the_public_pool() {
	let shown = |mediators| {
		let text = RequestOrder { mediators, ..request_order() }.text(&GENESIS);
		let line = text.lines().find_map(|line| line.strip_prefix("mediators: "));
		String::from(line.expect("there is such a line"))
	};
	let nine = "0x0909090909090909090909090909090909090909090909090909090909090909";
	assert_eq!(shown(Mediators::default()), "public");
	let beside = Mediators { public: true, ..only(&[9]) };
	assert_eq!(shown(beside), alloc::format!("public, {nine}"));
	let alone = alloc::format!("{nine} (no appeal unless all name 10 of them)");
	assert_eq!(shown(only(&[9])), alone);
	assert_eq!(shown(only(&[])), "nobody");
}

fn sign(pair: &impl Pair<Signature: Into<MultiSignature>>, text: &str) -> Vec<u8> {
	let signature: MultiSignature = pair.sign(text.as_bytes()).into();
	signature.encode()
}

#[test]
fn request_text_should_be_as_documented() {
	let order = request_order();
	let profile = alloc::format!("{:?}", Profile::BASE.id());
	let expected = "assay order
network: 0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
kind: request
client: 0x0101010101010101010101010101010101010101010101010101010101010101
program: 0x0202020202020202020202020202020202020202020202020202020202020202 (100 bytes)
profile: 0xPROFILE
arguments: 2 (11 bytes)
environment: 0 (0 bytes)
input: none
seed: 0x0000000000000000000000000000000000000000000000000000000000000000
gas limit: 10000000
memory pages at most: 64
output bytes at most: 1000
app: 4
dataset: none
verified by: 2 equal results of 3 replicas
replicas of each task: 3 to 7
one runs ahead: no
run time: 5 blocks
tags: 0x00000000
candidates at least: 3
replica costs at most: 0.005 ASY + 0.007 ASY per million gas
app costs at most: 1 ASY
dataset costs at most: 0 ASY
publisher bond at least: 0 ASY
tip for each task: 0.001 ASY
providers: group 9 of 0x0707070707070707070707070707070707070707070707070707070707070707
mediators: public
sponsor: 0x0303030303030303030303030303030303030303030303030303030303030303
beneficiary: none
hints: none
salt: 0
volume: 3
valid until block: 100
hash: ";
	let hash = alloc::format!("{:?}", order.id(&GENESIS));
	let expected = expected.replace("0xPROFILE", &profile);
	assert_eq!(order.text(&GENESIS), alloc::format!("{expected}{hash}"));
}

#[test]
fn plain_request_should_be_for_each_of_its_inputs() {
	let of = |input| {
		let mut request = request_order().request;
		request.task.input = input;
		RequestOrder::plain(account(1), request)
	};
	let inputs = [ContentRef::of(b"input"); 3];
	assert_eq!(of(Input::List(InputList::of(&inputs).0)).volume, 3);
	assert_eq!((of(Input::Blob(inputs[0])).volume, of(Input::None).volume), (1, 1));
	assert_eq!(of(Input::None).min_candidates, 3, "those of the first wave");
}

#[test]
fn app_text_should_name_every_account_that_is_listed() {
	let text = app_order().text(&GENESIS);
	let one = "0101010101010101010101010101010101010101010101010101010101010101";
	let two = "0202020202020202020202020202020202020202020202020202020202020202";
	assert!(text.contains(&alloc::format!("\nclients: 0x{one}, 0x{two}\n")), "{text}");
	assert!(text.contains("\ndatasets: 0x0101010101010101010101010101010101010101010101010101010101010101, 0x0202020202020202020202020202020202020202020202020202020202020202\n"), "{text}");
	assert!(text.contains("\ntask costs: 0.000000000005 ASY\n"), "{text}");
}

/// The text without its last line.
fn lines(order: &impl Order) -> String {
	let text = order.text(&GENESIS);
	text.rsplit_once('\n').expect("there are lines").0.into()
}

/// Each change gives lines of its own.
fn all_show<O: Order + Clone>(order: &O, changes: &[fn(&mut O)]) {
	let mut seen = alloc::vec![lines(order)];
	for (at, change) in changes.iter().enumerate() {
		let mut other = order.clone();
		change(&mut other);
		let shown = lines(&other);
		assert!(!seen.contains(&shown), "change {at} is not shown, or as another:\n{shown}");
		seen.push(shown);
	}
}

#[test]
fn every_field_of_a_request_that_can_cost_money_should_be_shown() {
	let changes: &[fn(&mut RequestOrder)] = &[
		|it| it.client = account(9),
		|it| it.request.task.module.hash = Hash::repeat_byte(9),
		|it| it.request.task.module.size = 9,
		|it| it.request.task.profile = Hash::repeat_byte(9),
		|it| it.request.task.args = args(&[b"--count", b"four", b""]),
		|it| it.request.task.args = args(&[b"--count", b"fourteen"]),
		|it| it.request.task.env = args(&[b"A=1"]),
		|it| it.request.task.input = Input::Blob(ContentRef::of(b"input")),
		|it| {
			let (inputs, _) = InputList::of(&[ContentRef::of(b"input")]);
			it.request.task.input = Input::List(inputs);
		},
		|it| it.request.task.seed = Hash::repeat_byte(9),
		|it| it.request.task.limits.gas = 9,
		|it| it.request.task.limits.memory_pages = 9,
		|it| it.request.task.limits.output_bytes = 9,
		|it| it.request.policy = Policy::Quorum { replicas: 3, required: 3 },
		|it| it.request.policy = Policy::Quorum { replicas: 4, required: 3 },
		|it| it.request.policy = Policy::Trust { trust: 9 },
		|it| it.request.policy = Policy::Trust { trust: 10 },
		|it| it.request.policy = Policy::Single { check_ppm: 200_000, stake_factor: 5 },
		|it| it.request.policy = Policy::Single { check_ppm: 200_000, stake_factor: 6 },
		|it| it.request.policy = Policy::Single { check_ppm: 200_001, stake_factor: 5 },
		|it| it.request.canary = true,
		|it| it.request.max_price.base = 9,
		|it| it.request.max_price.per_mgas = 9,
		|it| it.request.run_blocks = 9,
		|it| it.request.tags = 9,
		|it| it.request.valid_until = 9,
		|it| it.app = None,
		|it| it.dataset = Some(9),
		|it| it.max_app_price = 9,
		|it| it.max_dataset_price = 9,
		|it| it.min_publisher_bond = 9,
		|it| it.volume = 9,
		|it| it.request.hints = hints(b"https://content.example"),
		|it| it.request.hints = hints(b"assay-sealed:\nvolume: 1"),
		|it| it.min_candidates = 9,
		|it| it.providers = Accounts::Any,
		|it| it.mediators = only(&[9]),
		|it| it.mediators.named = only(&[9]).named,
		|it| it.mediators.public = false,
		|it| it.sponsor = None,
		|it| it.beneficiary = Some(account(9)),
		|it| it.tip = 9,
		|it| it.salt = 9,
	];
	all_show(&request_order(), changes);
}

#[test]
fn no_value_should_look_like_a_line_of_its_own() {
	let mut order = request_order();
	order.request.hints = hints(b"x\nvolume: 1\r\xff");
	let text = order.text(&GENESIS);
	assert!(text.contains("\nhints: x\\nvolume: 1\\r\\xff\n"), "{text}");
	assert_eq!(text.lines().count(), request_order().text(&GENESIS).lines().count());
}

#[test]
fn every_field_of_what_is_sold_should_be_shown() {
	let resource = ResourceOrder {
		provider: account(1),
		signer: account(2),
		terms: Terms {
			profile: Profile::BASE.id(),
			price: Price { base: 1, per_mgas: 2 },
			max_gas: 3,
			max_memory_pages: 4,
			min_run_blocks: 5,
			valid_until: 6,
		},
		volume: 7,
		clients: Accounts::Any,
		apps: Assets::Any,
		datasets: Assets::Any,
		mediators: Mediators::default(),
		salt: 8,
	};
	all_show(
		&resource,
		&[
			|it| it.provider = account(9),
			|it| it.signer = account(9),
			|it| it.terms.profile = Hash::repeat_byte(9),
			|it| it.terms.price.base = 9,
			|it| it.terms.price.per_mgas = 9,
			|it| it.terms.max_gas = 9,
			|it| it.terms.max_memory_pages = 9,
			|it| it.terms.min_run_blocks = 9,
			|it| it.terms.valid_until = 9,
			|it| it.volume = 9,
			|it| it.clients = Accounts::Group(group(9)),
			|it| it.apps = Assets::OwnedByGroup(group(9)),
			|it| it.datasets = Assets::OwnedByGroup(group(9)),
			|it| it.mediators = only(&[9]),
			|it| it.mediators.named = only(&[9]).named,
			|it| it.mediators.public = false,
			|it| it.salt = 9,
		],
	);
	all_show(
		&app_order(),
		&[
			|it| it.app = 9,
			|it| it.content = ContentRef::of(b"other"),
			|it| it.price = 9,
			|it| it.liability = 9,
			|it| it.volume = 9,
			|it| it.clients = Accounts::Any,
			|it| it.datasets = Assets::Any,
			|it| it.providers = Accounts::Group(group(9)),
			|it| it.mediators = only(&[9]),
			|it| it.mediators.public = false,
			|it| it.valid_until = 9,
			|it| it.salt = 9,
		],
	);
}

#[test]
fn id_should_differ_when_network_kind_or_any_field_differs() {
	let order = request_order();
	let id = order.id(&GENESIS);
	assert_ne!(id, order.id(&Hash::zero()));
	assert_ne!(id, RequestOrder { salt: 1, ..order.clone() }.id(&GENESIS));
	assert_ne!(id, RequestOrder { tip: 0, ..order.clone() }.id(&GENESIS));
	let mut other = order.clone();
	other.request.task.seed = Hash::repeat_byte(1);
	assert_ne!(id, other.id(&GENESIS));
	// Same fields, same encoding, another kind.
	let app = app_order();
	let dataset = DatasetOrder {
		dataset: app.app,
		content: app.content,
		price: app.price,
		liability: app.liability,
		volume: app.volume,
		clients: app.clients.clone(),
		apps: app.datasets.clone(),
		providers: app.providers.clone(),
		mediators: app.mediators.clone(),
		valid_until: app.valid_until,
		salt: app.salt,
	};
	assert_eq!(app.encode(), dataset.encode());
	assert_ne!(app.id(&GENESIS), dataset.id(&GENESIS));
}

#[test]
fn signatures_of_all_schemes_should_verify_raw_and_wrapped() {
	fn check<P: Pair<Signature: Into<MultiSignature>, Public: Into<MultiSigner>>>() {
		let pair = P::from_seed_slice(&[7; 32]).expect("32 bytes are a seed");
		let signer = pair.public().into().into_account();
		let text = request_order().text(&GENESIS);
		assert_eq!(verify_text(&sign(&pair, &text), &text, &signer), Ok(()));
		assert_eq!(verify_text(&sign(&pair, &wrapped(&text)), &text, &signer), Ok(()));
		let other = account(9);
		let signature = sign(&pair, &text);
		assert_eq!(verify_text(&signature, &text, &other), Err(SignatureFault::WrongSigner));
		let elsewhere = request_order().text(&Hash::zero());
		assert_eq!(verify_text(&signature, &elsewhere, &signer), Err(SignatureFault::WrongSigner));
	}
	check::<sr25519::Pair>();
	check::<ed25519::Pair>();
	check::<ecdsa::Pair>();
}

#[test]
fn signature_should_be_malformed_and_not_wrong_when_its_form_is_unknown() {
	let pair = sr25519::Pair::from_seed(&[7; 32]);
	let signer: AccountId = pair.public().0.into();
	let text = request_order().text(&GENESIS);
	let good = sign(&pair, &text);
	let mut long = good.clone();
	long.push(0);
	let mut scheme = good.clone();
	scheme[0] = 9;
	for bad in [&[][..], &good[1..], &good[..64], &long, &scheme] {
		assert_eq!(verify_text(bad, &text, &signer), Err(SignatureFault::Malformed));
	}
	// Another scheme of the same length is well-formed.
	let mut scheme = good;
	scheme[0] = 0;
	assert_eq!(verify_text(&scheme, &text, &signer), Err(SignatureFault::WrongSigner));
}

#[test]
fn consents_should_not_stand_for_each_other() {
	let order = request_order();
	let id = order.id(&GENESIS);
	let texts = [
		order.text(&GENESIS),
		close_text(Kind::Request, &id, &GENESIS),
		close_text(Kind::App, &id, &GENESIS),
		sponsorship_text(&order, &GENESIS),
	];
	for (at, one) in texts.iter().enumerate() {
		assert!(texts.iter().skip(at + 1).all(|other| other != one));
		assert!(one.ends_with(&alloc::format!("hash: {id:?}")));
	}
}
