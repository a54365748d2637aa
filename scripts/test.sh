#!/usr/bin/env bash
# Runs every test: unit and property tests, scenarios on the real runtime, jobs on real nodes with real
# daemons; then formatting and lints. Uses the same build as the demo, and ends with what each part took, and with
# whether that is within the budget.
#
# usage: scripts/test.sh [--quick]     --quick leaves out what starts networks
set -euo pipefail
case "${1:-}" in
"" | --quick) ;;
*) sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
quick="${1:-}"
here="$(cd "$(dirname "$0")" && pwd)"
. "$here/env.sh"
cd "$ASSAY_ROOT"

# What a run may take says CONTRIBUTING.md. A slow machine fails nothing, but is told.
built="nothing built"
! compgen -G "$CARGO_TARGET_DIR/release/deps/libserde-*.rlib" >/dev/null || built="dependencies built"
minutes="$(sed -n "s/^| all tests, $built |.*| \([0-9]*\) |$/\1/p" CONTRIBUTING.md)"
: "${minutes:?CONTRIBUTING.md has no budget with $built}"
budget() {
	local above=$(((SECONDS - 60 * minutes + 59) / 60))
	if [ $above -gt 0 ]; then
		printf '%d minutes above the budget' $above
	else
		printf 'within the budget'
	fi
	printf ' of %d minutes (%s, 2 cores; this machine has %d)\n' "$minutes" "$built" "$(nproc)"
}

table="" complete=""
summary() {
	printf '\n%8s  part\n%b%8d  all\n' seconds "$table" "$SECONDS"
	[ -z "$complete" ] || budget
}
trap summary EXIT
step() { # NAME COMMAND...
	local name="$1" began=$SECONDS status=0
	shift
	printf '\n\033[1m== %s\033[0m (after %d s)\n' "$name" "$SECONDS"
	"$@" || status=$?
	table+="$(printf '%8d  %s' $((SECONDS - began)) "$name")$([ "$status" = 0 ] || echo ', failed')\n"
	return "$status"
}

programs() { # what the executors are compared on
	scripts/build-programs.sh &&
		CARGO_TARGET_DIR="$CARGO_TARGET_DIR/generator" \
			cargo build --release --locked --manifest-path engine/generator/Cargo.toml
}
without_std() {
	cargo build --release --locked --target wasm32v1-none --no-default-features \
		-p assay-metering -p assay-wasi -p assay-interpreter
}

# The whole workspace, as in the build, so that cargo compiles nothing again; what it gives is run in the
# folders in which cargo would run it.
unit_tests() {
	local tests folder path
	tests="$(cargo test --release --locked --workspace --no-run --message-format=json |
		jq -r 'select(.executable != null and .profile.test and (.manifest_path | contains("/end-to-end/") | not)) |
			"\(.manifest_path | rtrimstr("/Cargo.toml")) \(.executable)"')" || return
	while read -r folder path; do
		printf '\n     Running %s\n' "$path"
		(cd "$folder" && "$path" </dev/null) || return
	done <<<"$tests"
}

tools=--network
[ "$quick" != --quick ] || tools=--tests
step "tools" scripts/bootstrap.sh "$tools"
# The toolchain may be new.
. scripts/env.sh
step "plan of the build" scripts/units.sh
step "build" scripts/build.sh --tests
step "programs to compare executors on" programs
step "engine without std" without_std
# The end-to-end tests start processes of their own; they are not run beside others.
step "unit, property and scenario tests" unit_tests
if [ "$quick" != --quick ]; then
	step "jobs on real nodes with real daemons" scripts/networks.sh
	step "network of several nodes" zombienet/run.sh
fi
step "formatting and lints" scripts/lints.sh
[ "$quick" = --quick ] || complete=yes
