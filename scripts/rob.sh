#!/usr/bin/env bash
# Searches for thefts on the real runtime for some hours, and writes what it finds:  scripts/rob.sh HOURS [FOLDER]
# See docs/robber.md.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$(dirname "$0")/packages.sh"
cd "$ASSAY_ROOT"
hours="${1:?say for how many hours, for example 1}"
cargo build --release --locked "${PROGRAMS[@]}" -p assay-robber
exec "$CARGO_TARGET_DIR/release/assay-robber" search --hours "$hours" --threads "$(nproc)" --out "${2:-robber-finds}"
