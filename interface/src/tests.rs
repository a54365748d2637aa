use super::*;
use assay_primitives::{
	Hash,
	case::MediatorTerms,
	content::ContentRef,
	deal::single,
	order::{Accounts, AssetTerms, GroupId},
	profile::Profile,
	seal::Seal,
};
use codec::Encode;
use scale_info::{TypeDef, TypeDefVariant, form::PortableForm};
use subxt::{
	Metadata,
	ext::{
		scale_decode::{self, DecodeAsType, error::ErrorKind},
		scale_encode::EncodeAsType,
	},
};

/// To be changed.
fn own() -> Metadata {
	Metadata::decode_from(METADATA).expect("it is committed")
}

/// The variants of a type, to be changed as a later runtime might.
fn variants<'a>(metadata: &'a mut Metadata, path: &str) -> &'a mut TypeDefVariant<PortableForm> {
	let mut types = metadata.types_mut().types.iter_mut();
	let found = types.find(|it| it.ty.path.segments.join("::") == path).expect("it is there");
	match &mut found.ty.type_def {
		TypeDef::Variant(variants) => variants,
		other => panic!("{other:?} has no variants"),
	}
}

fn encode(event: &Event, metadata: &Metadata) -> Vec<u8> {
	let type_id = metadata.outer_enums().event_enum_ty();
	event.encode_as_type(type_id, metadata.types()).expect("the metadata has it")
}

fn decode(bytes: &[u8], metadata: &Metadata) -> Result<Event, scale_decode::Error> {
	let type_id = metadata.outer_enums().event_enum_ty();
	Event::decode_as_type(&mut &*bytes, type_id, metadata.types())
}

fn agreed() -> Event {
	let (task, digest) = (single(7).into(), Hash::repeat_byte(1));
	Event::Deals(deals::Event::TaskAgreed { task, digest, until: 9 })
}

fn paid(reason: &str) -> Event {
	let provider = AccountId::from([1; 32]).into();
	let reason = VariantName(reason.into());
	Event::Deals(deals::Event::ReplicaPaid { task: single(7).into(), provider, amount: 5, reason })
}

#[test]
fn calls_should_be_the_same_when_they_were_encoded_and_decoded() {
	let (seal, hash) = (Seal { digest: Hash::zero(), report: Hash::zero() }, Hash::repeat_byte(3));
	let terms = AssetTerms {
		price: 4,
		liability: 7,
		clients: Accounts::Any,
		providers: Accounts::Group(GroupId { owner: AccountId::new([5; 32]), number: 5 }),
		mediators: Default::default(),
	};
	let mediator = MediatorTerms {
		capacity: 3,
		limits: Default::default(),
		profiles: vec![Profile::BASE.id()].try_into().expect("one"),
		inbox: Default::default(),
	};
	let calls = vec![
		transfer(&AccountId::from([1; 32]), 1 << 70),
		Call::Deals(deals::Call::commit_many {
			items: vec![
				(single(1).into(), hash, seal.into()),
				(single(2).into(), hash, seal.into()),
			],
		}),
		Call::Deals(deals::Call::set_profile_status {
			profile: hash,
			status: VariantName("Retired".into()),
		}),
		Call::Register(register::Call::register_dataset {
			content: ContentRef::of(b"data").into(),
			tags: 3,
			terms: Some(terms.into()),
		}),
		Call::Mediation(mediation::Call::register {
			operator: AccountId::from([2; 32]).into(),
			terms: mediator.into(),
			bond: 300,
		}),
		Call::Court(court::Call::adjudicate {
			case: 300,
			task_hash: hash,
			max_gas: 1 << 24,
			module: b"module".to_vec(),
			input: Some(b"input".to_vec()),
		}),
	];
	let batch = Call::Utility(utility::Call::force_batch { calls });
	let metadata = super::metadata();
	let type_id = metadata.outer_enums().call_enum_ty();
	let bytes = batch.encode_as_type(type_id, metadata.types()).expect("the metadata has them");
	let again = Call::decode_as_type(&mut &bytes[..], type_id, metadata.types());
	assert_eq!(again.expect("it was just encoded"), batch);
}

#[test]
fn event_should_be_read_when_a_field_was_added_and_others_were_moved() {
	let mut metadata = own();
	let plain = encode(&agreed(), &metadata);
	let events = variants(&mut metadata, "pallet_deals::pallet::Event");
	let event = events.variants.iter_mut().find(|it| it.name == "TaskAgreed").expect("it has it");
	let mut added = event.fields[2].clone();
	added.name = Some("added".into());
	event.fields.reverse();
	event.fields.insert(0, added);
	let moved = (77u32, 9u32, Hash::repeat_byte(1), single(7)).encode();
	let bytes = [&plain[..2], &moved].concat();
	assert_eq!(decode(&bytes, &metadata).expect("by its names"), agreed());
}

#[test]
fn event_should_not_be_read_when_a_field_is_of_another_type() {
	let mut metadata = own();
	let bytes = encode(&agreed(), &metadata);
	let events = variants(&mut metadata, "pallet_deals::pallet::Event");
	let event = events.variants.iter_mut().find(|it| it.name == "TaskAgreed").expect("it has it");
	event.fields[0].ty = event.fields[1].ty;
	let after = 2 + single(7).encoded_size();
	let longer = [&bytes[..2], &[0; 32], &bytes[after..]].concat();
	decode(&longer, &metadata).expect_err("a task has no 32 bytes");
}

#[test]
fn reason_should_be_named_when_a_later_runtime_has_added_it() {
	let mut metadata = own();
	let bytes = encode(&paid("Work"), &metadata);
	assert_eq!(decode(&bytes, &metadata).expect("it is known"), paid("Work"));
	for reason in &mut variants(&mut metadata, "pallet_deals::types::PayReason").variants {
		reason.name.push_str("Anew");
	}
	assert_eq!(decode(&bytes, &metadata).expect("by its name"), paid("WorkAnew"));
}

#[test]
fn unknown_event_should_be_told_from_a_broken_one() {
	let mut metadata = own();
	let bytes = encode(&agreed(), &metadata);
	for event in &mut variants(&mut metadata, "pallet_deals::pallet::Event").variants {
		event.name.push_str("Anew");
	}
	let error = decode(&bytes, &metadata).expect_err("it is unknown");
	assert!(matches!(error.kind(), ErrorKind::CannotFindVariant { .. }), "{error}");
}
