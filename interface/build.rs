//! Writes the types of the calls, events and errors that the committed metadata has.

use scale_info::{TypeDef, Variant, form::PortableForm};
use std::{
	collections::{BTreeMap, BTreeSet},
	env,
	error::Error,
	fs,
	path::Path,
};
use subxt_codegen::{
	CodegenBuilder, Metadata,
	syn::{self, parse_str},
};

/// The metadata. `scripts/metadata.sh` writes it anew.
const METADATA: &str = "artifacts/assay.scale";

/// Pallets of the SDK of which clients use calls alone.
const CALLS_ALONE: [&str; 3] = ["System", "Utility", "Proxy"];
/// The one of which they use events and errors too, as of all pallets of ours.
const WITH_EVENTS: &str = "Balances";

/// Whether a crate is a pallet of this repository.
fn is_ours(name: &str) -> bool {
	let folder = name.strip_prefix("pallet_").map(|name| Path::new("../pallets").join(name));
	folder.is_some_and(|folder| folder.is_dir())
}

fn main() -> Result<(), Box<dyn Error>> {
	println!("cargo::rerun-if-changed={METADATA}");
	let mut metadata = Metadata::decode_from(&fs::read(METADATA)?)?;
	let outer = metadata.outer_enums();
	let roots = [outer.call_enum_ty(), outer.event_enum_ty(), outer.error_enum_ty()];
	let types = metadata.types_mut();
	let (mut crates, mut errors) = (BTreeSet::new(), BTreeMap::new());
	for (root, more) in roots.into_iter().zip([&CALLS_ALONE[..], &[], &[]]) {
		let crate_of = |pallet: &Variant<PortableForm>| {
			let own = types.resolve(pallet.fields.first()?.ty.id)?;
			own.path.segments.first().cloned()
		};
		let wanted = |pallet: &Variant<PortableForm>| {
			let name = crate_of(pallet).filter(|name| {
				is_ours(name) || pallet.name == WITH_EVENTS || more.contains(&pallet.name.as_str())
			})?;
			Some((pallet.index, (pallet.name.clone(), name)))
		};
		let Some(TypeDef::Variant(all)) = types.resolve(root).map(|ty| &ty.type_def) else {
			return Err("calls and events are enums".into());
		};
		let kept: BTreeMap<u8, _> = all.variants.iter().filter_map(wanted).collect();
		crates.extend(kept.values().map(|(_, name)| name.clone()));
		if let TypeDef::Variant(all) = &mut types.types[root as usize].ty.type_def {
			all.variants.retain(|pallet| kept.contains_key(&pallet.index));
		}
		errors = kept.into_values().collect();
	}
	types.retain(|id| roots.contains(&id));

	let mut code = CodegenBuilder::new();
	code.runtime_types_only();
	code.set_additional_global_derives(vec![
		parse_str("Clone")?,
		parse_str("Eq")?,
		parse_str("PartialEq")?,
	]);
	let mut substitute = |path: &str, with: &str| -> syn::Result<()> {
		code.set_type_substitute(parse_str(path)?, parse_str(with)?);
		Ok(())
	};
	substitute("sp_core::crypto::AccountId32", "crate::Ours<::assay_primitives::AccountId>")?;
	substitute("bounded_collections::bounded_vec::BoundedVec<T>", "::std::vec::Vec<T>")?;
	for ty in &metadata.types().types {
		let segments: Vec<&str> = ty.ty.path.segments.iter().map(String::as_str).collect();
		match segments.as_slice() {
			// What lies deeper is named where the module has it, too.
			["assay_primitives", module, .., name] => substitute(
				&segments.join("::"),
				&format!("crate::Ours<::assay_primitives::{module}::{name}>"),
			)?,
			[pallet, .., name]
				if pallet.starts_with("pallet_")
					&& !["Call", "Error", "Event"].contains(name)
					&& matches!(ty.ty.type_def, TypeDef::Variant(_)) =>
			{
				substitute(&segments.join("::"), "crate::VariantName")?;
			},
			_ => {},
		}
	}
	let mut code = code.generate(metadata)?.to_string();
	code += "\n/// Errors of each pallet, by the runtime's name of it.\npub mod errors {";
	for (pallet, name) in errors {
		code += &format!("pub use super::api::runtime_types::{name}::pallet::Error as {pallet};");
	}
	code += "}";
	for name in crates {
		let short = name.trim_start_matches("pallet_").trim_start_matches("frame_");
		code += &format!("\npub use api::runtime_types::{name}::pallet as {short};");
	}
	Ok(fs::write(Path::new(&env::var("OUT_DIR")?).join("types.rs"), code)?)
}
