#!/bin/sh
# Builds @NAME@.wasm. With wasi-sdk, set WASI_SDK to its folder. On Debian 12:
#   apt-get install clang lld wasi-libc libclang-rt-dev-wasm32
# The linker gives a program 64 KiB of stack, which is little; 1 MiB below the data is what Rust gives.
set -eu
cd "$(dirname "$0")"
if [ -n "${WASI_SDK:-}" ]; then
	"$WASI_SDK/bin/clang" --target=wasm32-wasip1 -O2 -Wall -Wl,-z,stack-size=1048576,--stack-first,--strip-all \
		-o @NAME@.wasm main.c -lm
else
	libc=/usr/lib/wasm32-wasi
	linker="$(command -v wasm-ld || ls /usr/bin/wasm-ld-* 2>/dev/null | tail -n 1)"
	builtins="$(clang --target=wasm32-wasi -print-libgcc-file-name 2>/dev/null || true)"
	if [ ! -e "$builtins" ] || [ -z "$linker" ] || [ ! -e "$libc/crt1-command.o" ]; then
		echo "error: clang, its library for wasm32, wasm-ld or wasi-libc is missing" >&2
		echo "hint: apt-get install clang lld wasi-libc libclang-rt-dev-wasm32, or set WASI_SDK" >&2
		exit 1
	fi
	clang --target=wasm32-wasi --sysroot=/usr -O2 -Wall -c -o main.o main.c
	"$linker" -z stack-size=1048576 --stack-first --gc-sections --strip-all -o @NAME@.wasm "$libc/crt1-command.o" main.o "-L$libc" -lm -lc "$builtins"
	rm main.o
fi
ls -l @NAME@.wasm
