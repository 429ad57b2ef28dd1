#!/usr/bin/env bash
# A certificate type that nobody has seen before, and the system its records live in: one file and
# one command, while the service runs. Its interface, schema, OpenAPI document and file template are
# there at once, and a holder's yes brings the first fields.
#
#   bash examples/league/unseen.sh --url https://localhost:8443 \
#       --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/operator.token \
#       --folder demo-data
#
# Needs curl, jq, openssl, and cargo or `--simulator PROGRAM`. The type stays, as types do; told
# again, the story loads the same one.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "$0")/league.sh"

type=骑乘搭档合格证 code=91152502MA0000001L998
echo 一、没有人见过的证照
if (as operator /api/v1/interfaces/$code) >/dev/null 2>"$work/why"; then
    tell 上次演示已经装入，再装一次也是它
else
    tell "$(head -n 1 "$work/why")"
fi

echo 二、一个文件，一条命令
# The published file, with the address of a department that runs here.
department "$here/riding.json" --key id_no
sed 's|^records = .*|records = "data.list"|' "$here/../sources/unseen.toml" >"$work/unseen.toml"
load_source "$work/unseen.toml" $type
until_so "数源 $source_name" serves_source "$source_name"

echo 三、接口、数据格式、OpenAPI、样表都有了
as operator /api/v1/interfaces/$code >"$work/contract"
jq -r '"  约定：\(.addresses.query)", "  字段：\([.fields[].label] | join("、"))"' "$work/contract"
as operator /api/v1/interfaces/$code/openapi.json |
    jq -r '"  OpenAPI \(.openapi)：\(.paths | length) 个地址"'
schema=$(as operator /api/v1/interfaces |
    jq -r --arg code $code '.interfaces[] | select(.code == $code).schema')
as operator "/${schema#https://*/}" | jq -r '"  数据格式：\(."$id" // .title)"'
as operator /api/v1/types/$code/template.xlsx >"$work/template.xlsx"
as operator /api/v1/types/$code/template.csv | head -n 1 | cut -c -60 | sed 's/^/  样表：/'
# An XLSX file is a ZIP archive.
expect 样表 "$(head -c 2 "$work/template.xlsx")" PK

echo 四、本人在手机上同意，综合一窗取到第一份
permit=$(item spjyxk 食品经营许可 新办)
grant $HALL $type "$permit" holder_name,gait online
credential hall system $HALL
phone batu "$BATU"
purpose=$(jq -nc --arg item "$permit" '{mode: "online", $item, item_name: "食品经营许可（新办）",
    cause: "试用新接入的证照"}')
post hall /api/v1/interfaces/$code/requests "$(jq -nc --argjson holder "$(holder "$BATU")" \
    --argjson purpose "$purpose" '{$holder, $purpose}')" >"$work/asked"
post batu "/api/v1/requests/$(jq -r .code "$work/asked")/answer" '{"give": true}' |
    jq -r '"  本人答复：\(.state)"'
post hall /api/v1/interfaces/$code/query "$(jq -nc --argjson holder "$(holder "$BATU")" \
    --argjson purpose "$purpose" --argjson consent "$(jq .consent "$work/asked")" \
    '{$holder, purpose: ($purpose + {$consent})}')" >"$work/fetched"
expect 步法 "$(jq -r '.certificates[0].fields.gait' "$work/fetched")" 01
jq -c '.certificates[].fields' "$work/fetched" | sed 's/^/  /'
