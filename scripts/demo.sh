#!/usr/bin/env bash
# Shows assay at work: starts a local network of one validator and four providers, one of which lies,
# has a photograph resized by three of them, and leaves the picture in ./demo-output/.
#
# usage: scripts/demo.sh [OUTPUT_DIRECTORY]
set -euo pipefail
case "${1:-}" in
-h | --help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
here="$(cd "$(dirname "$0")" && pwd)"
output="$(realpath -m -- "${1:-demo-output}")"
# What is in a folder that somebody names is not the demo's to remove.
if [ $# -gt 0 ] && [ -e "$output" ] && [ -n "$(ls -A -- "$output" 2>&1)" ]; then
	echo "error: $output is there already and not empty" >&2
	exit 2
fi
LIAR=4
MAX_JOBS=10

"$here/bootstrap.sh"
. "$here/env.sh"
cd "$ASSAY_ROOT"

title() { printf '\n\033[1m%s\033[0m\n' "$*"; }

title "Building (the first time takes half an hour or more)"
scripts/build.sh

scratch="$(mktemp -d)"
net="$scratch/net"
net_pid=""
finish() {
	if [ -n "$net_pid" ] && kill -0 "$net_pid" 2>/dev/null; then
		kill "$net_pid"
		wait "$net_pid" 2>/dev/null || true
	fi
	# The logs of a network that failed stay, since they tell why.
	rm -rf -- "$scratch"/again-*
	rmdir -- "$scratch" 2>/dev/null || true
}
trap finish EXIT
trap 'exit 130' INT TERM

title "Starting a validator and four providers; provider $LIAR is told to lie"
# What it says is for whoever started it by hand.
assay net up --base-path "$net" --providers 4 --misbehave "$LIAR=lie" >/dev/null &
net_pid=$!
until [ -e "$net/network.json" ]; do
	kill -0 "$net_pid" 2>/dev/null || { wait "$net_pid"; exit 1; }
	sleep 0.5
done
assay net status --base-path "$net"
ASSAY_NODE_URL="$(jq -r .node_url "$net/network.json")"
export ASSAY_NODE_URL
liar="$(jq -r ".providers[$LIAR - 1].stash" "$net/network.json")"

title "Submitting a job: resize a photograph to 256 x 256, three replicas, two must agree"
rm -rf "$output"
caught=""
for number in $(seq 1 "$MAX_JOBS"); do
	take="$output"
	[ "$number" = 1 ] || take="$scratch/again-$number"
	job="$(assay job run examples/dist/picture.wasm --input examples/picture/data/astronaut.png \
		--arg resize --arg 256 --arg 256 --replicas 3 --max-price 1 --gas 2G --run-blocks 10 --wait --accept --output-dir "$take" -o json |
		jq -r .job)"
	assay job describe "$job"
	if assay job describe "$job" -o json |
		jq -e --arg liar "$liar" '.replicas[] | select(.provider == $liar and .result == "wrong")' >/dev/null; then
		caught="$job"
		break
	fi
	title "The liar was not drawn for job $job; submitting again"
done

title "Running job $job on this machine and comparing"
assay job verify "$job"

title "The providers now"
assay provider list

if [ -z "$caught" ]; then
	echo "the liar was not drawn in $MAX_JOBS jobs; run the demo again" >&2
	exit 1
fi
title "The liar ($liar) was caught in job $caught and slashed. The picture:"
find "$output" -type f -size +0 -exec ls -l {} +
