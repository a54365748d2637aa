//! What is signed on one fork of the chain, sent on another. After a partition the same numbers are of
//! other deals, cases, offers and assets, and whatever anybody has signed goes around on both sides.

use super::judgement::{done, mediator};
use assay_decisions::sending::LAST_RESORT;
use assay_primitives::{
	MILLI, UNIT,
	case::{CasePhase, CaseView, Vote},
	content::ContentRef,
	deal::{CallbackResult, Opening, Task, TaskState, TaskStatus, single},
	excuse::Excuse,
	order::{Asset, AssetId, AssetKind, AssetTerms, GroupId},
	outcome::{Class, Digest, Outcome},
	profile::Profile,
	request::{OfferId, Terms},
	seal::{Report, Salt, Seal, seal_verdict},
	task::{Args, Input, Limits, TaskId, TaskSpec},
	traits,
};
use assay_runtime::{
	AccountId, Deals, Executive, Groups, Hash, Mediation, Runtime, RuntimeCall, RuntimeEvent,
	System, UncheckedExtrinsic,
};
use assay_simulation::{
	Chain, account,
	deals::sealed,
	key,
	market::{GAS, PRICE, Provider, publish, register, salt, submit},
};
use codec::Encode;
use polkadot_sdk::{
	frame_support::assert_ok,
	frame_system, pallet_transaction_payment,
	sp_core::{bounded::BoundedVec, sr25519::Pair},
	sp_io,
	sp_runtime::{DispatchError, DispatchResult},
};
use std::collections::BTreeMap;

type DealsCall = pallet_deals::Call<Runtime>;
type DealsError = pallet_deals::Error<Runtime>;
type MediationCall = pallet_mediation::Call<Runtime>;
type MediationError = pallet_mediation::Error<Runtime>;
type MarketCall = pallet_market::Call<Runtime>;
type MarketError = pallet_market::Error<Runtime>;
type RegisterCall = pallet_register::Call<Runtime>;
type RegisterError = pallet_register::Error<Runtime>;
type GroupsCall = pallet_groups::Call<Runtime>;

/// The only task and the only case of each fork.
const CASE: u64 = 0;

fn task() -> TaskId {
	single(0)
}

/// A task that the court takes; those of two seeds differ.
fn spec(seed: u8) -> TaskSpec {
	TaskSpec {
		module: ContentRef::of(&done()),
		profile: Profile::BASE.id(),
		args: Args::default(),
		env: Args::default(),
		input: Input::None,
		seed: Hash::repeat_byte(seed),
		limits: Limits { gas: 1 << 20, memory_pages: 16, output_bytes: 1_000 },
	}
}

/// What liars agree on.
fn lie() -> Outcome {
	Outcome { gas_used: 77, ..Outcome::of_no_run(Class::Exited(0)) }
}

/// Something else.
fn other() -> Outcome {
	Outcome { gas_used: 78, ..lie() }
}

/// One side of a partition.
struct Fork {
	chain: Chain,
	genesis: Hash,
	client: Pair,
	watcher: Pair,
	providers: Vec<Provider>,
	spec: TaskSpec,
}

impl Fork {
	/// The chain before the partition.
	fn base() -> Self {
		let mut chain = Chain::start("development");
		let providers = (0..3).map(|index| register(&mut chain, index)).collect();
		let (client, watcher) = (key("Charlie"), key("Eve"));
		publish(&mut chain, &client, &done()).expect("the module is published");
		let genesis = chain.genesis_hash();
		Self { chain, genesis, client, watcher, providers, spec: spec(0) }
	}

	fn copy(&mut self) -> Self {
		Self {
			chain: self.chain.fork(),
			genesis: self.genesis,
			client: self.client.clone(),
			watcher: self.watcher.clone(),
			providers: self.providers.clone(),
			spec: self.spec.clone(),
		}
	}

	/// Opens deal 0 and waits until all three providers are drawn for it.
	fn open(&mut self, seed: u8) {
		self.spec = spec(seed);
		let submit = submit(self.spec.clone(), 3, 2, vec![0, 1, 2]);
		assert_ok!(self.chain.send(&self.client.clone(), submit));
		self.wait(|it| it.task().replicas.len() == 3);
	}

	fn wait(&mut self, holds: impl Fn(&mut Self) -> bool) {
		for _ in 0..400 {
			if holds(self) {
				return;
			}
			self.chain.pass(1);
		}
		panic!("waited in vain");
	}

