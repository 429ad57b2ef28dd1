# What the scripts of this folder share, beside what the counter's do: grants by two operators,
# departments' own systems as processes, sources that a running server takes up.
# shellcheck shell=bash
# Not every script uses every name.
# shellcheck disable=SC2034
. "$(dirname "$0")/../counter/counter.sh"

folder=${option[folder]?缺少 --folder} program=${option[program]-target/release/mianzheng}
simulator=${option[simulator]-cargo run --quiet --example department_simulator --}
here=$(dirname "$0")
# Other agencies of the league; all of them stand in the catalogue.
readonly FUND=锡林郭勒盟住房公积金中心锡林浩特市管理部
readonly ESTATE=锡林浩特市自然资源局 MEDICAL=锡林浩特市医疗保障局
# What the people of a story hold.
readonly DEED=不动产权证书 INSURED=基本医疗保险参保凭证 MARRIAGE=结婚证 HOUSEHOLD=居民户口簿

# Two people: what lets an agency see more is proposed by the one and confirmed by the other.
cp "$folder/tokens/second-operator.token" "$work/second-operator.token"

# Processes that end with us, and types whose sources do.
running=() sources=()
clean_up() {
    local type
    for type in "${sources[@]}"; do at_the_machine source remove "$type" >/dev/null || true; done
    if ((${#running[@]})); then kill "${running[@]}" 2>/dev/null || true; fi
    rm -rf "$work"
}
trap clean_up EXIT

# What an operator does at the machine.
at_the_machine() { "$program" --folder "$folder" "$@"; }

# Waits until something is so: the server looks for news every five seconds.
until_so() { # until_so WHAT COMMAND...
    local n what=$1
    shift
    for ((n = 0; n < 300; n++)); do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    fail "等不到：$what"
}

# Gives an agency a grant.
grant() { # grant AGENCY TYPE ITEM FIELD,... MODE,...
    local waits
    waits=$(post operator /api/v1/grants "$(jq -nc --arg agency "$1" --arg type "$2" \
        --arg item "$3" --arg fields "$4" --arg modes "$5" \
        --arg until "$(date -d '30 days' +%FT00:00:00%:z)" '{agency: $agency, type: $type,
            item: $item, fields: ($fields | split(",")), modes: ($modes | split(",")),
            quota_per_day: 1000, until: $until}')" | jq -r '.proposal // empty')
    if [[ $waits ]]; then
        post second-operator "/api/v1/grants/proposals/$waits/confirmation" >/dev/null
    fi
    tell "授权 $1：$2（${4//,/、}）"
}

# The code of a type.
code_of() { # code_of NAME
    as operator /api/v1/interfaces |
        jq -r --arg name "$1" '.interfaces[] | select(.name == $name).code'
}

# A TLS authority, and certificates by it; what is not for servers is for clients.
authority() { # authority NAME
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 2 \
        -subj "/CN=$1 authority" -keyout "$work/$1-ca.key" -out "$work/$1-ca.pem" 2>"$work/openssl" ||
        fail "$(<"$work/openssl")"
}
certificate() { # certificate NAME CA-CERTIFICATE CA-KEY
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj "/CN=$1" \
        -keyout "$work/$1.key" -out "$work/$1.csr" 2>"$work/openssl" || fail "$(<"$work/openssl")"
    openssl x509 -req -in "$work/$1.csr" -CA "$2" -CAkey "$3" -days 2 -out "$work/$1.pem" \
        -extfile <(echo 'subjectAltName=DNS:localhost') 2>"$work/openssl" ||
        fail "$(<"$work/openssl")"
}

# Starts a department's own system; $questions is where it answers, $orders where it is told to
# misbehave, $department its process.
department() { # department RECORDS [OPTION...]
    local told
    # The simulator may be several words: a program, or cargo and what it runs.
    # shellcheck disable=SC2086
    exec {told}< <(exec $simulator --records "$@")
    department=$!
    running+=("$department")
    if ! read -r _ questions <&"$told" || ! read -r _ orders <&"$told"; then
        fail "部门系统没有启动：$simulator"
    fi
    questions=${questions/127.0.0.1/localhost}
}

# The same over TLS, for us alone: what we need to come in is put into the office's folder.
department_over_tls() { # department_over_tls NAME RECORDS [OPTION...]
    local name=$1
    shift
    authority "$name"
    certificate "$name-server" "$work/$name-ca.pem" "$work/$name-ca.key"
    certificate "$name-client" "$work/$name-ca.pem" "$work/$name-ca.key"
    mkdir -p "$folder/sources/$name"
    cp "$work/$name-ca.pem" "$folder/sources/$name/ca.pem"
    cp "$work/$name-client.pem" "$folder/sources/$name/client.pem"
    cp "$work/$name-client.key" "$folder/sources/$name/client.key"
    department "$@" --tls-chain "$work/$name-server.pem" --tls-key "$work/$name-server.key" \
        --client-ca "$work/$name-ca.pem"
}

# Loads the source of a type that asks at $questions, under a name of this run.
load_source() { # load_source FILE TYPE
    local name
    name=$(sed -n 's/^name = "\([a-z-]*\)"$/\1/p' "$1" | head -n 1)
    source_name=$name-$RANDOM
    sed -e "s|^address = .*|address = \"$questions\"|" -e "0,/^name = /s|^name = .*|name = \"$source_name\"|" \
        "$1" >"$work/$name.toml"
    at_the_machine source load "$work/$name.toml" | sed 's/^/  /'
    sources+=("$2")
}

# Whether the server has a source.
serves_source() { # serves_source NAME
    as operator /readyz | jq -e --arg name "$1" 'any(.sources[]; .source == $name)'
}

# A use by duty, as requests say it.
duty() { # duty ITEM ITEM-NAME CASE ACCOUNT ORGANISATION
    jq -nc --arg item "$1" --arg name "$2" --arg case "$3" --arg account "$4" --arg of "$5" '{
        mode: "duty", item: $item, item_name: $name, case: $case, cause: "核对申请材料",
        operator: {account: $account, name: "王敏", organisation: $of, window: "3号窗口"},
        legal_basis: "优化营商环境条例 第三十七条"}'
}
