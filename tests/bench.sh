#!/usr/bin/env bash
# Runs the benchmarks: those without a register once, the others on SQLite and on a PostgreSQL of
# their own in a temporary folder.
# usage: tests/bench.sh BINARY [CERTIFICATES [REQUESTS]]
set -euo pipefail
binary=$1
count=${2:-100000}
requests=${3:-40000}

"$binary" bench verify
"$binary" bench items
echo
echo "SQLite"
"$binary" bench bulk --count "$count"
"$binary" bench http --count "$requests"
"$binary" bench cases
"$binary" bench query --certificates "$((count * 176 / 100))" --count "$((requests / 2))"
"$binary" bench memory --count "$count"

bin=/usr/lib/postgresql/15/bin
[ -x "$bin/initdb" ] || { echo "PostgreSQL 15 is missing: run make test once" >&2; exit 1; }
folder=$(mktemp -d)
as=()
if [ "$(id -u)" -eq 0 ]; then
    chown 65534:65534 "$folder"
    as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi
stop() {
    "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
cd "$folder"
"${as[@]}" "$bin/initdb" -D "$folder/data" -U bench -A trust -E UTF8 --locale=C >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
    -o "-c listen_addresses='' -c unix_socket_directories='$folder'" start >/dev/null
socket=${folder//\//%2F}
for name in bulk empty http cases query memory; do
    "${as[@]}" "$bin/createdb" -h "$folder" -U bench "$name"
done
cd - >/dev/null
at="postgres://bench@$socket"
echo
echo "PostgreSQL"
"$binary" bench bulk --count "$count" --database-url "$at/bulk" --empty-url "$at/empty"
"$binary" bench http --count "$requests" --database-url "$at/http"
"$binary" bench cases --database-url "$at/cases"
"$binary" bench query --certificates "$((count * 176 / 100))" --count "$((requests / 2))" \
    --database-url "$at/query"
"$binary" bench memory --count "$count" --database-url "$at/memory"
