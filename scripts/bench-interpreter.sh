#!/usr/bin/env bash
# Measures the reference executor natively and inside of wasm, where the court runs it: nanoseconds per
# operator on integer programs, time per byte of module, and its size. Prints tables in Markdown.
#
# usage: scripts/bench-interpreter.sh [MODULE.wasm]...     further modules to validate and translate
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$ASSAY_ROOT"

wasm=(cargo build --locked --profile runtime --target wasm32v1-none -p assay-interpreter-inside)
"${wasm[@]}" --lib --example programs >&2
made="$CARGO_TARGET_DIR/wasm32v1-none/runtime"
modules=("$@")
[ ${#modules[@]} -gt 0 ] || modules=(examples/dist/*.wasm)
# Named with the programs, so that nothing is compiled with other features; see scripts/unit.sh.
cargo build --locked --release --example inside -p assay-node -p assay-worker -p assay-cli -p assay-interpreter >&2
exec "$CARGO_TARGET_DIR/release/examples/inside" \
	"$made/assay_interpreter_inside.wasm" "$made/examples/programs.wasm" "${modules[@]}"
