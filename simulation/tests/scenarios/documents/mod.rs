//! Every number of the protocol that a page states is the runtime's.
//!
//! A page is searched for sentences whose numbers come from the runtime. What has digits and is not among
//! them has to be named as something else (a port, a setting of a program, an example), so no number can
//! be added that nobody compares.

mod page;
mod programs;
mod roles;
mod rules;
mod runtime;
mod threats;
mod words;

use page::{Page, ROOT};
use std::{collections::BTreeSet, fs, path::Path};

/// Ticks off what a page says.
type Compare = fn(&mut Page);

/// Pages, with what compares their numbers.
const PAGES: [(&str, Compare); 17] = [
	("README.md", roles::readme),
	("SECURITY.md", without_numbers),
	("docs/README.md", without_numbers),
	("docs/acceptance.md", without_numbers),
	("docs/adding.md", without_numbers),
	("docs/architecture.md", rules::architecture),
	("docs/client.md", roles::client),
	("docs/jobs.md", programs::jobs),
	("docs/mediation.md", rules::mediation),
	("docs/orders.md", rules::orders),
	("docs/profile.md", programs::profile),
	("docs/protocol.md", rules::protocol),
	("docs/provider.md", roles::provider),
	("docs/solver.md", roles::solver),
	("docs/threats.md", threats::threats),
	("docs/validator.md", roles::validator),
	("docs/wasi.md", programs::wasi),
];

/// Pages whose numbers are none of the protocol, and why.
const APART: [(&str, &str); 4] = [
	("CHANGELOG.md", "tells what was"),
	("CONTRIBUTING.md", "scripts/units.sh compares the packages, scripts/test.sh reads the budget"),
	("docs/conformance.md", "counts cases that were tried"),
	("docs/robber.md", "tells what a search has found"),
];

fn without_numbers(_: &mut Page) {}

#[test]
fn pages_should_state_the_numbers_of_the_runtime() {
	let mut complaints = Vec::new();
	for (name, compare) in PAGES {
		let mut page = Page::read(name);
		compare(&mut page);
		complaints.extend(page.complaints());
	}
	assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_page_should_be_compared_or_say_why_not() {
	let known = PAGES.map(|(name, _)| name).into_iter().chain(APART.map(|(name, _)| name));
	let mut found = BTreeSet::new();
	for folder in ["", "docs/"] {
		for entry in fs::read_dir(Path::new(ROOT).join(folder)).expect("a folder").flatten() {
			let name = entry.file_name().to_string_lossy().into_owned();
			if name.ends_with(".md") {
				found.insert(format!("{folder}{name}"));
			}
		}
	}
	assert_eq!(found, known.map(String::from).collect());
}
