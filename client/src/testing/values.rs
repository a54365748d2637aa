//! Values of the types that go over the wire.

use super::{account, request};
use assay_interface::metadata as pinned;
use assay_primitives::{
	Hash,
	case::MediatorTerms,
	content::ContentRef,
	judges::Mediators,
	merkle::ListRoot,
	order::{
		Accounts, AppOrder, Asset, AssetKind, AssetState, AssetTerms, Assets, Authorization,
		DatasetOrder, GroupId, Match, Needs, OrderRecord, RequestOrder, Resource, ResourceOrder,
		Signed,
	},
	outcome::{Class, Outcome},
	price::Price,
	profile::Profile,
	provider::{Capacity, Declaration},
	request::Terms,
};
use subxt::{
	Metadata,
	ext::scale_value::scale::{decode_as_type, encode_as_type},
};

/// What this crate was tested against.
pub(crate) fn metadata() -> &'static Metadata {
	pinned()
}

/// Whether bytes are a value of the type, to the last one, and the only encoding of it.
pub(crate) fn assert_encodes(what: &str, bytes: &[u8], type_id: u32) {
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

pub(crate) fn declaration() -> Declaration {
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

pub(crate) fn terms() -> Terms {
	Terms {
		profile: Profile::BASE.id(),
		price: Price { base: 1, per_mgas: 2 },
		max_gas: 3,
		max_memory_pages: 4,
		min_run_blocks: 5,
		valid_until: 6,
	}
}

pub(crate) fn outcome() -> Outcome {
	let output = ListRoot { root: Hash::repeat_byte(1), len: 2 };
	Outcome { class: Class::Exited(3), gas_used: 4, output, output_bytes: 5 }
}

pub(crate) fn signature() -> Authorization {
	Authorization::Signature(vec![1; 65].try_into().expect("short"))
}

fn group(number: u32) -> GroupId {
	GroupId { owner: account(9), number }
}

pub(crate) fn app_order() -> AppOrder {
	AppOrder {
		app: 4,
		content: ContentRef::of(b"module"),
		price: 5,
		liability: 7,
		volume: 6,
		clients: Accounts::Listed(vec![account(1)].try_into().expect("one")),
		datasets: Assets::Listed(vec![Hash::repeat_byte(7)].try_into().expect("one")),
		providers: Accounts::Group(group(8)),
		mediators: Default::default(),
		valid_until: 9,
		salt: 10,
	}
}

pub(crate) fn dataset_order() -> DatasetOrder {
	DatasetOrder {
		dataset: 4,
		content: ContentRef::of(b"data"),
		price: 5,
		liability: 7,
		volume: 6,
		clients: Accounts::Any,
		apps: Assets::OwnedByGroup(group(7)),
		providers: Accounts::Any,
		mediators: Default::default(),
		valid_until: 9,
		salt: 10,
	}
}

pub(crate) fn resource_order() -> ResourceOrder {
	ResourceOrder {
		provider: account(1),
		signer: account(2),
		terms: terms(),
		volume: 3,
		clients: Accounts::Any,
		apps: Assets::Any,
		datasets: Assets::Any,
		mediators: Mediators { public: true, named: vec![account(4)].try_into().expect("one") },
		salt: 5,
	}
}

pub(crate) fn request_order() -> RequestOrder {
	RequestOrder {
		client: account(1),
		request: request(ContentRef::of(b"module")),
		app: Some(2),
		dataset: Some(3),
		max_app_price: 4,
		max_dataset_price: 5,
		min_publisher_bond: 6,
		volume: 7,
		min_candidates: 9,
		providers: Accounts::Any,
		mediators: Default::default(),
		sponsor: Some(account(10)),
		beneficiary: Some(account(11)),
		tip: 12,
		salt: 13,
	}
}

pub(crate) fn orders() -> Match {
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

pub(crate) fn asset() -> Asset {
	Asset {
		kind: AssetKind::App(Profile::BASE.id()),
		owner: account(1),
		heir: Some(account(2)),
		content: ContentRef::of(b"module"),
		tags: 3,
		needs: Needs { memory_pages: 7, gas: 8, stack: 9 },
		terms: Some(AssetTerms {
			price: 4,
			liability: 6,
			clients: Accounts::Any,
			providers: Accounts::Group(group(5)),
			mediators: Default::default(),
		}),
		state: AssetState::Banned,
		public_good: true,
		deposit: 6,
	}
}

pub(crate) fn order_record() -> OrderRecord {
	OrderRecord {
		consumed: 1,
		closed: true,
		presigned_by: Some(account(1)),
		sponsor_withdrew: true,
		until: 2,
		depositor: account(2),
		deposit: 3,
	}
}

pub(crate) fn mediator_terms() -> MediatorTerms {
	MediatorTerms {
		capacity: 3,
		limits: Default::default(),
		profiles: vec![Profile::BASE.id()].try_into().expect("one"),
		inbox: declaration().inbox(),
	}
}
