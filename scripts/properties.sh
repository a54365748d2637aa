#!/usr/bin/env bash
# Tries what honest accounts are promised on random sequences of 200 calls and more, so many of each kind of
# attack:  scripts/properties.sh [SEQUENCES] [OPTION...]
# Options are those of `assay-robber properties`. See docs/robber.md.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$(dirname "$0")/packages.sh"
cd "$ASSAY_ROOT"
sequences="${1:-1000}"
[ $# -eq 0 ] || shift
ASSAY_COMMIT="$(git rev-parse HEAD 2>/dev/null || echo unknown)"
export ASSAY_COMMIT
cargo build --release --locked "${PROGRAMS[@]}" -p assay-robber
exec "$CARGO_TARGET_DIR/release/assay-robber" properties --sequences "$sequences" --threads "$(nproc)" "$@"
