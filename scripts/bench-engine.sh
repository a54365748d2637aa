#!/usr/bin/env bash
# Measures the engine: instrumented jobs beside plain wasmtime and native code, starting a job,
# compiling. Writes docs/benchmarks/results.md and its plots, or with --quick only prints.
#
# usage: scripts/bench-engine.sh [--quick] [--programs NAME,NAME]
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$ASSAY_ROOT/scripts/wasi-target.sh"
cd "$ASSAY_ROOT/engine/benchmarks"
export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/benchmarks"

wasi_cargo build --release --locked -p benchmark-programs
export BENCH_PROGRAMS="$CARGO_TARGET_DIR/wasm32-wasip1/release/programs.wasm"
cargo build --release --locked
case " $* " in
*" --quick "*) ;;
*)
	cargo bench --locked --bench engine
	set -- --out "$ASSAY_ROOT/docs/benchmarks" "$@"
	;;
esac
"$CARGO_TARGET_DIR/release/assay-benchmarks" "$@"
