//! What a browser needs to check the signed part of a printed code by itself: whose keys may have
//! signed it, and what its fields are called.

use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::codec::trust_list::KeyState;
use crate::codec::trust_list::KeyUse;
use crate::crypto::trust::TrustedKey;
use crate::domain::certificate::COMMON_CODE_FIELDS;
use crate::domain::definition::Disclosure;
use crate::domain::value::hex;
use crate::domain::verdict::Shown;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::office::Office;
use crate::flow::verify::describe;

/// A key that may have signed a printed code, for the module that checks it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FragmentKey {
    kid: String,
    alg: String,
    x: String,
    /// The agency's number; 0 is the service, which signs for all.
    issuer: u32,
    /// The seconds between which it was in use.
    from: i64,
    until: i64,
    /// Whether somebody else may have signed with it, too.
    doubted: bool,
}

/// Every key that may have signed a printed code; none without a trust list that is in force.
#[must_use]
pub fn keys(office: &Office) -> Vec<FragmentKey> {
    let known = office.known();
    let Some(trust) = known.trust.as_deref() else {
        return Vec::new();
    };
    let mut keys: Vec<FragmentKey> = trust.all_keys_for(KeyUse::Show).map(told).collect();
    keys.sort_by(|a, b| a.kid.cmp(&b.kid));
    keys
}

fn told(key: &TrustedKey) -> FragmentKey {
    let end = key.not_after.secs();
    let (until, doubted) = match key.state {
        KeyState::Active => (end, false),
        KeyState::Retired { since } => (end.min(since), false),
        KeyState::Compromised { .. } => (end, true),
    };
    FragmentKey {
        kid: hex(&key.public.kid().short()),
        alg: key.public.algorithm().jose_name().to_owned(),
        x: key.public.jwk_x(),
        issuer: key.party.number,
        from: key.not_before.secs(),
        until,
        doubted,
    }
}

/// What the fields of a code of a certificate's type are called, and the few words that stand for
/// values, as the module reads them.
#[must_use]
pub fn names(office: &Office, shown: Option<&Shown>, lang: Lang) -> Value {
    let known = office.known();
    let facts = shown.and_then(|shown| describe::facts_of(shown, &known.types));
    let mut fields = serde_json::Map::new();
    for (key, number) in COMMON_CODE_FIELDS {
        let kind = if matches!(number, 5..=7) {
            "date"
        } else {
            "text"
        };
        let label = describe::label(None, key, lang);
        fields.insert(
            number.to_string(),
            json!({"key": key, "label": label, "type": kind}),
        );
    }
    // Paper carries what every showing discloses, and nothing else.
    let printed = facts.iter().flat_map(|facts| &facts.fields);
    for field in printed.filter(|field| field.disclosure == Disclosure::Always) {
        let Some(number) = field.code_field else {
            continue;
        };
        let label = describe::label(facts, &field.key, lang);
        fields.insert(
            number.to_string(),
            json!({"key": field.key, "label": label, "type": field.kind, "codes": field.codes}),
        );
    }
    let word = |key: &str| say(lang, key, &[]);
    json!({
        "code_fields": fields,
        "words": {
            "yes": word("cli.yes"),
            "no": word("cli.no"),
            "not_loaded": word("cli.not_in_code"),
            "field": word("check.field"),
        },
    })
}
