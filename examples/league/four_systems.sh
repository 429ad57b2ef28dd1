#!/usr/bin/env bash
# Four of the league's systems fetch instead of asking people, and two of them are where records
# live: 综合一窗 (the window of the hall, bearer token), 公积金 (the housing fund, TLS client
# certificate), 不动产 (the real-estate registration, signed requests) and 医保 (medical insurance,
# bearer token). Each is a process of its own. Which four systems the league meant is not
# published; these four are our choice.
#
#   bash examples/league/four_systems.sh --url https://localhost:8443 \
#       --cacert demo-data/tls/ca.pem --token-file demo-data/tokens/operator.token \
#       --folder demo-data
#
# Needs curl, jq, openssl, and cargo or `--simulator PROGRAM` for `department_simulator.rs`;
# `--program` names the service's program.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "$0")/league.sh"

echo 一、两个部门的系统开着，各只让出示了 TLS 证书的人进来
department_over_tls real-estate "$here/real-estate.json" --key zjh
load_source "$here/real-estate.toml" $DEED
estate=$department estate_source=$source_name
department_over_tls medical "$here/medical.json"
load_source "$here/medical.toml" $INSURED
medical_source=$source_name
for name in "$estate_source" "$medical_source"; do until_so "数源 $name" serves_source "$name"; done

echo 二、两名管理员给四家授权，各只给事项要的那几项
withdrawal=$(item 住房公积金提取 住房公积金提取 购买住房提取)
transfer=$(item 基本医疗保险关系转移接续 基本医疗保险关系转移接续 转出)
mortgage=$(item 不动产统一登记 不动产统一登记 抵押权首次登记)
enrolment=$(item 基本医疗保险参保登记 基本医疗保险参保登记 城乡居民参保登记)
grant $FUND $DEED "$withdrawal" certificate_number,right_holder,location duty
grant $HALL $INSURED "$transfer" certificate_number,insured_kind,pay_months duty
grant $ESTATE $MARRIAGE "$mortgage" man_name,woman_name,register_date duty
grant $MEDICAL $HOUSEHOLD "$enrolment" holder_name,head_relation duty

echo 三、四家各有各的凭据，各是一个进程
credential hall system $HALL
credential medical system $MEDICAL
# The fund's TLS certificate by the authority that the service's settings name.
certificate fund "$folder/tls/ca.pem" "$folder/tls/ca.key"
post operator /api/v1/credentials "$(jq -nc --arg agency $FUND --arg print \
    "$(openssl x509 -in "$work/fund.pem" -outform DER | openssl dgst -sha256 -r | cut -d' ' -f1)" \
    '{role: "system", agency: $agency, label: "example", days: 1, tls_certificate: $print}')" >/dev/null
post operator /api/v1/credentials "$(jq -nc --arg agency $ESTATE \
    '{role: "system", agency: $agency, label: "example", days: 1, hmac: true}')" |
    jq '{app_key: .id, secret}' >"$work/estate.key"

# Starts a system; what it is asked goes into $to[NAME], what its clerk sees comes from $from[NAME].
declare -A to=() from=()
system() { # system NAME AGENCY PREFIX TYPE ITEM ITEM-NAME SCENARIO CLERK CALL...
    local name=$1 agency=$2 in out
    jq -n --arg url "${option[url]%/}" --arg cacert "${option[cacert]}" --arg prefix "$3" \
        --arg type "$(code_of "$4")" --arg item "$5" --arg name "$6" --arg scenario "$7" \
        --arg clerk "$8" --arg agency "$agency" '{$url, $cacert, $prefix, $type, $item,
            item_name: $name, $scenario, cause: "核对\($name)的申请材料",
            legal_basis: "优化营商环境条例 第三十七条", operator: {account: "\($prefix)-\($clerk)",
                name: $clerk, organisation: $agency, window: "3号窗口"}, call: $ARGS.positional}' \
        --args "${@:9}" >"$work/$name.json"
    mkfifo "$work/$name.in"
    exec {out}< <(exec bash "$here/system.sh" "$work/$name.json" <"$work/$name.in")
    running+=($!)
    exec {in}>"$work/$name.in"
    to[$name]=$in from[$name]=$out
    tell "$name：进程 $!，$agency，${9}"
}
system 综合一窗 $HALL ZHYC $INSURED "$transfer" '基本医疗保险关系转移接续（转出）' 转出 李静 \
    bearer "$work/hall.token"
