#!/usr/bin/env bash
# Builds node, daemon, command line and job programs. With --tests, everything that the tests need too.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$(dirname "$0")/packages.sh"
cd "$ASSAY_ROOT"
targets=("${PROGRAMS[@]}")
[ "${1:-}" = --tests ] && targets=(--workspace "${TESTED[@]}")
cargo build --release --locked "${targets[@]}"
scripts/build-examples.sh