	fn task(&mut self) -> Task {
		match self.chain.read(|| Deals::task_view(task())).expect("it is known").status {
			TaskStatus::Open(task) => task,
			TaskStatus::Ended(ended) => panic!("ended: {ended:?}"),
		}
	}

	fn digest(&self, outcome: Outcome) -> Digest {
		outcome.digest(&self.spec.hash())
	}

	/// Salt of a provider's run: as in the daemon, no two runs have the same.
	fn salt(&self, at: usize) -> Salt {
		sp_io::hashing::blake2_256(&(self.spec.hash(), at as u32).encode())
	}

	/// The seal of a provider over `outcome`, with the report beside it that another one is true.
	fn sealed(&self, at: usize, outcome: Outcome) -> (TaskId, Hash, Seal) {
		let report = Report::Collusion(self.digest(other()));
		let (id, named) = (self.providers[at].id(), (task(), self.spec.hash()));
		sealed(&self.genesis, named, &id, outcome, report, &self.salt(at))
	}

	fn commit(&self, at: usize, outcome: Outcome) -> DealsCall {
		let (task, task_hash, seal) = self.sealed(at, outcome);
		DealsCall::commit { task, task_hash, seal }
	}

	/// Has some of the providers seal an outcome.
	fn sealed_by(&mut self, providers: std::ops::Range<usize>, outcome: Outcome) {
		for at in providers {
			let commit = self.commit(at, outcome);
			assert_ok!(self.chain.send(&self.providers[at].operator, commit));
		}
	}

	/// Has all providers agree on an outcome.
	fn agree(&mut self, outcome: Outcome) {
		self.sealed_by(0..3, outcome);
		for at in 0..3 {
			let opening = Opening { outcome, salt: self.salt(at) };
			let reveal = DealsCall::reveal { task: task(), opening };
			assert_ok!(self.chain.send(&self.providers[at].operator, reveal));
		}
		assert!(matches!(self.task().state, TaskState::Agreed { .. }));
	}

	/// Opens case 0 about what is agreed on, and waits for its committee.
	fn dispute(&mut self, agreed: Outcome) {
		let challenge = DealsCall::challenge { task: task(), digest: self.digest(agreed) };
		assert_ok!(self.chain.send(&self.watcher.clone(), challenge));
		self.wait(|it| matches!(it.case().case.phase, CasePhase::Sealing { .. }));
	}

	fn case(&mut self) -> CaseView {
		self.chain.read(|| Mediation::case_view(CASE)).expect("it is kept")
	}

	/// Members of the committee that have to seal.
	fn members(&mut self) -> Vec<Pair> {
		let round = self.case().rounds.pop().expect("there is a round");
		let drawn = round.members.into_iter().filter(|member| member.vote == Vote::Drawn);
		drawn.map(|member| mediator(&member.mediator)).collect()
	}

	fn vote(&self, member: &Pair, outcome: Outcome) -> MediationCall {
		let (id, digest) = (account(member), self.digest(outcome));
		let seal = seal_verdict(&self.genesis, CASE, 0, &id, &digest, &salt(9));
		MediationCall::seal { case: CASE, task_hash: self.spec.hash(), round: 0, seal }
	}

	fn opening(&self, outcome: Outcome) -> MediationCall {
		MediationCall::reveal { case: CASE, digest: self.digest(outcome), salt: salt(9) }
	}

	/// Has the whole committee say the same.
	fn judge(&mut self, outcome: Outcome) {
		let members = self.members();
		for member in &members {
			assert_ok!(self.chain.send(member, self.vote(member, outcome)));
		}
		for member in &members {
			assert_ok!(self.chain.send(member, self.opening(outcome)));
		}
		assert!(matches!(self.case().case.phase, CasePhase::AppealWindow { .. }));
	}

	/// Includes a transaction that must change nothing but its signer's fee and nonce.
	fn replay(&mut self, signer: &AccountId, signed: UncheckedExtrinsic) -> DispatchResult {
		self.chain.build(|| {
			let before = (at_stake(), System::account(signer).data.free);
			let result = Executive::apply_extrinsic(signed);
			assert!(at_stake() == before.0, "nobody's stake or money is touched: {result:?}");
			let fee = before.1 - System::account(signer).data.free;
			assert_eq!(System::events().iter().filter_map(fee_paid).next_back(), Some(fee));
			result.expect("it is valid on this fork too")
		})
	}
}

