//! Hostile input at the front doors: each comes to its verdict, quickly, and nothing panics.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::time::Duration;

use mianzheng::codec::base64url;
use mianzheng::codec::cbor;
use mianzheng::codec::compact::CompactClaims;
use mianzheng::codec::compact::FieldValue;
use mianzheng::codec::compact::Kind;
use mianzheng::codec::picture;
use mianzheng::codec::picture::PictureError;
use mianzheng::codec::status_list::StatusBits;
use mianzheng::codec::trust_list::KeyState;
use mianzheng::codec::trust_list::KeyUse;
use mianzheng::codec::trust_list::ListedKey;
use mianzheng::codec::trust_list::TrustList;
use mianzheng::codec::trust_list::TrustedAgency;
use mianzheng::crypto::algorithm::Algorithm;
use mianzheng::crypto::bundle::BadBundle;
use mianzheng::crypto::bundle::Bundle;
use mianzheng::crypto::code_seal;
use mianzheng::crypto::keyring::ServicePurpose;
use mianzheng::crypto::public_key::PublicKey;
use mianzheng::crypto::random::SeededRandomness;
use mianzheng::crypto::signed_json;
use mianzheng::crypto::signed_json::Message;
use mianzheng::crypto::signer::Ed25519Signer;
use mianzheng::crypto::signer::Signer;
use mianzheng::crypto::trust::Anchors;
use mianzheng::crypto::trust::BadTrust;
use mianzheng::crypto::trust::Trust;
use mianzheng::domain::time::Timestamp;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::bundle;
use mianzheng::flow::show::compact;
use mianzheng::flow::verify::offline::verify_offline;
use mianzheng::flow::verify::online::verify_from_memory;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge;
use crate::support::forge::Dice;
use crate::support::forge::Forgery;
use crate::support::forge::claims_of;
use crate::support::forge::disclosure;
use crate::support::forge::element;
use crate::support::forge::raw_disclosure;
use crate::support::office::CDC;
use crate::support::office::MARKET;
use crate::support::office::TestOffice;

const PERSON: &str = "152502199003070019";

/// An office with one certificate, and what hangs on it.
struct Scene {
    test: TestOffice,
    bundle: Bundle,
    record: String,
    offline: String,
    printed: String,
}

impl Scene {
    fn on(database: Database) -> Self {
        let test = TestOffice::on(database);
        let identifier = test.health(PERSON, "锡市健〔2026〕1700001号");
        let holder = test.holder(&format!("111:{PERSON}"));
        let offline = compact::offline(&test.office, &identifier, &[], 15, &holder).unwrap();
        let printed = compact::printed(&test.office, &identifier, &holder).unwrap();
        Self {
            bundle: test.bundle(),
            record: test.record(&identifier),
            offline: offline.text,
            printed: printed.text,
            test,
        }
    }

    fn forgery(&self) -> Forgery {
        Forgery::of(&self.record)
    }

    /// The real issuing key of an agency, as if it were stolen.
    fn key_of(&self, agency: &str) -> std::sync::Arc<dyn Signer> {
        let agency = self.test.agency(agency).number;
        self.test.office.issuing_key(agency).unwrap()
    }

    fn show_key(&self) -> std::sync::Arc<dyn Signer> {
        self.test.office.keyring.signer(ServicePurpose::Show)
    }

    /// The same verdict at every door, and in good time.
    #[expect(
        clippy::disallowed_methods,
        reason = "how long a check takes is what is asked here"
    )]
    fn expect(&self, name: &str, text: &str, expected: Outcome) {
        let began = std::time::Instant::now();
        let offline = verify_offline(text, &self.bundle, self.test.now());
        assert_eq!(offline.verdict, expected, "{name}, offline: {offline:?}");
        let online = self.test.verify(text);
        assert_eq!(online.verdict, expected, "{name}, online: {online:?}");
        if let Some(memory) = verify_from_memory(&self.test.office, text) {
            assert_eq!(memory.verdict, expected, "{name}, from memory");
        }
        let window = self.test.verify_at_window(text);
        // What the register never issued it never calls valid.
        let at_window = match expected {
            Outcome::Valid if text.contains('~') && !self.record.starts_with(jwt(text)) => {
                Outcome::Undetermined
            }
            other => other,
        };
        assert_eq!(window.verdict, at_window, "{name}, at a window: {window:?}");
        assert!(began.elapsed() < Duration::from_secs(8), "{name} is slow");
    }
}

fn jwt(text: &str) -> &str {
    text.split('~').next().unwrap()
}

