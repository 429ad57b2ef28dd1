#!/usr/bin/env bash
# The grandmother: there is no phone in the room. She authorises with her identity card, the
# officer's look at her face, and a slip that she signs; the rest she brought on paper. Before she
# goes she reads, printed, who has used her certificates.
#
#   bash examples/counter/grandmother.sh --url https://localhost:8443 \
#       --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/operator.token
#
# Needs curl, jq, openssl and poppler-utils.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "$0")/counter.sh"

credential police issuer "$POLICE"
register=$(household 敖登 "$GRANDMOTHER" 蒙户152502-000777)

echo 一、窗口开办，屋里没有手机
open_case 敖登 "$GRANDMOTHER" "$(item gljt 高龄津贴发放 新申请)"

# What the officer did and read: the card in the reader, the face, the number on the slip.
slip() { # slip SLIP [MORE]
    jq -nc --argjson place "$(place 居民户口簿)" --argjson holder "$(holder "$GRANDMOTHER")" \
        --arg slip "$1" --argjson more "${2:-$none}" '{person: 0, materials: [$place], slip: $slip,
            name: "敖登", holder: $holder, card_was_read: true, face_checked: true} + $more'
}
signed=现授〔2026〕$RANDOM$RANDOM
echo 二、当面授权
refused bad_slip window "/api/v1/cases/$number/slips" "$(slip ' ')"
refused needs_match window "/api/v1/cases/$number/slips" "$(slip "$signed" '{"face_checked": false}')"
refused bad_slip window "/api/v1/cases/$number/slips" "$(slip "$signed" '{"name": "敖敦"}')"
post window "/api/v1/cases/$number/slips" "$(slip "$signed")" >"$work/case"
expect 户口簿 "$(state 居民户口簿)" verified
decide 居民户口簿 waive
decide 申请人居民身份证 identify
paper 社会保障卡（发放账户） not_found
close_case

echo 三、同一张授权单不能再用
open_case 敖登 "$GRANDMOTHER" "$(item gljt 高龄津贴发放 新申请)"
refused bad_slip window "/api/v1/cases/$number/slips" "$(slip "$signed")"

echo 四、打印她的使用记录
herself=$(jq -nc --argjson holder "$(holder "$GRANDMOTHER")" '{holder: $holder, face_checked: true}')
post window /api/v1/uses/lookups "$herself" >"$work/uses"
jq -r '.uses[] | "  \(.at)  \(.agency)  \(.type_name // "")  \(.outcome // .event)"' "$work/uses"
expect 使用记录 "$(jq --arg of "$register" \
    'any(.uses[]; .identifier == $of and .event == "used")' "$work/uses")" true
post window /api/v1/uses/lookups "$herself" --header 'Accept: application/pdf' >"$work/uses.pdf"
pdftotext -layout "$work/uses.pdf" "$work/printed"
for words in 用证记录 居民户口簿 "$HALL"; do
    grep -q "$words" "$work/printed" || fail "打印件上没有 $words"
done
tell "打印件 $(pdfinfo "$work/uses.pdf" 2>/dev/null | sed -n 's/^Pages: *//p') 页"