/// All that our pallets have written, and what is held of anybody.
fn at_stake() -> BTreeMap<Vec<u8>, Vec<u8>> {
	let pallets =
		["Deals", "Mediation", "Market", "Providers", "Register"].map(|name| prefix(name, None));
	let prefixes = pallets.into_iter().chain([prefix("Balances", Some("Holds"))]);
	let mut found = BTreeMap::new();
	for prefix in prefixes {
		let mut key = prefix.clone();
		while let Some(next) = sp_io::storage::next_key(&key).filter(|it| it.starts_with(&prefix)) {
			let value = sp_io::storage::get(&next).expect("the key was just found");
			found.insert(next.clone(), value.to_vec());
			key = next;
		}
	}
	assert!(!found.is_empty());
	found
}

fn prefix(pallet: &str, item: Option<&str>) -> Vec<u8> {
	let hash = |name: &str| sp_io::hashing::twox_128(name.as_bytes());
	[Some(pallet), item].into_iter().flatten().flat_map(hash).collect()
}

fn fee_paid(
	record: &frame_system::EventRecord<RuntimeEvent, Hash>,
) -> Option<assay_primitives::Balance> {
	match record.event {
		RuntimeEvent::TransactionPayment(
			pallet_transaction_payment::Event::TransactionFeePaid { actual_fee, .. },
		) => Some(actual_fee),
		_ => None,
	}
}

/// Two sides of a partition. Everybody has sent as many transactions on one as on the other, so what
/// is signed for one is a valid transaction on the other.
struct Partition {
	here: Fork,
	there: Fork,
}

impl Partition {
	/// On each side deal 0 was opened, with a task of this seed.
	fn open(here: u8, there: u8) -> Self {
		let mut it = Self::before();
		it.here.open(here);
		it.there.open(there);
		it
	}

	fn before() -> Self {
		let mut here = Fork::base();
		let there = here.copy();
		Self { here, there }
	}

	/// Both sides go on alike.
	fn each(mut self, mut step: impl FnMut(&mut Fork)) -> Self {
		step(&mut self.here);
		step(&mut self.there);
		self
	}

	/// Signs a call here and sends it on both sides: here it does what it says, there it is refused.
	/// Both sides stay as they were, for the next one.
	fn only_here(
		&mut self,
		signer: &Pair,
		call: impl Into<RuntimeCall>,
		error: impl Into<DispatchError>,
	) {
		let (mut here, mut there) = (self.here.copy(), self.there.copy());
		let signed = here.chain.sign(signer, call);
		assert_eq!(there.replay(&account(signer), signed.clone()), Err(error.into()));
		let included = here.chain.build(|| Executive::apply_extrinsic(signed));
		assert_eq!(included, Ok(Ok(())));
	}
}

/// Nine providers lost their whole stake by this.
#[test]
fn seals_and_declines_should_be_refused_for_another_task_of_the_number() {
	let mut it = Partition::open(1, 2);
	let operator = it.here.providers[0].operator.clone();
	let commit = it.here.commit(0, lie());
	it.only_here(&operator, commit, DealsError::TaskMismatch);
	let task_hash = it.here.spec.hash();
	let decline = DealsCall::decline { task: task(), task_hash, excuse: Excuse::Content };
	it.only_here(&operator, decline, DealsError::TaskMismatch);
}

#[test]
fn batch_of_seals_should_do_nothing_for_another_task_of_the_number() {
	let mut it = Partition::open(1, 2);
	let operator = it.here.providers[0].operator.clone();
	let item = it.here.sealed(0, lie());
	let items = BoundedVec::truncate_from(vec![item]);
	let signed = it.here.chain.sign(&operator, DealsCall::commit_many { items });
	let failed = |fork: &Fork| {
		let mut errors = fork.chain.events.iter().filter_map(|event| match event {
			RuntimeEvent::Deals(pallet_deals::Event::ItemFailed { error, .. }) => Some(*error),
			_ => None,
		});
		errors.next_back()
	};
	assert_ok!(it.there.replay(&account(&operator), signed.clone()));
	assert_eq!(failed(&it.there), Some(DealsError::TaskMismatch.into()));
	let included = it.here.chain.build(|| Executive::apply_extrinsic(signed));
	assert_eq!((included, failed(&it.here)), (Ok(Ok(())), None));
}