#[rstest]
fn tokens_with_a_forged_header_are_refused(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let real = scene.forgery();
    let key = scene.key_of(CDC);
    scene.expect("as issued", &scene.record, Outcome::Valid);
    scene.expect("signed again", &real.signed(&*key), Outcome::Valid);
    for alg in [
        "none", "None", "ES256", "HS256", "SM2", "eddsa", "EDDSA", "Ed448", "",
    ] {
        let forged = real.with_header("alg", alg.into());
        scene.expect(alg, &forged.signed(&*key), Outcome::Tampered);
    }
    let none = real.with_header("alg", "none".into());
    let jwt_parts: Vec<&str> = jwt(&scene.record).split('.').collect();
    let header = base64url::encode(none.header.to_string().as_bytes());
    let input = format!("{header}.{}", jwt_parts[1]);
    scene.expect(
        "no signature",
        &real.with_signature(&input, b""),
        Outcome::Tampered,
    );
    let jwk = key.public_key().jwk();
    for (name, value) in [
        ("jwk", jwk),
        ("jku", "https://evil.example/keys".into()),
        ("x5c", json!(["MIIB"])),
        ("x5u", "https://evil.example/c".into()),
        ("crit", json!(["exp"])),
        ("b64", false.into()),
        ("zip", "DEF".into()),
    ] {
        let forged = real.with_header(name, value);
        scene.expect(name, &forged.signed(&*key), Outcome::Unsupported);
    }
    // The forger's own key, under its own name and under the agency's.
    let thief = Ed25519Signer::generate(&SeededRandomness::new(b"thief"));
    scene.expect("own key", &real.signed_by(&thief), Outcome::UntrustedIssuer);
    scene.expect(
        "own key, their name",
        &real.signed(&thief),
        Outcome::Tampered,
    );
    for purpose in ServicePurpose::ALL {
        let key = scene.test.office.keyring.signer(purpose);
        scene.expect(
            "a service key",
            &real.signed_by(&*key),
            Outcome::UntrustedIssuer,
        );
    }
    // Another agency, as this one and as itself.
    let market = scene.key_of(MARKET);
    scene.expect(
        "another's key",
        &real.signed_by(&*market),
        Outcome::UntrustedIssuer,
    );
    let code = scene.test.agency(MARKET).code;
    let own = real.with("iss", format!("did:web:mz.example:a:{code}").into());
    scene.expect(
        "another issuer",
        &own.signed_by(&*market),
        Outcome::UntrustedIssuer,
    );
    let mut identifier = scene.forgery().payload["certificate_identifier"]
        .as_str()
        .unwrap()
        .to_owned();
    identifier = identifier.replace(scene.test.agency(CDC).code.as_str(), code.as_str());
    let read = mianzheng::domain::identifier::CertificateIdentifier::read(&identifier).unwrap();
    let own = own.with("certificate_identifier", read.identifier.to_string().into());
    scene.expect(
        "not its type",
        &own.signed_by(&*market),
        Outcome::UntrustedIssuer,
    );
    for (name, header) in [
        (
            "twice alg",
            r#"{"alg":"EdDSA","alg":"none","kid":"k","typ":"dc+sd-jwt"}"#,
        ),
        ("no kid", r#"{"alg":"EdDSA","typ":"dc+sd-jwt"}"#),
        (
            "alg a list",
            r#"{"alg":["EdDSA"],"kid":"k","typ":"dc+sd-jwt"}"#,
        ),
        ("no object", "[]"),
        ("nothing", ""),
        (
            "trailing",
            r#"{"alg":"EdDSA","kid":"k","typ":"dc+sd-jwt"} "x""#,
        ),
    ] {
        let payload = real.payload.to_string();
        let text = real.signed_as(header.as_bytes(), payload.as_bytes(), &*key);
        scene.expect(name, &text, Outcome::Unreadable);
    }
    let nested = format!(r#"{{"alg":{}1{}}}"#, "[".repeat(60), "]".repeat(60));
    let text = real.signed_as(nested.as_bytes(), b"{}", &*key);
    scene.expect("a bomb in the header", &text, Outcome::Unreadable);
    for typ in ["JWT", "statuslist+jwt", "mianzheng-trust-list+jwt"] {
        let forged = real.with_header("typ", typ.into());
        scene.expect(typ, &forged.signed(&*key), Outcome::Unsupported);
    }
}

#[rstest]
fn tokens_with_a_forged_payload_are_refused(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let real = scene.forgery();
    let key = scene.key_of(CDC);
    let header = real.header.to_string();
    let payload = real.payload.to_string();
    let raw = |payload: &str| real.signed_as(header.as_bytes(), payload.as_bytes(), &*key);
    let nest = |open: &str, close: &str, n: usize| {
        let bomb = format!("{}1{}", open.repeat(n), close.repeat(n));
        payload.replacen('{', &format!(r#"{{"bomb":{bomb},"#), 1)
    };
    for (name, payload) in [
        ("a member twice", payload.replacen('{', r#"{"iss":"x","#, 1)),
        ("trailing data", format!("{payload}{{}}")),
        ("a bomb of lists", nest("[", "]", 60)),
        ("a deep bomb of lists", nest("[", "]", 4000)),
        ("a bomb of objects", nest(r#"{"a":"#, "}", 4000)),
        ("a huge number", payload.replacen('{', r#"{"n":1e400,"#, 1)),
        ("not JSON", "certificate".to_owned()),
        ("a list", "[]".to_owned()),
        ("a NUL", payload.replacen('{', "{\0", 1)),
    ] {
        scene.expect(name, &raw(&payload), Outcome::Unsupported);
    }
    let signed = |forged: Forgery| forged.signed(&*key);
    let status = |index: Value, uri: &str| {
        real.with("status", json!({"status_list": {"idx": index, "uri": uri}}))
    };
    let own_list = "https://mz.example/status/1";
    for (name, forged, expected) in [
        (
            "a date that is none",
            real.with("valid_to", "soon".into()),
            Outcome::Unsupported,
        ),
        ("two ends", real.with("exp", 1.into()), Outcome::Unsupported),
        (
            "a huge end",
            real.with("exp", json!(1e30)),
            Outcome::Unsupported,
        ),
        (
            "an end that is text",
            real.with("exp", "1".into()),
            Outcome::Unsupported,
        ),
        (
            "no end but a last day",
            real.without("exp"),
            Outcome::Unsupported,
        ),
        (
            "two beginnings",
            real.with("nbf", 1.into()),
            Outcome::Unsupported,
        ),
        (
            "no beginning but a day",
            real.without("nbf"),
            Outcome::Unsupported,
        ),
        (
            "no time of signing",
            real.without("iat"),
            Outcome::Unsupported,
        ),
        (
            "signed at half past",
            real.with("iat", json!(1.5)),
            Outcome::Unsupported,
        ),
        (
            "signed long ago",
            real.with("iat", i64::MIN.into()),
            Outcome::UntrustedIssuer,
        ),
        (
            "signed at the end",
            real.with("iat", i64::MAX.into()),
            Outcome::UntrustedIssuer,
        ),
        ("no status", real.without("status"), Outcome::Unsupported),
        (
            "a foreign list",
            status(1.into(), "https://evil.example/status/1"),
            Outcome::Unsupported,
        ),
        (
            "a list by http",
            status(1.into(), "http://mz.example/status/1"),
            Outcome::Unsupported,
        ),
        (
            "a list beside",
            status(1.into(), "https://mz.example/status/../1"),
            Outcome::Unsupported,
        ),
        (
            "a negative place",
            status((-1).into(), own_list),
            Outcome::Unsupported,
        ),
        (
            "a huge place",
            status(u64::MAX.into(), own_list),
            Outcome::Unsupported,
        ),
        ("no issuer", real.without("iss"), Outcome::UntrustedIssuer),
        ("no type", real.without("vct"), Outcome::Unsupported),
        (
            "another digest",
            real.with("_sd_alg", "sha-512".into()),
            Outcome::Tampered,
        ),
        (
            "digests of no list",
            real.with("_sd", "x".into()),
            Outcome::Tampered,
        ),
        (
            "digests of numbers",
            real.with("_sd", json!([1])),
            Outcome::Tampered,
        ),
    ] {
        scene.expect(name, &signed(forged), expected);
    }
    // Places on no list, or behind its end: the register knows the certificate itself.
    for (name, forged) in [
        ("behind the end", status((1 << 18).into(), own_list)),
        (
            "on no list",
            status(1.into(), "https://mz.example/status/999"),
        ),
    ] {
        scene.expect(name, &signed(forged), Outcome::Undetermined);
    }
    let vct = real.payload["vct"].as_str().unwrap();
    for forged in [
        vct.replace("mz.example", "evil.example"),
        vct.replace("https:", "http:"),
        vct.replace("/1", "/2"),
        vct.replace("/1", "/01"),
        format!("{vct}/"),
        String::new(),
    ] {
        let text = signed(real.with("vct", forged.as_str().into()));
        scene.expect(&forged, &text, Outcome::Unsupported);
    }
    let now = scene.test.now().secs();
    for (ahead, expected) in [
        (119, Outcome::Valid),
        (120, Outcome::Valid),
        (121, Outcome::NotYetValid),
    ] {
        let text = signed(real.with("iat", (now + ahead).into()));
        scene.expect(&format!("{ahead} s ahead"), &text, expected);
    }
}

#[rstest]
fn tokens_with_forged_disclosures_are_refused(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let real = scene.forgery();
    let key = scene.key_of(CDC);
    let signed = |forged: Forgery| forged.signed(&*key);
    let loose = |encoded: String| {
        let mut forged = real.clone();
        forged.disclosures.push(encoded);
        forged.signed(&*key)
    };
    let name = |key: &str| disclosure(key, &"x".into());
    for (what, text) in [
        ("unreferenced", loose(name("rank").encoded)),
        ("doubled", loose(real.disclosures[0].clone())),
        ("no base64url", loose("*".to_owned())),
        ("padded", loose(format!("{}=", real.disclosures[0]))),
        ("no JSON", loose(raw_disclosure("x").encoded)),
        (
            "shadows a plain claim",
            signed(real.hiding(&name("issuing_agency"))),
        ),
        ("shadows another", signed(real.hiding(&name("holder_name")))),
        ("named _sd", signed(real.hiding(&name("_sd")))),
        ("named ...", signed(real.hiding(&name("...")))),
        (
            "an element for a member",
            signed(real.hiding(&element(&1.into()))),
        ),
        (
            "a member twice inside",
            signed(real.hiding(&raw_disclosure(r#"["s","rank",{"a":1,"a":2}]"#))),
        ),
        (
            "nested too deep",
            signed(real.hiding(&raw_disclosure(&format!(
                r#"["s","rank",{}1{}]"#,
                "[".repeat(60),
                "]".repeat(60)
            )))),
        ),
        (
            "four parts",
            signed(real.hiding(&raw_disclosure(r#"["s","rank",1,2]"#))),
        ),
        (
            "a salt that is none",
            signed(real.hiding(&raw_disclosure(r#"[1,"rank",1]"#))),
        ),
        (
            "trailing data",
            signed(real.hiding(&raw_disclosure(r#"["s","rank",1] 2"#))),
        ),
        (
            "a confirmation key",
            signed(real.hiding(&disclosure("cnf", &json!({"jwk": {}})))),
        ),
        (
            "a hidden stock mark",
            signed(real.hiding(&disclosure("stock", &true.into()))),
        ),
    ] {
        scene.expect(what, &text, Outcome::Tampered);
    }
    // A digest that stands twice, plain and in a disclosure.
    let mut twice = real.clone();
    let first = twice.payload["_sd"][0].clone();
    let digests = twice.payload["_sd"].as_array_mut().unwrap();
    digests.push(first.clone());
    scene.expect("a digest twice", &signed(twice), Outcome::Tampered);
    let nested = disclosure("rank", &json!({"_sd": [first]}));
    scene.expect(
        "a digest again inside",
        &signed(real.hiding(&nested)),
        Outcome::Tampered,
    );
    // What must be plain and is hidden.
    for hidden in ["iss", "vct", "iat", "status", "certificate_identifier"] {
        let text = signed(real.with_hidden(hidden));
        let verdict = verify_offline(&text, &scene.bundle, scene.test.now()).verdict;
        scene.expect(hidden, &text, verdict);
        assert_ne!(verdict, Outcome::Valid, "{hidden}");
    }
    let hidden_end = real.without("exp").with_hidden("valid_to");
    scene.expect("a hidden end", &signed(hidden_end), Outcome::Tampered);
    let hidden_end = real.without("valid_to").with_hidden("exp");
    scene.expect("a hidden exp", &signed(hidden_end), Outcome::Tampered);
    let hidden_start = real.without("nbf").with_hidden("valid_from");
    scene.expect(
        "a hidden beginning",
        &signed(hidden_start),
        Outcome::Tampered,
    );
    // Nested as the RFC allows, and down to where a small stack would end.
    let inner = disclosure("inner", &"deep".into());
    let mut allowed = real.hiding(&disclosure("rank", &json!({"_sd": [inner.digest]})));
    allowed.disclosures.push(inner.encoded);
    scene.expect("nested digests", &signed(allowed), Outcome::Valid);
    let mut bomb = Forgery {
        disclosures: Vec::new(),
        ..real.clone()
    };
    let mut digest = None;
    for _ in 0..450 {
        let value = digest.map_or(json!(1), |digest: String| json!({"_sd": [digest]}));
        let next = disclosure("d", &value);
        bomb.disclosures.push(next.encoded);
        digest = Some(next.digest);
    }
    bomb.payload["_sd"] = json!([digest]);
    let text = signed(bomb);
    assert!(text.len() < 64 * 1024, "{}", text.len());
    scene.expect("a chain of disclosures", &text, Outcome::Valid);
}

#[rstest]
fn tokens_of_the_wrong_shape_are_refused(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let record = &scene.record;
    let (head, tail) = record.split_once('~').unwrap();
    let (input, signature) = head.rsplit_once('.').unwrap();
    // The last character of 64 bytes has four bits that must be zero.
    let loose = |text: &str| {
        let last = text.chars().last().unwrap();
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let at = alphabet.find(last).unwrap();
        let other = alphabet.as_bytes()[at | 1];
        format!("{}{}", &text[..text.len() - 1], char::from(other))
    };
    let long = format!("{record}{}~", "A".repeat(64 * 1024 + 1 - record.len() - 1));
    assert_eq!(long.len(), 64 * 1024 + 1);
    let just = format!("{record}{}~", "A".repeat(64 * 1024 - record.len() - 1));
    let kb = format!("{record}{head}");
    for (name, text, expected) in [
        ("a key-binding JWT", kb, Outcome::Unsupported),
        (
            "something at the end",
            format!("{record}x"),
            Outcome::Unsupported,
        ),
        (
            "no tilde at the end",
            record.trim_end_matches('~').to_owned(),
            Outcome::Unsupported,
        ),
        (
            "an empty disclosure",
            format!("{record}~"),
            Outcome::Unreadable,
        ),
        (
            "loose bits",
            format!("{input}.{}~{tail}", loose(signature)),
            Outcome::Unreadable,
        ),
        (
            "padding",
            format!("{input}.{signature}==~{tail}"),
            Outcome::Unreadable,
        ),
        (
            "base64 proper",
            format!("{input}.{}~{tail}", "+/".repeat(43)),
            Outcome::Unreadable,
        ),
        (
            "a line break",
            format!("{input}.\n{signature}~{tail}"),
            Outcome::Unreadable,
        ),
        (
            "a NUL",
            format!("{input}.\0{signature}~{tail}"),
            Outcome::Unreadable,
        ),
        (
            "four parts",
            format!("{input}.e30.{signature}~{tail}"),
            Outcome::Unreadable,
        ),
        ("two parts", format!("{input}~{tail}"), Outcome::Unreadable),
        ("nothing but tildes", "~".repeat(5000), Outcome::Unreadable),
        ("too long", long, Outcome::Unreadable),
        ("just not too long", just, Outcome::Tampered),
        ("a JWT alone", head.to_owned(), Outcome::Unsupported),
        ("megabytes", "~A".repeat(5_000_000), Outcome::Unreadable),
        (
            "megabytes without a tilde",
            "A".repeat(11_000_000),
            Outcome::Unreadable,
        ),
        ("nothing", String::new(), Outcome::Unreadable),
        ("blanks", " \n\u{3000}".repeat(1000), Outcome::Unreadable),
        ("words", "证照".repeat(400), Outcome::Unreadable),
        (
            "a record on the web",
            format!("https://evil.example/{record}"),
            Outcome::Unreadable,
        ),
    ] {
        scene.expect(name, &text, expected);
    }
}

/// 2^252 + 27742317777372353535851937790883648493, the group's order, least byte first.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

#[rstest]
fn a_signature_has_one_spelling(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let real = scene.forgery();
    let (input, signature) = jwt(&scene.record).rsplit_once('.').unwrap();
    let good = base64url::decode(signature).unwrap();
    let mut plus_order = good.clone();
    let mut carry = 0_u16;
    for (byte, order) in plus_order[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = u8::try_from(sum % 256).unwrap();
        carry = sum / 256;
    }
    let zeros = [0_u8; 32];
    let mut one = zeros;
    one[0] = 1;
    let r_of = |r: [u8; 32]| [r.as_slice(), &good[32..]].concat();
    for (name, bad) in [
        ("S + L", plus_order),
        ("R the neutral point", r_of(one)),
        ("R of order two", {
            let mut r = [0xff; 32];
            r[0] = 0xec;
            r[31] = 0x7f;
            r_of(r)
        }),
        ("R of order four", r_of(zeros)),
        ("R neutral and S zero", [one, zeros].concat()),
        ("all zero", vec![0; 64]),
        ("all ones", vec![0xff; 64]),
        ("cut off", good[..63].to_vec()),
        ("longer", [good.as_slice(), &[0]].concat()),
        ("twice", [good.as_slice(), &good].concat()),
        ("swapped halves", [&good[32..], &good[..32]].concat()),
        ("none", Vec::new()),
    ] {
        scene.expect(name, &real.with_signature(input, &bad), Outcome::Tampered);
    }
}

/// A trust list of one agency with these keys, signed by a root of the test's own.
fn trust_of(authority: &str, keys: Vec<ListedKey>) -> Result<Trust, BadTrust> {
    let root = Ed25519Signer::generate(&SeededRandomness::new(b"root"));
    let anchors = Anchors {
        authority: authority.to_owned(),
        roots: vec![root.public_key().clone()],
    };
    let list = TrustList {
        authority: authority.to_owned(),
        sequence: 1,
        iat: 0,
        next_update: i64::MAX / 1000,
        test: true,
        next_root: root.public_key().jwk_x(),
        agencies: vec![TrustedAgency {
            code: "11152502MY00000392".to_owned(),
            number: 1,
            name: "机构".to_owned(),
            department: "disease_control".to_owned(),
            keys,
        }],
    };
    let token = signed_json::seal(&root, Message::TrustList, &list).unwrap();
    Trust::open(&token, &anchors, 0)
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = (0..text.len() / 2).map(|i| &text[2 * i..2 * i + 2]);
    pairs.map(|p| u8::from_str_radix(p, 16).unwrap()).collect()
}

#[rstest]
fn the_hard_cases_of_ed25519_come_out_at_every_door(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let scene = Scene::on(database);
    let real = scene.forgery();
    let text = std::fs::read_to_string("tests/vectors/wycheproof-ed25519.json").unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let types = &scene.bundle.types;
    let mut done = 0;
    for group in file["testGroups"].as_array().unwrap() {
        let key = unhex(group["publicKey"]["pk"].as_str().unwrap());
        let public = PublicKey::new(Algorithm::EdDsa, &key);
        for case in group["tests"].as_array().unwrap() {
            done += 1;
            let [message, signature] =
                ["msg", "sig"].map(|name| unhex(case[name].as_str().unwrap()));
            let valid = case["result"] == "valid";
            let fits = public
                .as_ref()
                .is_ok_and(|key| key.verify(&message, &signature).is_ok());
            assert_eq!(fits, valid, "{case}");
            let Ok(public) = &public else { continue };
            let listed = |key_use| ListedKey {
                kid: public.kid().to_string(),
                alg: "EdDSA".to_owned(),
                x: public.jwk_x(),
                key_use,
                not_before: 0,
                not_after: i64::MAX / 1000,
                state: KeyState::Active,
            };
            // The case's signature on a certificate: good on its own message, never here.
            let trust = trust_of("mz.example", vec![listed(KeyUse::Issue)]).unwrap();
            let issued = real.with_header("kid", public.kid().to_string().into());
            let input = format!(
                "{}.{}",
                base64url::encode(issued.header.to_string().as_bytes()),
                base64url::encode(issued.payload.to_string().as_bytes())
            );
            let token = issued.with_signature(&input, &signature);
            let mut bundle = scene.bundle.clone();
            bundle.trust = trust;
            let verdict = verify_offline(&token, &bundle, scene.test.now());
            assert_eq!(verdict.verdict, Outcome::Tampered, "{case}");
            // And on a code, where signatures have 64 bytes.
            let Ok(signature) = <[u8; 64]>::try_from(signature) else {
                continue;
            };
            let trust = trust_of("mz.example", vec![listed(KeyUse::Show)]).unwrap();
            let payload = claims_of(&scene.offline).encode().unwrap();
            let kid = public.kid().short();
            let bytes = mianzheng::codec::cose::encode(-8, kid, &payload, &signature);
            let digits = mianzheng::codec::digits::to_digits(&bytes);
            let opened = code_seal::open(&digits, &trust, types, scene.test.now());
            assert_eq!(opened.unwrap_err().outcome, Outcome::Tampered, "{case}");
        }
    }
    assert_eq!(done, 151);
}

#[rstest]
fn forged_codes_are_refused(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    // Long enough after the keys were made for codes that have run out.
    scene.test.clock.advance(2000);
    let key = scene.show_key();
    let offline = claims_of(&scene.offline);
    let (address, printed) = scene.printed.split_once('#').unwrap();
    let printed_claims = claims_of(printed);
    scene.expect("as printed", &scene.printed, Outcome::Valid);
    scene.expect("its digits alone", printed, Outcome::Valid);
    let seal = |claims: &CompactClaims| code_seal::seal(claims, &*key).unwrap();
    let now = scene.test.now().secs();
    let with = |change: &dyn Fn(&mut CompactClaims)| {
        let mut claims = offline.clone();
        claims.id = [9; 8];
        (claims.issued_at, claims.expires_at) = (now, Some(now + 900));
        change(&mut claims);
        seal(&claims)
    };
    let market = scene.test.agency(MARKET).number;
    let text = |text: &str| FieldValue::Text(text.to_owned());
    for (name, code, expected) in [
        (
            "another issuer",
            with(&|c| c.issuer_number = market),
            Outcome::UntrustedIssuer,
        ),
        (
            "no issuer",
            with(&|c| c.issuer_number = 99_999),
            Outcome::UntrustedIssuer,
        ),
        (
            "the service as issuer",
            with(&|c| c.issuer_number = 0),
            Outcome::UntrustedIssuer,
        ),
        (
            "an unknown type",
            with(&|c| c.type_number = 99_999),
            Outcome::Unsupported,
        ),
        (
            "an unknown version",
            with(&|c| c.definition_version = 2),
            Outcome::Unsupported,
        ),
        (
            "an unknown field",
            with(&|c| {
                c.fields.insert(222, text("x"));
            }),
            Outcome::Unsupported,
        ),
        (
            "run out",
            with(&|c| (c.issued_at, c.expires_at) = (now - 9, Some(now))),
            Outcome::StaleCode,
        ),
        (
            "without end",
            with(&|c| c.expires_at = None),
            Outcome::StaleCode,
        ),
        (
            "without a status",
            with(&|c| c.status = None),
            Outcome::Undetermined,
        ),
        (
            "of tomorrow",
            with(&|c| (c.issued_at, c.expires_at) = (now + 121, Some(now + 999))),
            Outcome::NotYetValid,
        ),
        (
            "from before the key",
            with(&|c| c.issued_at = 0),
            Outcome::UntrustedIssuer,
        ),
        (
            "its day not reached",
            with(&|c| {
                c.fields.insert(6, FieldValue::Int(40_000));
            }),
            Outcome::NotYetValid,
        ),
        (
            "its day over",
            with(&|c| {
                c.fields.insert(7, FieldValue::Int(100));
            }),
            Outcome::Expired,
        ),
        (
            "days that are none",
            with(&|c| {
                c.fields.insert(6, FieldValue::Int(i64::MIN));
                c.fields.insert(7, FieldValue::Int(i64::MIN));
            }),
            Outcome::Expired,
        ),
    ] {
        // A register that knows the certificate knows its status.
        if expected == Outcome::Undetermined {
            let verdict = verify_offline(&code, &scene.bundle, scene.test.now());
            assert_eq!(verdict.verdict, expected, "{name}");
            assert_eq!(scene.test.verify(&code).verdict, expected, "{name}");
        } else {
            scene.expect(name, &code, expected);
        }
    }
    // Somebody else's key, a key for something else, an agency's own.
    let thief = Ed25519Signer::generate(&SeededRandomness::new(b"thief"));
    let forged = code_seal::seal(&offline, &thief).unwrap();
    scene.expect("own key", &forged, Outcome::UntrustedIssuer);
    for key in [
        scene.test.office.keyring.signer(ServicePurpose::Status),
        scene.key_of(CDC),
    ] {
        let forged = code_seal::seal(&offline, &*key).unwrap();
        scene.expect(
            "a key for something else",
            &forged,
            Outcome::UntrustedIssuer,
        );
    }
    // One kind passed off as the other.
    for (kind, claims) in [(Kind::Printed, &offline), (Kind::Offline, &printed_claims)] {
        let swapped = forge::code(&claims.encode().unwrap(), kind.external_aad(), &*key);
        scene.expect("a swapped kind", &swapped, Outcome::Tampered);
    }
    // A printed code whose last day found no room runs out with its own end.
    let mut short = printed_claims.clone();
    short.fields = BTreeMap::new();
    (short.issued_at, short.expires_at) = (now - 1000, Some(now + 1));
    scene.expect("a second before", &seal(&short), Outcome::Valid);
    short.expires_at = Some(now);
    scene.expect("at its end", &seal(&short), Outcome::Expired);
    // Paper and code of different printings.
    let reference = address.rsplit_once('/').unwrap().1;
    let other = address.replace(reference, "ZZZZZZZZZZZZZZZZZZZZ");
    scene.expect(
        "another paper",
        &format!("{other}#{printed}"),
        Outcome::Tampered,
    );
    scene.expect(
        "an offline code on paper",
        &format!("{address}#{}", scene.offline),
        Outcome::Tampered,
    );
    for (name, text, expected) in [
        ("no digits", format!("{address}#"), Outcome::Unreadable),
        (
            "words for digits",
            format!("{address}#{}", "x".repeat(300)),
            Outcome::Unreadable,
        ),
        (
            "wide digits",
            format!("{address}#{}", "１".repeat(300)),
            Outcome::Unreadable,
        ),
        (
            "another host",
            scene.printed.replace("MZ.EXAMPLE", "EVIL.EXAMPLE"),
            Outcome::Unsupported,
        ),
        (
            "a user before the host",
            scene.printed.replace("MZ.", "X@MZ."),
            Outcome::Unsupported,
        ),
        (
            "another path",
            scene.printed.replace("/V/", "/W/"),
            Outcome::Unreadable,
        ),
        (
            "a query",
            scene.printed.replace('#', "?a=1#"),
            Outcome::Unreadable,
        ),
    ] {
        scene.expect(name, &text, expected);
    }
}

#[rstest]
fn codes_of_the_wrong_shape_are_refused(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let key = scene.show_key();
    let claims = claims_of(&scene.offline);
    let payload = claims.encode().unwrap();
    let aad = Kind::Offline.external_aad();
    let message = forge::message(&payload, aad, &*key);
    let own = |bytes: &[u8]| forge::decimal(&[&[1], bytes].concat());
    scene.expect("made by hand", &own(&message), Outcome::Valid);
    // Once more is no second use here, because nobody is recorded; at a window it would be.
    let later = |format: u8| forge::decimal(&[&[format], message.as_slice()].concat());
    let wide_head = [&[0x98, 0x04], &message[1..]].concat();
    let tagged = [&[0xd2], message.as_slice()].concat();
    let trailing = [message.as_slice(), &[0]].concat();
    let signed = |payload: &[u8]| forge::code(payload, aad, &*key);
    // The array of claims with its head in a longer form, and an endless one.
    let wide_payload = [&[0x98, 0x0b], &payload[1..]].concat();
    let endless = [&[0x9f], &payload[1..], &[0xff]].concat();
    let long_text = cbor::encode(&cbor::Value::Array(vec![cbor::Value::Int(1); 11]));
    let bomb = [vec![0x81; 200], vec![0]].concat();
    let huge = [&[0x9b], [0xff; 8].as_slice()].concat();
    for (name, code, expected) in [
        ("59 digits", "7".repeat(59), Outcome::Unreadable),
        ("992 digits", "1".repeat(992), Outcome::Unreadable),
        (
            "a leading zero",
            format!("0{}", scene.offline),
            Outcome::Unreadable,
        ),
        ("format 2", later(2), Outcome::Unsupported),
        ("format 255", later(255), Outcome::Unsupported),
        ("a long head", own(&wide_head), Outcome::Unreadable),
        ("a tag", own(&tagged), Outcome::Unreadable),
        ("trailing bytes", own(&trailing), Outcome::Unreadable),
        (
            "a long head inside",
            signed(&wide_payload),
            Outcome::Unreadable,
        ),
        ("an endless list", signed(&endless), Outcome::Unreadable),
        (
            "claims of the wrong kind",
            signed(&long_text),
            Outcome::Unreadable,
        ),
        ("a bomb of lists", signed(&bomb), Outcome::Unreadable),
        ("a huge list", signed(&huge), Outcome::Unreadable),
        ("no claims", signed(&[]), Outcome::Unreadable),
        ("nothing but ones", "1".repeat(300), Outcome::Unsupported),
    ] {
        let verdict = verify_offline(&code, &scene.bundle, scene.test.now()).verdict;
        // A number at random is of some format or other.
        let expected = if name == "nothing but ones" {
            verdict
        } else {
            expected
        };
        assert_ne!(verdict, Outcome::Valid, "{name}");
        scene.expect(name, &code, expected);
    }
    let mut unknown = match cbor::decode(&payload).unwrap() {
        cbor::Value::Array(claims) => claims,
        other => panic!("{other:?}"),
    };
    unknown[0] = cbor::Value::Int(3);
    let code = signed(&cbor::encode(&cbor::Value::Array(unknown)));
    scene.expect("a third kind", &code, Outcome::Unsupported);
}

#[rstest]
fn the_last_second_counts_and_the_next_does_not(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let key = scene.key_of(CDC);
    let today = scene.test.now().day();
    let real = scene.forgery();
    let ends_today = real
        .with("valid_to", today.to_string().into())
        .with("exp", today.end().secs().into());
    let text = ends_today.signed(&*key);
    scene.test.clock.set(today.end().plus_secs(-1));
    scene.expect("a second before", &text, Outcome::Valid);
    let tomorrow = today.end().day();
    let begins = real
        .with("valid_from", tomorrow.to_string().into())
        .with("nbf", tomorrow.start().secs().into());
    let begins = begins.signed(&*key);
    scene.expect("a second early", &begins, Outcome::NotYetValid);
    scene.test.clock.set(today.end());
    // The bundle is a day old at nine, and the code was of yesterday.
    scene.expect("at midnight", &text, Outcome::Expired);
    scene.expect("from midnight", &begins, Outcome::Valid);
}

#[rstest]
fn a_trust_list_that_is_old_forged_or_rolled_back_gives_nothing(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let scene = Scene::on(database);
    let office = &scene.test.office;
    // Past its next update nothing is certain any more; the bundle itself would be older still.
    let mut bundle = scene.bundle.clone();
    let due = bundle.trust.next_update;
    bundle.expires_at = due.plus_secs(86_400);
    for list in bundle.status.values_mut() {
        list.expires_at = due.plus_secs(86_400);
    }
    let at = |now: Timestamp| verify_offline(&scene.record, &bundle, now).verdict;
    assert_eq!(at(due.plus_secs(-1)), Outcome::Valid);
    assert_eq!(at(due), Outcome::Undetermined);
    // The bundle past its end, and its status lists past theirs.
    let now = scene.test.now();
    let mut old = scene.bundle.clone();
    old.expires_at = now;
    let verdict = verify_offline(&scene.record, &old, now).verdict;
    assert_eq!(verdict, Outcome::Undetermined);
    let mut old = scene.bundle.clone();
    old.status.clear();
    let verdict = verify_offline(&scene.record, &old, now).verdict;
    assert_eq!(verdict, Outcome::Undetermined);

    let token = bundle::make(office, 24).unwrap();
    let first = Bundle::open(&token, &office.anchors, 0).unwrap();
    let later = bundle::make(office, 24).unwrap();
    let second = Bundle::open(&later, &office.anchors, first.sequence).unwrap();
    assert!(second.sequence > first.sequence);
    let rolled_back = Bundle::open(&token, &office.anchors, second.sequence).unwrap_err();
    let offered = first.sequence;
    let seen = second.sequence;
    assert_eq!(rolled_back, BadBundle::RolledBack { offered, seen });

    let thief = Ed25519Signer::generate(&SeededRandomness::new(b"thief"));
    let others = Anchors {
        authority: office.anchors.authority.clone(),
        roots: vec![thief.public_key().clone()],
    };
    assert!(matches!(
        Bundle::open(&token, &others, 0),
        Err(BadBundle::Trust(BadTrust::NotGenuine(_)))
    ));
    let elsewhere = Anchors {
        authority: "other.example".to_owned(),
        ..office.anchors.clone()
    };
    assert!(matches!(
        Bundle::open(&token, &elsewhere, 0),
        Err(BadBundle::Trust(BadTrust::OtherAuthority))
    ));
    // Content changed and signed by a key that is trusted for something else, or by nobody.
    let parts: Vec<&str> = token.split('.').collect();
    let content: Value = serde_json::from_slice(&base64url::decode(parts[1]).unwrap()).unwrap();
    let sealed = |content: &Value, key: &dyn Signer| {
        signed_json::seal(key, Message::Bundle, content).unwrap()
    };
    let bundle_key = office.keyring.signer(ServicePurpose::Bundle);
    for key in [
        office.keyring.signer(ServicePurpose::Status),
        scene.key_of(CDC),
    ] {
        let opened = Bundle::open(&sealed(&content, &*key), &office.anchors, 0);
        assert!(matches!(opened, Err(BadBundle::NotGenuine(_))));
    }
    let opened = Bundle::open(&sealed(&content, &thief), &office.anchors, 0);
    assert!(matches!(opened, Err(BadBundle::NotGenuine(_))));
    // A trust list of the forger's own inside a bundle of the service.
    let list = signed_json::open(
        content["trust_list"].as_str().unwrap(),
        Message::TrustList,
        &office.anchors.roots,
    );
    let list = Value::Object(list.unwrap());
    let forged = signed_json::seal(&thief, Message::TrustList, &list).unwrap();
    let mut inside = content.clone();
    inside["trust_list"] = forged.into();
    let opened = Bundle::open(&sealed(&inside, &*bundle_key), &office.anchors, 0);
    assert!(matches!(
        opened,
        Err(BadBundle::Trust(BadTrust::NotGenuine(_)))
    ));
    // A status list that would fill the memory.
    let zeros = StatusBits::of_two(64 << 20, &BTreeMap::new()).lst();
    assert!(zeros.len() < 64 * 1024);
    let status_key = office.keyring.signer(ServicePurpose::Status);
    let bomb = json!({
        "iss": "did:web:mz.example", "sub": "https://mz.example/status/1",
        "iat": now.secs(), "exp": now.secs() + 999, "ttl": 30,
        "status_list": {"bits": 2, "lst": zeros},
    });
    let bomb = signed_json::seal(&*status_key, Message::StatusList, &bomb).unwrap();
    let mut inside = content.clone();
    inside["status_lists"] = json!([bomb]);
    let opened = Bundle::open(&sealed(&inside, &*bundle_key), &office.anchors, 0);
    assert!(matches!(opened, Err(BadBundle::NotGenuine(_))));
    for nonsense in ["", "~", "a.b.c", "e30.e30.", &"A".repeat(1_000_000)] {
        assert!(Bundle::open(nonsense, &office.anchors, 0).is_err());
    }
    // A list of a lower number, and one that was changed.
    let token = content["trust_list"].as_str().unwrap();
    let seen = scene.bundle.trust.sequence + 1;
    let rolled_back = Trust::open(token, &office.anchors, seen).unwrap_err();
    assert!(matches!(rolled_back, BadTrust::RolledBack { .. }));
    let root = Ed25519Signer::generate(&SeededRandomness::new(b"wrong root"));
    let forged = signed_json::seal(&root, Message::TrustList, &list).unwrap();
    let refused = Trust::open(&forged, &office.anchors, 0).unwrap_err();
    assert!(matches!(refused, BadTrust::NotGenuine(_)));
}

#[rstest]
fn no_mutation_of_a_token_is_valid(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let dice = Dice::thrown();
    let alphabet = "ABCXYZabcxyz0189-_~.= \0é证";
    for n in 0..10_000 {
        let text = dice.mutated(&scene.record, alphabet);
        // The same certificate with fewer disclosures is no forgery.
        if scene.record.starts_with(&format!("{}~", jwt(&text))) {
            let whole: Vec<&str> = scene.record.split('~').collect();
            if text.trim().split('~').all(|part| whole.contains(&part)) {
                continue;
            }
        }
        let verdict = verify_offline(&text, &scene.bundle, scene.test.now());
        assert_ne!(verdict.verdict, Outcome::Valid, "{text}");
        if n % 50 == 0 {
            assert_ne!(scene.test.verify_at_window(&text).verdict, Outcome::Valid);
        }
    }
}

#[rstest]
fn no_mutation_of_a_code_is_valid(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let dice = Dice::thrown();
    let (address, printed) = scene.printed.split_once('#').unwrap();
    for n in 0..10_000 {
        let code = if n % 2 == 0 { &scene.offline } else { printed };
        let alphabet = if n % 3 == 0 {
            "0123456789１ x\0"
        } else {
            "0123456789"
        };
        let changed = dice.mutated(code, alphabet);
        if changed.trim() == code.trim() {
            continue;
        }
        let text = if n % 2 == 0 {
            changed
        } else {
            format!("{address}#{changed}")
        };
        let verdict = verify_offline(&text, &scene.bundle, scene.test.now());
        assert_ne!(verdict.verdict, Outcome::Valid, "{text}");
        if n % 50 == 0 {
            assert_ne!(scene.test.verify_at_window(&text).verdict, Outcome::Valid);
        }
    }
}

#[test]
fn hostile_pictures_are_answered() {
    let dice = Dice::thrown();
    let read = |bytes: &[u8]| picture::read_codes(bytes);
    for length in [0, 1, 8, 100, 100_000] {
        assert_eq!(read(&dice.bytes(length)), Err(PictureError::NotAPicture));
    }
    let png = |side: u32| {
        let picture = image::GrayImage::from_pixel(side, side, image::Luma([255]));
        let mut bytes = Cursor::new(Vec::new());
        picture
            .write_to(&mut bytes, image::ImageFormat::Png)
            .unwrap();
        bytes.into_inner()
    };
    let good = png(64);
    assert_eq!(read(&good), Ok(Vec::new()));
    for length in [8, 20, 33, 40, good.len() / 2, good.len() - 13] {
        assert!(read(&good[..length]).is_err(), "{length}");
    }
    assert_eq!(read(&png(5000)), Err(PictureError::TooLarge));
    let large = [good.as_slice(), &vec![0; 11 << 20]].concat();
    assert_eq!(read(&large), Err(PictureError::TooLarge));
    for kind in [b"\x89PNG\r\n\x1a\n".as_slice(), b"\xff\xd8\xff"] {
        let begins_well = [kind, &dice.bytes(50_000)].concat();
        assert!(read(&begins_well).is_err());
    }
}
