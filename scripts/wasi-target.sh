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
