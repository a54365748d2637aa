//! What the chain's metadata must agree with this program about.
//!
//! Calls, views and events are encoded and decoded through the types of `assay-primitives`. The
//! metadata that they were tested against is part of the program; a call or view whose shape differs
//! in the metadata of the connected chain is refused before anything is sent.

use crate::error::{Error, Result};
use std::sync::LazyLock;
use subxt::Metadata;

/// SCALE metadata of the runtime that this crate was tested against.
pub(crate) const METADATA: &[u8] = include_bytes!("../../artifacts/assay.scale");

/// Traits of our runtime APIs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Api {
	/// Tasks, offers and providers.
	Assay,
	/// Disputes.
	Case,
}

impl Api {
	fn name(self) -> &'static str {
		match self {
			Self::Assay => "AssayApi",
			Self::Case => "CaseApi",
		}
	}
}

static PINNED: LazyLock<Option<Metadata>> = LazyLock::new(|| Metadata::decode_from(METADATA).ok());

fn pinned() -> Result<&'static Metadata> {
	PINNED.as_ref().ok_or_else(|| Error::Incompatible { what: "metadata format".into() })
}

/// Checks that a call has the shape that this program encodes.
pub(super) fn check_call(metadata: &Metadata, pallet: &str, call: &str) -> Result<()> {
	let hash = |metadata: &Metadata| metadata.pallet_by_name(pallet)?.call_hash(call);
	let expected = hash(pinned()?);
	if expected.is_none() || hash(metadata) != expected {
		return Err(Error::Incompatible { what: format!("call {pallet}.{call}") });
	}
	Ok(())
}

/// Checks that a runtime API has the shape that this program encodes and decodes.
pub(super) fn check_view(metadata: &Metadata, api: Api, method: &str) -> Result<()> {
	let name = api.name();
	let hash = |metadata: &Metadata| {
		Some(metadata.runtime_api_trait_by_name(name)?.method_by_name(method)?.hash())
	};
	let expected = hash(pinned()?);
	if expected.is_none() || hash(metadata) != expected {
		return Err(Error::Incompatible { what: format!("runtime API {name}.{method}") });
	}
	Ok(())
}

