#!/usr/bin/env bash
# A system calls with an app key and signs each request, so that no secret goes over the wire:
#
#   mianzheng token create --role system --agency 锡林浩特市政务服务与数据管理局 \
#       --hmac --out app-key.json
#   bash examples/callers/hmac.sh https://localhost:8443 demo-data/tls/ca.pem \
#       app-key.json \
#       /api/v1/interfaces/11152500MY0000012D002/query examples/requests/query.json
#
# More options of curl may follow, such as the header Idempotency-Key. Prints the answer. Needs curl,
# jq and openssl. Ends with 0 if it was no refusal.
set -euo pipefail
url=${1%/} cacert=$2 key_file=$3 target=$4 request=$5
shift 5
method=POST

sha256() { openssl dgst -sha256 -r | cut -d' ' -f1; }

# HMAC-SHA-256 (RFC 2104) of the standard input, in hexadecimal. `openssl dgst -hmac` would want
# the key on its command line, where everybody on the machine can read it; printf is the shell's.
hmac() { # hmac KEY, of at most 64 ASCII characters
    local key=$1 inner='' outer='' byte at
    for ((at = 0; at < 64; at++)); do
        printf -v byte %d "'${key:at:1}"
        ((at < ${#key})) || byte=0
        printf -v inner '%s\\x%02x' "$inner" $((byte ^ 0x36))
        printf -v outer '%s\\x%02x' "$outer" $((byte ^ 0x5c))
    done
    { printf %b "$outer" && { printf %b "$inner" && cat; } | openssl dgst -sha256 -binary; } | sha256
}

app_key=$(jq -r .app_key "$key_file")
secret=$(jq -r .secret "$key_file")
timestamp=$(date +%s)
nonce=$(openssl rand -hex 16)
body=$(sha256 <"$request")
# Six lines, and no line end behind the last.
signature=$(printf 'MIANZHENG-HMAC-SHA256-1\n%s\n%s\n%s\n%s\n%s' \
    "$method" "$target" "$timestamp" "$nonce" "$body" | hmac "$secret")

# --data-binary sends the very bytes that were signed.
curl -sS --fail-with-body --cacert "$cacert" -X "$method" \
    -H 'Content-Type: application/json' \
    -H "X-App-Key: $app_key" -H "X-Timestamp: $timestamp" -H "X-Nonce: $nonce" \
    -H "X-Content-SHA256: $body" -H "X-Signature: $signature" \
    --data-binary @"$request" "$@" "$url$target"
