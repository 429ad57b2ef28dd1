#!/usr/bin/env bash
# The table of modes × evidence: for each of the five ways in which a use is authorised, each piece
# of evidence that is missing or wrong is refused with its own code; with all of it, it is served.
#
#   bash examples/league/evidence_table.sh --url https://localhost:8443 \
#       --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/operator.token \
#       --folder demo-data
#
# Needs curl, jq and openssl. So many refusals raise an alarm, which is as it should be.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "$0")/league.sh"

item_name=高龄津贴发放（新申请） other_name=高龄津贴发放（变更）
allowance=$(item gljt 高龄津贴发放 新申请) change_item=$(item gljt 高龄津贴发放 变更)
long=$(printf '因%.0s' {1..201})
credential police issuer "$POLICE"
credential hall system $HALL
phone grandmother "$GRANDMOTHER"
phone mother "$MOTHER"
household 敖登 "$GRANDMOTHER" 蒙户152502-000777 >/dev/null
household 其其格 "$MOTHER" 蒙户152502-000123 >/dev/null
code=$(code_of $HOUSEHOLD)
grant $HALL $HOUSEHOLD "$allowance" holder_name,birth_date,home_address \
    shown,online,in_person,delegated,duty

# Cases: hers, hers of another item, somebody else's, and one that was withdrawn.
open_case 敖登 "$GRANDMOTHER" "$allowance"
hers=$number
open_case 敖登 "$GRANDMOTHER" "$change_item"
other_item=$number
open_case 苏和 "$FATHER" "$allowance"
others=$number
open_case 敖登 "$GRANDMOTHER" "$allowance"
withdrawn=$number
post window "/api/v1/cases/$withdrawn/withdrawal" '{"reason": "开错"}' >/dev/null

# Her mandate for the one who comes in her place.
party() { holder "$2" | jq -c --arg name "$1" '. + {$name}'; }
mandate=$(post grandmother /api/v1/mandates "$(jq -nc --argjson principal "$(party 敖登 "$GRANDMOTHER")" \
    --argjson agent "$(party 其其格 "$MOTHER")" --arg until "$(date -d '30 days' +%F)" \
    '{kind: "agent", $principal, $agent, $until}')" | jq .id)
post mother "/api/v1/mandates/$mandate/confirmation" >/dev/null

# What each way states when all of it is there; consents are asked for when it is their turn.
duty=$(duty "$allowance" $item_name "$hers" "sun.l-$RANDOM" $HALL)
present() { # present NAME TYPE:CODE
    jq -nc --arg name "$1" --argjson holder "$(holder "$2")" '{$name, $holder, face_checked: true}'
}
stated=$(jq -c '{item, item_name, cause}' <<<"$duty")
declare -A whole=(
    [duty]=$duty
    [in_person]=$(jq -c --arg slip "现授〔2026〕$RANDOM$RANDOM" \
        --argjson present "$(present 敖登 "$GRANDMOTHER")" \
        'del(.case, .legal_basis) + {mode: "in_person", $slip, $present}' <<<"$duty")
    [delegated]=$(jq -c --argjson present "$(present 其其格 "$MOTHER")" --argjson mandate "$mandate" \
        'del(.legal_basis) + {mode: "delegated", $present, $mandate}' <<<"$duty")
)
# Asks somebody, by a code that she shows or by name; the number of the request is in $work/NAME.
ask_use() { # ask_use NAME MODE WHO TYPE:CODE [GIVE]
    local whom
    case $2 in
    shown) whom=$(post "$3" /api/v1/asking-codes | jq -c '{code: .text}') ;;
    online) whom=$(jq -nc --argjson holder "$(holder "$4")" '{$holder}') ;;
    esac
    post hall "/api/v1/interfaces/$code/requests" \
        "$(jq -c --argjson whom "$whom" --arg mode "$2" '$whom + {purpose: (. + {$mode})}' <<<"$stated")" \
        >"$work/asked"
    jq .consent "$work/asked" >"$work/$1"
    [[ -z ${5-} ]] || post "$3" "/api/v1/requests/$(jq -r .code "$work/asked")/answer" \
        "$(jq -nc --argjson give "$5" '{$give}')" >/dev/null
}
# A consent that is good, and those that are not: nobody answered, she refused, it is another's.
consents() { # consents MODE
    ask_use open "$1" grandmother "$GRANDMOTHER"
    ask_use refused "$1" grandmother "$GRANDMOTHER" false
    ask_use anothers "$1" mother "$MOTHER" true
    ask_use good "$1" grandmother "$GRANDMOTHER" true
    whole[$1]=$(jq -c --arg mode "$1" --argjson consent "$(<"$work/good")" '. + {$mode, $consent}' <<<"$stated")
}
echo 0 | tee "$work/open" "$work/refused" >"$work/anothers"

