#!/usr/bin/env bash
# Receipts that are not what they seem. Every byte of a receipt, changed, is refused; so is one
# that was voided; the code on its paper proves as much as the receipt; and when the key that
# signed it is called compromised since before, it is not accepted any more.
#
#   bash examples/counter/forged.sh --url https://localhost:8443 \
#       --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/operator.token \
#       --anchors demo-data/anchors.json --folder demo-data
#
# It ends with a key called compromised: afterwards this office signs no receipts until
# `keys rotate receipt`, `trust publish` and a restart. Needs curl, jq, openssl, poppler-utils,
# zbar-tools, and cargo or `--verifier PROGRAM`; `--program` names the service's program.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "$0")/counter.sh"

folder=${option[folder]?缺少 --folder} program=${option[program]-target/release/mianzheng}

# What the service says of a receipt.
says() { # says FILE
    post window /api/v1/receipts/verify "$(jq -Rc '{receipt: .}' "$1")" >"$work/verdict"
    jq -r .verdict "$work/verdict"
}

echo 一、办结一件，收好回执
open_case 敖登 "$GRANDMOTHER" "$(item gljt 高龄津贴发放 新申请)"
for material in 居民户口簿 社会保障卡（发放账户）; do paper $material no_phone; done
decide 申请人居民身份证 identify
close_case
expect 服务 "$(says "$work/receipt")" valid
verified "$work/receipt"

echo 二、改一个字节
receipt=$(<"$work/receipt")
for ((n = 0; n < ${#receipt}; n++)); do
    other=A
    [[ ${receipt:n:1} != A ]] || other=B
    printf '%s\n' "${receipt:0:n}$other${receipt:n+1}"
done >"$work/changed"
if stranger <"$work/changed" >"$work/said"; then fail 改过的回执被接受; fi
expect 被接受的 "$(grep -c ^valid "$work/said" || true)" 0
tell "${#receipt} 处各改一个字节，全部不被接受"
sed -n "$((${#receipt} / 2))p" "$work/changed" >"$work/one"
expect 服务 "$(says "$work/one")" tampered

echo 三、纸上的码
as window "/api/v1/cases/$number/receipts/1" --header 'Accept: application/pdf' >"$work/receipt.pdf"
pdftotext "$work/receipt.pdf" - | grep -q "$number" || fail 纸上没有办件编号
pdftoppm -r 300 -png "$work/receipt.pdf" "$work/page"
# One page has the code; zbarimg complains of the others.
zbarimg --quiet --nodbus --raw -Sdisable -Sqrcode.enable "$work"/page*.png >"$work/code" || [[ -s $work/code ]]
verified "$work/code"

echo 四、作废重开
post window "/api/v1/cases/$number/receipts/voiding" '{"reason": "原因选错"}' >"$work/case"
expect 服务 "$(says "$work/receipt")" revoked
paper 居民户口簿 preferred_paper
close_case
as window "/api/v1/cases/$number/receipts" | jq -r '.receipts[0].signed' >"$work/first"
expect 第一张 "$(says "$work/first")" superseded
expect 第二张 "$(says "$work/receipt")" valid

echo 五、签回执的密钥早已失密
verified "$work/receipt"
kid=$(header "$receipt" | jq -r '.kid | split("#") | last')
"$program" --folder "$folder" keys compromise "$kid" --since "$(date -d '1 hour ago' +%FT%T%:z)"
if stranger <"$work/receipt" >"$work/said"; then fail 失密的密钥签的回执被接受; fi
tell "别人的程序：$(<"$work/said")"
# Another process said so; the service hears of it within a minute.
for ((n = 0; n < 90; n++)); do
    [[ $(says "$work/receipt") == valid ]] || break
    sleep 1
done
expect 服务 "$(jq -r .verdict "$work/verdict")" undetermined
tell 服务也不再接受
