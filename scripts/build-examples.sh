#!/usr/bin/env bash
# Builds the job programs of examples/ for wasm32-wasip1 and puts them into examples/dist/.
#
# A toolchain that has the target's standard library uses it; the distribution's has none, so there
# the library is built from source, with the C library that the distribution ships.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$ASSAY_ROOT/examples"

target=wasm32-wasip1
out="${1:-$ASSAY_ROOT/examples/dist}"
export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/examples"
args=(build --release --locked --target "$target")
if ! compgen -G "$(rustc --print sysroot)/lib/rustlib/$target/lib/libstd-*.rlib" >/dev/null; then
	libc=/usr/lib/wasm32-wasi
	if [ ! -e "$libc/crt1-command.o" ]; then
		echo "error: no standard library for $target; run scripts/bootstrap.sh first" >&2
		exit 1
	fi
	export RUSTC_BOOTSTRAP=1
	export RUSTFLAGS="-C link-self-contained=no -C panic=abort -L native=$libc -C link-arg=$libc/crt1-command.o"
	args+=(-Zbuild-std=std,panic_abort)
fi
cargo "${args[@]}"
mkdir -p "$out"
for app in wordstats picture digits; do
	install -m 644 "$CARGO_TARGET_DIR/$target/release/$app.wasm" "$out/$app.wasm"
done
ls -l "$out"
