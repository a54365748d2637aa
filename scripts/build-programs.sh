#!/usr/bin/env bash
# Builds the programs that the executors are compared on, from libraries in Rust and C, for
# wasm32-wasip1. The result is in the target directory, under programs/dist.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$ASSAY_ROOT/scripts/wasi-target.sh"
cd "$ASSAY_ROOT/engine/conformance/programs"

target=wasm32-wasip1
export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/programs"
out="$CARGO_TARGET_DIR/dist"
c_toolchain || {
	echo "hint: run scripts/bootstrap.sh --tests, or set WASI_SDK to the folder of a wasi-sdk" >&2
	exit 1
}
export CC_wasm32_wasip1="$CC" AR_wasm32_wasip1="$AR" CFLAGS_wasm32_wasip1="$CFLAGS"
wasi_cargo build --release --locked
mkdir -p "$out"
for program in src/bin/*.rs; do
	name="$(basename "$program" .rs)"
	install -m 644 "$CARGO_TARGET_DIR/$target/release/$name.wasm" "$out/$name.wasm"
done
