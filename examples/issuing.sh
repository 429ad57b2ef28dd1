#!/usr/bin/env bash
# An office's own system issues: one certificate, then a sheet as the office exports it.
#
#   bash examples/issuing.sh --url https://localhost:8443 --cacert demo-data/tls/ca.pem \
#       --token-file demo-data/tokens/issuer.token --type 食品从业人员健康证明 --out demo-data \
#       examples/requests/issue.json examples/samples/健康证明-2026年10月.csv
#
# Needs curl, jq and openssl. `issuing_client.rs` does the same in Rust. Ends with 0 if every row
# is there, 2 if somebody must mend some, 1 if the service could not be asked or refused.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "$0")/service/service.sh"

of=${option[type]?缺少 --type} out=${option[out]?缺少 --out}
one=${1?缺少一张证照的 JSON 文件} sheet=${2?缺少批量文件}
case $sheet in
*.xlsx) media=application/vnd.openxmlformats-officedocument.spreadsheetml.sheet ;;
*) media=text/csv ;;
esac

# The name of a request that is to be done once, however often it is sent: the digest of what
# is asked. A system that keeps its requests would take its own number for each.
once() { openssl dgst -sha256 -r | cut -c 1-64; }

# One certificate.
ask /api/v1/certificates --header 'Content-Type: application/json' \
    --header "Idempotency-Key: $(once <"$one")" --data-binary "@$one" >"$work/issued"
jq -r '"\(.outcome)  \(.identifier)"' "$work/issued"

# A sheet. `task=correct` writes next versions of what differs; `dry_run=true` rehearses either.
# Its digest is announced, so that bytes that change on the way are refused rather than issued.
type=$(jq -rn --arg type "$of" '$type | @uri')
ask "/api/v1/batches?type=$type&task=issue" --header "Content-Type: $media" \
    --header "Content-Digest: sha-256=:$(openssl dgst -sha256 -binary "$sheet" | openssl base64 -A):" \
    --header "Idempotency-Key: $(cat <(echo "$of") "$sheet" | once)" \
    --data-binary "@$sheet" >"$work/sent"
batch=$(jq -r .batch "$work/sent")

# It is worked on while we ask how far it is.
while :; do
    ask "/api/v1/batches/$batch" >"$work/standing"
    jq -r '"\(.state)  \(.done)/\(.total)"' "$work/standing"
    case $(jq -r .state "$work/standing") in
    done) break ;;
    failed) fail "$(jq -r .problem "$work/standing")" ;;
    esac
    sleep 1
done
jq -r '.counts | "共 \(.rows) 行：已签发 \(.issued)，已存在 \(.same)，与登记不同 \(.differs)，有误 \(.refused)"' \
    "$work/standing"

# The result file names the certificate of every row. The error file is the sheet as it was
# sent, only the bad rows and a last column 错误原因: mended, it can be sent again.
ask "/api/v1/batches/$batch/results" >"$out/results.csv"
echo "$out/results.csv"
if jq -e '.counts.refused > 0' "$work/standing" >/dev/null; then
    ask "/api/v1/batches/$batch/errors" >"$out/errors.${sheet##*.}"
    echo "$out/errors.${sheet##*.}"
fi
jq -e '.counts | .issued + .same == .rows' "$work/standing" >/dev/null || exit 2
