//! Texts that are no token, no code, or almost one.

use mianzheng::codec::cbor;
use mianzheng::codec::compact::Kind;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::verify::offline::verify_offline;
use rstest::rstest;

use crate::hostile::scene::Scene;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge;
use crate::support::forge::claims_of;

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
        let verdict = verify_offline(&code, &scene.bundle, scene.server.test.now()).verdict;
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
