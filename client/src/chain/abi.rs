//! What the chain's metadata must agree with this program about.
//!
//! Calls, views and events are encoded and decoded through the types of `assay-primitives`. The
//! metadata that they were tested against is part of the program; a call whose shape differs in the
//! metadata of the connected chain is refused before anything is sent.

use crate::error::{Error, Result};
use std::sync::LazyLock;
use subxt::Metadata;

/// SCALE metadata of the runtime that this crate was tested against.
pub(crate) const METADATA: &[u8] = include_bytes!("../../artifacts/assay.scale");

static PINNED: LazyLock<Option<Metadata>> = LazyLock::new(|| Metadata::decode_from(METADATA).ok());

/// The same, decoded.
pub(crate) fn pinned() -> Result<&'static Metadata> {
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

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		chain::{call, call::Call, events::KNOWN},
		testing::{
			account, request,
			values::{
				TASK, any_order, assert_encodes, asset, declaration, mediator_terms, metadata,
				orders, outcome, signature, terms,
			},
		},
	};
	use assay_primitives::{
		Hash, UNIT,
		content::ContentRef,
		deal::{Exhibits, Opening},
		order::Authorization,
		profile::Profile,
		seal::Seal,
	};
	use subxt::ext::frame_decode::extrinsics::encode_call_data;

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

	#[test]
	fn call_should_be_refused_when_the_chain_has_it_not() {
		assert!(check_call(metadata(), "Deals", "no_such_call").is_err());
		assert!(check_call(metadata(), "NoSuchPallet", "commit").is_err());
	}
}
