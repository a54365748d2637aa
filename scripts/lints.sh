#!/usr/bin/env bash
# Checks formatting and lints of everything.
#
# Compilers differ in both, so they bind with one version only; with any other, findings are shown and
# nothing fails. The tests, which come before, must pass with each.
set -euo pipefail
# What bootstrap.sh takes where rustup can be had, and the least that the workspace builds with.
BINDING=1.95

. "$(dirname "$0")/env.sh"
cd "$ASSAY_ROOT"
found=0
finds() { found=1; }

cargo fmt --all --check || finds
for apart in examples engine/conformance/programs engine/fuzz engine/generator engine/replay runtime/bencher; do
	cargo fmt --all --check --manifest-path "$apart/Cargo.toml" || finds
done
level=()
version="$(rustc --version | cut -d ' ' -f 2)"
[ "${version%.*}" != "$BINDING" ] || level=(-D warnings)
cargo clippy --release --locked --workspace --all-targets -- "${level[@]}" || finds

if [ "${version%.*}" = "$BINDING" ]; then exit "$found"; fi
echo "lints: this is rustc $version, and only what $BINDING finds has to be mended"
