# Sourced: what the demo needs, and every other build names first, so that cargo resolves one set of
# features; see units.sh.
PROGRAMS=(-p assay-node -p assay-worker -p assay-cli)