/// They open one seal and no other, by the salt of the run.
#[test]
fn openings_and_denouncements_should_be_refused_for_another_task_of_the_number() {
	let mut it = Partition::open(1, 2).each(|fork| fork.sealed_by(0..1, lie()));
	let (digest, salt) = (it.here.digest(lie()), it.here.salt(0));
	let provider = it.here.providers[0].id();
	let denounce = DealsCall::denounce { task: task(), provider, digest, salt };
	let watcher = it.here.watcher.clone();
	it.only_here(&watcher, denounce, DealsError::SealMismatch);
	let mut it = it.each(|fork| fork.sealed_by(1..3, lie()));
	let opening = Opening { outcome: lie(), salt };
	let operator = it.here.providers[0].operator.clone();
	it.only_here(&operator, DealsCall::reveal { task: task(), opening }, DealsError::SealMismatch);
}

/// What a provider has sealed counts on every fork that has the block of its seal, also where
/// somebody has not sealed yet and may never. While finality stalls its daemon opens it in the last
/// blocks for that.
#[test]
fn opening_should_denounce_nobody_on_another_fork_when_it_is_given_in_the_last_blocks() {
	let open = |fork: &mut Fork| {
		fork.open(1);
		fork.sealed_by(0..2, lie());
	};
	let mut it = Partition::before().each(open);
	it.here.sealed_by(2..3, lie());
	let TaskState::Revealing { until, .. } = it.here.task().state else {
		panic!("all have sealed")
	};
	let mut it = it.each(|fork| {
		let left = until - LAST_RESORT - 1 - fork.chain.now();
		fork.chain.pass(left);
	});
	assert!(matches!(it.there.task().state, TaskState::Running { .. }));
	let (digest, salt) = (it.here.digest(lie()), it.here.salt(0));
	let (provider, operator) = (it.here.providers[0].id(), it.here.providers[0].operator.clone());
	let denounce = DealsCall::denounce { task: task(), provider, digest, salt };
	let (watcher, mut late) = (it.here.watcher.clone(), it.there.copy());
	assert_eq!(late.chain.send(&watcher, denounce), Err(DealsError::DeadlinePassed.into()));
	// The same transaction opens the seal on both.
	let reveal = DealsCall::reveal { task: task(), opening: Opening { outcome: lie(), salt } };
	let signed = it.here.chain.sign(&operator, reveal);
	for fork in [&mut it.here, &mut it.there] {
		let included = fork.chain.build(|| Executive::apply_extrinsic(signed.clone()));
		assert_eq!(included, Ok(Ok(())));
	}
}

#[test]
fn callback_should_be_refused_for_another_deal_of_the_number() {
	let mut it = Partition::open(1, 2);
	let remark = vec![0; CallbackResult::BYTES];
	let whole = RuntimeCall::System(frame_system::Call::remark_with_event { remark }).encode();
	let call = BoundedVec::truncate_from(whole[..whole.len() - CallbackResult::BYTES].to_vec());
	let (client, task_hash) = (it.here.client.clone(), it.here.spec.hash());
	let set = DealsCall::set_callback { deal: 0, task_hash, call, reward: MILLI * 20 };
	it.only_here(&client, set, DealsError::TaskMismatch);
}

/// Of another task, or of the same one about which another lie, or the truth, was agreed on.
#[test]
fn acceptances_and_doubts_should_be_refused_for_another_result_of_the_number() {
	for (seed, agreed) in [(2, lie()), (1, other())] {
		let mut it = Partition::open(1, seed);
		it.here.agree(lie());
		it.there.agree(agreed);
		let (client, watcher) = (it.here.client.clone(), it.here.watcher.clone());
		let operator = it.here.providers[0].operator.clone();
		let (task, digest) = (task(), it.here.digest(lie()));
		it.only_here(&client, DealsCall::accept { task, digest }, DealsError::ResultMismatch);
		it.only_here(&client, DealsCall::check { task, digest }, DealsError::ResultMismatch);
		let challenge = DealsCall::challenge { task, digest };
		it.only_here(&watcher, challenge, DealsError::ResultMismatch);
		let (outcome, salt) = (other(), it.here.salt(0));
		let report = DealsCall::open_report { task, digest, outcome, salt };
		it.only_here(&operator, report, DealsError::ResultMismatch);
	}
}

