use super::*;
use crate::testing::{
	TARIFF, account, case_terms, request,
	values::{
		assert_encodes, asset, declaration, mediator_terms, metadata, order_record, orders,
		outcome, terms,
	},
	view,
};
use assay_primitives::{
	AccountId, Hash,
	api::{DealTasks, OfferView, Page, Parameters, TaskOfDeal},
	beacon::{Entry, Fold, Ticket},
	case::{
		Appeal, Case, CasePhase, CaseStep, CaseView, CommitteeDraw, MediatorRecord, MediatorStatus,
		MediatorView, Member, PoolEntry, Round, RoundDraw, Step, Vote,
	},
	content::ContentRef,
	deal::{
		DrawView, EndedReplica, EndedTask, Ending, NextStep, Replica, ReplicaResult, ReplicaState,
		Task, TaskState, TaskStatus, TaskView, single,
	},
	order::{Publisher, Refusal},
	policy::PolicyFault,
	price::Price,
	profile::Profile,
	provider::{ProviderView, Reputation, Status},
	request::{Ineligible, OfferFit, Quote},
};
use codec::Encode;
use subxt::ext::scale_value::scale::decode_as_type;

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
		tariff: TARIFF,
	}
}

fn views() -> Vec<Known> {
	let who = account(1);
	let asked = (&who, request(ContentRef::of(b"module"))).encode();
	let tasks = Some(open_view()).encode();
	let ended = Some(ended_view()).encode();
	let offer = OfferView { id: 1, provider: who.clone(), terms: terms() };
	let deals = Page { items: vec![7u64], next: Some(8u64) }.encode();
	let page = Some(deal_tasks()).encode();
	let after = Some(who.clone());
	let publisher = Publisher { bond: 1, leaving: Some((2, 3)), assets: 4 };
	let refusals = vec![
		Refusal::Policy(PolicyFault::NoReplicas),
		Refusal::Resource { at: 1, why: Ineligible::NotAuthorized },
		Refusal::VolumeTooSmall,
	];
	vec![
		("parameters", vec![], vec![parameters().encode()]),
		("profile", Hash::zero().encode(), vec![Some(Profile::BASE).encode()]),
		("task", single(1).encode(), vec![tasks, ended, vec![0]]),
		("deals_of_client", (&who, Some(7u64), 5u32).encode(), vec![deals.clone()]),
		("deals_of_candidate", (&who, Some(7u64), 5u32).encode(), vec![deals.clone()]),
		("new_deals_of_candidate", (&who, 7u64, 5u32).encode(), vec![deals]),
		("tasks_of_deal", (7u64, 1u32, 5u32).encode(), vec![page.clone(), vec![0]]),
		("tasks_of_candidate", (&who, 7u64, 1u32, 5u32).encode(), vec![page]),
		("draw", single(1).encode(), vec![Some(draw_view()).encode()]),
		("quote", asked, vec![quote().encode()]),
		("offers", (Some(1u64), 2u32).encode(), pages(offer, 1u64)),
		("why_not", (&who, orders()).encode(), vec![refusals.encode()]),
		("order", Hash::zero().encode(), vec![Some(order_record()).encode()]),
		("asset", 1u32.encode(), vec![Some(asset()).encode()]),
		("assets", (Some(1u32), 2u32).encode(), pages((1u32, asset()), 1u32)),
		("publisher", who.encode(), vec![Some(publisher).encode()]),
		("is_member", (1u32, &who).encode(), vec![true.encode()]),
		("provider", who.encode(), vec![Some(provider_view()).encode()]),
		("providers", (after, 5u32).encode(), pages(provider_view(), &who)),
		("provider_of", who.encode(), vec![Some(account(2)).encode()]),
		("next_deal", vec![], vec![7u64.encode()]),
		("content", Hash::zero().encode(), vec![Some((1u32, 2u32)).encode()]),
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
		unbonding: Some((6, 7)),
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
		("case_of_task", single(1).encode(), vec![Some(1u64).encode()]),
		("mediator", who.encode(), vec![Some(mediator.clone()).encode()]),
		("mediators", (None::<AccountId>, 5u32).encode(), pages(mediator, &who)),
		("mediator_of", who.encode(), vec![Some(account(2)).encode()]),
		("committee_draw", (1u64, 2u8).encode(), vec![Some(committee_draw()).encode()]),
		("case_cost", 5u128.encode(), vec![15u128.encode()]),
	]
}

#[test]
fn views_should_be_encoded_and_decoded_as_the_metadata_says() {
	assert_views(Api::Assay, views());
	assert_views(Api::Case, case_views());
}

fn assert_views(of: Api, views: Vec<Known>) {
	let api = metadata().runtime_api_trait_by_name(of.name());
	let api = api.expect("the runtime has our API");
	for (name, arguments, answers) in &views {
		check_view(metadata(), of, name).expect(name);
		let method = api.method_by_name(name).expect(name);
		let mut rest = &arguments[..];
		for input in method.inputs() {
			decode_as_type(&mut rest, input.id, metadata().types()).expect(name);
		}
		assert!(rest.is_empty(), "{name}: {} bytes of arguments left", rest.len());
		for answer in answers {
			assert_encodes(name, answer, method.output_ty());
		}
	}
	for method in api.methods() {
		assert!(views.iter().any(|(name, ..)| *name == method.name()), "{}", method.name());
	}
}

#[test]
fn view_should_be_refused_when_the_chain_has_it_not() {
	assert!(check_view(metadata(), Api::Assay, "no_such_view").is_err());
	assert!(check_view(metadata(), Api::Assay, "case").is_err(), "it is in the other API");
}
