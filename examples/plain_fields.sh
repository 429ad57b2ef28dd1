#!/usr/bin/env bash
# The fields that another department's system needs, by nothing but JSON: whoever trusts the
# service and its TLS certificate takes `fields` and is done. Who wants proof keeps the whole answer
# and its request: `evidence_verifier.rs` proves them at any time, `fetching.sh` at once.
#
#   bash examples/plain_fields.sh --url https://localhost:8443 --cacert demo-data/tls/ca.pem \
#       --token-file demo-data/tokens/system.token --type 11152500MY0000012D002 \
#       examples/requests/query.json
#
# Needs curl and jq. Ends with 0 if there is a valid certificate for every request, 2 if not, 1 if
# it could not be asked.
set -euo pipefail
shopt -s inherit_errexit
needs=''
. "$(dirname "$0")/service/service.sh"

type=${option[type]?缺少 --type}
ending=0
for request in "$@"; do
    answer=$(ask "/api/v1/interfaces/$type/query" \
        --header 'Content-Type: application/json' --data-binary "@$request")
    jq -r '(.message // empty | .zh), (.certificates[] |
        "\(.identifier // .verdict)  \(.verdict)", (.fields | to_entries[] | "  \(.key): \(.value)"))' \
        <<<"$answer"
    jq -e '.certificates | any(.verdict == "valid")' <<<"$answer" >/dev/null || ending=2
done
exit $ending
