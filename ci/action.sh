#!/usr/bin/env bash
# The steps of action.yml, so that they can be run and tested outside of
# GitHub. Inputs are INPUT_… variables, never part of a command line.
#
#   action.sh key      names the sources, for the cache
#   action.sh install  puts apkaudit on the path, unless it is there
#   action.sh check    judges the packages and keeps the exit code
set -euo pipefail

home=${ACTION_HOME:-$(cd "$(dirname "$0")/.." && pwd)}
tool=${ACTION_TOOL:-$HOME/.apkaudit}

output() { printf '%s=%s\n' "$1" "$2" >>"${GITHUB_OUTPUT:-/dev/null}"; }
stop() {
  printf '::error title=apkaudit::%s\n' "$1"
  output exit_code 2
  output gate error
  exit 2
}

# The lines of a text, without the empty ones, as the array `lines`.
split() {
  lines=()
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    [ -z "${line// /}" ] || lines+=("$line")
  done <<<"$1"
}

key() {
  local digest
  digest=$(cd "$home" && find Cargo.toml Cargo.lock build.rs checks schemas src -type f -print0 |
    LC_ALL=C sort -z | xargs -0 cat | { sha256sum 2>/dev/null || shasum -a 256; })
  output key "${digest%% *}"
}

# The version that a binary tells, without the check set.
version_of() {
  local told
  told=$("$1" --version 2>/dev/null) || return 1
  told=${told#apkaudit }
  printf '%s' "${told%% *}"
}

install() {
  local wanted=${INPUT_VERSION#v} found
  if found=$(version_of "${INPUT_APKAUDIT:-apkaudit}") && [ "${wanted:-$found}" = "$found" ]; then
    echo "apkaudit $found is there"
    return
  fi
  [ -z "${INPUT_APKAUDIT:-}" ] ||
    stop "$INPUT_APKAUDIT is not apkaudit${wanted:+ $wanted}"
  if ! found=$(version_of "$tool/bin/apkaudit"); then
    command -v cargo >/dev/null || stop "apkaudit is not on the path, and cargo is not there to build it"
    cargo install --locked --path "$home" --root "$tool" || stop "apkaudit could not be built"
    found=$(version_of "$tool/bin/apkaudit") || stop "apkaudit could not be started"
  fi
  [ "${wanted:-$found}" = "$found" ] ||
    stop "this action is apkaudit $found and version asks for $wanted: use the tag of the action that you want"
  printf '%s\n' "$tool/bin" >>"${GITHUB_PATH:-/dev/null}"
}

# A number of the metrics; empty if it is not told.
number() { sed -n "s/^ *\"$1\": \([0-9]*\),\{0,1\}\$/\1/p" "$metrics"; }

check() {
  local work metrics arguments=(check) code=0 line
  work=$(mktemp -d)
  metrics=$work/metrics.json
  # What the inputs leave open is for apkaudit.toml and APKAUDIT_… to say.
  option() { [ -z "$2" ] || arguments+=("$1" "$2"); }
  option --min-severity "${INPUT_SEVERITY_THRESHOLD:-}"
  option --fail-on "${INPUT_FAIL_ON:-${INPUT_SEVERITY_THRESHOLD:-}}"
  option --config "${INPUT_CONFIG:-}"
  option --baseline "${INPUT_BASELINE:-}"
  option --policy "${INPUT_POLICY:-}"
  option --sdk-list "${INPUT_SDK_LIST:-}"
  option --app-type "${INPUT_APP_TYPE:-}"
  option --regime "${INPUT_REGIME:-}"
  option --source-root "${INPUT_SOURCE_ROOT:-}"
  option --lang "${INPUT_LANG:-}"
  option --format "${INPUT_FORMAT:-}"
  [ "${INPUT_STRICT:-false}" != true ] || arguments+=(--strict)
  [ "${INPUT_EXIT_ZERO:-false}" != true ] || arguments+=(--exit-zero)
  split "${INPUT_REPORTS:-}"
  [ -z "${INPUT_SARIF:-}" ] || lines+=("sarif=$INPUT_SARIF")
  [ -z "${INPUT_JSON:-}" ] || lines+=("json=$INPUT_JSON")
  for line in "${lines[@]+"${lines[@]}"}"; do
    [ "$line" != "${line#*=}" ] || stop "reports: $line is not FORMAT=PATH"
    mkdir -p "$(dirname "${line#*=}")"
    arguments+=(-o "$line")
  done
  arguments+=(-o "metrics=$metrics" -o "markdown=$work/summary.md" -o "github=$work/annotations")
  split "${INPUT_BINARY_PATH:-}"
  [ ${#lines[@]} -gt 0 ] || stop "binary_path is missing: name the .apk, .aab or .aar"
  "${INPUT_APKAUDIT:-apkaudit}" "${arguments[@]}" -- "${lines[@]}" || code=$?
  [ ! -f "$work/annotations" ] || [ "${INPUT_ANNOTATIONS:-true}" != true ] || cat "$work/annotations"
  [ ! -f "$work/summary.md" ] || cat "$work/summary.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
  local gate=error passed=
  [ ! -f "$metrics" ] || passed=$(number gate.passed)
  case $code/$passed in
    3/*) gate=undecided ;;
    [01]/1) gate=passed ;;
    [01]/0) gate=failed ;;
  esac
  output exit_code "$code"
  output gate "$gate"
  if [ -f "$metrics" ]; then
    output failing "$(number gate.failing)"
    output findings "$(number findings)"
  fi
  output sarif "${INPUT_SARIF:-}"
  output json "${INPUT_JSON:-}"
  rm -rf "$work"
  return "$code"
}

case ${1:-} in
  key) key ;;
  install) install ;;
  check) check ;;
  *) stop "action.sh key, install or check" ;;
esac
