#!/usr/bin/env bash
# From a bare machine to a toolchain that builds node, runtime and job programs:
# a C and C++ compiler, protoc, Rust, and Rust's libraries for wasm32v1-none and wasm32-wasip1.
#
# Does only what is missing, so it may be run again at any time. Two ways:
#   rustup        where it is installed and can add the two targets;
#   distribution  otherwise, on Debian 12: Debian's own Rust, whose core library is built for
#                 wasm32v1-none here once, and whose standard library for wasm32-wasip1 is built
#                 together with the job programs.
set -euo pipefail

MIN_RUST_MINOR=95
NONE=wasm32v1-none
WASI=wasm32-wasip1
BASE_PACKAGES=(build-essential ca-certificates curl git jq libssl-dev pkg-config protobuf-compiler)
# For the example programs in C and JavaScript, and for the tests; everything else builds without.
C_PACKAGES=(clang libclang-rt-dev-wasm32 lld-22 llvm wasi-libc)
RUST_PACKAGES=(cargo-web lld-22 rust-web-clippy rust-web-llvm rust-web-src rustc-web rustfmt-web wasi-libc)
NODE_PACKAGES=(nodejs npm)
WORK=""
TESTS=""
NETWORK=""

say() { printf '\033[1mbootstrap:\033[0m %s\n' "$*"; }
die() {
	printf 'error: %s\n' "$1" >&2
	[ $# -gt 1 ] && printf 'hint: %s\n' "${@:2}" >&2
	exit 1
}
cleanup() { [ -z "$WORK" ] || rm -rf "$WORK"; }
trap cleanup EXIT

usage() {
	sed -n '2,10s/^# \{0,1\}//p' "$0"
	printf '\nusage: %s [--check | --tests | --network]\n' "$0"
	printf '  --check    say what is missing and change nothing; exits with 1 if anything is\n'
	printf '  --tests    what all tests need too: a C compiler for WebAssembly, rustfmt, clippy\n'
	printf '  --network  what tests of networks need beside that: curl, Node.js, and root with iproute2\n'
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "this step needs root: $*" "run it as root, or install sudo"
	fi
}

is_debian_12() {
	[ -r /etc/os-release ] && ( . /etc/os-release && [ "${ID:-}" = debian ] && [ "${VERSION_ID:-}" = 12 ] )
}

has_lib() { # SYSROOT TARGET CRATE
	compgen -G "$1/lib/rustlib/$2/lib/lib$3-*.rlib" >/dev/null
}

rust_is_new_enough() { # RUSTC
	local version
	version="$("$1" --version 2>/dev/null | sed -n 's/^rustc 1\.\([0-9]*\).*/\1/p')"
	[ -n "$version" ] && [ "$version" -ge "$MIN_RUST_MINOR" ]
}

missing_packages() { # PACKAGE...
	local package
	for package in "$@"; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || printf '%s\n' "$package"
	done
}

install_packages() { # PACKAGE...
	local missing
	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -gt 0 ] || return 0
	say "installing ${missing[*]}"
	as_root apt-get update -qq
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

install_c() {
	( install_packages "${C_PACKAGES[@]}" ) && return 0
	say "no C compiler for WebAssembly: the examples align and script will be left out"
}

require_commands() {
	local missing=() command
	for command in cc c++ git jq pkg-config protoc; do
		command -v "$command" >/dev/null || missing+=("$command")
	done
	[ ${#missing[@]} -eq 0 ] ||
		die "missing: ${missing[*]}" "on this system, install them with your package manager (packages for a C and C++ compiler, git, jq, pkg-config and the protobuf compiler) and run this again"
}

# Known now and not after half an hour.
require_test_tools() {
	local lacks
	lacks="$(. "$(dirname "$0")/wasi-target.sh" && c_toolchain)" ||
		die "the tests run programs in C, but $lacks" \
			"install clang, llvm, lld and wasi-libc, or set WASI_SDK to the folder of a wasi-sdk"
	! command -v rustup >/dev/null || rustup component add rustfmt clippy >/dev/null 2>&1 || true
}

require_network_tools() {
	command -v curl >/dev/null || die "curl is missing" "install it, and run this again"
	if is_debian_12; then
		command -v ip >/dev/null || install_packages iproute2
		command -v npm >/dev/null || install_packages "${NODE_PACKAGES[@]}"
	fi
	command -v npm >/dev/null || die "npm is missing" "install Node.js 18 or newer with npm, and run this again"
	[ "${ASSAY_SKIP_PARTITION:-}" = 1 ] || { [ "$(id -u)" = 0 ] && command -v ip >/dev/null; } ||
		die "the test of a partition needs root and iproute2 for its network namespaces" \
			"run the tests as root, or leave it out with ASSAY_SKIP_PARTITION=1"
}

rustup_ready() {
	command -v rustup >/dev/null && command -v rustc >/dev/null && rust_is_new_enough rustc &&
		has_lib "$(rustc --print sysroot)" $NONE core && has_lib "$(rustc --print sysroot)" $WASI std
}

distribution_ready() {
	rust_is_new_enough /usr/bin/rustc && has_lib /usr $NONE core && [ -e /usr/lib/wasm32-wasi/crt1-command.o ] &&
		[ -e /usr/lib/rustlib/src/rust/library/std/Cargo.toml ]
}

try_rustup() {
	command -v rustup >/dev/null || return 1
	say "asking rustup for the targets $NONE and $WASI"
	if ! rust_is_new_enough rustc; then
		say "rustup's compiler is older than 1.$MIN_RUST_MINOR; trying 'rustup update stable'"
		rustup update --no-self-update stable >/dev/null 2>&1 || return 1
	fi
	rustup target add $NONE $WASI >/dev/null 2>&1 || { say "rustup can't add them here"; return 1; }
	rustup component add rustfmt clippy >/dev/null 2>&1 || true
	rustup_ready
}

# Debian ships no core library for the wasm target. The runtime is linked with LTO, which needs
# bitcode in the libraries.
build_core() {
	say "building Rust's core library for $NONE (about half a minute)"
	WORK="$(mktemp -d)"
	mkdir "$WORK/src"
	printf '[package]\nname = "sysroot"\nversion = "0.0.0"\nedition = "2021"\n' >"$WORK/Cargo.toml"
	printf '#![no_std]\n' >"$WORK/src/lib.rs"
	(
		cd "$WORK"
		export PATH="/usr/bin:$PATH" RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Cembed-bitcode=yes CARGO_TARGET_DIR="$WORK/target"
		unset RUSTC CARGO_ENCODED_RUSTFLAGS RUSTUP_TOOLCHAIN
		cargo build --quiet --release -Zbuild-std=core,alloc --target $NONE
	)
	local dest=/usr/lib/rustlib/$NONE/lib
	as_root install -d "$dest"
	as_root install -m 644 "$WORK"/target/$NONE/release/deps/lib{core,alloc,compiler_builtins}-*.rlib "$dest"
}

# A core library of another compiler version is useless: the compiler refuses its metadata.
core_matches_compiler() {
	local probe
	probe="$(mktemp -d)"
	printf '#![no_std]\n' >"$probe/lib.rs"
	/usr/bin/rustc --crate-type rlib --target $NONE -o "$probe/probe.rlib" "$probe/lib.rs" 2>/dev/null
	local result=$?
	rm -rf "$probe"
	return $result
}

distribution() {
	is_debian_12 || die "this system is neither Debian 12 nor has a rustup that can add $NONE and $WASI" \
		"install Rust from https://rustup.rs, then: rustup target add $NONE $WASI" \
		"and run this again"
	install_packages "${RUST_PACKAGES[@]}"
	if ! has_lib /usr $NONE core || ! core_matches_compiler; then
		as_root rm -rf /usr/lib/rustlib/$NONE
		build_core
	fi
	distribution_ready || die "the toolchain is still incomplete after installation" "look at the messages above"
}

main() {
	case "${1:-}" in
	"") ;;
	--check)
		if rustup_ready || distribution_ready; then say "the toolchain is complete"; exit 0; fi
		say "the toolchain is incomplete; run $0"
		exit 1
		;;
	--tests) TESTS=yes ;;
	--network) TESTS=yes NETWORK=yes ;;
	-h | --help) usage; exit 0 ;;
	*) usage >&2; exit 2 ;;
	esac
	[ "$(uname -s)" = Linux ] || die "assay runs on Linux" "use a Linux machine, a container or a virtual machine"
	if is_debian_12; then
		install_packages "${BASE_PACKAGES[@]}"
		install_c
	fi
	require_commands
	if [ -n "$NETWORK" ]; then require_network_tools; fi
	if rustup_ready; then
		say "using rustup's $(rustc --version)"
	elif ! distribution_ready || ! core_matches_compiler; then
		try_rustup || distribution
	fi
	if [ -n "$TESTS" ]; then require_test_tools; fi
	if ! rustup_ready; then say "using the distribution's $(/usr/bin/rustc --version)"; fi
	say "ready"
}

main "$@"
