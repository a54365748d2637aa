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
# The C libraries are compiled by clang, against the C library that comes with the target.
sysroot=/usr
if wasi_has_std; then sysroot="${WASI_SYSROOT:-/usr}"; fi
export CC_wasm32_wasip1=clang
export AR_wasm32_wasip1="${AR_wasm32_wasip1:-$(compgen -c llvm-ar | sort -V | tail -n 1)}"
export CFLAGS_wasm32_wasip1="--target=wasm32-wasi -isystem $sysroot/include/wasm32-wasi"
wasi_cargo build --release --locked
mkdir -p "$out"
for program in src/bin/*.rs; do
	name="$(basename "$program" .rs)"
	install -m 644 "$CARGO_TARGET_DIR/$target/release/$name.wasm" "$out/$name.wasm"
done
