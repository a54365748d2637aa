//! The metadata that clients are compiled against, its hash for wallets, and the versions of views.

use assay_simulation::metadata::{
	APIS, Committed, LATEST, latest, metadata, metadata_hash, unversioned, views,
};
use frame_metadata::v16::{RuntimeApiMetadata, RuntimeMetadataV16};
use scale_info::{TypeDef, form::PortableForm};
use std::fs;

/// The runtime APIs of ours, and the names of their methods.
pub fn runtime_apis() -> Vec<(String, Vec<String>)> {
	let ours = latest().apis.into_iter().filter(|api| APIS.contains(&&*api.name));
	let names = |api: RuntimeApiMetadata<PortableForm>| {
		(api.name, api.methods.into_iter().map(|method| method.name).collect())
	};
	ours.map(names).collect()
}

#[test]
fn metadata_should_match_the_committed_file() {
	let known = fs::read(Committed::Metadata.path()).unwrap_or_default();
	assert!(known == metadata(LATEST), "the metadata is stale: run scripts/metadata.sh");
}

#[test]
fn metadata_hash_should_match_the_committed_one() {
	let known = Committed::Hash.text();
	assert_eq!(known.trim(), metadata_hash(), "the hash is stale: run scripts/metadata.sh");
}

#[test]
fn views_should_be_of_another_version_when_they_are_not_the_committed_ones() {
	let (known, now) = (Committed::Views.text(), views(&latest()));
	let changed = unversioned(&known, &now);
	assert!(changed.is_empty(), "raise the #[api_version] of the API of {changed:?}");
	assert_eq!(known, now, "the list of views is stale: run scripts/metadata.sh");
}

/// The views that need another version after a change.
fn after(change: impl FnOnce(&mut RuntimeMetadataV16)) -> Vec<String> {
	let (before, mut now) = (latest(), latest());
	change(&mut now);
	unversioned(&views(&before), &views(&now)).into_iter().collect()
}

/// Adds a field to the constants that clients read.
fn add_field(metadata: &mut RuntimeMetadataV16) {
	let mut types = metadata.types.types.iter_mut().map(|it| &mut it.ty);
	let found = types.find(|ty| ty.path.segments.last().is_some_and(|it| it == "Parameters"));
	let ty = found.expect("the view gives them");
	let TypeDef::Composite(parameters) = &mut ty.type_def else { panic!("{ty:?}") };
	let mut added = parameters.fields[0].clone();
	added.name = Some("added".into());
	parameters.fields.push(added);
}

#[test]
fn view_should_need_another_version_when_its_shape_changes() {
	assert_eq!(after(add_field), ["AssayApi.parameters"]);
	let gone = |it: &mut RuntimeMetadataV16| {
		it.apis.iter_mut().for_each(|api| api.methods.retain(|view| view.name != "case_cost"));
	};
	assert_eq!(after(gone), ["CaseApi.case_cost"]);
	let asked = |it: &mut RuntimeMetadataV16| {
		let mut views = it.apis.iter_mut().flat_map(|api| &mut api.methods);
		let view = views.find(|view| view.name == "case_of_task").expect("it is there");
		view.inputs[0].name = "of".into();
	};
	assert_eq!(after(asked), ["CaseApi.case_of_task"]);
}

#[test]
fn view_should_need_no_other_version_when_that_is_raised_or_nothing_is_read_otherwise() {
	let raised = after(|it| {
		add_field(it);
		it.apis.iter_mut().for_each(|api| api.version.0 += 1);
	});
	let renamed = after(|it| {
		it.types.types.iter_mut().for_each(|it| it.ty.path.segments.push("Anew".into()));
		it.apis.iter_mut().for_each(|api| api.methods.reverse());
	});
	assert_eq!([raised, renamed], [[""; 0]; 2]);
}
