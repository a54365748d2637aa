use super::*;
use crate::{
	chain::BlockInfo,
	testing::{
		TARIFF, account, case_terms,
		forks::{Content, Forks, Upgrade},
		request,
		upgrade::{add_to_all, added, edited, fields_of, method, reencode, type_at},
		values::{
			assert_encodes, asset, declaration, mediator_terms, metadata, order_record, orders,
			outcome, terms,
		},
		view,
	},
};
use assay_interface::{Event, deals};
use assay_primitives::{
	AccountId, Hash, Permill,
	api::{DealTasks, OfferView, Page, Parameters, TaskOfDeal},
	beacon::{Entry, Fold, Ticket},
	bond::{Bond, Chunk},
	case::{
		Appeal, Case, CasePhase, CaseStep, CaseView, CommitteeDraw, MediatorRecord, MediatorStatus,
		MediatorView, Member, PoolEntry, Round, RoundDraw, Step, Vote,
	},
	content::ContentRef,
	deal::{
		Callback, DrawView, EndedReplica, EndedTask, Ending, NextStep, Replica, ReplicaResult,
		ReplicaState, Task, TaskState, TaskStatus, TaskView, single,
	},
	merkle::ListRoot,
	money::Economics,
	order::{AssetFault, GroupId, Kind, OrderFault, Part, Publisher, Refusal},
	policy::PolicyFault,
	pool::{
		Audit, Column, Columns, Ended, History, InWork, Judging, LeafId, ListedPool, Look,
		MemberPlace, MemberRecord, Pool, PoolTerms, PoolView, Pricing, Publication, Rates, Spot,
		Stage, Standing,
	},
	price::Price,
	profile::Profile,
	provider::{ProviderView, Reputation, Status},
	request::{Ineligible, OfferFit, Quote, RequestFault},
};
use codec::Encode;
use scale_info::{PortableType, TypeDef, Variant};
use subxt::ext::{
	frame_metadata::v16::RuntimeMetadataV16,
	scale_value::{Value, ValueDef, scale::decode_as_type},
};

