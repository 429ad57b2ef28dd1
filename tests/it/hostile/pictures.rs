//! Pictures that are none, broken ones, large ones, and codes that hide in good ones.

use std::io::Cursor;

use mianzheng::codec::picture;
use mianzheng::codec::picture::PictureError;
use mianzheng::codec::qr::Code;
use mianzheng::crypto::code_seal;
use mianzheng::crypto::random::SeededRandomness;
use mianzheng::crypto::signer::Ed25519Signer;
use mianzheng::domain::verdict::Outcome;
use rstest::rstest;
use serde_json::json;

use crate::hostile::scene::Scene;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge::Dice;
use crate::support::forge::claims_of;

/// The most bytes of a body at the door for pictures.
const BODY: usize = 10 << 20;

#[rstest]
fn hostile_pictures_are_answered(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let dice = Dice::thrown();
    let read = |name: &str, bytes: &[u8]| {
        let read = picture::read_codes(bytes);
        let told = scene.told_of_picture(name, bytes);
        let expected = match &read {
            _ if bytes.len() > BODY => Err("too_large".to_owned()),
            Ok(codes) => {
                assert!(codes.is_empty(), "{name}");
                let verdict = scene.server.test.verify("");
                assert_eq!(verdict.verdict, Outcome::Unreadable);
                Ok(json!([{"code": "", "verdict": verdict}]))
            }
            Err(PictureError::TooLarge) => Err("too_large".to_owned()),
            Err(_) => Err("bad_picture".to_owned()),
        };
        assert_eq!(told, expected, "{name}");
        read
    };
    for length in [0, 1, 8, 100, 100_000] {
        let noise = read("noise", &dice.bytes(length));
        assert_eq!(noise, Err(PictureError::NotAPicture));
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
    assert_eq!(read("good", &good), Ok(Vec::new()));
    for length in [8, 20, 33, 40, good.len() / 2, good.len() - 13] {
        assert!(read("cut off", &good[..length]).is_err(), "{length}");
    }
    assert_eq!(read("wide", &png(5000)), Err(PictureError::TooLarge));
    let large = [good.as_slice(), &vec![0; BODY + (1 << 20)]].concat();
    assert_eq!(read("large", &large), Err(PictureError::TooLarge));
    for kind in [b"\x89PNG\r\n\x1a\n".as_slice(), b"\xff\xd8\xff"] {
        let begins_well = [kind, &dice.bytes(50_000)].concat();
        assert!(read("begins well", &begins_well).is_err());
    }
}

#[rstest]
fn a_forged_code_is_no_better_in_a_picture(#[values(Sqlite, Postgres)] database: Database) {
    let scene = Scene::on(database);
    let thief = Ed25519Signer::generate(&SeededRandomness::new(b"thief"));
    let forged = code_seal::seal(&claims_of(&scene.offline), &thief).unwrap();
    let verdict = scene.server.test.verify(&forged);
    assert_eq!(verdict.verdict, Outcome::UntrustedIssuer);
    let picture = Code::numeric(&forged).unwrap().png(2);
    let told = scene.told_of_picture("forged", &picture).unwrap();
    assert_eq!(told, json!([{"code": forged, "verdict": verdict}]));
}
