#!/usr/bin/env bash
# Brings what is approved in ConfigHub into Git: lock.sh DIRECTORY... in a clone that may push. Each directory is the path
# of an Application and its name the space. Commits once when something changed, names the revisions, pushes, and lets
# nobody else's push be lost. Needs confighub-cmp on PATH and CONFIGHUB_CREDENTIALS_DIR (or the worker's variables).
set -euo pipefail

lock_one() {
  local directory=$1
  (cd "$directory" && CONFIGHUB_SPACE=${directory##*/} confighub-cmp lock)
  git add -- "$directory/confighub.lock"
}

# One line a unit that changed, as `lock --check` would print it, taken from the lines of the diff.
message() {
  printf 'Lock what is approved in ConfigHub\n\n'
  git diff --cached -U0 -- '*/confighub.lock' | sed -nE 's/^([+-])  - \{unit: ([^,]+), revision: ([0-9]+),.*/\1 \2 r\3/p'
}

[[ $# -gt 0 ]] || { echo "usage: lock.sh DIRECTORY..." >&2; exit 2; }
for directory in "$@"; do lock_one "${directory%/}"; done
if git diff --cached --quiet; then
  echo "nothing new is approved" >&2
  exit 0
fi
message | git commit --quiet --file -
# Somebody may have pushed meanwhile; their commit stays, ours goes on top.
git push --quiet || { git pull --quiet --rebase && git push --quiet; }
git log -1 --format=%B
