#!/usr/bin/env bash
# A newborn is registered. Her mother's phone shows the birth certificate, the household register
# and the marriage certificate in one code; of the marriage certificate the window learns only
# that it is of these two. The receipt is checked by a program that knows nothing but the roots.
#
#   bash examples/counter/newborn.sh --url https://localhost:8443 \
#       --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/operator.token
#
# Needs curl, jq and openssl.
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
register=$(household 其其格 "$MOTHER" 蒙户152502-000123)
marriage=$(issue civil 结婚证 '{
    "certificate_number": "J152502-2019-000123", "register_date": "2019-06-01",
    "man_name": "苏和", "man_id_no": "152522198804150036", "man_birth_date": "1988-04-15",
    "man_nationality": "中国", "woman_name": "其其格", "woman_id_no": "152502199206120020",
    "woman_birth_date": "1992-06-12", "woman_nationality": "中国", "issue_date": "2019-06-01"}')
tell "$birth"

echo 二、窗口开办
open_case 其其格 "$MOTHER" "$(item csdj '出生登记（户口登记）' 婚内出生登记)"
# The register knows the mother by the child's certificate, and so the father.
person child 萨仁 "999:$newborn"
person parent 苏和 "$FATHER"

echo 三、母亲出示一个码
shown=certificate_number,newborn_name,sex,birth_time,birth_place
shown+=,mother_name,mother_id_no,father_name,father_id_no
code=$(show mother "$birth" "$shown" \
    "$register" holder_name,holder_code,household_no,head_relation,home_address "$marriage" "")
put "$code"
expect 户口簿户号 "$(jq -r '.offered[].served[] | select(.fields.household_no).fields.household_no' "$work/came")" 152502000123
# Yes or no, and nothing of it is seen.
expect 结婚证披露 "$(jq -c '.offered[2].served[0].fields' "$work/came")" '{}'
for material in 出生医学证明 父亲或母亲居民户口簿 父母结婚证; do decide "$material" waive; done
refused waived_before window "/api/v1/cases/$number/decisions" "$(decision 父母结婚证 waive)"
decide 父母居民身份证 identify
close_case
expect 免提交份数 "$(jq .waived "$work/case")" 3

echo 四、同一份出生医学证明第二次
open_case 其其格 "$MOTHER" "$(item csdj '出生登记（户口登记）' 婚内出生登记)"
person child 萨仁 "999:$newborn"
put "$(show mother "$birth" "$shown")"
expect 第二次使用 "$(outcome)" used_up
