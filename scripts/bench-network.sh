#!/usr/bin/env bash
# Measures a local network: memory of a daemon, blocks and seconds from submission to settlement,
# settled tasks per second as deals of one task each and as bags, and the weight of a whole task as a
# multiple of a transfer.
#
# usage: scripts/bench-network.sh [DEALS [BAG...]]     # 100 deals of one task and a bag of 256
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$ASSAY_ROOT"
. "$(dirname "$0")/packages.sh"
cargo build --release --locked --workspace "${TESTED[@]}"
scripts/unit.sh assay-runtime weight -- --nocapture
"$CARGO_TARGET_DIR/release/examples/throughput" "${@:-100}"
