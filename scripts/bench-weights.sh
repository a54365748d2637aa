#!/usr/bin/env bash
# Measures the weights of our pallets and writes pallets/*/src/weights.rs.
#
# usage: scripts/bench-weights.sh [--quick] [--steps N] [--repeat N] [--extra] [PALLET]...
#
#   PALLET    deals, market, ... ; without one, every pallet that has benchmarks
#   --quick   runs each benchmark once at the ends of its ranges, to see that it works; the tree stays
#             as it is
#   --steps   values of each component (20), --repeat measurements of each (10)
#   --extra   only the benchmarks marked `extra`, which compare and give no weights; prints them
#
# A benchmark runs a call, or a part of one, inside the runtime's wasm as a node executes it, on a state
# that the benchmark has prepared; see docs/adr/0024-weights.md. frame-omni-bencher does that outside of
# a node. It is installed at a pinned version the first time, which takes twenty minutes, and so does
# the first build: the runtime with its benchmarks has a target directory of its own, beside the
# others', because its features differ in every crate.
#
# What is measured is wall time. Let nothing else run beside, or raise the priority (`nice -n -15`).
# The largest benchmarks of the court run for seconds each; all pallets take about an hour.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$ASSAY_ROOT"

version=0.28.0
tools="${XDG_CACHE_HOME:-$HOME/.cache}/assay/tools"
steps=20 repeat=10 quick='' extra='' names=()
while [ $# -gt 0 ]; do
	case "$1" in
	--quick) quick=yes steps=2 repeat=1 ;;
	--extra) extra=yes ;;
	--steps) steps="${2:?a number}"; shift ;;
	--repeat) repeat="${2:?a number}"; shift ;;
	-*) sed -n '2,/^set/{/^#/p}' "$0" >&2; exit 2 ;;
	*) names+=("$1") ;;
	esac
	shift
done
if [ ${#names[@]} -eq 0 ]; then
	for file in pallets/*/src/benchmarking.rs; do
		name="${file#pallets/}"
		names+=("${name%%/*}")
	done
fi

bencher="$tools/bin/frame-omni-bencher"
if [ "$("$bencher" --version 2>/dev/null | awk '{ print $2 }')" != "$version" ]; then
	cargo install --locked --root "$tools" --version "$version" frame-omni-bencher
fi

# Checking is enough: the build script makes the wasm, and its native form is not needed.
export CARGO_TARGET_DIR="$(dirname "$CARGO_TARGET_DIR")/bench"
cargo check --release --locked -p assay-runtime --features runtime-benchmarks
wasm="$CARGO_TARGET_DIR/release/wbuild/assay-runtime/assay_runtime.compact.compressed.wasm"

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

measure() {
	local name="$1"
	shift
	"$bencher" v1 benchmark pallet --runtime "$wasm" --genesis-builder runtime \
		--genesis-builder-preset development --pallet "pallet_$name" \
		--steps "$steps" --repeat "$repeat" "$@"
}

for name in "${names[@]}"; do
	[ -e "pallets/$name/src/benchmarking.rs" ] || { echo "there is no pallet $name" >&2; exit 2; }
	echo "== $name" >&2
	if [ -n "$extra" ]; then
		measure "$name" --extrinsic '*' --extra --min-duration 0
		continue
	fi
	written="$scratch/$name.rs"
	measure "$name" --extrinsic '*' --template scripts/weights.hbs --output "$written" \
		${quick:+--min-duration 0}
	# How each item's proof is estimated says nothing here: proofs are not paid for.
	sed -i '/^\t\/\/\/ Proof: /d' "$written"
	rustfmt --edition 2024 --config-path rustfmt.toml "$written"
	[ -n "$quick" ] || cp "$written" "pallets/$name/src/weights.rs"
done
