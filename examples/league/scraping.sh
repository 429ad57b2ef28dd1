#!/usr/bin/env bash
# Scraping is refused: somebody at a window walks a list of 500 identity numbers through the
# interface by duty, in a case of one of them. Not one record comes, nothing tells who has one,
# each try leaves a record of refusal, and an operator has an alarm with the list.
#
#   bash examples/league/scraping.sh --url https://localhost:8443 \
#       --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/operator.token \
#       --folder demo-data
#
# Needs curl, jq and openssl.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "$0")/league.sh"

# 500 numbers, made up, with the right check character each; two are of people whom the register has.
numbers() {
    jq -nr '[7,9,10,5,8,4,2,1,6,3,7,9,10,5,8,4,2] as $weights
        | range(498) | "15250219800\(101 + . % 28)\(. + 100)"[0:17] | (explode | to_entries |
            map((.value - 48) * $weights[.key]) | add % 11) as $rest | . + "10X98765432"[$rest:$rest + 1]'
    echo "${MOTHER#*:}"
    echo "${FATHER#*:}"
}

credential police issuer "$POLICE"
credential hall system $HALL
household 其其格 "$MOTHER" 蒙户152502-000123 >/dev/null
household 苏和 "$FATHER" 蒙户152502-000124 >/dev/null
allowance=$(item gljt 高龄津贴发放 新申请) account=li.j-$RANDOM
grant $HALL $HOUSEHOLD "$allowance" holder_name,birth_date,home_address duty
open_case 敖登 "$GRANDMOTHER" "$allowance"
purpose=$(duty "$allowance" '高龄津贴发放（新申请）' "$number" "$account" $HALL)

echo 一、一件办件，五百个证件号码
# One process and one connection, as who scrapes would do it.
mkdir "$work/asked" "$work/told"
query=${option[url]%/}/api/v1/interfaces/$(code_of $HOUSEHOLD)/query
numbers | sort -u >"$work/numbers"
while IFS= read -r id; do
    printf '{"holder": {"type": "111", "code": "%s"}, "purpose": %s}' "$id" "$purpose" >"$work/asked/$id"
    printf 'url = "%s"\njson = "@%s"\noutput = "%s"\nnext\n' "$query" "$work/asked/$id" "$work/told/$id"
done <"$work/numbers" | sed '$d' >"$work/list"
# What applies to each transfer stands in front of each.
each=$(printf 'cacert = "%s"\nheader = "Authorization: Bearer %s"\nretry = 5\nsilent\n' \
    "${option[cacert]}" "$(<"$work/hall.token")")
{ echo "$each"; while IFS= read -r line; do
    echo "$line"
    [[ $line != next ]] || echo "$each"
done <"$work/list"; } >"$work/config"
before=$(as operator /readyz | jq .ledger_seq)
curl --config "$work/config"
asked=$(wc -l <"$work/numbers")
expect 号码数 "$asked" 500
expect 取到的记录 "$(jq -s 'map(.certificates // [] | length) | add' "$work"/told/*)" 0
jq -s -r 'group_by(.code)[] | "  \(.[0].code)（\(.[0].title_zh)）：\(length) 次"' "$work"/told/*
expect 回答的种类 "$(jq -s -c 'map(del(.trace_id)) | unique | length' "$work"/told/*)" 1
tell 有没有这个人，从回答看不出来

echo 二、每次都有记录
after=$(as operator /readyz | jq .ledger_seq)
tell "账本多了 $((after - before)) 行"
((after - before >= 500)) || fail 有的拒绝没有记录

echo 三、管理员的告警
as operator /api/v1/alarms | jq '.alarms[-1]' >"$work/alarm"
jq -r '"  告警 \(.alarm)：\(.agency_name)，事项 \(.item)，\(.uses) 次"' "$work/alarm"
expect 告警里的次数 "$(jq .uses "$work/alarm")" 500
alarm=$(jq .alarm "$work/alarm")
as operator "/api/v1/alarms/$alarm" | jq -r '"  清单 \(.list | length) 行，如：",
    (.list[:3][] | "    \(.at[:19])  \(.event)  \(.reason)  办件 \(.case)")'
post operator "/api/v1/alarms/$alarm/settlement" '{"note": "已约谈经办人，停用其账号"}' >/dev/null
tell 已处置
