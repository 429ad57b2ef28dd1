#!/usr/bin/env bash
# A system calls with its TLS client certificate. The server believes certificates of the roots
# that its settings name; whose it is was entered by its fingerprint:
#
#   mianzheng token create --role system --agency 锡林浩特市政务服务与数据管理局 \
#       --tls-fingerprint "$(openssl x509 -in client.pem -outform DER | openssl dgst -sha256 -r |
#           cut -d' ' -f1)"
#   bash examples/callers/tls.sh https://localhost:8443 demo-data/tls/ca.pem \
#       client.pem client.key \
#       /api/v1/interfaces/11152500MY0000012D002/query examples/requests/query.json
#
# More options of curl may follow, such as the header Idempotency-Key. Prints the answer. Needs curl.
# Ends with 0 if it was no refusal.
set -euo pipefail
url=${1%/} cacert=$2 certificate=$3 key=$4 target=$5 request=$6
shift 6

curl -sS --fail-with-body --cacert "$cacert" --cert "$certificate" --key "$key" \
    --json @"$request" "$@" "$url$target"
