#!/usr/bin/env bash
# A restaurant moves into rented rooms and asks for its food permit, both as one matter. It is
# there through its representative, his clerk and the clerk's agent; five cooks show their health
# certificates, one of which has run out; the new rooms are promised, and the contract is handed
# in on paper.
#
#   bash examples/counter/restaurant.sh --url https://localhost:8443 \
#       --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/operator.token
#
# Needs curl, jq and openssl.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "$0")/counter.sh"

credential market issuer "$MARKET"
credential cdc issuer "$CDC"
phone representative "$BATU"
phone clerk "$FATHER"
phone agent "$MOTHER"
name=锡林浩特市草原餐饮有限公司

echo 一、执照、健康证明
licence=$(issue market 营业执照 "$(jq -nc --arg name "$name" '{
    holder_name: $name, holder_code: "91152502MA0000001L", enterprise_type: "有限责任公司",
    legal_representative: "巴特尔", establish_date: "2016-06-16", business_term: "长期",
    domicile: "内蒙古自治区锡林郭勒盟锡林浩特市示例路1号", business_scope: "餐饮服务",
    issue_date: "2016-06-16"}')")
tell "$licence"
cooks=("$BATU" "$YANG" "$MOTHER" "$FATHER" "$GRANDMOTHER")
names=(巴特尔 杨敏 其其格 苏和 敖登)
certificates=()
for n in "${!cooks[@]}"; do
    days=30
    ((n < 4)) || days=400
    examined=$(date -d "$days days ago" +%F)
    certificates+=("$(issue cdc 食品从业人员健康证明 "$(jq -nc --arg name "${names[n]}" \
        --arg code "${cooks[n]#*:}" --arg number "锡市健〔${examined%%-*}〕9${examined//-/}$n号" \
        --arg examined "$examined" --arg unit "$CDC" '{
            holder_name: $name, holder_code: $code, certificate_number: $number,
            sex: (if $code[16:17] | tonumber % 2 == 1 then "男" else "女" end),
            trade_class: "餐饮服务", exam_date: $examined, exam_unit: $unit, exam_result: "合格",
            issue_date: $examined}')" '{"stock": true}')")
done

echo 二、法定代表人、经办人、代办人
party() { # party TYPE:CODE NAME
    holder "$1" | jq -c --arg name "$2" '. + {name: $name}'
}
mandate() { # mandate WHO KIND TYPE:CODE NAME [MORE]
    post "$1" /api/v1/mandates "$(jq -nc --arg kind "$2" \
        --argjson principal "$(party "$RESTAURANT" "$name")" --argjson agent "$(party "$3" "$4")" \
        --arg until "$(date -d '60 days' +%F)" --argjson more "${5:-$none}" \
        '{kind: $kind, principal: $principal, agent: $agent, until: $until} + $more')" | jq .id
}
permit=$(item spjyxk 食品经营许可 新办)
move=$(item qydjzc 企业登记注册 变更住所)
# The representative by two officers, the others by both sides on their phones.
first=$(mandate window representative "$BATU" 巴特尔 '{"basis": "营业执照、身份证、登记机关记录"}')
refused second_person window "/api/v1/mandates/$first/confirmation"
post second "/api/v1/mandates/$first/confirmation" >/dev/null
both=$(jq -nc '{items: $ARGS.positional}' --args "$permit" "$move")
second=$(mandate representative clerk "$FATHER" 苏和 "$both")
post clerk "/api/v1/mandates/$second/confirmation" >/dev/null
third=$(mandate clerk agent "$MOTHER" 其其格 "$both")
post agent "/api/v1/mandates/$third/confirmation" >/dev/null
tell "授权 $first → $second → $third"

echo 三、一次办两件事
open_case "$name" "$RESTAURANT" "$permit" "$move"
person agent 其其格 "$MOTHER"
expect 代办人凭授权 "$(jq -r '.people[-1].parts[0].proof' "$work/case")" mandate

echo 四、代办人在手机上替企业同意
post window "/api/v1/cases/$number/requests" \
    "$(jq -nc --argjson place "$(place 营业执照)" '{person: 0, materials: [$place]}')" >"$work/asked"
request=/api/v1/requests/$(jq -r .code "$work/asked")
phone cook1 "$YANG"
refused other_holder cook1 "$request/answer" '{"give": true}'
as agent "$request" |
    jq -r '.asked | "  \(.agency) 为 \(.items | join("、")) 调取 \(.materials[].fields | map(.label) | join("、"))"'
post agent "$request/answer" '{"give": true}' >/dev/null
as window "/api/v1/cases/$number" >"$work/case"
decide 营业执照 waive

echo 五、五名从业人员的健康证明
phones=(representative cook1 agent clerk cook4)
phone cook4 "$GRANDMOTHER"
health=从业人员健康证明
for n in "${!cooks[@]}"; do
    person staff "${names[n]}" "${cooks[n]}"
    # The register does not know who works where: a second officer looks at the labour contract.
    post second "/api/v1/cases/$number/people/$at/confirmation" >"$work/case"
done
for n in "${!cooks[@]}"; do
    put "$(show "${phones[n]}" "${certificates[n]}" holder_name,exam_date,exam_result,valid_to)"
done
expect 第五份 "$(outcome)" not_good
expect 可用的份数 "$(jq --argjson at "$(place $health)" \
    '.materials[$at] | "\(.uses | length)/\(.wanted)"' "$work/case")" '"4/5"'
# One is missing: the material as a whole is not waived, and nobody can close over it.
refused wrong_step window "/api/v1/cases/$number/decisions" "$(decision $health waive)"
refused materials_open window "/api/v1/cases/$number/closing"
paper $health expired

echo 六、租来的场所：承诺，合同收纸质
decide '住所（经营场所）申报承诺' promise '{"note": "所填住所属实，可供经营使用，愿接受事后核查"}'
paper '房屋租赁合同（场所为租赁的）' required
decide 食品安全管理制度目录 tolerate "{\"until\": \"$(date -d '20 days' +%F)\"}"
decide '法定代表人（负责人）居民身份证' identify
decide 法定代表人、董事、监事、股东居民身份证 identify
close_case
