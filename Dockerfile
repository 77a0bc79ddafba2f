# One build stage, one final stage per process: `docker build --target web .`
#
#   build         all four executables, static and stripped, on musl
#   bare          what the scratch images share: a CA bundle, a numeric user, the port
#   web           pages for people
#   api           the JSON API, and `api migrate`
#   worker        background jobs
#   repo-puller   the sidecar that keeps a checkout in step with a Git ref; it needs git and ssh, so it stands on Alpine

FROM rust:1.95-alpine AS build
RUN apk add --no-cache make~=4
WORKDIR /suite
COPY . .
ARG SOURCE_COMMIT=unknown
# `--target` keeps the flag off build scripts, and gives the cache a folder per platform. `ar` by its path: an applet of
# that name in front of it cannot write. Fat instead of thin: a tenth smaller. The allocator is measured in
# shared/chassis/src/allocator.rs; pages of 64 KiB are the largest that an arm64 kernel has.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/suite/target \
    host="$(rustc --print host-tuple)" && export AR=/usr/bin/ar SQLX_OFFLINE=true CARGO_PROFILE_RELEASE_LTO=fat \
 && case "$host" in aarch64*) export JEMALLOC_SYS_WITH_LG_PAGE=16 ;; esac \
 && RUSTFLAGS="-C target-feature=+crt-static" cargo build --release --locked --target "$host" \
        --package web --package api --package worker --package repo-puller \
        --package chassis --features chassis/jemalloc \
 && for name in web api worker repo-puller; do \
        install -D -m 0555 "target/$host/release/$name" "/out/$name" || exit 1; \
    done

FROM scratch AS bare
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
USER 10001:10001
ENV PORT=8080
EXPOSE 8080
ARG SOURCE_COMMIT=unknown
ARG SOURCE_URL=https://example.org/dozen
ARG VERSION=0.1.0
LABEL org.opencontainers.image.source="$SOURCE_URL" \
      org.opencontainers.image.revision="$SOURCE_COMMIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.licenses="Apache-2.0"

FROM bare AS web
COPY --from=build /out/web /web
# What was freed goes back at once: at rest nothing else would give it back. Measured in shared/chassis/src/allocator.rs.
ENV _RJEM_MALLOC_CONF=dirty_decay_ms:0,muzzy_decay_ms:0
LABEL org.opencontainers.image.title="web"
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/web", "healthcheck"]
ENTRYPOINT ["/web"]

FROM bare AS api
COPY --from=build /out/api /api
LABEL org.opencontainers.image.title="api"
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/api", "healthcheck"]
ENTRYPOINT ["/api"]

FROM bare AS worker
COPY --from=build /out/worker /worker
LABEL org.opencontainers.image.title="worker"
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["/worker", "healthcheck"]
ENTRYPOINT ["/worker"]

FROM alpine:3.22 AS repo-puller
# What a pod of git-sync's expects of its image, so that this one takes its place: the user, with a name for ssh; a
# folder that the user's group can write to, whose owner a new volume takes over; a list of users that `--add-user` adds
# to; bash for its hooks; the name of the program; and no port but those it is told. 10001 is the suite's own user.
RUN apk add --no-cache bash~=5 git~=2 openssh-client-default~=10 \
 && addgroup -S -g 65533 git-sync && adduser -S -D -H -u 65533 -G git-sync -h /tmp git-sync \
 && addgroup -S -g 10001 dozen && adduser -S -D -H -u 10001 -G dozen -h /tmp dozen \
 && chmod 0666 /etc/passwd && ln -s /usr/local/bin/repo-puller /git-sync \
 && mkdir /git /repositories && chown 65533:65533 /git /repositories && chmod 2775 /git
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/repo-puller /usr/local/bin/
USER 65533:65533
ENV HOME=/tmp GITSYNC_ROOT=/git
WORKDIR /tmp
ARG SOURCE_COMMIT=unknown
ARG SOURCE_URL=https://example.org/dozen
ARG VERSION=0.1.0
LABEL org.opencontainers.image.source="$SOURCE_URL" \
      org.opencontainers.image.revision="$SOURCE_COMMIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.title="repo-puller"
ENTRYPOINT ["repo-puller"]
