#!/usr/bin/env bash
# Fuzzes what reads other people's bytes: fuzz.sh SECONDS [TARGET...], SECONDS for each target, two targets at a time.
# Without targets: all of test/fuzz/corpus. Inputs that broke something are kept in build/fuzz/crashes, and then it exits 1.
# What a run finds interesting stays in build/fuzz/corpus and is where the next one starts.
set -uo pipefail
cd "$(dirname "$0")/.."

[[ ${1-} =~ ^[1-9][0-9]*$ ]] || { echo "usage: $0 SECONDS [TARGET...]" >&2; exit 2; }
seconds=$1
shift
targets=("$@")
[[ $# -gt 0 ]] || mapfile -t targets < <(ls test/fuzz/corpus)

fuzz() {  # TARGET SECONDS
  local target=$1 log=build/fuzz/logs/$1 status=0
  mkdir -p "build/fuzz/corpus/$target"
  "build/fuzz/fuzz-$target" -max_total_time="$2" -timeout=25 -rss_limit_mb=2048 -max_len=8192 \
    -artifact_prefix="build/fuzz/crashes/$target-" -dict="test/fuzz/${target%%-*}.dict" \
    "build/fuzz/corpus/$target" "test/fuzz/corpus/$target" > "$log" 2>&1 || status=1
  # "#N DONE cov: N ..." is libFuzzer's last word on a run that ended by itself.
  sed -nE "s/^#([0-9]+)[[:space:]]+DONE +cov: ([0-9]+).*/fuzz-$target: \1 inputs, \2 edges/p" "$log"
  [[ $status -eq 0 ]] || { echo "fuzz-$target: FINDING, see $log"; grep -E '^broken:|ERROR: |runtime error: |Test unit written' "$log"; }
  return $status
}
export -f fuzz

.ci/setup.sh build fuzz || exit 1
.ci/build-libcurl.sh build/libcurl || exit 1
mkdir -p build/fuzz/crashes build/fuzz/logs
cmake -S . -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=clang++-14 -DCONFIGHUB_CMP_FUZZ=ON >&2 &&
  cmake --build build/fuzz -j "$(nproc)" --target "${targets[@]/#/fuzz-}" >&2 || exit 1

printf '%s\n' "${targets[@]}" | xargs -P 2 -I {} bash -c 'fuzz "$@"' fuzz {} "$seconds"
