//! The faults that scripts/plant.sh plants are about lines that are there.

use std::{fs, path::Path};

#[test]
fn fault_should_have_one_place_in_the_code() {
	let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
	let read = |path: &str| fs::read_to_string(root.join(path)).expect("the file is there");
	let list: serde_json::Value =
		serde_json::from_str(&read("simulation/robber/faults.json")).expect("it is JSON");
	let faults = list.as_array().expect("it is a list");
	assert_eq!(faults.len(), 10);
	for fault in faults {
		let field = |name: &str| fault[name].as_str().expect("it is text");
		let name = field("name");
		let (old, new) = (field("old"), field("new"));
		assert_eq!(read(field("file")).matches(old).count(), 1, "{name}: {old}");
		assert!(old != new && !new.contains('\n'), "{name} changes one line");
		assert!(!field("why").is_empty(), "{name}");
	}
}
