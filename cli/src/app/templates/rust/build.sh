#!/bin/sh
# Builds @NAME@.wasm. With rustup, `rustup target add wasm32-wasip1` first. A distribution's compiler
# without that target builds its standard library from source, with the C library of wasi-libc.
set -eu
cd "$(dirname "$0")"
target=wasm32-wasip1
set -- build --release --target "$target"
if ! ls "$(rustc --print sysroot)/lib/rustlib/$target/lib/"libstd-*.rlib >/dev/null 2>&1; then
	libc=/usr/lib/wasm32-wasi
	if [ ! -e "$libc/crt1-command.o" ] || [ ! -e "$(rustc --print sysroot)/lib/rustlib/src/rust/library/std" ]; then
		echo "error: this compiler has no standard library for $target" >&2
		echo "hint: rustup target add $target" >&2
		exit 1
	fi
	export RUSTC_BOOTSTRAP=1
	export RUSTFLAGS="-C link-self-contained=no -C panic=abort -L native=$libc -C link-arg=$libc/crt1-command.o"
	set -- "$@" -Zbuild-std=std,panic_abort
fi
cargo "$@" --target-dir target
cp "target/$target/release/@NAME@.wasm" .
ls -l @NAME@.wasm
