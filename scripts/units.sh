#!/usr/bin/env bash
# Fails where the demo, or the tests of one crate by unit.sh, would compile a package with other features
# than the tests of everything do: it and all that depends on it would be compiled twice. Fails too where
# CONTRIBUTING.md gives another number of packages than there are, or a lock file lacks a package.
#
# Reads cargo's plan and compiles nothing.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$ASSAY_ROOT"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

plan() { # VERB ARGS...: packages, targets and features that this would compile, tests left out
	RUSTC_BOOTSTRAP=1 cargo "$@" --release --locked -Z unstable-options --unit-graph |
		jq -r '.units[] | select(.mode != "test") |
			[.pkg_id, .target.kind[0], .target.name, .mode, .platform // "host", (.features | join(","))] | @tsv' |
		sort -u
}

# shellcheck source=scripts/packages.sh
. scripts/packages.sh
plan build --workspace "${TESTED[@]}" >"$work/tests"
plan build "${PROGRAMS[@]}" >"$work/demo"
for crate in assay-primitives assay-interpreter pallet-deals assay-client; do
	plan test --lib "${PROGRAMS[@]}" -p "$crate"
done | sort -u >"$work/unit"
for other in demo unit; do
	if ! comm -13 "$work/tests" "$work/$other" | tee "$work/twice" | grep -q .; then continue; fi
	echo "error: these have other features in the build of '$other' than in the tests:" >&2
	cut -f 1,2,6 "$work/twice" >&2
	echo "hint: let a dependency that both builds have ask for the features" >&2
	exit 1
done
packages() { cut -f 1 "$1" | sort -u | wc -l; }
counted="$(packages "$work/demo") packages for the demo, $(packages "$work/tests") with the tests"
# Other processors need others.
if [ "$(uname -m)" = x86_64 ] && ! grep -qF "$counted" CONTRIBUTING.md; then
	echo "error: there are $counted, and CONTRIBUTING.md says otherwise" >&2
	echo "hint: each costs every newcomer time; say in the commit why it is worth it" >&2
	exit 1
fi
echo "units: $counted; nothing would be compiled twice"

# What is built apart from the workspace has a lock file of its own, which no build of everything looks at.
cargo metadata --no-deps --offline --format-version 1 |
	jq -r '.packages[] | .name as $of | select($of | startswith("assay-")) | .dependencies[] |
		select(.kind == null and .target == null and (.optional | not)) | "\($of) \(.name)"' |
	sort -u >"$work/needed"
for lock in */*/Cargo.lock */*/*/Cargo.lock; do
	awk -F '"' '/^name = / { of = $2; print of, "-" } /^ "/ { split($2, dep, " "); print of, dep[1] }' "$lock" |
		sort -u >"$work/locked"
	awk 'NR == FNR { has[$0]; next } ($1 " -") in has && !($0 in has)' "$work/locked" "$work/needed" >"$work/lacking"
	if [ -s "$work/lacking" ]; then
		echo "error: $lock lacks what these crates need:" >&2
		cat "$work/lacking" >&2
		echo "hint: run \`cargo metadata --manifest-path ${lock%lock}toml\`, and commit it" >&2
		exit 1
	fi
done
