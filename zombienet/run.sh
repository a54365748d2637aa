#!/usr/bin/env bash
# Three validators and three providers on this machine: checks that blocks are authored by all and
# finalized, and that a job is settled.
#
# usage: zombienet/run.sh      needs the built programs (scripts/build.sh), Node.js and npm
set -euo pipefail
. "$(cd "$(dirname "$0")" && pwd)/../scripts/env.sh"
cd "$ASSAY_ROOT/zombienet"

VALIDATORS=3
PROVIDERS=3
# Seconds without any progress, and in all.
STILL=300
WHOLE=1800
dir="$(mktemp -d)"
zombienet_pid=""
providers_pid=""

say() { printf '\033[1mzombienet:\033[0m %s\n' "$*"; }
fail() {
	printf 'error: %s\n' "$1" >&2
	[ ! -e "$dir/zombienet.log" ] || tail -n 40 "$dir/zombienet.log" >&2
	for log in "$dir"/nodes/*.log "$dir"/providers.log "$dir"/net/*.log; do
		[ ! -e "$log" ] || { printf -- '-- %s\n' "$log"; tail -n 20 "$log"; } >&2
	done
	printf 'the logs are in %s\n' "$dir" >&2
	trap - EXIT
	stop
	exit 1
}
stop() {
	[ -z "$providers_pid" ] || { kill "$providers_pid" && wait "$providers_pid"; } 2>/dev/null || true
	# The tool starts its nodes in process groups of their own.
	[ -z "$zombienet_pid" ] || { kill -INT "$zombienet_pid" && wait "$zombienet_pid"; } 2>/dev/null || true
	pkill -f "assay-node.*$dir" 2>/dev/null || true
}
finish() { stop; rm -rf "$dir"; }
trap finish EXIT
trap 'exit 130' INT TERM

rpc() { # URL METHOD PARAMS
	curl -sf -H 'content-type: application/json' "${1/ws:/http:}" \
		-d "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"$2\",\"params\":$3}"
}
finalized() { # URL
	local hash
	hash="$(rpc "$1" chain_getFinalizedHead '[]' | jq -r .result)"
	printf '%d\n' "$(rpc "$1" chain_getHeader "[\"$hash\"]" | jq -r .result.number)"
}
has_peers() { # NUMBER URL
	[ "$(rpc "$2" system_health '[]' | jq -r .result.peers)" = "$1" ]
}
# Follows the network, not the clock: a slower machine takes longer, and its nodes write as they go on.
wait_for() { # DESCRIPTION COMMAND...
	local what="$1" began=$SECONDS moved=$SECONDS written last=""
	shift
	until "$@" >/dev/null 2>&1; do
		written="$(du -sb "$dir" 2>/dev/null | cut -f1)"
		[ "$written" = "$last" ] || { last="$written"; moved=$SECONDS; }
		[ $((SECONDS - moved)) -lt $STILL ] || fail "nothing moves; still no $what"
		[ $((SECONDS - began)) -lt $WHOLE ] || fail "no $what in $WHOLE s"
		kill -0 "$zombienet_pid" 2>/dev/null || fail "the network ended"
		[ -z "$providers_pid" ] || kill -0 "$providers_pid" 2>/dev/null || fail "the providers ended"
		sleep 1
	done
}
finalized_above() { # NUMBER URL...
	local number="$1" url
	shift
	for url in "$@"; do [ "$(finalized "$url")" -gt "$number" ] || return 1; done
}

command -v npm >/dev/null || fail "npm is missing; install Node.js with npm (on Debian: apt-get install nodejs npm)"
if [ ! -x node_modules/.bin/zombienet ]; then
	say "installing the tool that spawns networks"
	npm ci --no-audit --no-fund --silent
fi

say "starting $VALIDATORS validators"
node_modules/.bin/zombienet -p native -l text -f -d "$dir/nodes" spawn network.toml >"$dir/zombienet.log" 2>&1 &
zombienet_pid=$!
wait_for "start of the network" test -s "$dir/nodes/zombie.json"
mapfile -t urls < <(jq -r '.nodesByName[].wsUri' "$dir/nodes/zombie.json")
[ "${#urls[@]}" = "$VALIDATORS" ] || fail "${#urls[@]} nodes instead of $VALIDATORS"
wait_for "finality on every node" finalized_above 2 "${urls[@]}"
wait_for "peers of the first node" has_peers $((VALIDATORS - 1)) "${urls[0]}"
say "all $VALIDATORS nodes finalize blocks"

say "starting $PROVIDERS providers, each a client of the first node"
assay net up --attach "${urls[0]}" --base-path "$dir/net" --providers $PROVIDERS --http-port 9750 \
	>"$dir/providers.log" 2>&1 &
providers_pid=$!
wait_for "start of the providers" test -s "$dir/net/network.json"

say "running a job through another node"
job="$(assay job run ../examples/dist/wordstats.wasm --input ../examples/wordstats/data/alice.txt --arg 10 \
	--replicas $PROVIDERS --max-price 1 --wait --accept --output-dir "$dir/out" --node-url "${urls[1]}" -o json | jq -r .job)" ||
	fail "the job did not settle"
diff -r ../examples/wordstats/expected "$dir/out" || fail "the outputs are not the expected ones"
assay job describe "$job" --node-url "${urls[2]}"

all_have_authored() {
	local log
	for log in "$dir"/nodes/{ada,grace,edsger}.log; do grep -q 'Pre-sealed block' "$log" || return 1; done
}
wait_for "block of every validator" all_have_authored
wait_for "finality beyond block 20" finalized_above 20 "${urls[@]}"
say "$VALIDATORS validators, $PROVIDERS providers, one job settled: passed"
