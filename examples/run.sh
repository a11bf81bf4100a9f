#!/usr/bin/env bash
# Installs, builds, then renders the message wall twice: from a stand-in hub with approvals enforced, and from its files
# as an author previews them. stdout carries YAML only, so it can be piped into kubectl; all else goes to stderr.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*" >&2; }

start_hub() {  # READY_FILE
  /usr/bin/python3 test/hub/serve.py --data examples/messagewall --generation B --port 0 --ready-file "$1" >&2 &
  hub=$!
  for _ in {1..100}; do
    [[ ! -s $1 ]] || return 0
    kill -0 "$hub" 2>/dev/null || break
    sleep 0.1
  done
  say "the stand-in hub did not start"
  return 1
}

stop() {
  [[ -z $hub ]] || { kill "$hub" && wait "$hub"; } 2>/dev/null || true
  rm -rf "$scratch"
}

worker() { /usr/bin/python3 -c 'import sys, yaml; print(yaml.safe_load(open("examples/messagewall/hub.yaml"))["worker"][sys.argv[1]])' "$1"; }

.ci/build.sh confighub-cmp

hub=
scratch=$(mktemp -d)
trap stop EXIT
start_hub "$scratch/url"

unset "${!CONFIGHUB_@}" "${!ARGOCD_@}"  # a developer's own settings do not belong in the example
CONFIGHUB_URL=$(cat "$scratch/url")
CONFIGHUB_WORKER_ID=$(worker id)
CONFIGHUB_WORKER_SECRET=$(worker secret)
CONFIGHUB_SPACE=messagewall-dev
CONFIGHUB_CMP_SETTINGS=$PWD/examples/messagewall/settings.yaml
CONFIGHUB_CMP_POLICY=$PWD/examples/messagewall/tag-policy.yaml
export "${!CONFIGHUB_@}"

say "confighub-cmp init: can the space be read?"
build/confighub-cmp init
say "confighub-cmp generate: the approved configuration of $CONFIGHUB_SPACE"
build/confighub-cmp generate
say "confighub-cmp generate --from: the same files before anybody approved them"
build/confighub-cmp generate --from examples/messagewall/units --environment dev
