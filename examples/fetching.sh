#!/usr/bin/env bash
# Another department's system fetches the fields an item needs, and believes nobody: whose
# signature is on them it finds out by itself, with the pinned roots and the trust list.
#
#   bash examples/fetching.sh --url https://localhost:8443 --cacert demo-data/tls/ca.pem \
#       --token-file demo-data/tokens/system.token --anchors demo-data/anchors.json \
#       --type 11152500MY0000012D002 examples/requests/query.json
#
# A request names a certificate, {"identifier": "1.2.156.…", …}, or a holder, as the one above
# does; always with its purpose and what proves it, which are recorded before anything is sent.
#
# Needs curl, jq and openssl 3. `fetching_client.rs` does the same in Rust, and asks as well
# whether that kind of department may issue that type. Ends with 0 if everything that was asked
# for is there, proven and valid, 2 if not, 1 if it could not be asked or is not what it seems.
set -euo pipefail
shopt -s inherit_errexit
. "$(dirname "$0")/service/service.sh"

anchors=${option[anchors]?缺少 --anchors} type=${option[type]?缺少 --type}
[[ $# -gt 0 ]] || fail 缺少请求文件

# Bytes to the base64url of their SHA-256.
hashed() { openssl dgst -sha256 -binary | openssl base64 -A | tr '+/' '-_' | tr -d =; }

# Whether the owner of an Ed25519 key signed a token. The bytes in front say what kind of key
# the 32 that follow are (RFC 8410).
signed_by() { # signed_by KEY TOKEN
    { printf '\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00' && decoded "$1"; } >"$work/key"
    printf %s "${2%.*}" >"$work/signed"
    decoded "${2##*.}" >"$work/signature"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin \
        -in "$work/signed" -sigfile "$work/signature" >/dev/null 2>&1
}

# The agency and its key that signed a token: of this kind, with a key the trust list names for
# this use and that was good when the token says it was made. The token never chooses how it is
# checked: a header that names another algorithm than the key's is refused.
signer() { # signer KIND USE TOKEN
    local made found
    [[ $(header "$3" | jq -r .typ) == "$1" ]] || fail "不是 $1"
    made=$(payload "$3" | jq .iat)
    found=$(jq -c --argjson header "$(header "$3")" --arg use "$2" --argjson made "$made" '
        .agencies[] | . as $agency | .keys[]
        | select(.kid == ($header.kid | split("#") | last) and .alg == $header.alg and .use == $use)
        | select(.not_before <= $made and $made < .not_after)
        | select(.state.state == "active" or (.state.state == "retired" and $made < .state.since))
        | {x, code: $agency.code, name: $agency.name}' "$work/trust")
    [[ -n $found ]] || fail "$1：签名密钥不受信任"
    signed_by "$(jq -r .x <<<"$found")" "$3" || fail "$1：签名不符"
    echo "$found"
}

# The trust list says which key is whose and what for; a pinned root signed it. A client that
# stays keeps its sequence number and refuses an older one.
list=$(ask /.well-known/mianzheng/trust-list)
[[ $(header "$list" | jq -r .typ) == mianzheng-trust-list+jwt ]] || fail 不是信任列表
for root in $(jq -r '.roots[]' "$anchors"); do
    if signed_by "$root" "$list"; then payload "$list" >"$work/trust"; fi
done
[[ -s $work/trust ]] || fail 信任列表不是信任根签的
authority=$(jq -r .authority "$anchors")
jq -e --arg authority "$authority" '.authority == $authority and now < .next_update' \
    "$work/trust" >/dev/null || fail 信任列表属于别处或已过期

# The fast revocation list only takes keys away. Before the first one there is none.
if revoked=$(ask /.well-known/mianzheng/revocation-list 2>"$work/why"); then
    signer mianzheng-revocation-list+jwt revocation "$revoked" >/dev/null
    payload "$revoked" >"$work/revoked"
    jq --slurpfile revoked "$work/revoked" '[$revoked[0].keys[].kid] as $gone
        | .agencies[].keys |= map(select(.kid | IN($gone[]) | not))' \
        "$work/trust" >"$work/less"
    mv "$work/less" "$work/trust"
elif ! grep -q '^not_found ' "$work/why"; then
    fail "$(cat "$work/why")"
fi

# Proves that an agency signed these very fields, and prints its name. Every disclosure after a
# tilde is a field, and its digest stands in what the agency signed (RFC 9901).
prove() { # prove NUMBER-IN-ANSWER
    local evidence token by disclosure
    evidence=$(jq -r ".certificates[$1].evidence" "$work/fetched")
    token=${evidence%%"~"*}
    by=$(signer dc+sd-jwt issue "$token")
    payload "$token" >"$work/record"
    [[ $(jq -r .iss "$work/record") == "did:web:${authority/:/%3A}:a:$(jq -r .code <<<"$by")" ]] ||
        fail 证据的签发机构与密钥不符
    : >"$work/disclosed"
    for disclosure in $(tr '~' ' ' <<<"${evidence#*"~"}"); do
        jq -e --arg digest "$(printf %s "$disclosure" | hashed)" '._sd | index($digest)' \
            "$work/record" >/dev/null || fail 证据里有未经签名的字段
        decoded "$disclosure" >>"$work/disclosed"
    done
    jq -e --argjson n "$1" --slurpfile record "$work/record" --slurpfile disclosed "$work/disclosed" '
        (($disclosed | map({(.[1]): .[2]}) | add // {}) + $record[0]) as $signed
        | .certificates[$n] | .identifier == $signed.certificate_identifier
            and (.fields | to_entries | all($signed[.key] == .value))' \
        "$work/fetched" >/dev/null || fail 明文与证据不一致
    jq -r .name <<<"$by"
}

ending=0
for request in "$@"; do
    ask "/api/v1/interfaces/$type/query" --header 'Content-Type: application/json' --data-binary "@$request" \
        >"$work/fetched"
    issuers='[]' hashes='[]'
    for ((n = 0; n < $(jq '.certificates | length' "$work/fetched"); n++)); do
        # What a department's system told has no evidence, and the envelope alone vouches for it.
        if jq -e ".certificates[$n].evidence == null" "$work/fetched" >/dev/null; then
            jq -e ".certificates[$n].identifier == null" "$work/fetched" >/dev/null ||
                fail 没有证据却指名一张证照
            issuers=$(jq -c '. + [null]' <<<"$issuers")
            continue
        fi
        issuer=$(prove "$n")
        issuers=$(jq -c --arg issuer "$issuer" '. + [$issuer]' <<<"$issuers")
        hash=$(jq -rj ".certificates[$n].evidence" "$work/fetched" | hashed)
        hashes=$(jq -c --arg hash "$hash" '. + [$hash]' <<<"$hashes")
    done

    # The envelope: the service gave this answer to this request, now.
    envelope=$(jq -r .envelope "$work/fetched")
    signer mianzheng-fetch+jwt receipt "$envelope" >/dev/null
    payload "$envelope" | jq -e --arg request "$(hashed <"$request")" --argjson hashes "$hashes" \
        --slurpfile fetched "$work/fetched" '
        $fetched[0] as $answer
        | .request_hash == $request and .evidence_hashes == $hashes
            and .use_record == $answer.use_record
            and .verdicts == [$answer.certificates[].verdict]
            and (.relayed // []) == [$answer.certificates[] | select(.evidence == null) | .fields]
            and ((now - .iat) | fabs) <= 300' >/dev/null || fail 信封与请求或证据不符

    # Not a word before all of it is proven.
    jq -r --argjson issuers "$issuers" '
        "信封：平台签名，与请求和证据相符，用证记录 \(.use_record)",
        (if .certificates == [] then "未查到记录" else empty end),
        (.certificates | to_entries[] | "\(.value.identifier // "—")  \(.value.verdict)",
            (.value.fields | to_entries[] | "  \(.key): \(.value | tojson)"),
            "  证据：\(if $issuers[.key] then "\($issuers[.key])签名，与以上字段一致"
                else "无，平台签名转述来源系统所告" end)")' "$work/fetched"
    jq -e '.certificates | length > 0 and all(.verdict == "valid")' "$work/fetched" >/dev/null ||
        ending=2
done
exit $ending
