#!/usr/bin/env bash
# Writes the runtime's metadata anew, out of which clients get their calls, events and errors, and the list of views. Once
# after a change of a call, an event, an error, a view or a type in any of them; what it changes is committed. Refuses
# where views differ and the version of their API does not.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$(dirname "$0")/packages.sh"
cd "$ASSAY_ROOT"
# Natively: the wasm is of no use here. The programs are named for their features alone.
SKIP_WASM_BUILD=1 cargo build --release --locked "${PROGRAMS[@]}" -p assay-simulation --bin assay-metadata
"$CARGO_TARGET_DIR/release/assay-metadata"
