#!/usr/bin/env bash
# Builds the image without a daemon: image.sh [NAME:TAG]. Where no Debian image can be pulled, one is made from the machine's
# own package sources; BASE=IMAGE takes another. Then prints the image's figures and runs its tests, test/image. As root.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -nE 's/^project\(.* VERSION ([0-9.]+) .*/\1/p' CMakeLists.txt)
name=${1:-localhost/confighub-cmp:$version}
own_base=localhost/debian:bookworm-slim

say() { printf 'image: %s\n' "$*" >&2; }

# The first mirror that carries the release itself, in either format of apt's sources.
mirror() {
  awk '/^URIs:/ { uri = $2 } /^Suites:/ && / bookworm( |$)/ { print uri; exit }
       /^deb / { gsub(/\[[^]]*\]/, ""); if ($3 == "bookworm") { print $2; exit } }' \
    /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null
}

# Like the official slim image, plus the machine's package sources, which have the security updates.
make_base() {
  local root=$scratch/root base
  say "making $own_base with debootstrap"
  debootstrap --variant=minbase bookworm "$root" "$(mirror)" >&2
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/etc/apt/sources.list
  cp /etc/apt/sources.list.d/debian.sources "$root/etc/apt/sources.list.d/" 2>/dev/null || cp /etc/apt/sources.list "$root/etc/apt/"
  tar -C "$root" -cf "$scratch/root.tar" .
  base=$(buildah from scratch)
  buildah add --quiet "$base" "$scratch/root.tar" / > /dev/null
  buildah commit --quiet --rm "$base" "$own_base" > /dev/null
}

# All there is in the image, but for the certificates under their hashed names.
describe() {
  local root bill=usr/share/doc/confighub-cmp/sbom.spdx.json
  root=$(podman image mount "$name")
  podman image inspect --format "$name: {{.Architecture}}, {{.Size}} bytes, user {{.Config.User}}, layers {{len .RootFS.Layers}}" "$name"
  find "$root" -type f ! -name '????????.[0-9]' -printf '%M %9s /%P\n' | sort -k 3
  echo "bill of materials: $(grep -c '"versionInfo"' "$root/$bill") packages"
  podman image unmount "$name" > /dev/null
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

.ci/setup.sh image test
base=${BASE:-$own_base}
[[ $base != "$own_base" ]] || buildah inspect --type image "$own_base" > /dev/null 2>&1 || make_base
say "building $name on $base"
buildah bud --isolation chroot --layers --build-arg "BASE=$base" --tag "$name" . >&2

describe
CONFIGHUB_CMP_IMAGE=$name /usr/bin/python3 -m pytest -q -rA test/image
