#!/usr/bin/env bash
# Searches for thefts on the real runtime for some hours, and writes what it finds:  scripts/rob.sh HOURS [FOLDER]
# A search goes on with what the folder has of an earlier one. See docs/robber.md.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$(dirname "$0")/packages.sh"
cd "$ASSAY_ROOT"
hours="${1:?say for how many hours, for example 1}"
ASSAY_COMMIT="$(git rev-parse HEAD 2>/dev/null || echo unknown)"
export ASSAY_COMMIT
cargo build --release --locked "${PROGRAMS[@]}" -p assay-robber
exec "$CARGO_TARGET_DIR/release/assay-robber" search --hours "$hours" --threads "$(nproc)" --out "${2:-robber-finds}"
