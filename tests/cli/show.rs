//! A holder shows a card.

use std::fs;

use crate::card::Card;

#[test]
fn a_holder_lists_cards_and_draws_codes() {
    let card = Card::issued();
    let by = ["--token-file", &card.holder];
    let listed = card
        .office
        .does(&[&["show", "cards"], by.as_slice()].concat())
        .out;
    assert!(listed.contains("食品从业人员健康证明  有效"), "{listed}");
    let ids = [&["show", "cards", "--ids"], by.as_slice()].concat();
    assert_eq!(card.office.does(&ids).out, format!("{}\n", card.id));
    let all = card
        .office
        .does(&[&["--json", "show", "cards"], by.as_slice()].concat());
    assert_eq!(all.json()["cards"][0]["identifier"], *card.id);

    let [png, svg, gif] = ["c.png", "c.svg", "c.gif"].map(|name| card.office.path(name));
    let live = card.show("live", &["--fields", "holder_name", "--out", &svg]);
    assert_eq!(live["spoken"].as_str().unwrap().len(), 8);
    assert!(live["session"].is_i64() && live["renew_at"].is_string());
    assert!(fs::read_to_string(&svg).unwrap().contains("<svg"));
    let offline = card.show("offline", &["--minutes", "30", "--out", &png]);
    assert!(offline["version"].as_u64().unwrap() <= 15, "{offline}");
    assert!(image::open(&png).is_ok());
    let args = [&["show", "printed", &card.id], by.as_slice()].concat();
    let drawn = card.office.does(&args).out;
    assert!(drawn.lines().count() > 20, "{drawn}");
    let args = [args.as_slice(), &["--out", &gif]].concat();
    assert_eq!(card.office.runs(&args).code, 1);
}

#[test]
fn nobody_shows_a_card_that_is_not_theirs() {
    let card = Card::issued();
    let other = card.office.path("other.token");
    let person = [
        "--role",
        "holder",
        "--holder",
        "111:152528197911010470",
        "--out",
        &other,
    ];
    card.office
        .does(&[&["token", "create"], person.as_slice()].concat());
    for (token, code) in [(&other, "not_found"), (&card.window, "forbidden")] {
        let args = ["--json", "show", "offline", &card.id, "--token-file", token];
        let refused = card.office.runs(&args);
        assert_eq!((refused.code, &refused.json()["code"]), (1, &code.into()));
    }
    let none = ["--json", "show", "cards", "--token-file", &other];
    assert_eq!(
        card.office.does(&none).json()["cards"],
        serde_json::json!([])
    );
    fs::write(&other, "mzt_nothing").unwrap();
    let refused = card.office.runs(&none);
    assert_eq!(refused.json()["code"], "unauthenticated");
}

#[test]
fn a_holder_asks_for_cases_that_name_her() {
    let card = Card::issued();
    let by = ["--token-file", &card.holder];
    let cases = [&["--json", "show", "cases"], by.as_slice()].concat();
    assert_eq!(
        card.office.does(&cases).json()["cases"],
        serde_json::json!([])
    );
    for text in ["15250220261123000017", "000017", "hello"] {
        let open = [&["--json", "show", "case", text], by.as_slice()].concat();
        let refused = card.office.runs(&open);
        assert_eq!(
            (refused.code, &refused.json()["code"]),
            (1, &"not_of_case".into())
        );
    }
}
