#!/usr/bin/env bash
# Tests, or with --check only checks, one crate:  scripts/unit.sh pallet-deals [filter]
#
# Cargo unifies features over what is named on its command line. Naming the three programs too gives
# every crate the features of the whole workspace, so nothing is compiled a second time; `--lib`
# keeps the programs themselves out.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$(dirname "$0")/packages.sh"
cd "$ASSAY_ROOT"
verb=test
[ "${1:-}" = --check ] && { verb=check; shift; }
crate="${1:?name a crate, for example pallet-deals}"
shift
# The runtime's tests are of the crate that drives it, so that it is compiled once.
[ "$crate" != assay-runtime ] || crate=assay-simulation
target=--lib
case "$crate" in
assay-simulation) target=--test=scenarios ;;
assay-worker | assay-node | assay-robber) target="--bin=$crate" ;;
assay-cli) target=--bin=assay ;;
esac
exec cargo "$verb" --release "$target" "${PROGRAMS[@]}" -p "$crate" "$@"
