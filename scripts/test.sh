#!/usr/bin/env bash
# Runs every test: formatting, lints, unit and property tests, scenarios on the real runtime, and jobs
# on real nodes with real daemons. Uses the same build as the demo.
#
# usage: scripts/test.sh [--quick]     --quick leaves out what starts networks
set -euo pipefail
case "${1:-}" in
"" | --quick) ;;
*) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
quick="${1:-}"
here="$(cd "$(dirname "$0")" && pwd)"
if [ "$quick" = --quick ]; then "$here/bootstrap.sh"; else "$here/bootstrap.sh" --network; fi
. "$here/env.sh"
cd "$ASSAY_ROOT"

started=$SECONDS
step() { printf '\n\033[1m== %s\033[0m (after %d s)\n' "$*" $((SECONDS - started)); }

step "formatting"
cargo fmt --all --check
for apart in examples engine/conformance/programs engine/fuzz engine/generator engine/replay runtime/bencher; do
	cargo fmt --all --check --manifest-path "$apart/Cargo.toml"
done

step "build"
scripts/build.sh --tests
# What the executors are compared on.
scripts/build-programs.sh
(CARGO_TARGET_DIR="$CARGO_TARGET_DIR/generator" cargo build --release --locked --manifest-path engine/generator/Cargo.toml)

step "the engine without std"
cargo build --release --locked --target wasm32v1-none --no-default-features \
	-p assay-metering -p assay-wasi -p assay-interpreter

step "lints"
cargo clippy --release --locked --workspace --all-targets -- -D warnings

step "unit, property and scenario tests"
# The engine's and the end-to-end tests start processes of their own; they are not run beside others.
cargo test --release --locked --workspace --exclude assay-end-to-end

if [ "$quick" != --quick ]; then
	step "jobs on a real node with real daemons"
	scripts/networks.sh

	step "a network of several nodes"
	zombienet/run.sh
fi

step "done"
