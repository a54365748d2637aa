#!/usr/bin/env bash
# Runs the commands of docs/jobs.md, language by language, in a folder of their own, so that the page
# can't be wrong. Toolchains come from pip and npm into that folder; nothing else of the machine changes.
# What can't be installed here is skipped, and said.
#
# usage: scripts/languages.sh [--keep] [LANGUAGE...]     as the page's headings, e.g. Go Zig; all if none
#        scripts/languages.sh --list                     the languages, and what would be run
#
# The page marks what is run by the words behind ``` :
#   sh install          gets a toolchain; if it fails, the language is skipped
#   sh run              must succeed; `needs=NAME`: skipped where neither a command nor a file is called so
#   sh refused          must end with 1, as `assay app check` does for what fits no profile
#   sh fails=N          must end with N
#   text prints         lines that the block before it has printed
#   LANGUAGE file=PATH  a file, written before the next block
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
keep="" list="" wanted=()
for word in "$@"; do
	case "$word" in
	--keep) keep=1 ;;
	--list) list=1 ;;
	-*) sed -n '2,17s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
	*) wanted+=("$word") ;;
	esac
done
. "$here/env.sh"
page="$ASSAY_ROOT/docs/jobs.md"

work="$(mktemp -d "${TMPDIR:-/tmp}/assay-languages.XXXXXX")"
cleanup() {
	if [ -n "$keep" ]; then echo "kept: $work"; else chmod -R u+w "$work"; rm -rf "$work"; fi
}
trap cleanup EXIT

# Splits the page: SECTION/NNN.kind with the words behind ``` in its first line, the block behind it.
awk -v out="$work/page" '
	function name(text) { gsub(/[^A-Za-z0-9+]+/, "-", text); return text }
	/^## / { section = name(substr($0, 4)); next }
	/^```/ {
		if (inside) { inside = 0; close(file); next }
		inside = 1
		words = substr($0, 4)
		if (words !~ /(install|run|refused|fails=|prints|file=)/) { file = "/dev/null"; next }
		system("mkdir -p " out "/" section)
		file = sprintf("%s/%s/%03d", out, section, ++count)
		print words > file
		next
	}
	inside { print > file }
' "$page"

selected() { # SECTION
	[ ${#wanted[@]} -gt 0 ] || return 0
	local name
	for name in "${wanted[@]}"; do
		[ "${name,,}" != "${1,,}" ] || return 0
	done
	return 1
}
there() { # NAME: a command or a file
	command -v "$1" >/dev/null || [ -e "$1" ]
}

passed=0 failed=0 skipped=0
say() { printf '\033[1m%s\033[0m %s\n' "$1" "${*:2}"; }
fail() { # SECTION TEXT LOG
	say "$1:" "FAILED: $2"
	sed 's/^/    /' "$3" | tail -n 40
	failed=$((failed + 1))
}
skip() { # SECTION TEXT
	say "$1:" "skipped: $2"
	skipped=$((skipped + 1))
}

# One block; says nothing if it went as the page has it.
#   0  it did   1  it did not   2  the language, 3  the block has to be skipped
block() { # FILE SECTION-FOLDER
	local words expected=0 status=0 need
	words="$(head -n 1 "$1")"
	case "$words" in
	*" file="*)
		local path="$2/${words##* file=}"
		mkdir -p "$(dirname "$path")"
		tail -n +2 "$1" >"$path"
		return 0
		;;
	*" prints"*)
		local line
		while IFS= read -r line; do
			grep -qxF -- "$line" "$2.out" || { echo "not printed: $line" >>"$2.log"; return 1; }
		done < <(tail -n +2 "$1")
		return 0
		;;
	*" needs="*)
		need="${words##* needs=}"
		need="${need%% *}"
		there "$need" || { echo "$need" >"$2.need"; return 3; }
		;;
	esac
	case "$words" in
	*" refused"*) expected=1 ;;
	*" fails="*) expected="${words##* fails=}" ;;
	esac
	tail -n +2 "$1" >"$2.sh"
	# shellcheck disable=SC2016
	(cd "$2" && set +e && exec bash -euo pipefail "$2.sh") >"$2.out" 2>"$2.err" </dev/null || status=$?
	{ echo "\$ $(tail -n +2 "$1")"; cat "$2.out" "$2.err"; } >"$2.log"
	if [ "$status" != 0 ] && [[ "$words" == *" install"* ]]; then return 2; fi
	[ "$status" = "$expected" ] || { echo "ended with $status, not $expected" >>"$2.log"; return 1; }
}

language() { # SECTION
	local section="$1" folder="$work/run/$1" file status began=$SECONDS blocks=0 left="" absent=""
	mkdir -p "$folder"
	for file in "$work/page/$section"/*; do
		status=0
		# What a block prints that was not run nobody knows.
		if [ -n "$absent" ] && [ "$(head -n 1 "$file")" = "text prints" ]; then continue; fi
		absent=""
		block "$file" "$folder" || status=$?
		case "$status" in
		0) blocks=$((blocks + 1)) ;;
		1) fail "$section" "$(head -n 1 "$file")" "$folder.log"; return ;;
		2)
			skip "$section" "its toolchain can't be installed here: $(tail -n 1 "$folder.err")"
			return
			;;
		3) left="${left:+$left, }$(cat "$folder.need")" absent=1 ;;
		esac
	done
	if [ -n "$left" ]; then
		skip "$section" "$left is not there; $blocks other blocks went as the page has them"
	else
		say "$section:" "as the page has it, $blocks blocks in $((SECONDS - began)) s"
		passed=$((passed + 1))
	fi
}

if [ -n "$list" ]; then
	for section in "$work/page"/*; do
		printf '%s\n' "${section##*/}"
		for file in "$section"/*; do printf '    %s\n' "$(head -n 1 "$file")"; done
	done
	exit 0
fi
command -v assay >/dev/null || { echo "error: assay is not built: run scripts/build.sh" >&2; exit 1; }
for section in "$work/page"/*; do
	section="${section##*/}"
	! selected "$section" || language "$section"
done
[ $((passed + failed + skipped)) -gt 0 ] || { echo "error: no such language; see --list" >&2; exit 2; }
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]
