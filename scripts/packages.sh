# Sourced: what the demo needs, and every other build names first, so that cargo resolves one set of
# features; see units.sh.
PROGRAMS=(-p assay-node -p assay-worker -p assay-cli)
# What the tests need of the workspace. Not --all-targets, which compiles libraries that have no tests once more.
TESTED=(--bins --examples --tests)
