#!/usr/bin/env bash
# Installs what this project needs from Debian packages: setup.sh [GROUP...], groups build, test, check, fuzz, image.
# Without arguments: build and test. Does nothing when all of it is there; without root it says what is missing.
set -euo pipefail

declare -A packages=(
  [build]="ca-certificates cmake dpkg-dev g++ ninja-build python3
    doctest-dev libbrotli-dev libcxxopts-dev libdtl-dev libfmt-dev libnghttp2-dev libre2-dev libssl-dev
    libyaml-cpp-dev libyaml-dev libzstd-dev rapidjson-dev zlib1g-dev"
  [test]="file git nginx-light openssl python3 python3-aiohttp python3-jsonschema python3-pytest python3-yaml strace"
  [check]="clang-format-14"
  [fuzz]="clang-14 libclang-rt-14-dev"
  [image]="buildah debootstrap podman runc"
)

say() { printf 'setup: %s\n' "$*" >&2; }

wanted() {
  local group
  for group in "$@"; do
    [[ -v packages[$group] ]] || { say "unknown group '$group'; there are: ${!packages[*]}"; exit 2; }
    printf '%s\n' ${packages[$group]}
  done | sort -u
}

# dpkg-query names only packages it knows, so what it does not report as installed is missing.
missing_of() {
  comm -23 <(printf '%s\n' "$@") <(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' | sort -u)
}

apt() { DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" >&2; }

# Two helpings of patience: a mirror in mid-update and another apt-get holding the lists both pass within seconds.
update() { apt update || { sleep 5; apt update; } || say "apt-get update failed; trying with the package lists at hand"; }

groups=("$@")
[[ $# -gt 0 ]] || groups=(build test)
mapfile -t names < <(wanted "${groups[@]}")
[[ ${#names[@]} -gt 0 ]] || exit 2
mapfile -t missing < <(missing_of "${names[@]}")
[[ ${#missing[@]} -gt 0 ]] || exit 0

if [[ $(id -u) -ne 0 ]]; then
  say "missing packages: ${missing[*]}"
  say "run as root: $0 ${groups[*]}"
  exit 1
fi
say "installing ${missing[*]}"
update
apt install -y --no-install-recommends "${missing[@]}"
