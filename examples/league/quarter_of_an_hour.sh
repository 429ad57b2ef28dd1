#!/usr/bin/env bash
# An integrator's quarter of an hour: the housing fund's system, from the contract page to its first
# fetched fields, with nothing but curl. What she was given, quarter_operators.sh made.
#
#   bash examples/league/quarter_of_an_hour.sh https://localhost:8443 demo-data/tls/ca.pem \
#       demo-data/league/fund.token
#
# Needs curl. What is picked out of answers for the eye is picked out by grep.
set -euo pipefail
url=${1%/} cacert=$2 token_file=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The token goes in through a file descriptor: on a command line everybody could read it.
call() { # call PATH [CURL-OPTION...]
    curl --silent --show-error --fail-with-body --cacert "$cacert" \
        --header @<(printf 'Authorization: Bearer %s' "$(<"$token_file")") "${@:2}" "$url$1"
}

# 不动产权证书, and 住房公积金提取（购买住房提取） at the fund's branch in Xilinhot.
type=11100000MB03271699001 item=12152502MY000315XA415208290100001
name='住房公积金提取（购买住房提取）'
operator='{"account": "wang.m", "name": "王敏", "organisation": "锡林郭勒盟住房公积金中心锡林浩特市管理部", "window": "3号窗口"}'

echo 一、约定：有哪些项，本单位可以用哪些，为了什么事项
call /api/v1/interfaces/$type >"$work/contract.json"
# The last list of grants in it is her own agency's.
sed 's/.*"grants":\[//; s/"until":.*//' "$work/contract.json" >"$work/grant"
grep -q "\"$item\"" "$work/grant"
grep -oE '"(item_name|label)":"[^"]*"|"modes":\[[^]]*\]' "$work/grant" | sed 's/^/  /'

echo 二、接口文档，可导入自己的工具
call /api/v1/interfaces/$type/openapi.json >"$work/openapi.json"
grep -oE '"/api/v1/interfaces/[^"]*"' "$work/openapi.json" | sort -u | sed 's/^/  /'

echo 三、登记自己的办件，之后才可依职责调取
number=GJJ-$(date +%Y)-$RANDOM$RANDOM
cat >"$work/case.json" <<JSON
{"number": "$number", "item": "$item", "item_name": "$name", "scenario": "购买住房提取",
 "applicant": {"name": "其其格", "type": "111", "code": "152502199206120020"},
 "opened": "$(date +%FT%T%:z)", "operator": $operator}
JSON
call /api/v1/foreign-cases --json @"$work/case.json" --header "Idempotency-Key: $number" >"$work/case"
id=$(grep -oE '"id":[0-9]+' "$work/case" | head -n 1)
echo "  $number，${id/\"id\":/编号 }"

echo 四、调取
cat >"$work/query.json" <<JSON
{"holder": {"type": "111", "code": "152502199206120020"},
 "purpose": {"mode": "duty", "item": "$item", "item_name": "$name", "case": "$number",
   "cause": "核对购房提取的申请材料", "operator": $operator,
   "legal_basis": "住房公积金管理条例 第二十四条"}}
JSON
call /api/v1/interfaces/$type/query --json @"$work/query.json" >"$work/answer.json"
grep -oE '"fields":\{[^}]*\}' "$work/answer.json" | sed 's/^/  /'
grep -q '"right_holder":"其其格"' "$work/answer.json"

echo 五、报告办件的结果
call "/api/v1/foreign-cases/${id#*:}/closing" --json '{"result": "done"}' \
    --header "Idempotency-Key: $number-end" | grep -oE '"standing":"[^"]*"' | sed 's/^/  /'
echo "从约定到第一次取到数据：$SECONDS 秒"
