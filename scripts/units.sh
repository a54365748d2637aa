#!/usr/bin/env bash
# Fails where the demo, or the tests of one crate by unit.sh, would compile a package with other features
# than the tests of everything do: it and all that depends on it would be compiled twice. Fails too where
# CONTRIBUTING.md gives another number of packages than there are.
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
if ! grep -qF "$counted" CONTRIBUTING.md; then
	echo "error: there are $counted, and CONTRIBUTING.md says otherwise" >&2
	echo "hint: each costs every newcomer time; say in the commit why it is worth it" >&2
	exit 1
fi
echo "units: $counted; nothing would be compiled twice"
