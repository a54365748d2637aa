//! What all roles stand on: the chain's newest blocks, the key that signs, runs beside a loop, the store, what is
//! served, signals.

pub mod chain;
pub mod chore;
pub mod clock;
pub mod connect;
pub mod desk;
pub mod disk;
pub mod drive;
pub mod evict;
pub mod executor;
pub mod heads;
pub mod http;
pub mod lock;
pub mod logs;
pub mod metrics;
pub mod outputs;
pub mod private;
pub mod reading;
pub mod role;
pub mod settings;
pub mod signals;
pub mod status;
pub mod store;
pub mod trouble;
pub mod wakes;

#[cfg(test)]
mod tests {
	use std::{fs, path::Path};

	fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
		for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
			let path = entry.path();
			if path.is_dir() {
				sources(&path, found);
			} else {
				let text = fs::read_to_string(&path).expect("a source");
				found.push((path.display().to_string(), text));
			}
		}
	}

	/// Roles, what they are configured by, and the command line stand on the host.
	#[test]
	fn host_should_know_nothing_that_stands_on_it() {
		let mut found = Vec::new();
		sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/host"), &mut found);
		assert!(found.len() > 40, "{} files", found.len());
		for (path, text) in &found {
			for above in ["cli", "commands", "config", "roles"] {
				let named = [format!("crate::{above}"), format!("\t{above}::")];
				assert!(!named.iter().any(|name| text.contains(name)), "{path} knows `{above}`");
			}
		}
	}
}
