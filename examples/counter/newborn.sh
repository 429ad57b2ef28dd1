#!/usr/bin/env bash
# A newborn is registered. Her mother opens the case on her phone, says yes once, and one code
# carries the birth certificate, the household register and the marriage certificate; of the last
# the window learns only that it is of these two. The receipt is verified by a program that has
# nothing of ours, which knows the pinned roots and the published lists.
#
#   bash examples/counter/newborn.sh --url https://localhost:8443 \
#       --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/operator.token \
#       --anchors demo-data/anchors.json
#
# Needs curl, jq, openssl, and cargo or `--verifier PROGRAM` for `receipt_verifier.rs`.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "$0")/counter.sh"

credential hospital issuer "$HOSPITAL"
credential police issuer "$POLICE"
credential civil issuer "$CIVIL"
phone mother "$MOTHER"

echo 一、医院、公安、民政签发
newborn=A15$(printf %07d $((RANDOM * RANDOM % 10000000)))
born=$(date -d '3 days ago' +%F)
birth=$(birth_certificate "$newborn" "$born")
household 其其格 "$MOTHER" 蒙户152502-000123 >/dev/null
issue civil 结婚证 '{
    "certificate_number": "J152502-2019-000123", "register_date": "2019-06-01",
    "man_name": "苏和", "man_id_no": "152522198804150036", "man_birth_date": "1988-04-15",
    "man_nationality": "中国", "woman_name": "其其格", "woman_id_no": "152502199206120020",
    "woman_birth_date": "1992-06-12", "woman_nationality": "中国",
    "issue_date": "2019-06-01"}' >/dev/null
tell "$birth"

echo 二、窗口开办
open_case 其其格 "$MOTHER" "$(item csdj '出生登记（户口登记）' 婚内出生登记)"
# The register knows the mother by the child's certificate, and so the father.
person child 萨仁 "999:$newborn"
person parent 苏和 "$FATHER"

echo 三、母亲在手机上看到要什么，同意一次，出示一个码
post mother /api/v1/requests "$(jq '{case: .scan}' "$work/case")" >"$work/asks"
jq -r '.asked | "  \(.agency) 为 \(.items | join("、"))，请在 \(.answer_by) 前答复：",
    (.materials[] | "    \(.type_name)：\(.fields | map(.label) | join("、"))")' "$work/asks"
expect 缺的证照 "$(jq -c .missing "$work/asks")" '[]'
put "$(post mother "/api/v1/requests/$(jq -r .code "$work/asks")/codes" | jq -r .text)"
seen() { # seen TYPE
    jq -c --arg type "$1" '.offered[] | select(.type_name == $type).served[].fields' "$work/came"
}
expect 户号 "$(seen 居民户口簿 | jq -r .household_no)" 152502000123
# Yes or no, and nothing of it is seen.
expect 结婚证披露 "$(seen 结婚证)" '{}'
for material in 出生医学证明 父亲或母亲居民户口簿 父母结婚证; do decide "$material" waive; done
refused waived_before window "/api/v1/cases/$number/decisions" "$(decision 父母结婚证 waive)"
decide 父母居民身份证 identify
close_case
expect 免提交份数 "$(jq .waived "$work/case")" 3

echo 四、别人写的程序验回执
verified "$work/receipt"
