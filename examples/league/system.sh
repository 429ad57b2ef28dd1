#!/usr/bin/env bash
# One of the league's systems, as a process of its own: whoever applies there comes in by a line of
# standard input, {"name": …, "type": …, "code": …}; what the clerk sees goes out, and a blank line
# when she is done with it. The case is registered before anything is used by duty, and closed with its
# result.
#
#   bash examples/league/system.sh fund.json
#
# The settings say where the service is (url, cacert), how to call it (call: one of
# examples/callers with its proof), for which item and type, and who sits there (see
# four_systems.sh). Needs curl and jq, and openssl where requests are signed.
set -euo pipefail
shopt -s inherit_errexit
settings=$1 callers=${0%/*}/../callers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
of() { jq -r --arg of "$1" '.[$of]' "$settings"; }
url=$(of url) cacert=$(of cacert) type=$(of type)
mapfile -t proof < <(jq -r '.call[]' "$settings")

# Sends what comes in; the answer is in $work/answer.
send() { # send PATH [CURL-OPTION...]
    cat >"$work/request"
    bash "$callers/${proof[0]}.sh" "$url" "$cacert" "${proof[@]:1}" "$1" "$work/request" "${@:2}" \
        >"$work/answer" || { jq -r '"被拒绝：\(.code) \(.title_zh)"' "$work/answer" >&2; exit 1; }
}
once() { printf 'Idempotency-Key: %s' "$1"; }

# The names of fields, for the screen: anybody may read them.
curl -sS --fail --cacert "$cacert" "$url/api/v1/types/$type" |
    jq '[.columns[] | {(.key): .label}] | add' >"$work/labels"

while IFS= read -r applicant; do
    number=$(of prefix)-$(date +%Y)-$RANDOM$RANDOM
    jq -c --argjson applicant "$applicant" --arg number "$number" --arg opened "$(date +%FT%T%:z)" \
        '{$number, item, item_name, scenario, $applicant, $opened, operator}' "$settings" |
        send /api/v1/foreign-cases -H "$(once "$number")"
    id=$(jq .id "$work/answer")
    jq -r '"办件 \(.number)，申请人 \(.applicant)，已登记，\(.until[:10]) 前办结"' "$work/answer"

    jq -c --argjson applicant "$applicant" --arg number "$number" '{
        holder: ($applicant | {type, code}), purpose: ({mode: "duty", item, item_name,
            case: $number, cause, operator, legal_basis})}' "$settings" |
        send "/api/v1/interfaces/$type/query"
    jq -r --slurpfile labels "$work/labels" '
        (.source // empty | "问了 \(.name)：\(.what.zh)。\(.act.zh)"),
        (.message // empty | .zh),
        (.certificates[] |
            (if .evidence then "证照 \(.identifier)，\(.verdict)，有签发机关的签名"
                else "对方系统的记录，\(.verdict)，平台只作转述" end),
            (.fields | to_entries[] | "  \($labels[0][.key] // .key)：\(.value)")),
        "用证记录 \(.use_record)"' "$work/answer"

    echo '{"result": "done"}' |
        send "/api/v1/foreign-cases/$id/closing" -H "$(once "$number-end")"
    jq -r '"办结，结果 \(.result)"' "$work/answer"
    echo
done
