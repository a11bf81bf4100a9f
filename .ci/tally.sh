# Sourced by scripts that run tests (with pipefail on): what doctest, pytest and our own scripts say at the end becomes one count.

# Shows what the command prints and keeps it in LOG. A command that fails without naming a failed test is one failure;
# one that names no test at all, such as a format check, counts as one test.
counted() {  # LOG COMMAND...
  local log=$1 status=0
  shift
  "$@" 2>&1 | tee "$log" || status=$?
  if [[ $status -ne 0 ]]; then
    tally "$log" | sed -n 's/ 0 failed/ 1 failed/p' >> "$log"
  elif [[ $(tally "$log") == "0 passed, 0 failed, 0 skipped" ]]; then
    echo "1 passed" >> "$log"
  fi
  return $status
}

# Adds up the last result line of every LOG: "N passed, N failed, N skipped".
tally() {  # LOG...
  local log
  for log in "$@"; do
    grep -E '(^|[^0-9])[0-9]+ (passed|failed|errors?)\b' "$log" | grep -v 'assertions:' | tail -n 1
  done | grep -oE '[0-9]+ (passed|failed|error|skipped)' |
    awk '{ sum[$2] += $1 } END { printf "%d passed, %d failed, %d skipped\n", sum["passed"], sum["failed"] + sum["error"], sum["skipped"] }'
}
