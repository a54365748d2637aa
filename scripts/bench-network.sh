#!/usr/bin/env bash
# Measures a local network: memory of a daemon, blocks and seconds from submission to settlement,
# settled tasks per second, and the weight of a whole task as a multiple of a transfer.
#
# usage: scripts/bench-network.sh [TASKS]
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$ASSAY_ROOT"
cargo build --release --locked --workspace --all-targets
scripts/unit.sh assay-runtime weight -- --nocapture
"$CARGO_TARGET_DIR/release/examples/throughput" "${1:-100}"
