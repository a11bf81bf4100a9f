#!/usr/bin/env bash
# Proves the program, plugin.yaml and the stand-in hub against the real things, built from their published Go modules:
# run.sh [argocd] [kyverno] [kubernetes]; without a name, all. Takes the program from CONFIGHUB_CMP or build/confighub-cmp and builds nothing
# of ours. The first run compiles for minutes, later ones take one. The last line is the count.
set -uo pipefail
cd "$(dirname "$0")"
project=$(cd ../.. && pwd)
export CONFIGHUB_CMP=${CONFIGHUB_CMP:-$project/build/confighub-cmp}
CONFIGHUB_CMP=$(realpath "$CONFIGHUB_CMP")
passed=0 failed=0 skipped=0

skip() {  # MODULE REASON
  printf '\n!!! SKIPPED %s: %s\n' "$1" "$2"
  skipped=$((skipped + 1))
}

# Every module asks for a Go version; an older go refuses its go.mod, or fetches the right one by itself.
unusable() {  # MODULE
  command -v go > /dev/null || { echo "there is no go on the PATH"; return; }
  local said
  said=$(cd "$1" && go list -m 2>&1) || echo "$(go version) cannot read its go.mod: ${said%%$'\n'*}"
}

prove() {  # MODULE
  local log=$project/build/logs/interop-$1 reason
  printf '\n=== %s\n' "$1"
  reason=$(unusable "$1")
  [[ -z $reason ]] || { skip "$1" "$reason"; return; }
  (cd "$1" && go test -count=1 -vet=off -timeout 40m -v .) 2>&1 | tee "$log"
  local status=$?
  passed=$((passed + $(grep -c '^--- PASS' "$log")))
  skipped=$((skipped + $(grep -c '^--- SKIP' "$log")))
  local failures
  failures=$(grep -c '^--- FAIL' "$log")
  [[ $status -eq 0 || $failures -gt 0 ]] || failures=1  # what did not even build is one failure
  failed=$((failed + failures))
}

mkdir -p "$project/build/logs"
[[ $# -gt 0 ]] || set -- argocd kyverno kubernetes
for module in "$@"; do
  [[ -f $module/go.mod ]] || { echo "no module '$module' in test/interop" >&2; exit 2; }
  prove "$module"
done
printf '\n%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[[ $failed -eq 0 ]]
