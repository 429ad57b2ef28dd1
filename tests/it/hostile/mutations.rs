//! Changes at random: none of them is ever valid.

use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::verify::offline::verify_offline;
use rstest::rstest;

use crate::hostile::scene::Scene;
use crate::hostile::scene::jwt;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge::Dice;

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
        let verdict = verify_offline(&text, &scene.bundle, scene.server.test.now());
        assert_ne!(verdict.verdict, Outcome::Valid, "{text}");
        if n % 50 == 0 {
            let verdict = scene.server.test.verify_at_window(&text).verdict;
            assert_ne!(verdict, Outcome::Valid, "{text}");
            scene.expect_at_a_window("changed", &text, verdict);
            scene.expect_of_a_stranger("changed", &text);
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
        let verdict = verify_offline(&text, &scene.bundle, scene.server.test.now());
        assert_ne!(verdict.verdict, Outcome::Valid, "{text}");
        if n % 50 == 0 {
            let verdict = scene.server.test.verify_at_window(&text).verdict;
            assert_ne!(verdict, Outcome::Valid, "{text}");
            scene.expect_at_a_window("changed", &text, verdict);
            scene.expect_of_a_stranger("changed", &text);
        }
    }
}
