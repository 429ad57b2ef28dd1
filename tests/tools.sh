#!/usr/bin/env bash
# Installs the Debian packages that building or testing needs and that are missing.
# As root it installs them; otherwise it prints the one command to run and stops.
set -euo pipefail

missing=()
need() { # need PACKAGE TEST-COMMAND...
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}
has() { command -v "$1" || [ -x "/usr/lib/postgresql/15/bin/$1" ]; }

for what in "$@"; do
    case "$what" in
    build)
        need build-essential has cc
        need perl has perl
        need pkg-config has pkg-config
        need libssl-dev test -e /usr/include/openssl/ssl.h
        ;;
    test)
        need postgresql-15 has initdb
        need postgresql-client-15 has psql
        need zbar-tools has zbarimg
        need poppler-utils has pdftotext
        need openssl has openssl
        need curl has curl
        need jq has jq
        need nodejs has node
        need npm has npm
        need chromium has chromium
        need fonts-noto-cjk test -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
        need fonts-noto-core test -e /usr/share/fonts/truetype/noto/NotoSans-Regular.ttf
        ;;
    esac
done

if ! command -v cargo >/dev/null 2>&1; then
    echo "cargo is missing: install Rust 1.95 or newer (https://rustup.rs) and run this again" >&2
    exit 1
fi
[ ${#missing[@]} -eq 0 ] && exit 0
install="apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -eq 0 ]; then
    echo "installing: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    bash -c "$install" >/dev/null
else
    echo "missing: ${missing[*]}. Run:  sudo sh -c '$install'" >&2
    exit 1
fi
