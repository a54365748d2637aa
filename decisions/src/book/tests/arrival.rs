//! What is kept of what comes.

use super::*;
use assay_primitives::{
	Signature,
	order::{OrderFault, Refusal, sponsorship_text, wrapped},
};
use polkadot_sdk::sp_core::{Pair as _, sr25519::Pair};

fn key(name: &str) -> Pair {
	Pair::from_string(&format!("//{name}"), None).expect("development key")
}

fn of(pair: &Pair) -> AccountId {
	AccountId::new(pair.public().0)
}

fn signer() -> AccountId {
	of(&key("Alice"))
}

/// A key's consent to a text.
fn consent(text: &str, pair: &Pair) -> Authorization {
	Signature::Sr25519(pair.sign(wrapped(text).as_bytes())).into()
}

fn signed(change: impl FnOnce(&mut RequestOrder)) -> OrderFile {
	let mut order = request(1, 0);
	order.client = signer();
	change(&mut order);
	let mut file = OrderFile::new(GENESIS, AnyOrder::Request(Box::new(order)));
	file.authorization = Some(consent(&file.text(), &key("Alice")));
	file
}

fn judge(file: OrderFile, record: Option<OrderRecord>) -> Result<Arrival, NotKept> {
	Arrival::screen(&file, &GENESIS, NOW, &CONSTANTS)?;
	Arrival::verify(file, Known { now: NOW, owner: signer(), record })
}

fn record(consumed: u32, closed: bool, presigned_by: Option<AccountId>) -> Option<OrderRecord> {
	Some(OrderRecord {
		consumed,
		closed,
		presigned_by,
		sponsor_withdrew: false,
		until: 100,
		depositor: account(0),
		deposit: 0,
	})
}

#[test]
fn signed_order_should_be_kept_and_tampered_ones_refused() {
	let good = signed(|_| {});
	assert_eq!(judge(good.clone(), None).expect("it holds").left, 1);
	let mut tampered = good.clone();
	let AnyOrder::Request(order) = &mut tampered.order else { panic!("a request") };
	order.request.max_price.base = 1;
	assert_eq!(
		judge(tampered, None).expect_err("changed"),
		NotKept::from(OrderFault::NotAuthorized.of(Kind::Request))
	);
	let mut unsigned = good.clone();
	unsigned.authorization = None;
	assert_eq!(judge(unsigned.clone(), None).expect_err("unsigned"), NotKept::NotSigned);
	let by = |who| record(0, false, Some(who));
	judge(unsigned.clone(), by(signer())).expect("presigned on chain");
	assert_eq!(judge(unsigned, by(account(1))).expect_err("by another"), NotKept::NotSigned);
	let mut malformed = good.clone();
	malformed.authorization = Some(Authorization::Signature(vec![9; 65].try_into().expect("65")));
	assert_eq!(
		judge(malformed, None).expect_err("no scheme 9"),
		NotKept::from(OrderFault::SignatureMalformed.of(Kind::Request))
	);
	let mut foreign = good;
	foreign.genesis = Hash::zero();
	assert_eq!(judge(foreign, None).expect_err("another network"), NotKept::WrongNetwork);
}

#[test]
fn order_should_be_refused_when_it_is_of_another_network_though_its_file_says_ours() {
	let mut file = signed(|_| {});
	let elsewhere = file.order.text(&Hash::zero());
	file.authorization = Some(consent(&elsewhere, &key("Alice")));
	assert_eq!(
		judge(file, None).expect_err("signed elsewhere"),
		NotKept::from(OrderFault::NotAuthorized.of(Kind::Request))
	);
}

#[test]
fn order_should_be_refused_when_it_was_used_closed_or_is_of_another_time() {
	let good = || signed(|_| {});
	assert_eq!(
		judge(good(), record(1, false, None)).expect_err("used"),
		NotKept::from(OrderFault::UsedUp.of(Kind::Request))
	);
	assert_eq!(
		judge(good(), record(0, true, None)).expect_err("closed"),
		NotKept::from(OrderFault::Closed.of(Kind::Request))
	);
	let expired = signed(|order| order.request.valid_until = NOW - 1);
	assert_eq!(
		judge(expired, None).expect_err("too late"),
		NotKept::from(OrderFault::Expired.of(Kind::Request))
	);
	let long = signed(|order| order.request.valid_until = NOW + 1_001);
	assert_eq!(
		judge(long, None).expect_err("too long"),
		NotKept::from(OrderFault::LifeTooLong.of(Kind::Request))
	);
	let half = signed(|order| order.volume = 3);
	assert_eq!(judge(half, record(1, false, None)).expect("two are left").left, 2);
}

