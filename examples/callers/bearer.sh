#!/usr/bin/env bash
# A system calls with a bearer token. The token never stands on a command line, where everybody
# on the machine could read it: curl takes the header from a pipe.
#
#   bash examples/callers/bearer.sh https://localhost:8443 demo-data/tls/ca.pem \
#       demo-data/tokens/system.token \
#       /api/v1/interfaces/11152500MY0000012D002/query examples/requests/query.json
#
# More options of curl may follow, such as the header Idempotency-Key. Prints the answer. Needs curl.
# Ends with 0 if it was no refusal.
set -euo pipefail
url=${1%/} cacert=$2 token_file=$3 target=$4 request=$5
shift 5

curl -sS --fail-with-body --cacert "$cacert" \
    -H @<(printf 'Authorization: Bearer %s\n' "$(<"$token_file")") \
    --json @"$request" "$@" "$url$target"
