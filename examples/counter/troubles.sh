#!/usr/bin/env bash
# What goes wrong at a window, and how the case goes on: the applicant disputes what her
# certificate says; she refuses; somebody else's certificate is shown; an offline code is shown
# twice; a certificate that serves once has served.
#
#   bash examples/counter/troubles.sh --url https://localhost:8443 \
#       --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/operator.token
#
# Needs curl, jq and openssl.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "$0")/counter.sh"

credential police issuer "$POLICE"
credential hospital issuer "$HOSPITAL"
phone mother "$MOTHER"
phone father "$FATHER"
hers=$(household 其其格 "$MOTHER" 蒙户152502-000123)
his=$(household 苏和 "$FATHER" 蒙户152502-000124)
allowance=$(item gljt 高龄津贴发放 新申请)
shown=holder_name,birth_date,home_address
register=居民户口簿

# The rest of the case, on paper.
finish() {
    decide 申请人居民身份证 identify
    paper 社会保障卡（发放账户） preferred_paper
    close_case
}

echo 一、有异议：以本人的材料为准，向发证机关提出更正
open_case 其其格 "$MOTHER" "$allowance"
put "$(show mother "$hers" "$shown")"
decide $register dispute '{"note": "住址已经变更，户口簿上没有更新"}'
task=$(as police /api/v1/tasks | jq '[.tasks[] | select(.kind == "correction")][-1].id')
tell "公安的更正任务 $task"
finish
expect 异议不算免交 "$(jq .waived "$work/case")" 0
post police "/api/v1/tasks/$task/answer" '{"confirmed": true, "answer": "已更正住址"}' >/dev/null

echo 二、不同意
open_case 其其格 "$MOTHER" "$allowance"
post window "/api/v1/cases/$number/requests" \
    "$(jq -nc --argjson place "$(place $register)" '{person: 0, materials: [$place]}')" >"$work/asked"
request=/api/v1/requests/$(jq -r .code "$work/asked")
post mother "$request/answer" '{"give": false}' | jq -r '"  本人答复：\(.state)"'
refused wrong_step mother "$request/answer" '{"give": true}'
as window "/api/v1/cases/$number" >"$work/case"
refused wrong_step window "/api/v1/cases/$number/decisions" "$(decision $register waive)"
paper $register refused
finish

echo 三、不是本人的证照
open_case 其其格 "$MOTHER" "$allowance"
put "$(show father "$his" "$shown")"
expect 他人的户口簿 "$(outcome)" other_holder
expect 披露 "$(jq -c '.offered[0].served[0].fields' "$work/came")" '{}'
# A number alone opens nothing.
put "$hers"
expect 只有编号 "$(outcome)" bare
paper $register mismatch
finish

echo 四、离线码出示两次
open_case 其其格 "$MOTHER" "$allowance"
offline=$(post mother "/api/v1/cards/$hers/offline-codes" \
    "$(jq -nc --arg fields $shown '{fields: ($fields | split(",")), minutes: 15}')" | jq -r .text)
put "$offline"
expect 离线码 "$(outcome)" serves
# It was not made for this minute: face and card are compared before it waives.
refused needs_match window "/api/v1/cases/$number/decisions" "$(decision $register waive)"
decide $register waive '{"matched": true}'
finish
open_case 其其格 "$MOTHER" "$allowance"
put "$offline"
expect 离线码第二次 "$(jq -r .verdict "$work/came")" replayed
tell "核验结果：$(jq -r .verdict "$work/came")"
put "$(show mother "$hers" "$shown")"
decide $register waive
finish

echo 五、只能用一次的证照，第二次
newborn=A15$(printf %07d $((RANDOM * RANDOM % 10000000)))
born=$(date -d '3 days ago' +%F)
birth=$(birth_certificate "$newborn" "$born")
registration=$(item csdj '出生登记（户口登记）' 婚内出生登记)
shown=certificate_number,newborn_name,sex,birth_time,birth_place
shown+=,mother_name,mother_id_no,father_name,father_id_no
for outcome in serves used_up; do
    open_case 其其格 "$MOTHER" "$registration"
    person child 萨仁 "999:$newborn"
    put "$(show mother "$birth" $shown)"
    expect 出生医学证明 "$(outcome)" $outcome
    if [[ $outcome == serves ]]; then
        decide 出生医学证明 waive
    else
        paper 出生医学证明 used_up
    fi
    decide 父母居民身份证 identify
    for material in 父亲或母亲居民户口簿 父母结婚证; do paper $material preferred_paper; done
    close_case
done
