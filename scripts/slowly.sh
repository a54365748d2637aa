#!/usr/bin/env bash
# Runs a command as on a slower machine: with half of the time of the processors. Needs root.
#
# usage: scripts/slowly.sh [--busy] COMMAND...     --busy runs a busy loop for each processor beside it
set -euo pipefail
busy=
case "${1:-}" in
--busy) busy=yes; shift ;;
-h | --help | "") sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
# Short, so that nobody runs at full speed for long and then not at all.
period=20000
quota=$((period * $(nproc) / 2))
name="assay-slowly-$$"

if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
	group="/sys/fs/cgroup/$name"
	echo +cpu >/sys/fs/cgroup/cgroup.subtree_control
	mkdir "$group"
	echo "$quota $period" >"$group/cpu.max"
else
	group="/sys/fs/cgroup/cpu/$name"
	mkdir "$group"
	echo $period >"$group/cpu.cfs_period_us"
	echo $quota >"$group/cpu.cfs_quota_us"
fi
loops=()
finish() {
	[ ${#loops[@]} = 0 ] || kill "${loops[@]}" 2>/dev/null || true
	rmdir "$group" 2>/dev/null || true
}
trap finish EXIT
trap 'exit 130' INT TERM
if [ -n "$busy" ]; then
	for _ in $(seq "$(nproc)"); do
		(while :; do :; done) &
		loops+=($!)
	done
fi
# The shell in between enters the group, and its children with it.
bash -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' slowly "$group" "$@"
