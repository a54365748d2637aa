#!/usr/bin/env bash
# Plants faults into a scratch copy of the last commit, and lets the robber search for each:
#   scripts/plant.sh [--calls N] [--seed N] [--threads N] [NAME...]
# or has each tried by the properties, with so many sequences of each kind of attack:
#   scripts/plant.sh --properties N [--kind KIND]... [--seed N] [--threads N] [NAME...]
# The list is simulation/robber/faults.json; without names all of it is tried. All are built into one program,
# which has the faults that ASSAY_FAULT names, and none without. A fault counts as found when the search ends with
# a find that does not come about without it. See docs/robber.md.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$(dirname "$0")/packages.sh"
cd "$ASSAY_ROOT"
calls=400000
sequences=
kinds=()
seed=1
threads="$(nproc)"
while [ $# -gt 0 ]; do
	case "$1" in
	--calls) calls="${2:?say how many}"; shift 2 ;;
	--properties) sequences="${2:?say how many}"; shift 2 ;;
	--kind) kinds+=(--kind "${2:?say which}"); shift 2 ;;
	--seed) seed="${2:?say which}"; shift 2 ;;
	--threads) threads="${2:?say how many}"; shift 2 ;;
	-*) echo "error: there is no option $1" >&2; exit 2 ;;
	*) break ;;
	esac
done
list=simulation/robber/faults.json
names=("$@")
[ $# -gt 0 ] || mapfile -t names < <(jq -r '.[].name' "$list")
for name in "${names[@]}"; do
	jq -e --arg name "$name" 'any(.[]; .name == $name)' "$list" >/dev/null || {
		echo "error: $list has no fault named $name; there are:" >&2
		jq -r '"  " + .[].name' "$list" >&2
		exit 2
	}
done

# Cargo takes crates of one name in two checkouts for the same, and must never take a planted one for ours. What is
# compiled of others is the same, and is not compiled again.
planted="$CARGO_TARGET_DIR/planted"
tree="$planted/tree"
mkdir -p "$planted/release"
if [ ! -e "$planted/release/deps" ] && [ -e "$CARGO_TARGET_DIR/release/deps" ]; then
	cp -al "$CARGO_TARGET_DIR/release/deps" "$planted/release/"
	# Build scripts write over what they have written.
	cp -a "$CARGO_TARGET_DIR"/release/{build,.fingerprint} "$planted/release/"
fi
# In one place, so that what has not changed since is not compiled again: what was planted before keeps its time.
before="$planted/before"
rm -rf "$before"
mkdir -p "$before"
if [ -e "$tree/.git" ]; then
	(cd "$tree" && git diff --name-only -z | xargs -0 -r cp -p --parents -t "$before")
fi
if [ -e "$tree/.git" ]; then
	git -C "$tree" checkout --quiet --force --detach "$(git rev-parse HEAD)"
else
	git worktree prune
	git worktree add --quiet --detach "$tree" HEAD
fi
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

jq -c '.[] | .name as $name | .places[] | . + {name: $name}' "$list" >"$work/places"
while read -r place; do
	file="$tree/$(jq -r .file <<<"$place")"
	jq -Rsj --argjson place "$place" '
		$place as {$name, $at, $old, $new}
		| "std::env::var(\"ASSAY_FAULT\").is_ok_and(|it| it.split(\u0027,\u0027).any(|it| it == \"\($name)\"))" as $named
		| "{ static ON: std::sync::OnceLock<bool> = std::sync::OnceLock::new(); *ON.get_or_init(|| \($named)) }" as $on
		| ($at | split($old) | join("(if \($on) { \($new) } else { \($old) })")) as $with
		| split($at)
		| if length == 2 then join($with) else error("\($name): the line is there \(length - 1) times") end
	' "$file" >"$work/planted"
	cp "$work/planted" "$file"
done <"$work/places"
(cd "$before" && find . -type f -print0) | while IFS= read -r -d '' file; do
	! cmp -s "$before/$file" "$tree/$file" || cp -p "$before/$file" "$tree/$file"
done
ASSAY_COMMIT="$(git rev-parse HEAD)"
export ASSAY_COMMIT
# What stands around a switch may be more than the compiler would have.
(cd "$tree" && CARGO_TARGET_DIR="$planted" SKIP_WASM_BUILD=1 \
	cargo build --quiet --release --locked "${PROGRAMS[@]}" -p assay-robber --bin assay-robber) 2>"$work/build.log" || {
	cat "$work/build.log" >&2
	exit 1
}
robber="$planted/release/assay-robber"

switches() { # NAME: those of a fault, and of others that are planted with it
	jq -r --arg name "$1" '.[] | select(.name == $name) | [.name] + (.with // []) | join(",")' "$list"
}

search() { # NAME CALLS: the first find that is not there without the fault: calls, what, where
	local out="$work/$1"
	ASSAY_FAULT="$(switches "$1")" "$robber" search --raw --calls "$2" --seed "$seed" --threads "$threads" --out "$out" \
		>"$out.log" 2>&1 || {
		tail -n 5 "$out.log" >&2
		return 1
	}
	"$robber" compare "$out" | sed -n 1p
}

# The first promise that is broken, and is not without the fault: kind, sequence, what.
broken() { # NAME
	local out="$work/$1" row kind after what
	# A promise that is broken ends it with an error.
	! ASSAY_FAULT="$(switches "$1")" "$robber" properties --first --sequences "$sequences" "${kinds[@]}" --seed "$seed" --threads "$threads" \
		--out "$out" >"$out.log" 2>&1 || return 0
	row="$(sed -nE 's/^\| ([^ ]+) .* times, first by sequence ([0-9]+): (.*) \|$/\1\t\2\t\3/p' "$out.log" | head -n 1)"
	IFS=$'\t' read -r kind after what <<<"$row"
	[ -n "$after" ] || { tail -n 5 "$out.log" >&2; return 1; }
	"$robber" properties --kind "$kind" --from "$after" --sequences 1 --seed "$seed" --threads 1 \
		--out "$out" >/dev/null 2>&1 || return 0
	printf '%s\t%s\t%s\n' "$kind" "$((after + 1))" "$what"
}

try_properties() {
	local name row kind after what found=0
	echo "| fault | property that fails | after sequences | what |"
	echo "|---|---|--:|---|"
	for name in "${names[@]}"; do
		row="$(broken "$name")"
		[ -z "$row" ] || found=$((found + 1))
		IFS=$'\t' read -r kind after what <<<"${row:-"none	within $sequences	"}"
		echo "| $name | $kind | $after | $what |"
	done
	echo
	echo "$found of ${#names[@]} break a promise"
}

if [ -n "$sequences" ]; then
	try_properties
	exit
fi

echo "| fault | found after calls | what |"
echo "|---|--:|---|"
found=0
for name in "${names[@]}"; do
	first=
	# Each goes on where the one before has ended.
	for budget in $((calls / 16)) $((calls / 8)) $((calls / 4)) $((calls / 2)) "$calls"; do
		first="$(search "$name" "$budget")"
		[ -z "$first" ] || break
	done
	IFS=$'\t' read -r after what _ <<<"${first:-"not within $calls	"}"
	[ -z "$first" ] || found=$((found + 1))
	echo "| $name | $after | $what |"
done
echo
echo "$found of ${#names[@]} found"