# Asks for her household register with the purpose of a way, changed.
her=$(holder "$GRANDMOTHER") mother=$(present 其其格 "$MOTHER")
query() { # query MODE [CHANGE]
    post hall "/api/v1/interfaces/$code/query" "$(jq -c --arg other "$other_item" \
        --arg others "$others" --arg withdrawn "$withdrawn" --arg item "$change_item" \
        --arg name "$other_name" --arg long "$long" --argjson mother "$mother" \
        --argjson open "$(<"$work/open")" --argjson refused "$(<"$work/refused")" \
        --argjson anothers "$(<"$work/anothers")" --argjson holder "$her" \
        "${2:-.} | {\$holder, purpose: .}" <<<"${whole[$1]}")"
}
line() { printf '  %-10s %-22s %s\n' "$1" "$2" "$3"; }
refusals=0
# Each line: what is missing or wrong, the code, and how the purpose is changed.
without() { # without MODE <LINES
    local what wanted change said
    while read -r what wanted change; do
        if said=$(query "$1" "$change" 2>&1 >/dev/null); then fail "$1：$what：没有被拒绝"; fi
        expect "$1：$what" "${said%% *}" "$wanted"
        line "$1" "$wanted" "$what"
        refusals=$((refusals + 1))
    done
}
# The changes are for jq: their dollars are not the shell's.
# shellcheck disable=SC2016
stated_lines='没写事由 bad_cause .cause = " "
事由超过200字 bad_cause .cause = $long
没写事项 unknown_item .item = ""
没有这个事项 unknown_item .item = "000131001000"
没写事项名称 item_differs .item_name = ""
事项名称对不上 item_differs .item_name = $name
这个事项没有授权 no_grant .item = $item | .item_name = $name'
operator_lines='没有经办人 operator_missing del(.operator)
经办人不全 operator_missing .operator.window = ""'
# shellcheck disable=SC2016
case_lines='没有办件 case_missing del(.case)
没有这个办件 unknown_case .case = "2026-17"
办件是别的事项 other_item .case = $other
别人的办件 not_of_case .case = $others
办件已撤销 case_closed .case = $withdrawn'
# shellcheck disable=SC2016
consent_lines='没有同意 consent_missing del(.consent)
没有这次同意 consent_missing .consent = 4711
本人还没答复 consent_open .consent = $open
本人不同意 consent_refused .consent = $refused
别人的同意 other_holder .consent = $anothers'
of_present='没有人到场 present_missing del(.present)
没有核对人脸 needs_match .present.face_checked = false'

echo 方式与证据：缺一样或错一样，各有各的代码
line 方式 代码 缺什么或错什么
without duty <<<"$stated_lines
$operator_lines
没有法律依据 basis_missing del(.legal_basis)
$case_lines"
without in_person <<<"$stated_lines
$operator_lines
没有授权单号 bad_slip del(.slip)
$of_present
别人的身份证 other_holder .present = \$mother"
without delegated <<<"$stated_lines
$operator_lines
$of_present
$case_lines
没有这份授权 no_mandate .mandate = 4711
没有授权也不是监护人 no_guardian del(.mandate)"
consents shown
without shown <<<"$stated_lines
$consent_lines"
consents online
without online <<<"$stated_lines
$consent_lines"

echo 样样都在，各取到一份
for mode in duty in_person delegated shown online; do
    query $mode >"$work/fetched"
    expect "$mode" "$(jq -r '.certificates[0].fields.holder_name' "$work/fetched")" 敖登
    line $mode 用证记录 "$(jq .use_record "$work/fetched")"
done
refused bad_slip hall "/api/v1/interfaces/$code/query" \
    "$(jq -c --argjson holder "$her" '{$holder, purpose: .}' <<<"${whole[in_person]}")"
tell "$refusals 处，全部被拒绝，代码都对"
