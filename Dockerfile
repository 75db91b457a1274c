# apkaudit in an image. `docker build -t apkaudit .` gives one with nothing but
# the binary; `docker build --target ci -t apkaudit:ci .` adds a shell, for
# runners that start a script in the image (GitLab, Jenkins).
FROM rust:1.95-bookworm AS build
WORKDIR /source
COPY Cargo.toml Cargo.lock build.rs ./
COPY checks checks
COPY schemas schemas
COPY src src
# Benches and examples are named in Cargo.toml and not built here.
COPY benches benches
COPY examples examples
RUN cargo rustc --release --locked --bin apkaudit -- -C target-feature=+crt-static \
    && install -D -s target/release/apkaudit /out/usr/bin/apkaudit \
    && mkdir /out/work

FROM busybox:1.36-glibc AS ci
COPY --from=build /out/ /
USER 65532:65532
WORKDIR /work

FROM scratch
COPY --from=build /out/ /
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/usr/bin/apkaudit"]
