#!/usr/bin/env bash
# Measures a solver with many live orders in its book, on a node of its own: the time from the arrival
# of a request over HTTP to its match in the node's pool.
#
# usage: scripts/bench-solver.sh [ORDERS]
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$ASSAY_ROOT"
cargo build --release --locked -p assay-node -p assay-worker -p assay-cli -p assay-end-to-end \
	--bins --example solver_load
uptime
"$CARGO_TARGET_DIR/release/examples/solver_load" "${1:-10000}"
