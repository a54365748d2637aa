#!/usr/bin/env bash
# Measures the engine: instrumented jobs beside plain wasmtime and native code, starting a job,
# compiling, and the interpreter. Writes docs/benchmarks/results.md and its plot; with --quick it
# only prints the programs.
#
# With --profiles it only prints how many times as long as under plain wasmtime jobs take under these, in turns.
#
# usage: scripts/bench-engine.sh [--quick] [--programs NAME,NAME] [--rounds N] [--profiles 1,3]
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$ASSAY_ROOT/scripts/wasi-target.sh"
cd "$ASSAY_ROOT/engine/benchmarks"
workspace_target="$CARGO_TARGET_DIR"
export CARGO_TARGET_DIR="$CARGO_TARGET_DIR/benchmarks"

wasi_cargo build --release --locked -p benchmark-programs
export BENCH_PROGRAMS="$CARGO_TARGET_DIR/wasm32-wasip1/release/programs.wasm"
cargo build --release --locked
case " $* " in
*" --quick "* | *" --profiles "*) ;;
*)
	# In the release profile, or everything would be compiled a second time.
	bench=(cargo bench --locked --profile release --bench engine)
	"${bench[@]}" --no-run
	made="$(mktemp -d)"
	trap 'rm -rf "$made"' EXIT
	CARGO_TARGET_DIR="$workspace_target" "$ASSAY_ROOT/scripts/bench-interpreter.sh" "$BENCH_PROGRAMS" \
		>"$made/interpreter.md"
	rm -rf "$CARGO_TARGET_DIR/criterion"
	"${bench[@]}"
	set -- --out "$ASSAY_ROOT/docs/benchmarks" --date "$(date -u +%F)" \
		--criterion "$CARGO_TARGET_DIR/criterion" --interpreter "$made/interpreter.md" "$@"
	;;
esac
"$CARGO_TARGET_DIR/release/assay-benchmarks" "$@"
