#!/usr/bin/env bash
# Measures the weights of our pallets and writes pallets/*/src/weights.rs.
#
# usage: scripts/bench-weights.sh [--check | --quick] [--steps N] [--repeat N] [--kinds] [PALLET]...
#
#   PALLET    deals, market, ... ; without one, every pallet that has benchmarks
#   --check   compiles the benchmarks and runs none: no other build does. Minutes, the first time a quarter of an hour
#   --quick   runs each benchmark three times over its ranges, to see that it works; the tree stays
#             as it is
#   --steps   values of each component (20), --repeat measurements of each (10)
#   --kinds   only what shows whether the court's weights cover every program, and gives no weights: prints
#             nanoseconds by gas, by step and by byte of long functions
#
# A benchmark runs a call, or a part of one, inside the runtime's wasm as a node executes it, on a state
# that the benchmark has prepared; see docs/adr/0024-weights.md. runtime/bencher does that outside of a
# node; it has a lock file of its own. The first time it is built, and so is the runtime with its
# benchmarks, each in a target directory of its own, because the features of all crates differ: half an
# hour on two cores.
#
# What is measured is wall time. Let nothing else run beside, or raise the priority (`nice -n -15`).
# The largest benchmarks of the court run for seconds each; all pallets take about an hour.
set -euo pipefail
. "$(dirname "$0")/env.sh"
cd "$ASSAY_ROOT"

tools="${XDG_CACHE_HOME:-$HOME/.cache}/assay/tools"
steps=20 repeat=10 check='' quick='' kinds='' names=()
while [ $# -gt 0 ]; do
	case "$1" in
	--check) check=yes ;;
	--quick) quick=yes steps=3 repeat=1 ;;
	--kinds) kinds=yes ;;
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

# Their features differ from those of all other builds, so what is compiled is kept apart.
export CARGO_TARGET_DIR="$(dirname "$CARGO_TARGET_DIR")/bench"
# Checking is enough: the build script makes the wasm, and its native form is not needed.
compile() { cargo check --release --locked -p assay-runtime --features runtime-benchmarks; }
if [ -n "$check" ]; then
	SKIP_WASM_BUILD=1 compile
	exit
fi

# Among its dependencies is a runtime for tests of others, whose wasm it has no use for.
SKIP_WASM_BUILD=1 cargo build --release --locked --manifest-path runtime/bencher/Cargo.toml --target-dir "$tools"
bencher="$tools/release/assay-bencher"

compile
wasm="$CARGO_TARGET_DIR/release/wbuild/assay-runtime/assay_runtime.compact.compressed.wasm"

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

measure() {
	local name="$1"
	shift
	"$bencher" --runtime "$wasm" --genesis-builder runtime \
		--genesis-builder-preset development --pallet "pallet_$name" \
		--steps "$steps" --repeat "$repeat" "$@"
}

if [ -n "$kinds" ]; then
	measure court --extra --extrinsic kinds,steps,long --min-duration 0 --json-file "$scratch/kinds.json"
	# Each line takes the median of the repetitions; names are those of Kind::ALL, STEP_KINDS and Filler::ALL.
	table() { # BENCHMARK DIVISOR NAME...: a row for each, nanoseconds divided
		jq -r --arg of "$1" --argjson by "$2" '.[] | select(.benchmark == $of)
			| [.time_results[] | { k: (.components[0][1] | tonumber), t: .extrinsic_time }]
			| group_by(.k)[] | .[0].k as $k | (map(.t) | sort | .[length / 2 | floor]) as $t
			| "| \($ARGS.positional[$k]) | \($t / 1e4 | round / 100) | \($t / $by * 100 | round / 100) |"
		' "$scratch/kinds.json" --args "${@:3}"
	}
	dear=(branches 'branch tables' calls ifs 'blocks that pass 16 values on' 'blocks that pass 32 values on')
	dear+=('branches that take 32 values over one' vectors)
	printf '| 2^24 gas | ms | ns per gas |\n|---|--:|--:|\n'
	table kinds 16777216 integers floats memory "${dear[@]:0:3}" bulk paths "${dear[@]:3}"
	# STEP_TIME of judge.rs must be no less.
	printf '\n| 2^22 steps | ms | ns per step |\n|---|--:|--:|\n'
	table steps 4194304 integers floats "${dear[@]:0:4}" "${dear[@]:5}"
	printf '\n| 1 MiB of long functions | ms | ns per byte |\n|---|--:|--:|\n'
	table long 1048576 sums ifs 'blocks that pass 32 values on'
	exit
fi

for name in "${names[@]}"; do
	[ -e "pallets/$name/src/benchmarking.rs" ] || { echo "there is no pallet $name" >&2; exit 2; }
	echo "== $name" >&2
	written="$scratch/$name.rs"
	measure "$name" --extrinsic '*' --template scripts/weights.hbs --output "$written" \
		${quick:+--min-duration 0}
	# How each item's proof is estimated says nothing here: proofs are not paid for.
	sed -i '/^\t\/\/\/ Proof: /d' "$written"
	rustfmt --edition 2024 --config-path rustfmt.toml "$written"
	[ -n "$quick" ] || cp "$written" "pallets/$name/src/weights.rs"
done
