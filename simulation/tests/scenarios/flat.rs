//! The flat state against maps that are copied at each beginning of a transaction.

use assay_simulation::Flat;
use codec::Encode;
use polkadot_sdk::sp_core::{storage::StateVersion, traits::Externalities};
use proptest::prelude::*;
use std::collections::BTreeMap;

type Map = BTreeMap<Vec<u8>, Vec<u8>>;

#[derive(Clone, Debug)]
enum Op {
	Set(u8, u8),
	Clear(u8),
	/// Several items, so that their number takes another byte at times.
	Append(u8, Vec<u8>),
	ClearPrefix(u8, Option<u32>),
	/// Keys come and go, more than are kept.
	Burst,
	Root,
	Start,
	Commit,
	Rollback,
}

fn op() -> impl Strategy<Value = Op> {
	prop_oneof![
		6 => (0..32u8, any::<u8>()).prop_map(|(key, value)| Op::Set(key, value)),
		3 => (0..48u8).prop_map(Op::Clear),
		8 => (32..35u8, prop::collection::vec(any::<u8>(), 1..40))
			.prop_map(|(key, items)| Op::Append(key, items)),
		2 => (0..5u8, prop::option::of(0..6u32)).prop_map(|(at, limit)| Op::ClearPrefix(at, limit)),
		1 => Just(Op::Burst),
		2 => Just(Op::Root),
		3 => Just(Op::Start),
		2 => Just(Op::Commit),
		2 => Just(Op::Rollback),
	]
}

fn key(at: u8) -> Vec<u8> {
	vec![at / 8, at % 8]
}

fn contents(flat: &mut Flat) -> Map {
	let mut all = Map::new();
	let mut at = Vec::new();
	while let Some(key) = flat.next_storage_key(&at) {
		assert!(flat.exists_storage(&key));
		all.insert(key.clone(), flat.storage(&key).expect("the key was found"));
		at = key;
	}
	all
}

/// What is appended to are lists of bytes.
fn append(map: &mut Map, key: Vec<u8>, item: u8) {
	let list = map.get(&key).map(|list| codec::DecodeAll::decode_all(&mut &list[..]));
	let mut list: Vec<u8> = list.map_or(Vec::new(), |list| list.expect("it is a list"));
	list.push(item);
	map.insert(key, list.encode());
}

fn clear_prefix(map: &mut Map, prefix: u8, limit: Option<u32>) {
	let found = map.keys().filter(|key| key[0] == prefix).cloned();
	let taken: Vec<_> = found.take(limit.map_or(usize::MAX, |limit| limit as usize)).collect();
	map.retain(|key, _| !taken.contains(key));
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(128))]

	#[test]
	fn state_should_be_what_a_copied_map_is(ops in prop::collection::vec(op(), 1..120)) {
		let mut flat = Flat::default();
		let mut maps = vec![Map::new()];
		for op in ops {
			let map = maps.last_mut().expect("the outermost one stays");
			match op {
				Op::Set(at, value) => {
					flat.set_storage(key(at), vec![value]);
					map.insert(key(at), vec![value]);
				},
				Op::Clear(at) => {
					flat.clear_storage(&key(at));
					map.remove(&key(at));
				},
				Op::Append(at, items) => {
					for item in items {
						flat.storage_append(key(at), item.encode());
						append(map, key(at), item);
					}
				},
				Op::ClearPrefix(at, limit) => {
					let _ = flat.clear_prefix(&[at], limit, None);
					clear_prefix(map, at, limit);
				},
				Op::Burst => {
					let keys = || (0..1_200u16).map(|at| (9u8, at).encode());
					keys().for_each(|key| flat.set_storage(key, vec![1]));
					keys().for_each(|key| flat.clear_storage(&key));
				},
				Op::Root => drop(flat.storage_root(StateVersion::V1)),
				Op::Start => {
					flat.storage_start_transaction();
					let copy = map.clone();
					maps.push(copy);
				},
				Op::Commit => {
					let inner = maps.len() > 1;
					prop_assert_eq!(flat.storage_commit_transaction().is_ok(), inner);
					if inner {
						let committed = maps.pop().expect("there are two");
						*maps.last_mut().expect("there is one") = committed;
					}
				},
				Op::Rollback => {
					let inner = maps.len() > 1;
					prop_assert_eq!(flat.storage_rollback_transaction().is_ok(), inner);
					if inner {
						maps.pop();
					}
				},
			}
			let map = maps.last().expect("the outermost one stays");
			prop_assert_eq!(&contents(&mut flat), map);
			let bytes = map.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>();
			prop_assert_eq!(flat.size(), (map.len(), bytes));
		}
	}
}
