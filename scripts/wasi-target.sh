# Sourced by scripts that build Rust programs as jobs: `wasi_cargo build …` is cargo for wasm32-wasip1.
#
# A toolchain that has the target's standard library uses it; the distribution's has none, so there
# the library is built from source, with the C library that the distribution ships.
wasi_has_std() { compgen -G "$(rustc --print sysroot)/lib/rustlib/wasm32-wasip1/lib/libstd-*.rlib" >/dev/null; }
wasi_cargo() { # VERB ARGS...
	local target=wasm32-wasip1 libc=/usr/lib/wasm32-wasi verb="$1"
	shift
	if wasi_has_std; then
		cargo "$verb" --target "$target" "$@"
		return
	fi
	if [ ! -e "$libc/crt1-command.o" ]; then
		echo "error: no standard library for $target; run scripts/bootstrap.sh first" >&2
		exit 1
	fi
	RUSTC_BOOTSTRAP=1 \
		RUSTFLAGS="-C link-self-contained=no -C panic=abort -L native=$libc -C link-arg=$libc/crt1-command.o" \
		cargo "$verb" --target "$target" -Zbuild-std=std,panic_abort "$@"
}

newest() { # NAME: the program, or the newest one with a version behind its name
	command -v "$1" || compgen -G "/usr/bin/$1-[0-9]*" | sort -V | tail -n 1
}

# Sets CC, CFLAGS, AR and LINK for C; fails where something is missing, and says what.
c_toolchain() {
	local linker libc=/usr/lib/wasm32-wasi
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
