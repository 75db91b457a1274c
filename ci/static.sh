#!/usr/bin/env bash
# Builds a statically linked apkaudit and proves it: `file` and `ldd` say so,
# and it judges an app in a root directory that holds nothing else.
#
#   static.sh [DIRECTORY]   where the binary goes; target/static without it
#
# With the musl target installed it is built for that, else for the gnu target
# with the C runtime linked in. BINARY=PATH proves a binary that is there.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-target/static}
mkdir -p "$out"

if [ -z "${BINARY:-}" ]; then
  host=$(rustc -vV | sed -n 's/^host: //p')
  musl=${host%%-*}-unknown-linux-musl
  target=$host
  if [ -d "$(rustc --print sysroot)/lib/rustlib/$musl" ] && command -v musl-gcc >/dev/null; then
    target=$musl
  fi
  echo "building for $target"
  where=()
  [ "$target" = "$host" ] || where=(--target "$target")
  # The flag is for the program only, not for build scripts and macros, which
  # must be linked dynamically.
  cargo rustc --release --locked --quiet --bin apkaudit "${where[@]+"${where[@]}"}" \
    -- -C target-feature=+crt-static
  BINARY=${CARGO_TARGET_DIR:-target}/${where[1]:+$target/}release/apkaudit
fi
cp "$BINARY" "$out/apkaudit"
strip "$out/apkaudit" 2>/dev/null || true

file "$out/apkaudit" | sed 's/, BuildID[^,]*//'
if ldd "$out/apkaudit" 2>&1 | grep -q '=>'; then
  echo "it is linked dynamically:" >&2
  ldd "$out/apkaudit" >&2
  exit 1
fi
printf '%s bytes\n' "$(wc -c <"$out/apkaudit")"

empty=$(mktemp -d)
trap 'rm -rf "$empty"' EXIT
cp "$out/apkaudit" "$empty/apkaudit"
cp fixtures/apps/shop/shop.apk "$empty/shop.apk"
inside() {
  if [ "$(id -u)" = 0 ]; then
    chroot "$empty" "$@"
  else
    unshare -r chroot "$empty" "$@"
  fi
}
inside /apkaudit --version
code=0
inside /apkaudit check --no-config -f concise -o sarif=/shop.sarif /shop.apk >/dev/null || code=$?
if [ "$code" != 1 ] || ! [ -s "$empty/shop.sarif" ]; then
  echo "the demo app fails the gate with 1, and here it was $code" >&2
  exit 1
fi
echo "runs in an empty root directory"
