#!/usr/bin/env bash
# Builds the job programs of examples/ for WASI preview 1 and puts them into examples/dist/.
#
# The programs that need a C compiler for WebAssembly, `align` and `script`, are left out where there is
# none: on Debian, install clang, lld, llvm, wasi-libc and
# libclang-rt-dev-wasm32; elsewhere, set WASI_SDK to the folder of a wasi-sdk.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$ASSAY_ROOT/scripts/wasi-target.sh"
cd "$ASSAY_ROOT/examples"

target=wasm32-wasip1
out="${1:-$ASSAY_ROOT/examples/dist}"
export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/examples"

apps=(wordstats picture digits)
missing=""
c_toolchain >/dev/null || missing="$(c_toolchain || true)"
if [ -z "$missing" ]; then
	apps+=(script)
	# The crate would download an SDK of its own otherwise.
	export RQUICKJS_SYS_NO_WASI_SDK=1
	export CC_wasm32_wasip1="$CC" AR_wasm32_wasip1="$AR" CFLAGS_wasm32_wasip1="$CFLAGS -w"
fi
wasi_cargo build --release --locked "${apps[@]/#/--package=}"
mkdir -p "$out"
for app in "${apps[@]}"; do
	install -m 644 "$CARGO_TARGET_DIR/$target/release/$app.wasm" "$out/$app.wasm"
done
if [ -z "$missing" ]; then
	object="$CARGO_TARGET_DIR/align.o"
	# shellcheck disable=SC2086
	"$CC" $CFLAGS -std=c11 -O2 -Wall -Wextra -Werror -c -o "$object" align/src/main.c
	"${LINK[@]}" -o "$out/align.wasm" "$object" -lc $builtins
	chmod 644 "$out/align.wasm"
else
	rm -f "$out/align.wasm" "$out/script.wasm"
	echo "warning: align and script are left out: $missing" >&2
	echo "hint: run scripts/bootstrap.sh, or install clang, lld, llvm, wasi-libc and libclang-rt-dev-wasm32" >&2
fi
ls -l "$out"