system 公积金 $FUND GJJ $DEED "$withdrawal" '住房公积金提取（购买住房提取）' 购买住房提取 王敏 \
    tls "$work/fund.pem" "$work/fund.key"
system 不动产 $ESTATE BDC $MARRIAGE "$mortgage" '不动产统一登记（抵押权首次登记）' 抵押权首次登记 赵强 \
    hmac "$work/estate.key"
system 医保 $MEDICAL YB $HOUSEHOLD "$enrolment" '基本医疗保险参保登记（城乡居民参保登记）' \
    城乡居民参保登记 孙丽 bearer "$work/medical.token"

# Somebody applies at a system; what its clerk saw is in $work/seen, too.
applies() { # applies AT NAME TYPE:CODE
    local line
    : >"$work/seen"
    holder "$3" | jq -c --arg name "$2" '{$name} + .' >&"${to[$1]}"
    while IFS= read -r line <&"${from[$1]}" || fail "$1 的进程停了"; do
        [[ $line ]] || return 0
        echo "$line" >>"$work/seen"
        tell "$1｜$line"
    done
}
saw() { grep -qE "$1" "$work/seen" || fail "没有看到：$1"; }

credential police issuer "$POLICE"
credential civil issuer "$CIVIL"
household 其其格 "$MOTHER" 蒙户152502-000123 >/dev/null
issue civil $MARRIAGE '{
    "certificate_number": "J152502-2019-000123", "register_date": "2019-06-01",
    "man_name": "苏和", "man_id_no": "152522198804150036", "man_birth_date": "1988-04-15",
    "man_nationality": "中国", "woman_name": "其其格", "woman_id_no": "152502199206120020",
    "woman_birth_date": "1992-06-12", "woman_nationality": "中国",
    "issue_date": "2019-06-01"}' >/dev/null

echo 四、巴特尔提取公积金：不动产的系统说了算，公积金经一证一接口调取
applies 公积金 巴特尔 $BATU
saw 不动产权第0001201号
saw 有签发机关的签名

echo 五、苏和转出医保关系：综合一窗调取医保系统的参保记录
applies 综合一窗 苏和 $FATHER
saw 职工基本医疗保险
saw 只作转述

echo 六、苏和办抵押登记：不动产调取结婚证
applies 不动产 苏和 $FATHER
saw 2019-06-01

echo 七、其其格参加居民医保：医保调取户口簿
applies 医保 其其格 $MOTHER
saw 户主

echo 八、不动产的系统停了：回答照实说，已签发的证照还在，办件照办
kill "$estate"
applies 公积金 巴特尔 $BATU
saw 对方系统现在连不上
saw 不动产权第0001201号

echo 九、管理员看到的
as operator /readyz | jq -r '.sources[] | "  数源 \(.source)：最近答复 \(.last_success_at // "—")，最近失败 \(.last_failure // "—")（\(.last_failure_cause // "—")）"'
as operator /api/v1/grants | jq -r --args '.agencies[] | select(.agency_name | IN($ARGS.positional[]))
    | .agency_name as $agency | .grants[] |
    "  \($agency)：\(.item_name) → \(.type_name)（\([.fields[].label] | join("、"))）"' \
    $HALL $FUND $ESTATE $MEDICAL
as operator /api/v1/foreign-cases/report |
    jq -r '"  过期未办结的外部办件：\([.agencies[].unclosed] | add // 0) 件"'

echo 十、巴特尔在手机上看到的
phone batu "$BATU"
as batu /api/v1/uses | jq -r '.uses[:2][] |
    "  \(.at[:16])  \(.agency)  \(.type_name)：\(.labels | join("、"))（\(.why | join("、"))，办件 \(.case)）"'
