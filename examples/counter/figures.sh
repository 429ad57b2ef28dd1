#!/usr/bin/env bash
# The other stories of this folder are played once more, what each window said is added up by
# hand, and the figures of the day must have grown by just that. Then why the rest was not waived,
# each reason with the act that repairs it.
#
#   bash examples/counter/figures.sh --url https://localhost:8443 \
#       --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/operator.token \
#       --anchors demo-data/anchors.json
#
# Needs what they need.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "$0")/counter.sh"

# Days of figures are those of Xilinhot.
today=$(TZ=Asia/Shanghai date +%F)
figures() { as operator "/api/v1/figures?from=$today&to=$(TZ=Asia/Shanghai date +%F)"; }

figures >"$work/before"
echo 一、四个故事各办一遍
options=()
for name in "${!option[@]}"; do options+=("--$name" "${option[$name]}"); done
for story in newborn grandmother restaurant troubles; do
    bash "${0%/*}/$story.sh" "${options[@]}" >>"$work/told"
done
cases=$(grep -c 办结： "$work/told")
waived=$(sed -nE 's/.*办结：免提交 ([0-9]+) 份/\1/p' "$work/told" | jq -s add)
tell "窗口自己数的：$cases 件，免提交 $waived 份"

echo 二、统计多出来的，应当正是这些
figures >"$work/after"
grown() { jq -n --arg of "$1" '$after[0][$of] - $before[0][$of]' \
    --slurpfile after "$work/after" --slurpfile before "$work/before"; }
expect 办件数 "$(grown cases)" "$cases"
expect 免提交数 "$(grown waived)" "$waived"
for table in by_day by_item by_department by_division by_type by_route; do
    expect "$table 之和" "$(jq "[.$table[].waived] | add" "$work/after")" \
        "$(jq .waived "$work/after")"
done
expect "reasons 之和" "$(jq '[.reasons[].count] | add' "$work/after")" "$(jq .on_paper "$work/after")"
jq -r '"  全天：\(.cases) 件，免提交 \(.waived) 份，收纸质 \(.on_paper) 份", "  \(.made_zh)"' "$work/after"

echo 三、为什么没免成
jq -r '.reasons[] | "  \(.count) 次  \(.reason)  \(.item_name)  \(.type_name // "")：\(.repair_zh)"' \
    "$work/after"
as operator "/api/v1/figures.csv?table=reasons&from=$today&to=$today" >"$work/reasons.csv"
tell "表格 $(wc -l <"$work/reasons.csv") 行"
