#!/usr/bin/env bash
# Builds the programs that the executors are compared on, from libraries in Rust and C, for
# wasm32-wasip1. The result is in the target directory, under programs/dist.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$ASSAY_ROOT/engine/conformance/programs"

target=wasm32-wasip1
export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/programs"
out="$CARGO_TARGET_DIR/dist"
args=(build --release --locked --target "$target")
# The C libraries are compiled by clang, against the C library that comes with the target.
if compgen -G "$(rustc --print sysroot)/lib/rustlib/$target/lib/libstd-*.rlib" >/dev/null; then
	sysroot="${WASI_SYSROOT:-/usr}"
else
	sysroot=/usr
	libc=/usr/lib/wasm32-wasi
	if [ ! -e "$libc/crt1-command.o" ]; then
		echo "error: no standard library for $target; run scripts/bootstrap.sh first" >&2
		exit 1
	fi
	export RUSTC_BOOTSTRAP=1
	export RUSTFLAGS="-C link-self-contained=no -C panic=abort -L native=$libc -C link-arg=$libc/crt1-command.o"
	args+=(-Zbuild-std=std,panic_abort)
fi
export CC_wasm32_wasip1=clang
export AR_wasm32_wasip1="${AR_wasm32_wasip1:-$(compgen -c llvm-ar | sort -V | tail -n 1)}"
export CFLAGS_wasm32_wasip1="--target=wasm32-wasi -isystem $sysroot/include/wasm32-wasi"
cargo "${args[@]}"
mkdir -p "$out"
for program in src/bin/*.rs; do
	name="$(basename "$program" .rs)"
	install -m 644 "$CARGO_TARGET_DIR/$target/release/$name.wasm" "$out/$name.wasm"
done
