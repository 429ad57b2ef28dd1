# A window of the government-service hall with people before it: what the scripts of this folder
# share. They play the parts of officers, phones and issuers, each with a credential of its own,
# against a running service; `make demo` leaves one that knows the agencies and the items.
#
# The operator's token, which the options name, only makes those credentials.
# shellcheck shell=bash
. "$(dirname "$0")/../service/service.sh"

readonly HALL=锡林浩特市政务服务与数据管理局 DIVISION=152502
readonly HOSPITAL=锡林郭勒盟中心医院 POLICE=锡林浩特市公安局 CIVIL=锡林浩特市民政局
readonly CDC=锡林浩特市疾病预防控制中心 MARKET=锡林郭勒盟市场监督管理局
# All of them are made up.
readonly MOTHER=111:152502199206120020 FATHER=111:152522198804150036
readonly GRANDMOTHER=111:152502194501010024 BATU=111:152502199003070019
readonly YANG=111:152525198501010027 RESTAURANT=001:91152502MA0000001L

cp "${option[token-file]?缺少 --token-file}" "$work/operator.token"
none='{}'

tell() { printf '  %s\n' "$*"; }

# Asks as somebody.
as() { # as WHO PATH CURL-OPTION...
    local operator=${option[token-file]}
    option[token-file]=$work/$1.token
    shift
    ask "$@"
    option[token-file]=$operator
}

# Sends a document as somebody. What writes is done once, by its key, however often it is sent.
post() { # post WHO PATH [JSON [CURL-OPTION...]]
    printf %s "${3:-$none}" | as "$1" "$2" --header 'Content-Type: application/json' \
        --header "Idempotency-Key: $(openssl rand -hex 16)" --data-binary @- "${@:4}"
}

# What must be refused, and with which code; the words of the refusal are told.
refused() { # refused CODE WHO PATH [JSON]
    local code=$1 told
    shift
    if told=$(post "$@" 2>&1 >/dev/null); then fail "本应被拒绝：$code"; fi
    [[ ${told%% *} == "$code" ]] || fail "本应为 $code：$told"
    tell "被拒绝：$(head -n 1 <<<"$told")"
}

# Demands that a value is what it should be.
expect() { # expect WHAT VALUE WANTED
    [[ $2 == "$3" ]] || fail "$1：应为 $3，实为 $2"
}

# A holder code as requests name it.
holder() { # holder TYPE:CODE
    jq -nc --arg of "$1" '$of | split(":") | {type: .[0], code: .[1]}'
}

credential() { # credential WHO ROLE AGENCY
    post operator /api/v1/credentials "$(jq -nc --arg role "$2" --arg agency "$3" \
        '{role: $role, agency: $agency, label: "example", days: 1}')" |
        jq -r .token >"$work/$1.token"
}

# Somebody's phone.
phone() { # phone WHO TYPE:CODE
    post operator /api/v1/credentials "$(jq -nc --argjson holder "$(holder "$2")" \
        '{role: "holder", holder: $holder, label: "example", days: 1}')" |
        jq -r .token >"$work/$1.token"
}

# Issues a certificate, or finds the same one; prints its identifier.
issue() { # issue WHO TYPE FIELDS [MORE]
    post "$1" /api/v1/certificates "$(jq -nc --arg type "$2" --argjson fields "$3" \
        --argjson more "${4:-$none}" '{type: $type, fields: $fields} + $more')" |
        jq -r .identifier
}

# Somebody's household register.
household() { # household NAME TYPE:CODE NUMBER
    issue police 居民户口簿 "$(jq -nc --arg name "$1" --arg code "${2#*:}" --arg number "$3" '{
        holder_name: $name, holder_code: $code, certificate_number: $number,
        household_kind: "家庭户", head_name: $name, household_no: "152502000123",
        head_relation: "户主", home_address: "锡林浩特市额尔敦路1号", ethnic_group: "蒙古族",
        sex: (if $code[16:17] | tonumber % 2 == 1 then "男" else "女" end),
        birth_date: "\($code[6:10])-\($code[10:12])-\($code[12:14])", issue_date: "2020-05-06"}')"
}

# A newborn's certificate, with both parents.
birth_certificate() { # birth_certificate NUMBER DAY
    issue hospital 出生医学证明 "$(jq -nc --arg number "$1" --arg born "$2" '{
        certificate_number: $number, newborn_name: "萨仁", sex: "女",
        birth_time: "\($born)T08:30", birth_place: "内蒙古自治区锡林浩特市",
        birth_facility: "锡林郭勒盟中心医院", gestation_weeks: "39", birth_weight_g: "3280",
        mother_name: "其其格", mother_id_no: "152502199206120020", father_name: "苏和",
        father_id_no: "152522198804150036", issue_date: $born}')"
}

