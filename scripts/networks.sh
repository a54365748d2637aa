#!/usr/bin/env bash
# Runs the tests that start networks, several at a time: they wait for blocks most of the time.
#
# usage: scripts/networks.sh [SUITE...]     needs the built programs (scripts/build.sh --tests)
#
# Suites are files of end-to-end/tests; all of them if none is named. LANES says how many run at once;
# without it that follows from the number of processors, and a lane waits while they have too much to do.
# ASSAY_SKIP_PARTITION=1 leaves out the suite that needs root and iproute2.
# The output of a suite that fails is shown whole, and its networks' folders are kept.
set -euo pipefail
case "${1:-}" in
-h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
esac
. "$(dirname "$0")/env.sh"
cd "$ASSAY_ROOT"

# Seconds on two idle cores, so that the longest begin first. What is not listed comes in between.
declare -A cost=(
	[judgement]=330 [faults]=330 [publisher]=200 [cases]=110 [private]=130 [bags]=150 [solver]=90
	[betrayal]=130 [jobs]=150 [other_clients]=130 [net]=60
)
cores="$(nproc)"
lanes="${LANES:-$((2 * cores + 1))}"
# Processes that may wait for each processor, in the last minute, when another suite begins.
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
mapfile -t suites < <(for suite in "${suites[@]}"; do echo "${cost[$suite]:-120} $suite"; done | sort -rn | cut -d' ' -f2)

# The whole workspace, so that cargo resolves the same features as before and compiles nothing again.
declare -A program
while read -r name path; do program[$name]="$path"; done < <(
	cargo test --release --locked --workspace "${suites[@]/#/--test=}" --no-run --message-format=json |
		jq -r 'select(.executable != null and .target.kind == ["test"]
			and (.manifest_path | contains("/end-to-end/"))) | "\(.target.name) \(.executable)"'
)

logs="$(mktemp -d)"
declare -A suite_of=() begun=() took=()
failed=()
finish() {
	[ ${#suite_of[@]} = 0 ] || kill "${!suite_of[@]}" 2>/dev/null || true
	[ ${#failed[@]} -gt 0 ] || rm -rf "$logs"
}
trap finish EXIT
trap 'exit 130' INT TERM

idle_enough() {
	local load
	read -r load _ </proc/loadavg
	[ "${load%.*}" -lt $((LOAD * cores)) ]
}
begin() { # SUITE
	mkdir "$logs/$1"
	# Where cargo runs it. What it leaves behind is left in a folder of its own.
	(cd end-to-end && TMPDIR="$logs/$1" exec "${program[$1]:?there is no suite $1}" --test-threads=1 --nocapture) \
		>"$logs/$1.log" 2>&1 &
	suite_of[$!]="$1"
	begun[$1]=$SECONDS
}
end() { # PID
	local suite="${suite_of[$1]}" result=passed
	wait "$1" || result=failed
	unset "suite_of[$1]"
	took[$suite]=$((SECONDS - begun[$suite]))
	printf '\n-- %s %s in %d s (%d suites go on)\n' "$suite" $result "${took[$suite]}" ${#suite_of[@]}
	if [ $result = passed ]; then
		grep -E '^test |^running ' "$logs/$suite.log" || true
		rm -rf "${logs:?}/$suite"
	else
		failed+=("$suite")
		cat "$logs/$suite.log"
	fi
}

next=0
while [ $next -lt ${#suites[@]} ] || [ ${#suite_of[@]} -gt 0 ]; do
	for pid in "${!suite_of[@]}"; do
		kill -0 "$pid" 2>/dev/null || end "$pid"
	done
	if [ $next -lt ${#suites[@]} ] && [ ${#suite_of[@]} -lt "$lanes" ] &&
		{ [ ${#suite_of[@]} = 0 ] || idle_enough; }; then
		begin "${suites[$next]}"
		next=$((next + 1))
	fi
	sleep 1
done

printf '\nseconds of each suite, at most %d at a time on %d cores:\n' "$lanes" "$cores"
for suite in "${suites[@]}"; do printf '%6d  %s\n' "${took[$suite]}" "$suite"; done
if [ ${#failed[@]} -gt 0 ]; then
	printf 'failed: %s\nlogs and networks are in %s\n' "${failed[*]}" "$logs" >&2
	exit 1
fi