/// Method, arguments as this crate encodes them, and answers that it must be able to read.
type Known = (&'static str, Vec<u8>, Vec<Vec<u8>>);

fn open_view() -> TaskView {
	let replicas = vec![
		Replica { candidate: 0, wave: 0, state: ReplicaState::Drawn },
		Replica {
			candidate: 1,
			wave: 0,
			state: ReplicaState::Revealed { outcome: outcome(), report: Hash::repeat_byte(9) },
		},
		Replica { candidate: 2, wave: 1, state: ReplicaState::Denounced },
	];
	let state = TaskState::Revealing { wave: 1, until: 40 };
	let replicas = replicas.try_into().expect("few");
	view(TaskStatus::Open(Task { state, replicas }))
}

fn ended_view() -> TaskView {
	let result = ReplicaResult::Wrong(Hash::repeat_byte(5));
	let replicas = vec![EndedReplica { candidate: 1, result, paid: 6, slashed: 7 }];
	let mut view = view(TaskStatus::Ended(EndedTask {
		ending: Ending::Settled(outcome()),
		replicas: replicas.try_into().expect("one"),
		paid: 8,
		ended_at: 9,
		prune_at: 10,
	}));
	view.next = NextStep::Nothing(10);
	view
}

fn deal_tasks() -> DealTasks {
	let task = |index, view: TaskView| TaskOfDeal { index, status: view.status, next: view.next };
	let items = vec![task(1, open_view()), task(2, ended_view())];
	DealTasks { id: 7, deal: open_view().deal, tasks: Page { items, next: Some(3) }, at: 9 }
}

/// A page with one item, and the last one.
fn pages<I: Encode, C: Encode>(item: I, next: C) -> Vec<Vec<u8>> {
	let last = Page { items: Vec::<I>::new(), next: None::<C> }.encode();
	vec![Page { items: vec![item], next: Some(next) }.encode(), last]
}

fn provider_view() -> ProviderView {
	ProviderView {
		stash: account(1),
		declaration: declaration(),
		free: 1,
		locked: 2,
		unbonding: 3,
		slots_used: 4,
		reputation: Reputation { score: 1, paid: 2, wrong: 3, silent: 4, unavailable: 5 },
		registered_at: 5,
		status: Status::Nominating,
		exposure_limit: Some(6),
		free_slots: 7,
	}
}

fn quote() -> Quote {
	let price = Price { base: 1, per_mgas: 2 };
	Quote {
		fits: vec![OfferFit { offer: 1, provider: account(1), price, maximum: 3 }],
		ineligible: vec![(2, vec![Ineligible::Profile, Ineligible::ProfileNotServed])],
		enough: true,
		escrow: 1,
		deposit: 2,
		stake: 3,
	}
}

fn draw_view() -> DrawView {
	let ticket = Ticket { taken_at: 1, window: 2, authors: 3 };
	let entries = vec![Entry { block: 3, author: Some(account(1)), vrf: Some([2; 32]) }];
	DrawView {
		fold: Fold { ticket, entries, randomness: Hash::repeat_byte(3) },
		subject: vec![1, 2],
		weights: vec![3, 4],
		drawn: vec![1, 0],
	}
}

fn parameters() -> Parameters {
	Parameters {
		block_millis: 1,
		profiles: vec![Profile::BASE.id()],
		max_run_blocks: 2,
		max_gas: 3,
		max_memory_pages: 4,
		max_output_bytes: 5,
		max_blob_bytes: 6,
		min_provider_bond: 7,
		min_publisher_bond: 8,
		max_order_life: 9,
		court: request(ContentRef::of(b"module")).task.demand(),
		tariff: TARIFF,
		economics: Economics::DEFAULT,
	}
}

fn views() -> Vec<Known> {
	let who = account(1);
	let asked = (&who, request(ContentRef::of(b"module"))).encode();
	let tasks = Some(open_view()).encode();
	let ended = Some(ended_view()).encode();
	let content = ContentRef::of(b"module").encode();
	let mediators = Default::default();
	let offer = OfferView { id: 1, provider: who.clone(), terms: terms(), mediators };
	let deals = Page { items: vec![7u64], next: Some(8u64) }.encode();
	let page = Some(deal_tasks()).encode();
	let after = Some(who.clone());
	let call = vec![0u8, 0, 0xc8].try_into().expect("short");
	let callback = Callback { call, reward: 7, deposit: 8, left: 3 };
	let unbonding = vec![Chunk { amount: 2, at: 3 }].try_into().expect("few");
	let bond = Bond { held: 3, locked: 0, unbonding };
	let publisher = Publisher { bond, assets: 4 };
	let refusals = vec![
		Refusal::Request(RequestFault::Policy(PolicyFault::NoReplicas)),
		Refusal::Resource { at: 1, why: Ineligible::NotAuthorized },
		OrderFault::UsedUp.of(Kind::App),
		AssetFault::Suspended.of(Part::Dataset),
	];
	vec![
		("parameters", vec![], vec![parameters().encode()]),
		("profile", Hash::zero().encode(), vec![Some(Profile::BASE).encode()]),
		("task", single(1).encode(), vec![tasks, ended, vec![0]]),
		("deals_of_client", (&who, Some(7u64), 5u32).encode(), vec![deals.clone()]),
		("deals_of_provider", who.encode(), vec![vec![7u64].encode()]),
		("deals_of_candidate", (&who, Some(7u64), 5u32).encode(), vec![deals.clone()]),
		("new_deals_of_candidate", (&who, 7u64, 5u32).encode(), vec![deals]),
		("tasks_of_deal", (7u64, 1u32, 5u32).encode(), vec![page.clone(), vec![0]]),
		("tasks_of_candidate", (&who, 7u64, 1u32, 5u32).encode(), vec![page]),
		("draw", single(1).encode(), vec![Some(draw_view()).encode()]),
		("callback", 7u64.encode(), vec![Some(callback).encode(), vec![0]]),
		("called_back", single(1).encode(), vec![true.encode()]),
		("block_vrf", vec![], vec![Some([1u8; 32]).encode(), vec![0]]),
		("quote", asked, vec![quote().encode()]),
		("quote_order", (orders().request.order, vec![1u64]).encode(), vec![quote().encode()]),
		("offers", (Some(1u64), 2u32).encode(), pages(offer.clone(), 1u64)),
		("offers_of_provider", who.encode(), vec![vec![offer].encode()]),
		("why_not", (&who, orders()).encode(), vec![refusals.encode()]),
		("order", Hash::zero().encode(), vec![Some(order_record()).encode()]),
		("asset", 1u32.encode(), vec![Some(asset()).encode()]),
		("assets", (Some(1u32), 2u32).encode(), pages((1u32, asset()), 1u32)),
		("publisher", who.encode(), vec![Some(publisher).encode()]),
		(
			"is_member",
			(GroupId { owner: who.clone(), number: 1 }, &who).encode(),
			vec![true.encode()],
		),
		("board_places", who.encode(), vec![7u32.encode()]),
		("provider", who.encode(), vec![Some(provider_view()).encode()]),
		("providers", (after, 5u32).encode(), pages(provider_view(), &who)),
		("provider_of", who.encode(), vec![Some(account(2)).encode()]),
		("exposure", (&who, account(2)).encode(), vec![7u32.encode()]),
		("next_deal", vec![], vec![7u64.encode()]),
		("content", Hash::zero().encode(), vec![Some((1u32, 2u32)).encode()]),
		("promised_until", content, vec![Some(7u32).encode(), vec![0]]),
	]
}

fn case_view() -> CaseView {
	let digest = Hash::repeat_byte(7);
	let ticket = draw_view().fold.ticket;
	let step = Step { position: 3, mediator: account(3) };
	let votes =
		[Vote::Drawn, Vote::Sealed(digest), Vote::Revealed(digest), Vote::Silent, Vote::Withheld];
	let members = votes.into_iter().map(|vote| Member { mediator: account(3), wave: 1, vote });
	let round = Round {
		seats: 3,
		era: 4,
		barred: vec![5].try_into().expect("one"),
		draw: Some(RoundDraw {
			ticket,
			randomness: digest,
			order: vec![step].try_into().expect("one"),
			used: 1,
			at: 2,
		}),
		members: members.collect::<Vec<_>>().try_into().expect("few"),
		verdict: Some(digest),
	};
	let appeal = Appeal { by: account(1), bond: 2, round: 0, against: digest, heard: true };
	CaseView {
		id: 9,
		terms: case_terms(),
		case: Case {
			phase: CasePhase::Court { standing: Some(digest), until: 5 },
			round: 1,
			penalties: 6,
			appeals: vec![appeal].try_into().expect("one"),
			idle: 3,
		},
		rounds: vec![round],
		next: CaseStep::Court(5),
		appeal_bond: Some(7),
		at: 8,
	}
}

fn mediator_view() -> MediatorView {
	MediatorView {
		stash: account(1),
		operator: account(2),
		status: MediatorStatus::Leaving { signed: true, at: 3 },
		bond: 4,
		locked: 5,
		unbonding: vec![Chunk { amount: 6, at: 7 }].try_into().expect("few"),
		terms: mediator_terms(),
		next_terms: Some((8, mediator_terms())),
		position: 9,
		weight: 10,
		next_weight: 11,
		cases: vec![12],
		record: MediatorRecord { coherent: 1, against: 2, failed: 3 },
		registered_at: 13,
	}
}

fn committee_draw() -> CommitteeDraw {
	let vote = Vote::Denounced;
	CommitteeDraw {
		fold: draw_view().fold,
		subject: vec![1],
		era: 2,
		pool: vec![PoolEntry { position: 3, stash: account(4), weight: 5 }],
		barred: vec![6],
		order: vec![Step { position: 3, mediator: account(4) }],
		used: 1,
		members: vec![Member { mediator: account(4), wave: 0, vote }],
		drawn_at: Some(7),
	}
}

fn case_views() -> Vec<Known> {
	let who = account(1);
	let mediator = mediator_view();
	vec![
		("case", 1u64.encode(), vec![Some(case_view()).encode(), vec![0]]),
		("cases", (Some(9u64), 5u32).encode(), pages(case_view(), 9u64)),
		("cases_of_mediator", (&who, Some(9u64), 5u32).encode(), pages(case_view(), 9u64)),
		("past_cases_of_mediator", (&who, Some(9u64), 5u32).encode(), pages(case_view(), 9u64)),
		("case_of_task", single(1).encode(), vec![Some(1u64).encode()]),
		("mediator", who.encode(), vec![Some(mediator.clone()).encode()]),
		("mediators", (None::<AccountId>, 5u32).encode(), pages(mediator, &who)),
		("mediator_of", who.encode(), vec![Some(account(2)).encode()]),
		("committee_draw", (1u64, 2u8).encode(), vec![Some(committee_draw()).encode()]),
		("case_cost", 5u128.encode(), vec![15u128.encode()]),
	]
}

fn pool_of(client: AccountId) -> Pool {
	Pool {
		client,
		terms: PoolTerms {
			task: case_terms().spec,
			rates: Rates { pricing: Pricing::Gas { per_mgas: 1 }, kept: Permill::from_percent(2) },
			columns: Columns::Adaptive,
			in_work: InWork::Kept { rounds: 3 },
			window: 4,
			limit: 5,
			idle_rounds: 6,
			members: 7,
			deposit: 8,
			audits: 9,
			input_bytes: 10,
			hints: request(ContentRef::of(b"module")).hints,
		},
		start: 10,
		end: 11,
		escrow: 12,
		fine: 13,
		deposit: 14,
		judging: Judging { wage: 15, case: 16, economics: 17 },
		audits: 18,
		looks: 19,
		spared: 20,
		questions: 21,
		rounds: 22,
		stage: Stage::Doubted {
			until: 23,
			ticket: Some(Ticket { taken_at: 24, window: 2, authors: 1 }),
		},
	}
}

fn pool_view() -> PoolView {
	let seed = Hash::repeat_byte(1);
	let columns = vec![Column { carried: 1, fresh: 2 }];
	let ends = Some(vec![Ended { done: 1, standing: Standing::Expelled { since: 0 } }]);
	let rounds = vec![assay_primitives::pool::Round { seed, pooled: 3, columns, ends }];
	let publication = Publication { leaves: ListRoot { root: seed, len: 4 }, gas: 5 };
	let look = Look { publication, audit: Audit::Gas(6), until: 7 };
	PoolView {
		id: 1,
		pool: pool_of(account(1)),
		hash: seed,
		members: vec![MemberRecord {
			provider: account(2),
			place: MemberPlace::Wrong { left: true },
			deposit: 8,
			done: 9,
			due: 10,
		}],
		history: History::of(11, InWork::Returned, rounds),
		looks: vec![(Spot { round: 1, member: 2, row: 3 }, look)],
		at: 12,
	}
}

fn pool_views() -> Vec<Known> {
	let leaf = LeafId { pool: 1, spot: Spot { round: 2, member: 3, row: 4 } };
	let listed = ListedPool { id: 5, pool: pool_of(account(1)) };
	vec![
		("pool", 1u32.encode(), vec![Some(pool_view()).encode(), vec![0]]),
		("pools", (Some(9u32), 5u32).encode(), pages(listed, 9u32)),
		("case_of_leaf", leaf.encode(), vec![Some(1u64).encode()]),
	]
}

#[test]
fn views_should_be_encoded_and_decoded_as_the_metadata_says() {
	assert_views(Api::Assay, views());
	assert_views(Api::Case, case_views());
	assert_views(Api::Pool, pool_views());
	let nonce = ("account_nonce", account(1).encode(), vec![7u32.encode()]);
	assert_views(Api::AccountNonce, vec![nonce]);
}

fn assert_views(of: Api, views: Vec<Known>) {
	let api = metadata().runtime_api_trait_by_name(of.name());
	let api = api.expect("the runtime has our API");
	for (name, arguments, answers) in &views {
		let view = View::find(metadata(), of, name).expect(name);
		let method = api.method_by_name(name).expect(name);
		let mut rest = &arguments[..];
		for input in method.inputs() {
			decode_as_type(&mut rest, input.id, metadata().types()).expect(name);
		}
		assert!(rest.is_empty(), "{name}: {} bytes of arguments left", rest.len());
		assert_eq!(view.question(arguments.clone()).expect(name), *arguments);
		for answer in answers {
			assert_encodes(name, answer, method.output_ty());
			assert_eq!(view.answer(answer.clone()).expect(name), *answer);
		}
	}
	for method in api.methods() {
		assert!(views.iter().any(|(name, ..)| *name == method.name()), "{}", method.name());
	}
}

fn changed(change: impl FnOnce(&mut RuntimeMetadataV16)) -> Metadata {
	Metadata::decode_from(&edited(change)).expect("it is metadata still")
}

/// What the program says of a view whose answer, or question, it can't translate.
fn told<T: std::fmt::Debug>(done: Result<T>) -> String {
	let error = done.expect_err("it can't be translated");
	assert_eq!((error.code(), error.exit_code()), ("E-0104", 3));
	assert_eq!(error.hint().as_deref(), Some("update this program to the chain's version"));
	error.to_string()
}

/// Adds a field to every struct, and to every variant with named ones, and moves all variants.
fn change_all(metadata: &mut RuntimeMetadataV16) {
	let field = added(metadata);
	for known in &mut metadata.types.types {
		let ours = known.ty.path.segments.first().is_some_and(|of| of == "assay_primitives");
		let lists = match &mut known.ty.type_def {
			TypeDef::Composite(composite) if ours => vec![&mut composite.fields],
			TypeDef::Variant(all) if ours => {
				all.variants.iter_mut().for_each(|variant| variant.index += 100);
				all.variants.iter_mut().map(|variant| &mut variant.fields).collect()
			},
			_ => continue,
		};
		for fields in lists {
			if fields.first().is_some_and(|first| first.name.is_some()) {
				fields.insert(0, field.clone());
				fields.reverse();
			}
		}
	}
}

#[test]
fn every_answer_should_be_read_when_the_chain_has_added_fields_and_moved_all() {
	let chain = changed(change_all);
	for (api, views) in
		[(Api::Assay, views()), (Api::Case, case_views()), (Api::Pool, pool_views())]
	{
		for (name, _, answers) in views {
			let view = View::find(&chain, api, name).expect(name);
			for answer in answers {
				let theirs = reencode(&answer, view.chain.output_ty(), &chain, &add_to_all);
				assert_eq!(view.answer(theirs).expect(name), answer, "{name}");
			}
		}
	}
}

#[test]
fn question_should_be_asked_in_the_chain_s_order_and_not_without_a_part_of_it() {
	let who = account(1);
	let asked = request(ContentRef::of(b"module"));
	let ask = |chain: &Metadata| {
		View::find(chain, Api::Assay, "quote")?.question((&who, &asked).encode())
	};
	let turned = changed(|it| method(it, "AssayApi", "quote").inputs.reverse());
	assert_eq!(ask(&turned).expect("by names"), (&asked, &who).encode());
	let more = changed(|it| {
		let field = added(it);
		fields_of(it, "request::Request").push(field);
	});
	assert_eq!(
		told(ask(&more)),
		"the chain's runtime API AssayApi.quote (request.added is new) differs from what this \
		 program was built for",
	);
	let renamed = changed(|it| method(it, "AssayApi", "quote").inputs[0].name = "buyer".into());
	assert!(told(ask(&renamed)).contains("AssayApi.quote (client is missing)"));
}

#[test]
fn view_should_be_refused_by_name_when_the_chain_lacks_it_or_a_field_of_it() {
	let gone = |metadata: &Metadata, api, name| View::find(metadata, api, name).map(|_| ());
	assert!(gone(metadata(), Api::Assay, "no_such_view").is_err());
	assert!(gone(metadata(), Api::Assay, "case").is_err(), "it is in the other API");
	let chain = changed(|it| {
		let api = it.apis.iter_mut().find(|api| api.name == "AssayApi").expect("it is there");
		api.methods.retain(|method| method.name != "task");
		fields_of(it, "deal::DealTerms").retain(|field| field.name.as_deref() != Some("stake"));
	});
	assert!(told(gone(&chain, Api::Assay, "task")).contains("AssayApi.task (it is missing)"));
	assert!(gone(&chain, Api::Assay, "draw").is_ok(), "others are as they were");
	let view = View::find(&chain, Api::Assay, "tasks_of_deal").expect("it is there");
	let page = Some(deal_tasks()).encode();
	let theirs = reencode(&page, view.chain.output_ty(), &chain, &|_| ());
	let told = told(view.answer(theirs));
	assert!(told.contains("AssayApi.tasks_of_deal (deal.terms.stake is missing)"), "{told}");
}

#[test]
fn new_variant_should_do_harm_only_where_it_occurs() {
	let chain = changed(|it| {
		let TypeDef::Variant(all) = &mut type_at(it, "provider::Status").type_def else {
			panic!("it is an enum")
		};
		let (fields, docs) = (Vec::new(), Vec::new());
		all.variants.insert(0, Variant { name: "Paused".into(), fields, index: 9, docs });
	});
	let view = View::find(&chain, Api::Assay, "provider").expect("it is there");
	let answer = Some(provider_view()).encode();
	let answered = |edit: &dyn Fn(&mut Value<u32>)| {
		view.answer(reencode(&answer, view.chain.output_ty(), &chain, &|value: &mut Value<u32>| {
			edit(value)
		}))
	};
	assert_eq!(answered(&|_| ()).expect("what it was"), answer);
	let paused = |value: &mut Value<u32>| {
		if let ValueDef::Variant(variant) = &mut value.value
			&& variant.name == "Nominating"
		{
			variant.name = "Paused".into();
		}
	};
	assert!(told(answered(&paused)).contains("AssayApi.provider (status.Paused is new)"));
	// Nothing may follow what is read.
	let longer = [answer.clone(), vec![0]].concat();
	assert_eq!(view.answer(longer).expect_err("it is too long").code(), "E-0105");
}

fn add_to_deals(metadata: &mut RuntimeMetadataV16) {
	let field = added(metadata);
	fields_of(metadata, "deal::Deal").insert(0, field);
}

#[tokio::test]
async fn task_should_be_read_across_an_upgrade_that_adds_to_its_view() {
	let forks = Forks::start().await;
	let view = open_view();
	let before = forks.add(forks.genesis, Content::default().shows(view.clone()));
	let upgrade = Upgrade {
		spec_version: 2,
		metadata: edited(add_to_deals),
		show: |name, answer| {
			let chain = changed(add_to_deals);
			let view = View::find(&chain, Api::Assay, name).expect("it is there");
			reencode(&answer, view.chain.output_ty(), &chain, &add_to_all)
		},
	};
	let after = forks.add(before, Content::default().upgrades(upgrade));
	let read = async |block: BlockInfo| {
		let at = forks.chain.at(block).await.expect("it can be read");
		(at.spec_version(), at.task(view.id).await.expect("it can be read"))
	};
	assert_eq!(read(before).await, (1, Some(view.clone())));
	assert_eq!(read(after).await, (2, Some(view.clone())));
	assert_eq!(read(before).await, (1, Some(view.clone())), "each block by its own runtime");
}

#[tokio::test]
async fn events_of_the_block_of_an_upgrade_should_be_read_as_the_old_runtime_has_encoded_them() {
	let forks = Forks::start().await;
	let moved = edited(|it| {
		let event = |known: &&mut PortableType| {
			known.ty.path.segments.join("::") == "pallet_deals::pallet::Event"
		};
		let event = it.types.types.iter_mut().find(event).expect("it has events");
		let TypeDef::Variant(all) = &mut event.ty.type_def else { panic!("it is an enum") };
		all.variants.iter_mut().for_each(|variant| variant.index += 100);
	});
	let upgrade = Upgrade { spec_version: 2, metadata: moved, show: |_, answer| answer };
	let content = Content::default().opens(b"transaction", 7, &account(1)).upgrades(upgrade);
	let before = forks.add(forks.genesis, Content::default());
	let block = forks.add(before, content);
	for known in [false, true] {
		let at = forks.chain.at(block).await.expect("it can be read");
		let events = at.events().await.expect("they can be read");
		let opened = |event: &Event| matches!(event, Event::Deals(deals::Event::DealOpened { .. }));
		assert!(matches!(&events[..], [record] if opened(&record.event)), "{known}: {events:?}");
	}
	let after = forks.add(block, Content::default());
	let at = forks.chain.at(after).await.expect("it can be read");
	assert_eq!(at.events().await.expect("there are none"), []);
}
