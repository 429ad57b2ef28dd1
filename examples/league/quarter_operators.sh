#!/usr/bin/env bash
# What two operators do before an integrator's quarter of an hour begins (quarter_of_an_hour.sh):
# the housing fund is granted three fields of 不动产权证书 for 住房公积金提取, its system gets a bearer
# token, and there is somebody whose certificate it can fetch.
#
#   bash examples/league/quarter_operators.sh --url https://localhost:8443 \
#       --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/operator.token \
#       --folder demo-data
#
# Needs curl, jq and openssl.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "$0")/league.sh"

grant $FUND $DEED "$(item 住房公积金提取 住房公积金提取 购买住房提取)" \
    certificate_number,right_holder,location duty
credential fund system $FUND
credential estate issuer $ESTATE
issue estate $DEED '{
    "certificate_number": "蒙（2026）锡林浩特市不动产权第0001303号", "holder_name": "其其格",
    "holder_code": "152502199206120020", "right_holder": "其其格", "co_ownership": "单独所有",
    "location": "锡林浩特市锡林大街示例小区5号楼1单元302", "unit_no": "152502001001GB00014F00050302",
    "right_kind": "国有建设用地使用权/房屋所有权", "right_nature": "出让/市场化商品房",
    "usage": "城镇住宅用地/住宅", "use_term": "至2085年5月31日止", "issue_date": "2026-07-01",
    "valid_to": "长期"}' >/dev/null
mkdir -p "$folder/league"
install -m 600 "$work/fund.token" "$folder/league/fund.token"
tell "交给公积金的工程师：${option[url]}、${option[cacert]}、$folder/league/fund.token"
