#!/usr/bin/env bash
# Builds node, daemon, command line and job programs. With --tests, everything that the tests need too.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$ASSAY_ROOT"
targets=()
[ "${1:-}" = --tests ] && targets=(--all-targets)
# The whole workspace every time: cargo then resolves the same features, and compiles nothing twice.
cargo build --release --locked --workspace "${targets[@]}"
scripts/build-examples.sh
