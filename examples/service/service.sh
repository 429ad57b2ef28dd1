# The service as its clients meet it: an address, a bearer token, and one way to be refused.
# Every script here reads this in; it reads the options that they share.
# shellcheck shell=bash

for program in curl jq ${needs-openssl}; do
    command -v "$program" >/dev/null || { echo "缺少 $program" >&2; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
declare -A option=()
while [[ ${1-} == --* ]]; do
    option[${1#--}]=${2?"$1 缺少值"}
    shift 2
done

fail() { # fail WORDS...
    echo "${0##*/}: $*" >&2
    exit 1
}

# Asks the service and prints the answer; a refusal is told on standard error and ends us.
#
# The token goes in through a file descriptor: on a command line everybody at the machine could
# read it. A connection that broke, 429 and 503 are worth another try; whatever writes carries
# an Idempotency-Key and is done once, however often it is sent.
ask() { # ask PATH CURL-OPTION...
    local path=$1 answer=$work/answer
    local token_file=${option[token-file]?缺少 --token-file} url=${option[url]?缺少 --url}
    shift
    rm -f "$answer"
    # To a file, not to a pipe: there curl could not take back what a first try had written.
    if ! curl --silent --show-error --fail-with-body --output "$answer" \
        --connect-timeout 10 --retry 4 --retry-connrefused \
        ${option[cacert]+--cacert "${option[cacert]}"} \
        --header @<(printf 'Authorization: Bearer %s' "$(<"$token_file")") \
        "$@" "${url%/}$path" 2>"$work/curl"; then
        if [[ -s $answer ]]; then
            # RFC 9457. The code is stable; titles are for people. Quote the trace id.
            jq -r '"\(.code) \(.title_zh) \(.detail // "")",
                (.findings[]? | "  \(.label)：\(.zh)"), "  trace_id \(.trace_id)"' "$answer" >&2
        else
            cat "$work/curl" >&2
        fi
        exit 1
    fi
    [[ ! -e $answer ]] || cat "$answer"
}

# Base64url to bytes.
decoded() { # decoded TEXT
    local text=${1//-/+}
    text=${text//_//}
    while ((${#text} % 4)); do text+="="; done
    printf %s "$text" | openssl base64 -d -A
}

# A token is header.payload.signature.
header() { decoded "${1%%.*}"; } # header TOKEN
payload() { # payload TOKEN
    local rest=${1#*.}
    decoded "${rest%%.*}"
}
