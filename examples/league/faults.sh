#!/usr/bin/env bash
# Everything that a department's own system can do wrong, one after the other, before a window that
# has somebody waiting: each fault has its worded result over the API, and each time the case goes on:
# its issuer is asked, or paper comes in, or a promise is signed.
#
#   bash examples/league/faults.sh --url https://localhost:8443 \
#       --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/operator.token \
#       --folder demo-data
#
# Needs curl, jq, openssl, and cargo or `--simulator PROGRAM`.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "$0")/league.sh"

echo 一、户籍系统开着，综合一窗有授权
department_over_tls households "$here/households.json"
load_source "$here/households.toml" $HOUSEHOLD
until_so "数源 $source_name" serves_source "$source_name"
abroad=$(item 异地就医备案 异地就医备案 异地安置退休人员备案)
abroad_name='异地就医备案（异地安置退休人员备案）'
grant $HALL $HOUSEHOLD "$abroad" holder_name,home_address duty
credential hall system $HALL
code=$(code_of $HOUSEHOLD)

# Every case is the same, and so are the places of its materials.
her=$(holder "$YANG") purpose=$(duty "$abroad" "$abroad_name" '' zhou.y $HALL)
opening=$(jq -nc --arg item "$abroad" --argjson holder "$her" '{items: [$item], name: "杨柳", $holder}')
open_hers() {
    post window /api/v1/cases "$opening" >"$work/case"
    number=$(jq -r .number "$work/case")
}
open_hers
register=$(place 居民户口簿（异地安置）) promise=$(place 个人承诺书) card=$(place 医保电子凭证)
act() { post window "/api/v1/cases/$number/decisions" "$1" >"$work/case"; }

# Asks for her household register in the open case; what came is in $work/fetched.
query() {
    post hall "/api/v1/interfaces/$code/query" "$(jq -nc --argjson holder "$her" \
        --argjson purpose "$purpose" --arg case "$number" \
        '{$holder, purpose: ($purpose + {$case})}')" >"$work/fetched"
}
order() { # order FAULT
    curl --silent --show-error --fail --request POST "$orders/fault?name=$1" >/dev/null
}

# One case: the fault, the words, and the three ways on, one after the other.
goes_on() { # goes_on FAULT WORD
    local cause
    open_hers
    order "$1"
    query
    order none
    cause=$(as operator /readyz | jq -r --arg source "$source_name" \
        '.sources[] | select(.source == $source).last_failure_cause')
    # The word is for the clerk, the cause for whoever mends it.
    jq -r --arg fault "$1" --arg cause "$cause" '"  \($fault)  \(.source.outcome)/\($cause)：\(.source.what.zh)",
        "    \(.source.act.zh)"' "$work/fetched"
    expect "$1" "$(jq -r '"\(.source.outcome) \(.certificates | length)"' "$work/fetched")" "$2 0"
    act "{\"materials\": [$register], \"decision\": \"check\", \"note\": \"系统查不到，请核\"}"
    act "{\"materials\": [$register, $card], \"decision\": \"paper\", \"reason\": \"source_down\"}"
    act "{\"materials\": [$promise], \"decision\": \"promise\", \"note\": \"本人承诺户籍如实\"}"
    post window "/api/v1/cases/$number/closing" >"$work/case"
    tell "  部门核验、收纸质、告知承诺都走得通，$(jq -r .number "$work/case") 办结"
}

echo 二、好的时候
query
jq -r '"  \(.source.outcome)：\(.source.what.zh)", (.certificates[].fields | "  \(.home_address)")' "$work/fetched"
expect 好的时候 "$(jq -r .source.outcome "$work/fetched")" found
post window "/api/v1/cases/$number/withdrawal" '{"reason": "演示"}' >/dev/null

echo 三、每一种毛病
while read -r fault word; do goes_on "$fault" "$word"; done <<'FAULTS'
late late
drip late
server_error down
hang_up down
cut_off down
duplicate several
wrong_person wrong_person
garbage malformed
twice_a_member malformed
deep malformed
no_http malformed
huge malformed
refused refused
refused_by_code refused
odd_code malformed
redirect refused
bad_record malformed
wrong_tls down
FAULTS
kill "$department"
# Nobody is there to take orders any more.
order() { :; }
goes_on gone down