# Finds an item of the city by name or initials, and its scenario; prints its code.
item() { # item WORDS NAME SCENARIO
    as operator "/api/v1/items?division=$DIVISION&q=$(jq -rn --arg q "$1" '$q | @uri')" |
        jq -r --arg name "$2" --arg scenario "$3" --arg division "$DIVISION" '
            first(.found[] | select(.name == $name) | .scenarios[]
                | select(.scenario == $scenario) | .items[]
                | select(.division == $division) | .item) // error("没有找到 \($name)（\($scenario)）")'
}

# Opens a case for one or several items; what it says is in $work/case, its number in $number.
open_case() { # open_case NAME TYPE:CODE ITEM...
    local name=$1 code=$2
    shift 2
    post window /api/v1/cases "$(jq -nc --arg name "$name" --argjson holder "$(holder "$code")" \
        '{items: $ARGS.positional, name: $name, holder: $holder}' --args "$@")" >"$work/case"
    number=$(jq -r .number "$work/case")
    tell "开办 $number：$(jq -r '[.items[].name] | join("、")' "$work/case")"
}

# Names somebody whom the case concerns; her place is in $at.
person() { # person ROLE NAME TYPE:CODE
    post window "/api/v1/cases/$number/people" "$(jq -nc --arg role "$1" --arg name "$2" \
        --argjson holder "$(holder "$3")" '{role: $role, name: $name, holder: $holder}')" \
        >"$work/case"
    at=$(jq --arg role "$1" --arg last4 "${3: -4}" '[.people[] | .code_last4 == $last4
        and any(.parts[]; .role == $role)] | index(true)' "$work/case")
    tell "相关人 $(jq -r --argjson at "$at" '.people[$at] |
        "\(.name_masked)：\([.parts[] | "\(.role)（\(.proof)）"] | join("、"))"' "$work/case")"
}

# The place of a material in the case.
place() { # place NAME
    jq -e --arg name "$1" '.materials | map(.name) | index($name) // halt_error' "$work/case"
}

# How a material stands.
state() { # state NAME
    jq -r --arg name "$1" '.materials[] | select(.name == $name).state' "$work/case"
}

# Somebody shows certificates in one live code; prints its text.
show() { # show WHO [IDENTIFIER FIELD,...]...
    local who=$1
    shift
    post "$who" /api/v1/shows "$(jq -nc '{choices: [$ARGS.positional | _nwise(2)
        | {identifier: .[0], fields: (.[1] | split(",") | map(select(. != "")))}]}' --args "$@")" |
        jq -r .text
}

# Puts a code before the case; what came of it is in $work/came.
put() { # put CODE
    post window "/api/v1/cases/$number/codes" "$(jq -nc --arg code "$1" '{code: $code}')" \
        >"$work/came"
    jq .case "$work/came" >"$work/case"
    jq -r '.offered[] | .type_name as $type | .served[] | "  \($type)：\(.told_zh)"' "$work/came"
}

# What became of the first certificate that was put before the case.
outcome() { jq -r '.offered[0].served[0].outcome // .verdict' "$work/came"; }

# Decides about a material.
decide() { # decide NAME DECISION [MORE]
    post window "/api/v1/cases/$number/decisions" "$(decision "$@")" >"$work/case"
    tell "$1：$(state "$1")"
}

decision() { # decision NAME DECISION [MORE]
    jq -nc --argjson place "$(place "$1")" --arg decision "$2" --argjson more "${3:-$none}" \
        '{materials: [$place], decision: $decision} + $more'
}

paper() { # paper NAME REASON
    decide "$1" paper "$(jq -nc --arg reason "$2" '{reason: $reason}')"
}

# Closes the case; its signed receipt is in $work/receipt.
close_case() {
    post window "/api/v1/cases/$number/closing" >"$work/case"
    as window "/api/v1/cases/$number/receipts" | jq -r '.receipts[-1].signed' >"$work/receipt"
    tell "办结：免提交 $(jq -r .waived "$work/case") 份"
}

# What a stranger's program says of receipts: one a line goes in, a verdict a line comes out. It
# has the pinned roots and the lists that anybody can fetch.
stranger() {
    local list at=/.well-known/mianzheng
    for list in trust-list revocation-list; do as window "$at/$list" >"$work/$list"; done
    ${option[verifier]-cargo run --quiet --example receipt_verifier --} \
        "${option[anchors]?缺少 --anchors}" "$work/trust-list" "$work/revocation-list"
}

# Demands that a receipt is good, and tells it.
verified() { # verified FILE
    local says
    says=$(stranger <"$1") || fail "回执：$says"
    tell "${says%%  {*}"
}

credential window window "$HALL"
credential second window "$HALL"
