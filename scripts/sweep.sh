#!/usr/bin/env bash
# Runs programs made at random on all executors, so many functions whose blocks take parameters, or with --modules so many
# modules of any kind:  scripts/sweep.sh [--modules] COUNT [SEED] [FOLDER]
# The folder holds what was run, so that the same command, also with a greater number, goes on where it was stopped; and
# every program on which executors differ. See docs/conformance.md.
set -euo pipefail
what=functions
[ "${1:-}" = --modules ] && { what=modules; shift; }
. "$(dirname "$0")/env.sh"
. "$(dirname "$0")/packages.sh"
cd "$ASSAY_ROOT"
count="${1:?say how many, for example 1000000}"
seed="${2:-1}"
cargo build --release --locked "${PROGRAMS[@]}" -p assay-conformance --example sweep
exec nice -n 19 "$CARGO_TARGET_DIR/release/examples/sweep" "$what" "$count" "$seed" "${3:-$CARGO_TARGET_DIR/sweep/$what-$seed}"
