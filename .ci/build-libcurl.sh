#!/usr/bin/env bash
# Builds the libcurl that confighub-cmp links: build-libcurl.sh PREFIX. HTTP and HTTPS only, static, from Debian's source package,
# because Debian's own libcurl.a needs krb5, which Debian does not ship as an archive.
# Does nothing when PREFIX holds a build of the same source version and options. Needs the packages of `setup.sh build`.
set -euo pipefail

[[ $# -eq 1 ]] || { echo "usage: $0 PREFIX" >&2; exit 2; }
prefix=$(realpath -m "$1")
stamp=$prefix/stamp

# No cookies, .netrc, HSTS or Alt-Svc files: the program keeps no state between runs and reads no file it was not told to read.
# Proxies stay (HTTPS_PROXY), with Basic authentication; Digest, Negotiate and NTLM go.
options=(
  -DCMAKE_BUILD_TYPE=Release
  -DCMAKE_INSTALL_LIBDIR=lib
  -DCMAKE_POSITION_INDEPENDENT_CODE=ON
  "-DCMAKE_C_FLAGS_RELEASE=-O2 -DNDEBUG -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -ffunction-sections -fdata-sections"
  -DBUILD_SHARED_LIBS=OFF -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DPICKY_COMPILER=OFF -DENABLE_MANUAL=OFF
  -DCURL_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt -DCURL_CA_PATH=none
  -DCURL_USE_OPENSSL=ON -DUSE_NGHTTP2=ON -DCURL_ZLIB=ON -DCURL_BROTLI=ON -DCURL_ZSTD=ON -DENABLE_THREADED_RESOLVER=ON
  -DHTTP_ONLY=ON -DENABLE_UNIX_SOCKETS=OFF
  -DCURL_USE_LIBSSH2=OFF -DCURL_USE_LIBPSL=OFF -DUSE_LIBIDN2=OFF -DCURL_USE_GSSAPI=OFF -DUSE_LIBRTMP=OFF
  -DCURL_DISABLE_ALTSVC=ON -DCURL_DISABLE_COOKIES=ON -DCURL_DISABLE_CRYPTO_AUTH=ON -DCURL_DISABLE_DOH=ON -DCURL_DISABLE_HSTS=ON
  -DCURL_DISABLE_MIME=ON -DCURL_DISABLE_NETRC=ON -DCURL_DISABLE_NTLM=ON -DCURL_DISABLE_PROGRESS_METER=ON -DCURL_DISABLE_SHUFFLE_DNS=ON
)
features="AsynchDNS HTTP2 HTTPS-proxy IPv6 Largefile SSL brotli libz threadsafe zstd"
protocols="HTTP HTTPS"

say() { printf 'libcurl: %s\n' "$*" >&2; }

# The version apt would install today; a security update of curl therefore changes the key and causes a new build.
debian_version() { LC_ALL=C apt-cache policy libcurl4 2>/dev/null | sed -n 's/^ *Candidate: //p'; }

# The machine's own package sources, asked for source packages: deb822 stanzas and one-line entries.
write_source_lists() {
  local from
  for from in /etc/apt/sources.list.d/*.sources; do
    [[ ! -f $from ]] || sed -E 's/^(Types:).*/\1 deb-src/' "$from" > "$1/$(basename "$from")"
  done
  for from in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ ! -f $from ]] || sed -nE 's/^[[:space:]]*deb([[:space:]].*)/deb-src\1/p' "$from" > "$1/$(basename "$from" .list)-oneline.list"
  done
}

# Private lists and cache: the machine's apt stays as it was. One third-party source without source packages must not
# stop us, so a failed update is not the end; a missing curl is.
fetch_source() {
  mkdir -p parts lists/partial cache/archives/partial
  write_source_lists parts
  local apt=(apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$PWD/parts" -o "Dir::State::lists=$PWD/lists"
    -o "Dir::Cache=$PWD/cache" -o APT::Sandbox::User=root -o Acquire::Retries=3)
  "${apt[@]}" update || say "some package sources have no source packages; going on"
  "${apt[@]}" source --only-source curl || { say "no source package of curl; is the network up?"; return 1; }
}

build() {
  cmake -G Ninja -S curl-*/ -B build -DCMAKE_INSTALL_PREFIX="$PWD/out" "${options[@]}"
  cmake --build build -j "$(nproc)"
  cmake --install build
}

# A missing -dev package makes curl's CMake leave a feature out in silence, and a new default may bring one in.
check() {
  local words
  words() { out/bin/curl-config "$1" | LC_ALL=C sort | paste -sd ' '; }
  [[ $(words --features) == "$features" ]] || { say "features are '$(words --features)', wanted '$features'"; return 1; }
  [[ $(words --protocols) == "$protocols" ]] || { say "protocols are '$(words --protocols)', wanted '$protocols'"; return 1; }
}

quietly() { "$@" > log 2>&1 || { cat log >&2; exit 1; }; }

mkdir -p "$(dirname "$prefix")"
exec 9> "$prefix.lock"
flock 9
key="$(debian_version) $(sha256sum < "$0" | cut -c 1-16)"
[[ $(cat "$stamp" 2>/dev/null) != "$key" ]] || exit 0

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
say "fetching the source package of curl"
quietly fetch_source
say "building $(basename "$(echo curl_*.dsc)" .dsc)"
quietly build
check
echo "$key" > out/stamp
rm -rf "$prefix"
cp -a out "$prefix"
