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
libc=/usr/lib/wasm32-wasi

newest() { # NAME: the program, or the newest one with a version behind its name
	command -v "$1" || compgen -G "/usr/bin/$1-[0-9]*" | sort -V | tail -n 1
}

# Sets CC, CFLAGS, AR and LINK for C; fails where something is missing, and says what.
c_toolchain() {
	if [ -n "${WASI_SDK:-}" ]; then
		CC="$WASI_SDK/bin/clang"
		AR="$WASI_SDK/bin/llvm-ar"
		builtins=""
	CFLAGS="--target=wasm32-wasip1 --sysroot=$WASI_SDK/share/wasi-sysroot"
		LINK=("$CC" --target=wasm32-wasip1 "-Wl,-z,stack-size=1048576,--stack-first,--gc-sections,--strip-all")
		[ -x "$CC" ] || { echo "WASI_SDK=$WASI_SDK has no bin/clang"; return 1; }
		return 0
	fi
	CC="$(newest clang)"
	AR="$(newest llvm-ar)"
	linker="$(newest wasm-ld)"
	CFLAGS="--target=wasm32-wasi --sysroot=/usr"
	[ -n "$CC" ] || { echo "there is no clang"; return 1; }
	[ -n "$linker" ] || { echo "there is no wasm-ld"; return 1; }
	[ -n "$AR" ] || { echo "there is no llvm-ar"; return 1; }
	[ -e "$libc/crt1-command.o" ] || { echo "there is no wasi-libc"; return 1; }
	builtins="$("$CC" --target=wasm32-wasi -print-libgcc-file-name)"
	[ -e "$builtins" ] || { echo "there is no $builtins (package libclang-rt-dev-wasm32)"; return 1; }
	LINK=("$linker" -z stack-size=1048576 --stack-first --gc-sections --strip-all "-L$libc" "$libc/crt1-command.o")
}

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
