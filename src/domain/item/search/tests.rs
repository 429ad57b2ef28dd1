//! Tests.

use std::collections::HashMap;

use super::*;
use crate::domain::definition::HolderKind;
use crate::domain::item::Items;

fn item(code: &str, name: &str, scenario: &str, division: &str) -> Item {
    Item {
        code: code.parse().unwrap(),
        name: name.to_owned(),
        scenario: scenario.to_owned(),
        division: division.parse().unwrap(),
        department: "health".to_owned(),
        holder: HolderKind::Person,
    }
}

/// The last twelve digits before the situation say which item it is.
fn of(base: &str, scenario: u8) -> String {
    format!("11152501MY0001840D4{base}{scenario:02}")
}

fn items() -> Items {
    let all = [
        ("150723901000", "生育登记（一孩登记）", "一孩登记"),
        ("150723901001", "生育登记（补办）", "补办"),
        ("150723902000", "商业演出审批（新办）", "新办"),
        ("150723903000", "计划生育登记证换领", "换领"),
        ("150723904000", "重庆路银行（ATM）备案（备案）", "备案"),
    ];
    let all = all.into_iter().zip(1..);
    let all = all.map(|((base, name, scenario), n)| item(&of(base, n), name, scenario, "152501"));
    Items::new(all.collect(), HashMap::new(), Vec::new())
}

fn look<'a>(items: &'a Items, text: &str) -> Vec<Found<'a>> {
    items.search(&asked(text))
}

fn asked(text: &str) -> Query<'_> {
    Query {
        text,
        division: None,
        department: None,
        most: 5,
    }
}

fn names(found: &[Found<'_>]) -> Vec<String> {
    found.iter().map(|f| f.name.to_owned()).collect()
}

#[test]
fn an_item_is_found_by_name_initials_and_code() {
    let items = items();
    for (query, first) in [
        ("生育", "生育登记"),
        ("sy", "生育登记"),
        ("SYDJ", "生育登记"),
        (" s y　d j ", "生育登记"),
        ("ｓｙ", "生育登记"),
        ("s'y", "生育登记"),
        ("S’Y‘d", "生育登记"),
        ("生育dj", "生育登记"),
        ("syyc", "商业演出审批"),
        ("登记证", "计划生育登记证换领"),
        ("djzhl", "计划生育登记证换领"),
        ("150723902000", "商业演出审批"),
        ("1507 2390 2", "商业演出审批"),
        (&of("150723903000", 4), "计划生育登记证换领"),
        (&of("150723903000", 4).to_lowercase(), "计划生育登记证换领"),
        // 重 is read chóng here and zhòng elsewhere, 行 háng and xíng.
        ("cqlyh", "重庆路银行（ATM）备案"),
        ("zqlyx", "重庆路银行（ATM）备案"),
        ("yhatm", "重庆路银行（ATM）备案"),
    ] {
        let found = look(&items, query);
        assert_eq!(
            names(&found).first().map(String::as_str),
            Some(first),
            "{query}"
        );
    }
}

#[test]
fn what_fits_nothing_finds_nothing() {
    let items = items();
    for query in ["", " ", "（）", "xyz", "生死", "0000", "🙂"] {
        assert!(look(&items, query).is_empty(), "{query}");
    }
    let elsewhere = Query {
        division: Some("152502".parse().unwrap()),
        ..asked("生育")
    };
    assert!(items.search(&elsewhere).is_empty());
    let another = Query {
        department: Some("education"),
        ..asked("生育")
    };
    assert!(items.search(&another).is_empty());
    let one = Query {
        most: 1,
        ..asked("登记")
    };
    assert_eq!(items.search(&one).len(), 1);
}

#[test]
fn the_situations_of_a_main_item_come_together() {
    let items = items();
    let found = look(&items, "生育登记");
    assert_eq!(names(&found), ["生育登记", "计划生育登记证换领"]);
    let situations = |found: &Found<'_>| -> Vec<String> {
        let all = found.situations.iter();
        all.map(|situation| situation.name.to_owned()).collect()
    };
    assert_eq!(situations(&found[0]), ["一孩登记", "补办"]);
    // A code or a name that goes on into the situation leaves out the others.
    for text in ["150723901001", "生育登记（补办）", "生育登记补", "sydjbb"] {
        let found = look(&items, text);
        assert_eq!(names(&found), ["生育登记"], "{text}");
        assert_eq!(situations(&found[0]), ["补办"], "{text}");
    }
}
