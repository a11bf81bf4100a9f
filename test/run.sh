#!/usr/bin/env bash
# Installs, builds, then runs the unit tests and the end-to-end tests. The last line is the count of both.
set -uo pipefail
cd "$(dirname "$0")/.."
. .ci/tally.sh

.ci/build.sh confighub-cmp unit-tests || exit 1

failed=0
mkdir -p build/logs
counted build/logs/unit-tests build/unit-tests || failed=1
counted build/logs/e2e /usr/bin/python3 -m pytest test/hub test/e2e -q || failed=1
tally build/logs/unit-tests build/logs/e2e
exit $failed
