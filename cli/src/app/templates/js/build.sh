#!/bin/sh
# Puts the script and the data into one input:  ./build.sh data.txt  makes @NAME@.input.
#
# The program is script.wasm, which scripts/build-examples.sh of assay builds into examples/dist.
set -eu
here="$(dirname "$0")"
{
	cat "$here/main.js"
	printf '__DATA__\n'
	[ $# -eq 0 ] || cat "$1"
} >"$here/@NAME@.input"
ls -l "$here/@NAME@.input"
