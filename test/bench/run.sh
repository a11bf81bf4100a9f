#!/usr/bin/env bash
# How fast `check` is beside what people use instead: run.sh [COUNT] writes COUNT buckets (10000), lets each program put the
# same three tags on them, and prints a Markdown table; ratios are of one run of this script, seconds the median of several.
# kustomize comes from its Go module into build/bench; kyverno is measured where test/interop built it; valgrind counts
# instructions, the figure to compare between our own versions. What is missing is skipped aloud. kustomize's time grows with the
# square of COUNT: 1000 take it a second, 10000 some twenty minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
count=${1:-10000}
program=${CONFIGHUB_CMP:-build/confighub-cmp}
kustomize=build/bench/kustomize
kyverno=build/interop/kyverno

say() { printf 'bench: %s\n' "$*" >&2; }

[[ -n ${CONFIGHUB_CMP:-} ]] || .ci/build.sh confighub-cmp
mkdir -p build/bench
if [[ ! -x $kustomize ]]; then
  if command -v go > /dev/null; then
    say "building kustomize"
    GOBIN=$PWD/build/bench go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.1 >&2 || say "kustomize could not be built"
  else
    say "there is no go on the PATH"
  fi
fi
[[ -x $kustomize ]] || { say "SKIPPED kustomize: not in build/bench"; kustomize=; }
[[ -x $kyverno ]] || { say "SKIPPED kyverno: not in build/interop, where test/interop/run.sh kyverno puts it"; kyverno=; }
command -v valgrind > /dev/null || say "SKIPPED instructions: there is no valgrind"

exec /usr/bin/python3 test/bench/bench.py "$count" "$program" "$kustomize" "$kyverno"