#[test]
fn seals_openings_and_the_court_should_be_refused_for_another_case_of_the_number() {
	let both = Partition::open(1, 2).each(|fork| {
		fork.agree(lie());
		fork.dispute(lie());
	});
	let mut it = both;
	let (here, there) = (it.here.members(), it.there.members());
	let sits_there = |one: &&Pair| there.iter().any(|other| account(other) == account(one));
	let member = here.iter().find(sits_there).expect("draws go by number").clone();
	let seal = it.here.vote(&member, other());
	it.only_here(&member, seal, MediationError::CaseMismatch);
	let watcher = it.here.watcher.clone();
	let adjudicate = pallet_court::Call::<Runtime>::adjudicate {
		case: CASE,
		task_hash: it.here.spec.hash(),
		max_gas: 1 << 20,
		module: done(),
		input: None,
	};
	it.only_here(&watcher, adjudicate, pallet_court::Error::<Runtime>::CaseMismatch);
	let mut it = it.each(|fork| {
		let seal = fork.vote(&member, lie());
		assert_ok!(fork.chain.send(&member, seal));
	});
	let (digest, salt, mediator) = (it.here.digest(lie()), salt(9), account(&member));
	let denounce = MediationCall::denounce { case: CASE, mediator, digest, salt };
	it.only_here(&watcher, denounce, MediationError::SealMismatch);
	let mut it = it.each(|fork| {
		for other in fork.members() {
			let seal = fork.vote(&other, lie());
			assert_ok!(fork.chain.send(&other, seal));
		}
	});
	let opening = it.here.opening(lie());
	it.only_here(&member, opening, MediationError::SealMismatch);
}

/// Of another task, or of the same one about which the committee found the truth there.
#[test]
fn appeal_should_be_refused_for_another_verdict_of_the_number() {
	for (seed, found) in [(2, lie()), (1, other())] {
		let mut it = Partition::open(1, seed).each(|fork| {
			fork.agree(lie());
			fork.dispute(lie());
		});
		it.here.judge(lie());
		it.there.judge(found);
		let (watcher, digest) = (it.here.watcher.clone(), it.here.digest(lie()));
		let appeal = MediationCall::appeal { case: CASE, digest, round: 0 };
		it.only_here(&watcher, appeal, MediationError::VerdictMismatch);
	}
}

/// Places an offer of the first provider's; those of two sizes differ.
fn place(fork: &mut Fork, provider: usize, max_gas: u64) -> Terms {
	let terms = Terms {
		profile: Profile::BASE.id(),
		price: PRICE,
		max_gas,
		max_memory_pages: 16,
		min_run_blocks: 1,
		valid_until: 10_000,
	};
	let operator = fork.providers[provider].operator.clone();
	assert_ok!(
		fork.chain
			.send(&operator, MarketCall::place_offer { terms, mediators: Default::default() })
	);
	terms
}

#[test]
fn offers_should_not_be_changed_withdrawn_or_taken_for_another_of_the_number() {
	let mut it = Partition::before();
	// Three are there already; a stranger's comes first on the other side.
	place(&mut it.there, 1, GAS);
	let mut it = it.each(|fork| {
		place(fork, 0, GAS / 2);
		place(fork, 0, GAS / 4);
	});
	let (offer, operator): (OfferId, _) = (4, it.here.providers[0].operator.clone());
	let old = it.here.chain.read(|| pallet_market::Offers::<Runtime>::get(offer));
	let old = old.expect("it is the second").terms;
	assert_eq!(old.max_gas, GAS / 4);
	let (terms_hash, terms) = (old.hash(), Terms { min_run_blocks: 2, ..old });
	let mediators = Default::default();
	let update = MarketCall::update_offer { offer, terms_hash, terms, mediators };
	it.only_here(&operator, update, MarketError::OfferMismatch);
	let withdraw = MarketCall::withdraw_offer { offer, terms_hash };
	it.only_here(&operator, withdraw, MarketError::OfferMismatch);
	let request = submit(spec(1), 1, 1, vec![]);
	let RuntimeCall::Market(MarketCall::submit { request, .. }) = request else { panic!("it is") };
	let offers = BoundedVec::truncate_from(vec![(3, it.here.providers[0].id())]);
	let client = it.here.client.clone();
	it.only_here(&client, MarketCall::submit { request, offers }, MarketError::OfferMismatch);
}

