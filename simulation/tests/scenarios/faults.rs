//! The faults that scripts/plant.sh plants are about lines that are there.

use std::{fs, path::Path};

#[test]
fn fault_should_have_its_places_in_the_code() {
	const LEAST: usize = 10;
	let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
	let read = |path: &str| fs::read_to_string(root.join(path)).expect("the file is there");
	let list: serde_json::Value =
		serde_json::from_str(&read("simulation/robber/faults.json")).expect("it is JSON");
	let faults = list.as_array().expect("it is a list");
	assert!(faults.len() >= LEAST);
	let names: Vec<_> = faults.iter().map(|fault| &fault["name"]).collect();
	for fault in faults {
		let name = fault["name"].as_str().expect("it has a name");
		assert!(!fault["why"].as_str().expect("it says why").is_empty(), "{name}");
		let places = fault["places"].as_array().expect("it has places");
		// Others that are planted with it.
		let with = fault["with"].as_array().map_or(&[][..], Vec::as_slice);
		assert!(!places.is_empty() || !with.is_empty(), "{name}");
		assert!(with.iter().all(|other| names.contains(&other)), "{name}: {with:?}");
		for place in places {
			let field = |name: &str| place[name].as_str().expect("it is text");
			let (at, old, new) = (field("at"), field("old"), field("new"));
			assert_eq!(read(field("file")).matches(at).count(), 1, "{name}: {at}");
			assert_eq!(at.matches(old).count(), 1, "{name}: {old} in {at}");
			assert!(old != new && !new.contains('\n'), "{name} changes one expression");
		}
	}
}
