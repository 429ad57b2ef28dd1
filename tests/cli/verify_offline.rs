//! `verify` from pictures, standard input and bundles.

use std::fs;

use image::GenericImage;

use crate::card::Card;
use crate::card::outcome;
use crate::office::Office;

/// A bundle and the pinned roots, in files.
fn bundle(card: &Card) -> [String; 2] {
    let [bundle, anchors] = ["bundle.jwt", "anchors.json"].map(|name| card.office.path(name));
    card.office.does(&["bundle", "--out", &bundle]);
    card.office.does(&["trust", "anchors", "--out", &anchors]);
    [bundle, anchors]
}

#[test]
fn a_bundle_needs_no_office() {
    let card = Card::issued();
    let printed = card.code("printed", &[]);
    let offline = card.code("offline", &[]);
    let [bundle, anchors] = bundle(&card);
    let nowhere = Office::nowhere();
    let with = ["--bundle", &bundle, "--anchors", &anchors];
    let verdict = |text: &str| outcome(&nowhere, &[with.as_slice(), &[text]].concat());
    assert_eq!(verdict(&printed), "valid");
    assert_eq!(verdict(&offline), "valid");
    assert_eq!(verdict(&card.id), "undetermined");
    assert_eq!(verdict("你好"), "unreadable");
    let args = [&["verify"], with.as_slice(), &[printed.as_str()]].concat();
    let told = nowhere.does(&args).out;
    assert!(told.contains("从业类别: 餐饮服务"), "{told}");

    let reason = ["--word", "cancelled", "--reason", "注销"];
    let args = [&["revoke", &card.id], reason.as_slice()].concat();
    card.office.does(&args);
    assert_eq!(verdict(&printed), "valid", "a bundle knows what it knew");
    card.office.does(&["bundle", "--out", &bundle]);
    assert_eq!(verdict(&printed), "revoked");

    let roots = fs::read_to_string(&anchors).unwrap();
    fs::write(&anchors, roots.replace("localhost", "elsewhere")).unwrap();
    let args = [&["--json", "verify"], with.as_slice(), &[printed.as_str()]].concat();
    let refused = nowhere.runs(&args);
    assert_eq!(
        (refused.code, &refused.json()["code"]),
        (1, &"bad_file".into())
    );
}

#[test]
fn an_older_bundle_is_refused_by_whoever_keeps_count() {
    let card = Card::issued();
    let printed = card.code("printed", &[]);
    let [newer, anchors] = bundle(&card);
    let older = card.office.path("older.jwt");
    fs::copy(&newer, &older).unwrap();
    card.office.does(&[
        "revoke",
        &card.id,
        "--word",
        "cancelled",
        "--reason",
        "注销",
    ]);
    card.office.does(&["bundle", "--out", &newer]);
    let seen = card.office.path("seen.json");
    let nowhere = Office::nowhere();
    let with = |bundle: &str| {
        let args = ["--bundle", bundle, "--anchors", &anchors, "--seen", &seen];
        let args = [&["--json", "verify"], args.as_slice(), &[printed.as_str()]].concat();
        let done = nowhere.runs(&args);
        (done.code, done.json()["code"].clone())
    };
    assert_eq!(with(&older).0, 0);
    assert_eq!(with(&newer).0, 2, "revoked");
    let noted = fs::read_to_string(&seen).unwrap();
    assert_eq!(with(&older), (1, "bad_file".into()));
    assert_eq!(fs::read_to_string(&seen).unwrap(), noted);
    assert_eq!(with(&newer).0, 2);
    fs::write(&seen, "{}").unwrap();
    assert_eq!(with(&newer), (1, "bad_file".into()));
}

#[test]
fn a_text_comes_from_standard_input() {
    let card = Card::issued();
    let printed = card.code("printed", &[]);
    let done = card.office.reads(&["verify", "-"], &format!("{printed}\n"));
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    let done = card.office.reads(&["--json", "verify", "-"], "");
    assert_eq!(done.code, 2);
    assert_eq!(done.json()["verdicts"][0]["verdict"], "unreadable");
}

#[test]
fn a_picture_may_hold_two_codes() {
    let card = Card::issued();
    let [left, right, both] = ["l.png", "r.png", "both.png"].map(|name| card.office.path(name));
    card.show("printed", &["--out", &left]);
    card.show("offline", &["--out", &right]);
    let pictures = [&left, &right].map(|path| image::open(path).unwrap().to_luma8());
    let width = pictures.iter().map(image::GrayImage::width).sum::<u32>() + 60;
    let height = pictures.iter().map(image::GrayImage::height).max().unwrap();
    let mut canvas = image::GrayImage::from_pixel(width, height, image::Luma([255]));
    canvas.copy_from(&pictures[0], 0, 0).unwrap();
    canvas
        .copy_from(&pictures[1], pictures[0].width() + 60, 0)
        .unwrap();
    canvas.save(&both).unwrap();
    let done = card
        .office
        .does(&["--json", "verify", "--picture", &both])
        .json();
    let verdicts = done["verdicts"].as_array().unwrap();
    let mut shown: Vec<&str> = verdicts
        .iter()
        .map(|verdict| verdict["shown_by"].as_str().unwrap())
        .collect();
    shown.sort_unstable();
    assert_eq!(shown, ["offline", "printed"]);

    let reason = ["--word", "cancelled", "--reason", "注销"];
    let args = [&["revoke", &card.id], reason.as_slice()].concat();
    card.office.does(&args);
    assert_eq!(card.office.runs(&["verify", "--picture", &both]).code, 2);

    image::GrayImage::new(30, 40).save(&left).unwrap();
    assert_eq!(card.verdict(&["--picture", &left]), "unreadable");
    let none = card.office.runs(&["verify", "--picture", "none.png"]);
    assert_eq!(none.code, 1);
}