#[test]
fn order_should_be_refused_when_no_chain_would_match_it() {
	let changes: [fn(&mut RequestOrder); 8] = [
		|order| order.volume = 0,
		|order| order.tip = order.highest_tip(CONSTANTS.tip).expect("it fits") + 1,
		|order| order.min_candidates = 33,
		|order| order.request.run_blocks = 0,
		|order| order.request.task.limits.gas = 0,
		|order| order.request.task.limits.memory_pages = 0,
		|order| order.request.max_price.base = Balance::MAX,
		|order| order.request.policy = Policy::Quorum { replicas: 2, required: 1 },
	];
	for (at, change) in changes.into_iter().enumerate() {
		let refusal = judge(signed(change), None).expect_err("impossible");
		assert!(matches!(refusal, NotKept::Refused(_)), "{at}: {refusal:?}");
		assert_eq!(refusal.code(), "impossible", "{at}: {refusal:?}");
	}
}

#[test]
fn sponsor_should_have_signed_where_one_is_named() {
	let bob = key("Bob");
	let sponsored = || signed(|order| order.sponsor = Some(of(&bob)));
	assert_eq!(judge(sponsored(), None).expect_err("it has not"), Refusal::SponsorMissing.into());
	let with = |sponsor| {
		let mut file = sponsored();
		file.sponsor = Some(sponsor);
		judge(file, None)
	};
	let pays = |pair: &Pair| {
		let AnyOrder::Request(order) = sponsored().order else { panic!("a request") };
		consent(&sponsorship_text(&order, &GENESIS), pair)
	};
	let missing = with(Authorization::OnChain).expect_err("nobody submits it himself");
	assert_eq!(missing, Refusal::SponsorNotAuthorized.into());
	let wrong = with(pays(&key("Alice"))).expect_err("the client's own");
	assert_eq!(wrong, Refusal::SponsorNotAuthorized.into());
	with(pays(&bob)).expect("the sponsor's");
	let mut paid = sponsored();
	let AnyOrder::Request(order) = &paid.order else { panic!("a request") };
	paid.sponsor = Some(consent(&sponsorship_text(order, &GENESIS), &bob));
	let withdrawn = OrderRecord { sponsor_withdrew: true, ..record(0, false, None).expect("one") };
	assert_eq!(judge(paid, Some(withdrawn)).expect_err("no more"), Refusal::SponsorWithdrew.into());
}

/// As the chain does, which looks at the order by itself, then at its owner, then at who pays.
#[test]
fn first_reason_should_be_the_chains_when_there_are_two() {
	let of = |why: OrderFault| NotKept::from(why.of(Kind::Request));
	let closed = || record(0, true, None);
	let dear = |order: &mut RequestOrder| order.tip = Balance::MAX;
	let long = |order: &mut RequestOrder| order.request.valid_until = NOW + 1_001;
	let unpaid = |order: &mut RequestOrder| order.sponsor = Some(account(7));
	let refused = |change: &dyn Fn(&mut RequestOrder), record| {
		judge(signed(change), record).expect_err("two faults")
	};
	let tipped = refused(&|order| (dear(order), long(order)).0, None);
	assert_eq!(tipped, Refusal::TipTooHigh.into());
	assert_eq!(
		refused(&|order| (long(order), unpaid(order)).0, closed()),
		of(OrderFault::LifeTooLong)
	);
	assert_eq!(refused(&unpaid, closed()), of(OrderFault::Closed));
	assert_eq!(refused(&unpaid, record(1, false, None)), of(OrderFault::UsedUp));
	let many = |order: &mut RequestOrder| order.min_candidates = 33;
	assert_eq!(refused(&many, closed()), of(OrderFault::Closed));
	let both = |order: &mut RequestOrder| (many(order), unpaid(order)).0;
	assert_eq!(refused(&both, None), Refusal::SponsorMissing.into());
	let mut withdrawn = closed().expect("one");
	withdrawn.sponsor_withdrew = true;
	assert_eq!(refused(&unpaid, Some(withdrawn)), of(OrderFault::Closed));
}
