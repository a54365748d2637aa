# Sourced by the other scripts: one toolchain and one target directory for all of them.
ASSAY_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export ASSAY_ROOT
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/assay/target}"
# The wasm builder needs the lock file, and the target directory lies outside the checkout.
export WASM_BUILD_WORKSPACE_HINT="$ASSAY_ROOT"
# The distribution's toolchain carries the wasm targets that bootstrap.sh put into it.
case ":$PATH:" in
"/usr/bin:"*) ;;
*) [ -e /usr/lib/rustlib/wasm32v1-none/lib ] && export PATH="/usr/bin:$PATH" ;;
esac
case ":$PATH:" in
*":$CARGO_TARGET_DIR/release:"*) ;;
*) export PATH="$PATH:$CARGO_TARGET_DIR/release" ;;
esac