/// Name of a runtime API as `state_call` wants it.
pub(super) fn view_name(api: Api, method: &str) -> String {
	format!("{}_{method}", api.name())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		chain::{call, call::Call, events::KNOWN},
		testing::{TARIFF, account, case_terms, request, view},
	};
	use assay_primitives::{
		AccountId, Hash, UNIT,
		api::{DealTasks, OfferView, Page, Parameters, TaskOfDeal},
		beacon::{Entry, Fold, Ticket},
		bond::{Bond, Chunk},
		case::{
			Appeal, Case, CasePhase, CaseStep, CaseView, CommitteeDraw, MediatorRecord,
			MediatorStatus, MediatorTerms, MediatorView, Member, PoolEntry, Round, RoundDraw, Step,
			Vote,
		},
		content::ContentRef,
		deal::{
			DrawView, EndedReplica, EndedTask, Ending, Exhibits, NextStep, Opening, Replica,
			ReplicaResult, ReplicaState, Task, TaskState, TaskStatus, TaskView, single,
		},
		merkle::ListRoot,
		order::{
			Accounts, AnyOrder, AppOrder, Asset, AssetKind, AssetState, AssetTerms, Assets,
			Authorization, DatasetOrder, Match, OrderRecord, Publisher, Refusal, RequestOrder,
			Resource, ResourceOrder, Signed,
		},
		outcome::{Class, Outcome},
		policy::PolicyFault,
		price::Price,
		profile::Profile,
		provider::{Capacity, Declaration, ProviderView, Reputation, Status},
		request::{Ineligible, OfferFit, Quote, Terms},
		seal::Seal,
		task::TaskId,
	};
	use codec::Encode;
	use subxt::ext::{
		frame_decode::extrinsics::encode_call_data,
		scale_value::scale::{decode_as_type, encode_as_type},
	};

	const OURS: [&str; 10] = [
		"Providers",
		"Market",
		"Deals",
		"Content",
		"Validators",
		"Mediation",
		"Court",
		"Register",
		"Groups",
		"Board",
	];

	fn metadata() -> &'static Metadata {
		pinned().expect("the committed metadata decodes")
	}

	/// Whether bytes are a value of the type, to the last one, and the only encoding of it.
	fn assert_encodes(what: &str, bytes: &[u8], type_id: u32) {
		let types = metadata().types();
		let mut rest = bytes;
		let value = decode_as_type(&mut rest, type_id, types)
			.unwrap_or_else(|error| panic!("{what} does not decode: {error}"));
		assert!(rest.is_empty(), "{what} leaves {} bytes", rest.len());
		let mut again = Vec::new();
		encode_as_type(&value, type_id, types, &mut again)
			.unwrap_or_else(|error| panic!("{what} does not encode: {error}"));
		assert_eq!(again, bytes, "{what}");
	}

	fn declaration() -> Declaration {
		Declaration {
			operator: account(2),
			encryption_key: [3; 32],
			capacity: Capacity {
				slots: 4,
				max_gas: 5,
				max_memory_pages: 6,
				gas_per_second: 7,
				tags: 8,
			},
			profiles: vec![Profile::BASE.id()].try_into().expect("one"),
			endpoint: b"https://example.org".to_vec().try_into().expect("short"),
		}
	}

	fn terms() -> Terms {
		Terms {
			profile: Profile::BASE.id(),
			price: Price { base: 1, per_mgas: 2 },
			max_gas: 3,
			max_memory_pages: 4,
			min_run_blocks: 5,
			valid_until: 6,
		}
	}

	fn outcome() -> Outcome {
		let output = ListRoot { root: Hash::repeat_byte(1), len: 2 };
		Outcome { class: Class::Exited(3), gas_used: 4, output, output_bytes: 5 }
	}

	const TASK: TaskId = TaskId { deal: 7, index: 0 };

	fn signature() -> Authorization {
		Authorization::Signature(vec![1; 65].try_into().expect("short"))
	}

	fn app_order() -> AppOrder {
		AppOrder {
			app: 4,
			content: ContentRef::of(b"module"),
			price: 5,
			volume: 6,
			clients: Accounts::Listed(vec![account(1)].try_into().expect("one")),
			datasets: Assets::Listed(vec![7].try_into().expect("one")),
			providers: Accounts::Group(8),
			valid_until: 9,
			salt: 10,
		}
	}

	fn dataset_order() -> DatasetOrder {
		DatasetOrder {
			dataset: 4,
			content: ContentRef::of(b"data"),
			price: 5,
			volume: 6,
			clients: Accounts::Any,
			apps: Assets::OwnedByGroup(7),
			providers: Accounts::Any,
			valid_until: 9,
			salt: 10,
		}
	}

	fn resource_order() -> ResourceOrder {
		ResourceOrder {
			provider: account(1),
			signer: account(2),
			terms: terms(),
			volume: 3,
			clients: Accounts::Any,
			apps: Assets::Any,
			datasets: Assets::Any,
			mediators: vec![account(4)].try_into().expect("one"),
			salt: 5,
		}
	}

	fn request_order() -> RequestOrder {
		RequestOrder {
			client: account(1),
			request: request(ContentRef::of(b"module")),
			app: Some(2),
			dataset: Some(3),
			max_app_price: 4,
			max_dataset_price: 5,
			min_publisher_bond: 6,
			volume: 7,
			min_volume: 8,
			min_candidates: 9,
			providers: Accounts::Any,
			mediators: Default::default(),
			sponsor: Some(account(10)),
			beneficiary: Some(account(11)),
			tip: 12,
			salt: 13,
		}
	}

	fn any_order() -> AnyOrder {
		AnyOrder::Resource(Box::new(resource_order()))
	}

	fn orders() -> Match {
		let authorization = signature();
		let resource = Signed { order: resource_order(), authorization: signature() };
		Match {
			request: Signed { order: request_order(), authorization: signature() },
			sponsor: Some(Authorization::OnChain),
			resources: vec![Resource::Order(Box::new(resource)), Resource::Offer(300)]
				.try_into()
				.expect("two"),
			app: Some(Signed { order: app_order(), authorization: signature() }),
			dataset: Some(Signed { order: dataset_order(), authorization }),
		}
	}

	fn asset() -> Asset {
		Asset {
			kind: AssetKind::App(Profile::BASE.id()),
			owner: account(1),
			heir: Some(account(2)),
			content: ContentRef::of(b"module"),
			tags: 3,
			terms: Some(AssetTerms {
				price: 4,
				clients: Accounts::Any,
				providers: Accounts::Group(5),
			}),
			state: AssetState::Banned,
			public_good: true,
			deposit: 6,
		}
	}

	fn order_record() -> OrderRecord {
		OrderRecord {
			consumed: 1,
			closed: true,
			presigned_by: Some(account(1)),
			until: 2,
			depositor: account(2),
			deposit: 3,
		}
	}

	fn mediator_terms() -> MediatorTerms {
		MediatorTerms {
			capacity: 3,
			limits: Default::default(),
			profiles: vec![Profile::BASE.id()].try_into().expect("one"),
			inbox: declaration().inbox(),
		}
	}

	fn calls() -> Vec<Call> {
		let seal = Seal { digest: Hash::repeat_byte(1), report: Hash::repeat_byte(2) };
		let opening = Opening { outcome: outcome(), salt: [4; 32] };
		let (content, hash) = (ContentRef::of(b"module"), Hash::repeat_byte(8));
		vec![
			call::providers::register(&declaration(), 5 * UNIT),
			call::providers::update(&declaration()),
			call::providers::bond_more(UNIT),
			call::providers::unbond(UNIT),
			call::providers::withdraw(),
			call::system::remark_with_event(&[7; 50]),
			call::providers::limit_exposure(Some(300)),
			call::providers::leave(),
			call::providers::accept_operator(&account(1)),
			call::providers::resign_operator(),
			call::market::place_offer(&terms()),
			call::market::update_offer(300, &terms(), &terms()),
			call::market::withdraw_offer(300, &terms()),
			call::market::prune_offer(300),
			call::market::submit(&request(content), &[(1, account(1)), (2, account(2))]),
			call::market::presign(&any_order(), &Authorization::OnChain),
			call::market::close_order(&any_order(), &signature()),
			call::market::prune_orders(&[Hash::repeat_byte(1)]),
			call::market::match_orders(&orders()),
			call::register::bond_more(UNIT),
			call::register::unbond(UNIT),
			call::register::withdraw(),
			call::register::register_app(&content, &Profile::BASE.id(), 3, &asset().terms),
			call::register::register_dataset(&content, 3, &None),
			call::register::set_asset_terms(4, &asset(), &asset().terms),
			call::register::offer_asset(4, &asset(), &Some(account(3))),
			call::register::accept_asset(4, &asset()),
			call::register::suspend_asset(4, &asset()),
			call::register::resume_asset(4, &asset()),
			call::register::deregister_asset(4, &asset()),
			call::groups::create_group(),
			call::groups::add_members(4, &[account(1), account(2)]),
			call::groups::remove_members(4, &[account(1)]),
			call::groups::dissolve_group(4),
			call::board::set_board_places(300),
			call::deals::commit(TASK, &hash, &seal),
			call::deals::commit_many(&[(TASK, hash, seal), (TASK, hash, seal)]),
			call::deals::decline(TASK, &hash),
			call::deals::reveal(TASK, &opening),
			call::deals::reveal_many(&[(TASK, opening)]),
			call::deals::denounce(TASK, &account(1), &Hash::repeat_byte(1), &[2; 32]),
			call::deals::poke(TASK),
			call::deals::poke_many(&[TASK]),
			call::deals::accept(TASK, &hash),
			call::deals::check(TASK, &hash),
			call::deals::challenge(TASK, &hash),
			call::deals::open_report(TASK, &hash, outcome(), [7; 32]),
			call::deals::prune(TASK),
			call::deals::refute(TASK, &Exhibits::default()),
			call::deals::set_callback(7, &hash, b"call", UNIT),
			call::deals::call_back(TASK),
			call::content::publish(b"blob"),
			call::content::extend(b"blob"),
			call::content::release(&Hash::repeat_byte(1)),
			call::validators::join(UNIT),
			call::validators::bond_more(UNIT),
			call::validators::leave(),
			call::validators::withdraw(),
			call::mediation::register(&account(2), &mediator_terms(), UNIT),
			call::mediation::accept_operator(&account(1)),
			call::mediation::resign_operator(),
			call::mediation::set_operator(&account(2)),
			call::mediation::update(&mediator_terms()),
			call::mediation::bond_more(UNIT),
			call::mediation::unbond(UNIT),
			call::mediation::leave(),
			call::mediation::withdraw(),
			call::mediation::seal(300, &hash, 2, &Hash::repeat_byte(1)),
			call::mediation::reveal(300, &Hash::repeat_byte(1), &[2; 32]),
			call::mediation::denounce(300, &account(1), &Hash::repeat_byte(1), &[2; 32]),
			call::mediation::appeal(300, &hash, 2),
			call::mediation::poke(300),
			call::mediation::prune(300),
			call::court::adjudicate(300, &hash, 1 << 24, b"module", Some(b"input")),
			call::court::adjudicate(300, &hash, 1 << 24, b"module", None),
			call::balances::transfer_keep_alive(&account(1), UNIT),
			call::utility::force_batch(vec![
				call::deals::accept(TASK, &hash),
				call::balances::transfer_keep_alive(&account(1), UNIT),
			]),
		]
	}

	#[test]
	fn calls_should_be_encoded_as_the_metadata_says() {
		let metadata = metadata();
		for call in calls() {
			let what = format!("{}.{}", call.pallet(), call.name());
			check_call(metadata, call.pallet(), call.name()).expect(&what);
			let (pallet, name, arguments) = (call.pallet(), call.name(), &call.arguments);
			let bytes = encode_call_data(pallet, name, arguments, metadata, metadata.types())
				.unwrap_or_else(|error| panic!("{what}: {error}"));
			assert_encodes(&what, &bytes, metadata.outer_enums().call_enum_ty());
		}
	}

	#[test]
	fn calls_should_be_complete_for_our_pallets() {
		let ours = calls();
		for pallet in OURS {
			let variants =
				metadata().pallet_by_name(pallet).and_then(|pallet| pallet.call_variants());
			for variant in variants.unwrap_or_else(|| panic!("{pallet} has calls")) {
				// Governance goes through sudo, not through this crate.
				let known =
					ours.iter().any(|call| call.pallet() == pallet && call.name() == variant.name);
				let governed = ["set_profile_status", "set_public_good"];
				let governed = governed.contains(&&*variant.name);
				assert!(known || governed, "{pallet}.{}", variant.name);
			}
		}
	}

	#[test]
	fn events_should_be_those_of_the_metadata_with_the_same_fields() {
		for (pallet, name, fields) in KNOWN {
			let found =
				metadata().pallet_by_name(pallet).and_then(|pallet| pallet.event_variants());
			let found = found.and_then(|all| all.iter().find(|variant| variant.name == *name));
			let found = found.unwrap_or_else(|| panic!("there is no event {pallet}.{name}"));
			let theirs: Vec<&str> =
				found.fields.iter().filter_map(|field| field.name.as_deref()).collect();
			for field in *fields {
				assert!(theirs.contains(field), "{pallet}.{name} has no field {field}: {theirs:?}");
			}
			assert!(*pallet == "Balances" || theirs.len() == fields.len(), "{pallet}.{name}");
		}
		for pallet in OURS {
			let variants =
				metadata().pallet_by_name(pallet).and_then(|pallet| pallet.event_variants());
			for variant in variants.unwrap_or_else(|| panic!("{pallet} has events")) {
				let known =
					KNOWN.iter().any(|(at, name, _)| *at == pallet && *name == variant.name);
				assert!(known, "{pallet}.{} is not decoded", variant.name);
			}
		}
	}

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
		let task =
			|index, view: TaskView| TaskOfDeal { index, status: view.status, next: view.next };
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

	/// Method, arguments as this crate encodes them, and answers that it must be able to read.
	fn views() -> Vec<(&'static str, Vec<u8>, Vec<Vec<u8>>)> {
		let who = account(1);
		let asked = (&who, request(ContentRef::of(b"module"))).encode();
		let tasks = Some(open_view()).encode();
		let ended = Some(ended_view()).encode();
		let offer = OfferView { id: 1, provider: who.clone(), terms: terms() };
		let deals = Page { items: vec![7u64], next: Some(8u64) }.encode();
		let page = Some(deal_tasks()).encode();
		let after = Some(who.clone());
		let unbonding = vec![Chunk { amount: 2, at: 3 }].try_into().expect("few");
		let bond = Bond { held: 3, locked: 0, unbonding };
		let publisher = Publisher { bond, assets: 4 };
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
		let votes = [
			Vote::Drawn,
			Vote::Sealed(digest),
			Vote::Revealed(digest),
			Vote::Silent,
			Vote::Withheld,
		];
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

	fn case_views() -> Vec<(&'static str, Vec<u8>, Vec<Vec<u8>>)> {
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

	fn assert_views(of: Api, views: Vec<(&'static str, Vec<u8>, Vec<Vec<u8>>)>) {
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
	fn call_and_view_should_be_refused_when_the_chain_has_them_not() {
		assert!(check_call(metadata(), "Deals", "no_such_call").is_err());
		assert!(check_call(metadata(), "NoSuchPallet", "commit").is_err());
		assert!(check_view(metadata(), Api::Assay, "no_such_view").is_err());
		assert!(check_view(metadata(), Api::Assay, "case").is_err(), "it is in the other API");
	}
}
