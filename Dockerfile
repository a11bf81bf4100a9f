# The sidecar's image: the program, its plugin.yaml, certificates, and nothing else. No shell, no package manager, no root.
ARG BASE=docker.io/library/debian:bookworm-slim

FROM ${BASE} AS builder
WORKDIR /source
COPY .ci/setup.sh .ci/
RUN .ci/setup.sh build
COPY .ci/build-libcurl.sh .ci/
RUN .ci/build-libcurl.sh build/libcurl
COPY CMakeLists.txt ./
COPY src src
RUN cmake -S . -B build -G Ninja -DBUILD_TESTING=OFF && cmake --build build
COPY .ci/sbom.py .ci/
ARG SOURCE_DATE_EPOCH
RUN .ci/sbom.py build build/sbom.spdx.json ca-certificates

# Argo CD mounts over /tmp, plugins and /var/run/argocd; they exist so that a read-only root file system can take the mounts.
# World-writable with the sticky bit rather than owned by 999: builders disagree about owners that COPY --from keeps.
# The program reads the bundle of certificates; the hashed names are for whatever else the container runs.
COPY plugin/plugin.yaml plugin/
RUN install -D -m 0755 build/confighub-cmp /image/usr/local/bin/confighub-cmp \
 && install -D -m 0644 -t /image/etc/ssl/certs /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/????????.[0-9] \
 && install -D -m 0644 -t /image/usr/share/doc/confighub-cmp build/sbom.spdx.json \
 && install -D -m 0644 plugin/plugin.yaml /image/home/argocd/cmp-server/config/plugin.yaml \
 && install -d -m 0755 /image/var/run/argocd \
 && install -d -m 1777 /image/tmp /image/home/argocd/cmp-server/plugins

FROM scratch
LABEL org.opencontainers.image.title="confighub-cmp" \
      org.opencontainers.image.description="Argo CD plugin that prints approved ConfigHub configuration" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=builder /image/ /
# The uid of Argo CD's repo-server: the two share a socket, and only the same uid may connect to it.
# Without a group it would run in root's.
USER 999:999
ENTRYPOINT ["/usr/local/bin/confighub-cmp"]
