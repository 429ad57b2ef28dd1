#!/usr/bin/env bash
# Evidence with one changed byte is refused, and so is evidence of a compromised key, both by a
# program that has nothing of ours.
#
#   bash examples/league/forged_evidence.sh --url https://localhost:8443 \
#       --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/operator.token \
#       --anchors demo-data/anchors.json --folder demo-data
#
# It ends with a key of 阿巴嘎旗自然资源局 called compromised, which no other story needs. To repair it:
# `keys create 阿巴嘎旗自然资源局`, `trust publish`, and its certificates are issued anew. This story
# begins with the first two, so it can be told again.
#
# Needs curl, jq, openssl, and cargo or `--verifier PROGRAM` for `evidence_verifier.rs`.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "$0")/league.sh"

readonly ABAGA=阿巴嘎旗自然资源局
echo 一、签发，公积金调取
at_the_machine keys create $ABAGA >/dev/null
at_the_machine trust publish >/dev/null
credential abaga issuer $ABAGA
deed() {
    issue abaga $DEED "$(jq -nc --arg number "蒙（2026）阿巴嘎旗不动产权第$(printf %07d $RANDOM)号" '{
        certificate_number: $number, holder_name: "敖登", holder_code: "152502194501010024",
        right_holder: "敖登", co_ownership: "单独所有", location: "阿巴嘎旗示例街2号",
        unit_no: "152522001001GB00015F00010101", right_kind: "国有建设用地使用权/房屋所有权",
        right_nature: "划拨", usage: "住宅", use_term: "长期", issue_date: "2026-06-01",
        valid_to: "长期"}')" >"$work/identifier"
}
# The new key signs once the server has read the list that names it.
until_so "$ABAGA 的密钥" deed
withdrawal=$(item 住房公积金提取 住房公积金提取 购买住房提取)
withdrawal_name='住房公积金提取（购买住房提取）'
grant $FUND $DEED "$withdrawal" certificate_number,right_holder,location duty
credential fund system $FUND
case=GJJ-$RANDOM$RANDOM
purpose=$(duty "$withdrawal" "$withdrawal_name" $case wang.m $FUND)
post fund /api/v1/foreign-cases "$(jq -c --arg number $case --arg opened "$(date +%FT%T%:z)" \
    --argjson applicant "$(holder "$GRANDMOTHER" | jq '. + {name: "敖登"}')" '{$number, item, item_name,
        scenario: "购买住房提取", $applicant, $opened, operator}' <<<"$purpose")" >/dev/null
jq -nc --arg identifier "$(<"$work/identifier")" --argjson purpose "$purpose" \
    '{$identifier, $purpose}' >"$work/request"
query() {
    as fund "/api/v1/interfaces/$(code_of $DEED)/query" --header 'Content-Type: application/json' \
        --data-binary @"$work/request" >"$work/fetched"
}
query

# What a stranger's program says of answers, one a line, to the one request.
proves() {
    local list at=/.well-known/mianzheng lists=()
    for list in trust-list revocation-list; do
        # Before the first one there is no list of revocations.
        if (as fund "$at/$list") >"$work/$list" 2>"$work/why"; then lists+=("$work/$list"); fi
    done
    ${option[verifier]-cargo run --quiet --example evidence_verifier --} --request "$work/request" \
        "${option[anchors]?缺少 --anchors}" "${lists[@]}"
}
{ jq -c . "$work/fetched" | proves >"$work/says"; } || fail "$(<"$work/says")"
sed 's/^/  /' "$work/says" | cut -c -200

echo 二、改一个字节
jq -c '. as $answer | .certificates[0].evidence as $good | range(0; $good | length; 5) as $at
    | $good[$at:$at + 1] as $was | (if $was == "A" then "B" else "A" end) as $other
    | $answer | .certificates[0].evidence = $good[:$at] + $other + $good[$at + 1:]' \
    "$work/fetched" >"$work/changed"
if proves <"$work/changed" >"$work/says"; then fail 改过的证据被接受; fi
expect 被接受的 "$(grep -c ^proven "$work/says" || true)" 0
expect 回答数 "$(wc -l <"$work/says")" "$(wc -l <"$work/changed")"
tell "$(wc -l <"$work/changed") 处各改一个字节，全部不被接受"
# Nobody signed these either: a source that was not asked, and a certificate without its evidence.
jq -c '. as $answer | {name: "elsewhere", outcome: "found", at: "2026-01-01T00:00:00+08:00", age_s: 0,
        what: {zh: "", en: ""}, act: {zh: "", en: ""}, upstream: null} as $source
    | ($answer | .source = $source), ($answer | .source = ($source | .upstream =
        {address: "https://elsewhere.example", evidence_hash: "x"})),
    ($answer | .certificates[0].evidence = null), ($answer | .certificates[0].evidence = 1),
    ($answer | .certificates += [.certificates[0] | .evidence = null]),
    ($answer | .certificates[0].verdict = "expired"), ($answer | .more = true)' \
    "$work/fetched" >"$work/changed"
if proves <"$work/changed" >"$work/says"; then fail 伪造的答复被接受; fi
expect 被接受的 "$(grep -c ^proven "$work/says" || true)" 0
tell "$(wc -l <"$work/changed") 处伪造来源、证照或结论，全部不被接受"

echo 三、签发的密钥早已失密
evidence=$(jq -r '.certificates[0].evidence' "$work/fetched")
kid=$(header "$evidence" | jq -r '.kid | split("#") | last')
at_the_machine keys compromise "$kid" --since "$(date -d '1 hour ago' +%FT%T%:z)" | sed 's/^/  /'
if jq -c . "$work/fetched" | proves >"$work/says"; then fail 失密的密钥签的证据被接受; fi
tell "别人的程序：$(<"$work/says")"
# Another process said so; the service hears of it within seconds.
doubted() { query && [[ $(jq -r '.certificates[0].verdict' "$work/fetched") == undetermined ]]; }
until_so 服务也不再认可 doubted
tell "服务：$(jq -r '.certificates[0].verdict' "$work/fetched")"
tell "修复：keys create ${ABAGA}、trust publish，再重新签发"
