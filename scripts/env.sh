# Sourced by the other scripts, and by you: one toolchain, one target directory, the built programs in
# the path.
ASSAY_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export ASSAY_ROOT
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/assay/target}"
# The wasm builder needs the lock file, and the target directory lies outside the checkout.
export WASM_BUILD_WORKSPACE_HINT="$ASSAY_ROOT"
# Where bootstrap.sh completed the distribution's toolchain, that one is used, whatever else is there.
if [ -e /usr/lib/rustlib/wasm32v1-none/lib ] && [ "${PATH%%:*}" != /usr/bin ]; then
	export PATH="/usr/bin:$PATH"
fi
# The SDK's WebRTC transport compiles OpenSSL from its sources otherwise, which takes minutes.
if pkg-config --exists openssl 2>/dev/null; then export OPENSSL_NO_VENDOR=1; fi
case ":$PATH:" in
*":$CARGO_TARGET_DIR/release:"*) ;;
*) export PATH="$PATH:$CARGO_TARGET_DIR/release" ;;
esac
# Property tests draw the same cases everywhere. Another number draws others.
export PROPTEST_RNG_SEED="${PROPTEST_RNG_SEED:-2026}"
# Nodes of this build share the runtimes that they have compiled.
export ASSAY_WASM_RUNTIME_CACHE="$CARGO_TARGET_DIR/release/compiled-runtimes"
