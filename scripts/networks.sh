#!/usr/bin/env bash
# Runs the tests that start networks, several at a time: they wait for blocks most of the time.
#
# usage: scripts/networks.sh [SUITE...]     needs the built programs (scripts/build.sh --tests)
#
# Suites are files of end-to-end/tests; all of them if none is named. Each test of them is run by itself, for each starts
# networks of its own. LANES says how many run at once; without it that follows from the number of processors, and a lane
# waits while they have too much to do.
# ASSAY_SKIP_PARTITION=1 leaves out the suite that needs root and iproute2.
# The output of a test that fails is shown whole, and its networks' folders are kept.
set -euo pipefail
case "${1:-}" in
-h | --help) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
. "$(dirname "$0")/env.sh"
cd "$ASSAY_ROOT"

# Seconds of the longest test of a suite beside others on two cores, so that the longest begin first. What is not listed
# comes in between. The table at the end has the times of each.
declare -A cost=(
	[publisher]=240 [partition]=220 [faults]=180 [bags]=180 [jobs]=180 [private]=160 [other_clients]=150
	[judgement]=165 [upgrade]=110 [betrayal]=80 [cases]=80 [solver]=60 [net]=31
)
cores="$(nproc)"
lanes="${LANES:-$((2 * cores + 1))}"
# Processes that may wait for each processor, in the last minute, when another test begins.
LOAD=3

suites=("$@")
if [ ${#suites[@]} = 0 ]; then
	for path in end-to-end/tests/*.rs; do
		suite="$(basename "$path" .rs)"
		if [ "$suite" = partition ] && [ "${ASSAY_SKIP_PARTITION:-}" = 1 ]; then
			echo "partition is left out, as ASSAY_SKIP_PARTITION says" >&2
		else
			suites+=("$suite")
		fi
	done
fi
# The whole workspace, so that cargo resolves the same features as before and compiles nothing again.
declare -A program
while read -r name path; do program[$name]="$path"; done < <(
	cargo test --release --locked --workspace "${suites[@]/#/--test=}" --no-run --message-format=json |
		jq -r 'select(.executable != null and .target.kind == ["test"]
			and (.manifest_path | contains("/end-to-end/"))) | "\(.target.name) \(.executable)"'
)

# As "SUITE TEST".
tests=()
for suite in "${suites[@]}"; do
	list="$("${program[$suite]:?there is no suite $suite}" --list --format terse)"
	while read -r name; do tests+=("$suite $name"); done < <(sed -n 's/: test$//p' <<<"$list")
done
mapfile -t tests < <(
	for test in "${tests[@]}"; do echo "${cost[${test% *}]:-120} $test"; done | sort -rn -s -k 1,1 | cut -d ' ' -f 2-
)

logs="$(mktemp -d)"
# By the place of a test in the list, which names its folder too: paths of sockets must be short.
declare -A place_of=() begun=() took=()
failed=()
finish() {
	[ ${#place_of[@]} = 0 ] || kill "${!place_of[@]}" 2>/dev/null || true
	[ ${#failed[@]} -gt 0 ] || rm -rf "$logs"
}
trap finish EXIT
trap 'exit 130' INT TERM

idle_enough() {
	local load
	read -r load _ </proc/loadavg
	[ "${load%.*}" -lt $((LOAD * cores)) ]
}
begin() { # PLACE
	local suite name
	read -r suite name <<<"${tests[$1]}"
	mkdir "$logs/$1"
	# Where cargo runs it. What it leaves behind is left in a folder of its own.
	(cd end-to-end && TMPDIR="$logs/$1" exec "${program[$suite]}" --exact "$name" --nocapture) >"$logs/$1.log" 2>&1 &
	place_of[$!]="$1"
	begun[$1]=$SECONDS
}
end() { # PID
	local place="${place_of[$1]}" result=passed
	wait "$1" || result=failed
	unset "place_of[$1]"
	took[$place]=$((SECONDS - begun[$place]))
	printf -- '-- %s %s in %d s (%d go on)\n' "${tests[$place]/ /::}" $result "${took[$place]}" ${#place_of[@]}
	if [ $result = passed ]; then
		rm -rf "${logs:?}/$place"
	else
		failed+=("${tests[$place]/ /::}")
		cat "$logs/$place.log"
	fi
}

next=0
while [ $next -lt ${#tests[@]} ] || [ ${#place_of[@]} -gt 0 ]; do
	for pid in "${!place_of[@]}"; do
		kill -0 "$pid" 2>/dev/null || end "$pid"
	done
	if [ $next -lt ${#tests[@]} ] && [ ${#place_of[@]} -lt "$lanes" ] &&
		{ [ ${#place_of[@]} = 0 ] || idle_enough; }; then
		begin "$next"
		next=$((next + 1))
	fi
	sleep 1
done

printf '\nseconds of each test, at most %d at a time on %d cores:\n' "$lanes" "$cores"
for place in "${!tests[@]}"; do printf '%6d  %s\n' "${took[$place]}" "${tests[$place]/ /::}"; done
if [ ${#failed[@]} -gt 0 ]; then
	printf 'failed: %s\nlogs and networks are in %s\n' "${failed[*]}" "$logs" >&2
	exit 1
fi
