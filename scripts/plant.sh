#!/usr/bin/env bash
# Plants faults into a scratch copy of the last commit, one at a time, and lets the robber search for each:
#   scripts/plant.sh [--calls N] [--seed N] [NAME...]
# The list is simulation/robber/faults.json; without names all of it is tried. A fault counts as found when the search
# ends with a kind of find that it does not have without the fault. See docs/robber.md.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$(dirname "$0")/packages.sh"
cd "$ASSAY_ROOT"
calls=200000
seed=1
while [ $# -gt 0 ]; do
	case "$1" in
	--calls) calls="${2:?say how many}"; shift 2 ;;
	--seed) seed="${2:?say which}"; shift 2 ;;
	-*) echo "error: there is no option $1" >&2; exit 2 ;;
	*) break ;;
	esac
done
list=simulation/robber/faults.json
names=("$@")
[ $# -gt 0 ] || mapfile -t names < <(jq -r '.[].name' "$list")
for name in "${names[@]}"; do
	jq -e --arg name "$name" 'any(.[]; .name == $name)' "$list" >/dev/null || {
		echo "error: $list has no fault named $name" >&2
		exit 2
	}
done

work="$(mktemp -d)"
tree="$work/tree"
trap 'git worktree remove --force "$tree" 2>/dev/null || true; rm -rf "$work"' EXIT
git worktree add --quiet --detach "$tree" HEAD
# Cargo takes crates of one name in two checkouts for the same, and must never take a planted one for ours. What is
# compiled of others is the same, and is not compiled again.
planted="$CARGO_TARGET_DIR/planted"
if [ ! -e "$planted" ] && [ -e "$CARGO_TARGET_DIR/release/deps" ]; then
	mkdir -p "$planted/release"
	cp -al "$CARGO_TARGET_DIR/release/deps" "$planted/release/"
	# Build scripts write over what they have written.
	cp -a "$CARGO_TARGET_DIR"/release/{build,.fingerprint} "$planted/release/"
fi

build() { # NAME: the robber of the scratch copy as it is
	(cd "$tree" && CARGO_TARGET_DIR="$planted" SKIP_WASM_BUILD=1 \
		cargo build --quiet --release --locked "${PROGRAMS[@]}" -p assay-robber --bin assay-robber)
	mv "$planted/release/assay-robber" "$work/$1"
}
field() { jq -rj --arg name "$1" --arg field "$2" '.[] | select(.name == $name) | .[$field]' "$list"; }
plant() { # NAME
	local file
	file="$tree/$(field "$1" file)"
	jq -Rsj --arg old "$(field "$1" old)" --arg new "$(field "$1" new)" \
		'split($old) | if length == 2 then join($new) else error("the old line is there \(length - 1) times") end' \
		"$file" >"$work/planted"
	cp "$work/planted" "$file"
}
search() { # NAME CALLS: kinds of finds, with the coalition that has them
	local out="$work/$1.$2"
	"$work/$1" search --calls "$2" --seed "$seed" --threads "$(nproc)" --out "$out" >"$out.log" 2>&1 || {
		tail -n 5 "$out.log" >&2
		return 1
	}
	find "$out" -name '*.json' -printf '%f\n' | sed 's/\.json$//' | sort
}

build sound
search sound "$calls" >"$work/sound.kinds"
echo "without a fault: $(paste -sd' ' "$work/sound.kinds")"
echo
echo "| fault | found | within calls | new finds |"
echo "|---|---|--:|---|"
for name in "${names[@]}"; do
	plant "$name"
	build "$name"
	found=no within="$calls" new=
	for budget in $((calls / 8)) $((calls / 4)) $((calls / 2)) "$calls"; do
		search "$name" "$budget" >"$work/kinds"
		new="$(comm -13 "$work/sound.kinds" "$work/kinds" | paste -sd' ')"
		[ -z "$new" ] || { found=yes within="$budget"; break; }
	done
	echo "| $name | $found | $within | $new |"
	git -C "$tree" checkout --quiet -- .
done