fn publisher(fork: &mut Fork, who: &Pair) {
	let bond = RegisterCall::bond_more { amount: 10 * UNIT };
	assert_ok!(fork.chain.send(who, bond));
}

fn dataset(fork: &mut Fork, owner: &Pair, data: &[u8]) -> AssetId {
	let id = fork.chain.read(pallet_register::NextAssetId::<Runtime>::get);
	let (content, tags, terms) = (ContentRef::of(data), 0, None);
	assert_ok!(fork.chain.send(owner, RegisterCall::register_dataset { content, tags, terms }));
	id
}

fn asset(fork: &mut Fork, id: AssetId) -> Asset {
	fork.chain.read(|| pallet_register::Assets::<Runtime>::get(id)).expect("it is registered")
}

/// Whoever is offered one asset must not come to own, and answer for, another.
#[test]
fn assets_should_not_be_changed_or_handed_over_for_another_of_the_number() {
	let (owner, heir, stranger) = (key("Bob"), key("Dave"), key("Ferdie"));
	let mut it = Partition::before().each(|fork| {
		[&owner, &heir, &stranger].into_iter().for_each(|who| publisher(fork, who));
	});
	dataset(&mut it.there, &stranger, b"a stranger's");
	let mut it = it.each(|fork| {
		dataset(fork, &owner, b"one");
		dataset(fork, &owner, b"two");
	});
	let (id, hash) = (1, asset(&mut it.here, 1).hash());
	assert_eq!(asset(&mut it.there, id).owner, account(&owner));
	assert_ne!(asset(&mut it.there, id).hash(), hash);
	assert_eq!(asset(&mut it.there, id).kind, AssetKind::Dataset);
	let mine = |it: &mut Partition, call: RegisterCall| {
		it.only_here(&owner, call, RegisterError::AssetMismatch);
	};
	let (asset_hash, terms): (_, Option<AssetTerms>) = (hash, None);
	let offered = Some(account(&heir));
	mine(&mut it, RegisterCall::set_asset_terms { asset: id, asset_hash, terms });
	mine(&mut it, RegisterCall::offer_asset { asset: id, asset_hash, heir: offered.clone() });
	mine(&mut it, RegisterCall::suspend_asset { asset: id, asset_hash });
	mine(&mut it, RegisterCall::deregister_asset { asset: id, asset_hash });
	let mut it = it.each(|fork| {
		let asset_hash = asset(fork, id).hash();
		let offer = RegisterCall::offer_asset { asset: id, asset_hash, heir: offered.clone() };
		assert_ok!(fork.chain.send(&owner, offer));
		let suspend = RegisterCall::suspend_asset { asset: id, asset_hash };
		assert_ok!(fork.chain.send(&owner, suspend));
	});
	mine(&mut it, RegisterCall::resume_asset { asset: id, asset_hash });
	let accept = RegisterCall::accept_asset { asset: id, asset_hash };
	it.only_here(&heir, accept, RegisterError::AssetMismatch);
}

/// Whoever admits a group admits its owner's members, whatever stranger has a group of that number elsewhere.
#[test]
fn groups_should_be_their_owners_when_another_fork_has_others_of_the_same_number() {
	let (owner, member, stranger) = (key("Bob"), key("Dave"), key("Ferdie"));
	let group = GroupId { owner: account(&owner), number: 0 };
	let admits = |fork: &mut Fork, who: &Pair| {
		let who = account(who);
		fork.chain.read(|| <Groups as traits::Groups>::is_member(&group, &who))
	};
	let add = |who: &Pair| GroupsCall::add_members {
		number: group.number,
		members: BoundedVec::truncate_from(vec![account(who)]),
	};
	let mut it = Partition::before();
	let create = GroupsCall::create_group { number: group.number };
	assert_ok!(it.there.chain.send(&stranger, create.clone()));
	assert_ok!(it.there.chain.send(&stranger, add(&stranger)));
	for call in [create, add(&member)] {
		let signed = it.here.chain.sign(&owner, call);
		for fork in [&mut it.here, &mut it.there] {
			let signed = signed.clone();
			assert_eq!(fork.chain.build(|| Executive::apply_extrinsic(signed)), Ok(Ok(())));
		}
	}
	for fork in [&mut it.here, &mut it.there] {
		assert!(admits(fork, &member));
		assert!(!admits(fork, &stranger), "another group of the number is another's");
	}
}
