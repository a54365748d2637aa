//! Writes the types of the calls and events that the committed metadata has.

use scale_info::TypeDef;
use std::{env, error::Error, fs, path::Path};
use subxt_codegen::{
	CodegenBuilder, Metadata,
	syn::{self, parse_str},
};

/// The metadata. `scripts/metadata.sh` writes it anew.
const METADATA: &str = "artifacts/assay.scale";

/// Pallets of the SDK of which clients use calls alone.
const CALLS_ALONE: [&str; 3] = ["System", "Utility", "Proxy"];
/// Pallets whose calls and events there are.
const PALLETS: [&str; 11] = [
	"Balances",
	"Validators",
	"Content",
	"Providers",
	"Deals",
	"Market",
	"Mediation",
	"Court",
	"Register",
	"Groups",
	"Board",
];

fn main() -> Result<(), Box<dyn Error>> {
	println!("cargo::rerun-if-changed={METADATA}");
	let mut metadata = Metadata::decode_from(&fs::read(METADATA)?)?;
	let roots = [metadata.outer_enums().call_enum_ty(), metadata.outer_enums().event_enum_ty()];
	let types = metadata.types_mut();
	for (root, more) in roots.into_iter().zip([&CALLS_ALONE[..], &[]]) {
		let wanted = |name: &str| PALLETS.contains(&name) || more.contains(&name);
		if let TypeDef::Variant(pallets) = &mut types.types[root as usize].ty.type_def {
			pallets.variants.retain(|pallet| wanted(&pallet.name));
		}
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
					&& !["Call", "Event"].contains(name)
					&& matches!(ty.ty.type_def, TypeDef::Variant(_)) =>
			{
				substitute(&segments.join("::"), "crate::VariantName")?;
			},
			_ => {},
		}
	}
	let code = code.generate(metadata)?.to_string();
	Ok(fs::write(Path::new(&env::var("OUT_DIR")?).join("types.rs"), code)?)
}
