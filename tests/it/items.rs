//! The published items and what they ask for: loaded, found, kept in versions.

use mianzheng::domain::item::ItemCode;
use mianzheng::domain::item::Items;
use mianzheng::domain::item::Query;
use mianzheng::domain::problem::Reason;
use mianzheng::flow::catalogue;
use mianzheng::flow::catalogue::CatalogueFiles;
use mianzheng::flow::catalogue::Loaded;
use mianzheng::flow::failure::Failure;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::TestOffice;
use crate::support::office::example;
use crate::support::office::operator;

/// 生育登记（一孩登记） of 锡林浩特市.
const BIRTH_OF_FIRST: &str = "生育登记（一孩登记）";

fn text(name: &str) -> String {
    std::fs::read_to_string(example(&format!("catalogue/{name}"))).unwrap()
}

fn load(
    test: &TestOffice,
    items: Option<String>,
    materials: Option<String>,
) -> Result<Loaded, Failure> {
    let files = CatalogueFiles {
        items,
        materials,
        ..CatalogueFiles::default()
    };
    catalogue::load(&test.office, &files, &operator())
}

fn named(items: &Items, name: &str, division: &str) -> ItemCode {
    let found = items.search(&Query {
        text: name,
        division: Some(division.parse().unwrap()),
        department: None,
        most: 5,
    });
    let mut all = found
        .iter()
        .flat_map(|main| &main.situations)
        .flat_map(|situation| &situation.items);
    all.find(|item| item.name == name).unwrap().code
}

fn told(why: &Failure) -> String {
    assert_eq!(why.problem().reason, Reason::BadDefinition);
    format!("{why:?}")
}

#[rstest]
fn all_items_load_and_are_found(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    assert!(test.office.items().unwrap().is_empty());
    let (items, materials) = (text("service-items.csv"), text("item-materials.csv"));
    let loaded = load(&test, Some(items.clone()), Some(materials.clone())).unwrap();
    assert_eq!((loaded.items, loaded.changed_rules), (10_290, 326));
    let all = test.office.items().unwrap();
    assert_eq!(all.len(), 10_290);
    for query in ["sy", "生育", "152023901"] {
        let found = all.search(&Query {
            text: query,
            division: None,
            department: None,
            most: 5,
        });
        assert!(
            found.iter().any(|main| main.name == "生育登记"),
            "{query}: {:?}",
            found.iter().map(|main| main.name).collect::<Vec<_>>()
        );
    }
    // Again, nothing is new.
    let again = load(&test, Some(items), Some(materials)).unwrap();
    assert_eq!((again.items, again.changed_rules), (10_290, 0));
}

#[rstest]
fn a_changed_rule_is_a_version_and_a_dropped_item_is_no_longer_listed(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let (items, materials) = (text("service-items.csv"), text("item-materials.csv"));
    load(&test, Some(items.clone()), Some(materials.clone())).unwrap();
    let before = test.office.items().unwrap();
    let code = named(&before, BIRTH_OF_FIRST, "152502");
    let rule = before.rule(code.base()).unwrap();
    assert_eq!(rule.version, 1);
    let first = &rule.materials[0].name;
    let changed = materials.replace(
        &format!("{},1,{first},", code.base()),
        &format!("{},1,改名的材料,", code.base()),
    );
    assert_ne!(changed, materials);
    assert_eq!(load(&test, None, Some(changed)).unwrap().changed_rules, 1);
    let now = test.office.items().unwrap();
    let rule = now.rule(code.base()).unwrap();
    assert_eq!(
        (rule.version, rule.materials[0].name.as_str()),
        (2, "改名的材料")
    );
    // Whoever holds the earlier list still sees what it said.
    assert_eq!(before.rule(code.base()).unwrap().version, 1);
    let without: Vec<&str> = items
        .lines()
        .filter(|line| !line.starts_with(&code.to_string()))
        .collect();
    let loaded = load(&test, Some(without.join("\n")), None).unwrap();
    assert_eq!((loaded.items, loaded.changed_rules), (10_289, 0));
    let now = test.office.items().unwrap();
    assert!(now.item(&code).is_none());
    assert_eq!(now.rule(code.base()).unwrap().version, 2);
}

#[rstest]
fn a_fault_is_named_and_nothing_is_loaded(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let (items, materials) = (text("service-items.csv"), text("item-materials.csv"));
    let (header, line) = {
        let mut lines = items.lines();
        (lines.next().unwrap(), lines.next().unwrap())
    };
    let agency = line.get(..18).unwrap();
    for (wrong, said) in [
        (
            format!("{header}\n{line}\n{line}"),
            "row 3, item_code: stands twice",
        ),
        (
            format!("{header}\n{}", line.replace("organisation", "anybody")),
            "row 2, holder_kind: cannot be read",
        ),
        (
            format!(
                "{header}\n{}",
                line.replacen("150104901000,", "150104902000,", 1)
            ),
            "row 2, base_item_code",
        ),
        (
            format!(
                "{header}\n{}",
                line.replacen(agency, "91350100M000100Y43", 1)
            ),
            "its agency is not in the catalogue",
        ),
        (
            items.replace("scenario", "situation"),
            "the column scenario is missing",
        ),
    ] {
        let why = told(&load(&test, Some(wrong), None).unwrap_err());
        assert!(why.contains(said), "{why}");
    }
    let rule = |from: &str, to: &str| materials.replacen(from, to, 1);
    for (wrong, said) in [
        (
            rule(",电子证照,", ",电子证,"),
            "exemption_route: none of the words",
        ),
        (
            rule("150104901000,2,", "150104901000,3,"),
            "seq: does not run on",
        ),
        (
            rule("11100000MB0143028R001", "11100000MB0143028R999"),
            "there is no certificate type 11100000MB0143028R999",
        ),
        (
            rule(",holder_name;holder_code,", ",holder_name;shoe_size,"),
            "no field shoe_size",
        ),
        (
            materials.replace("150104901000,", "150199999999,"),
            "no item has this base code",
        ),
    ] {
        let why = load(&test, Some(items.clone()), Some(wrong)).unwrap_err();
        let why = told(&why);
        assert!(why.contains(said), "{why}");
    }
    assert!(test.office.items().unwrap().is_empty());
}
