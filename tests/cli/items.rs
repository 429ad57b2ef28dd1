//! Items at the command line: found, what to bring, listed, checked.

use std::fs;

use crate::office::Office;
use crate::office::example;

/// 生育登记（一孩登记） of 二连浩特市.
const ITEM: &str = "11152501MY0001840D415202390100001";

#[test]
fn an_item_is_found_and_says_what_to_bring() {
    let office = Office::open();
    assert_eq!(office.runs(&["items", "search", "sy"]).code, 2);
    let loaded = office.does(&["catalogue", "load", &example("catalogue")]);
    assert!(
        loaded.out.contains("事项 10290（材料规则新增或有变 326）"),
        "{}",
        loaded.out
    );
    let found = office
        .does(&["items", "search", "s'y", "--division", "152501"])
        .out;
    assert!(
        found.contains("152023901  生育登记\n  一孩登记\n"),
        "{found}"
    );
    assert!(found.contains(ITEM), "{found}");
    let none = office.runs(&["items", "search", "没有这样的事项"]);
    assert_eq!((none.code, none.out.contains("没有找到事项")), (2, true));
    let shown = office.does(&["items", "show", ITEM]).out;
    assert!(shown.contains("居民户口簿  不用带"), "{shown}");
    assert!(shown.contains("材料规则第 1 版"), "{shown}");
    let told = office.does(&["items", "checklist", ITEM]).out;
    assert!(told.contains("不用带 2 样，需带 1 样"), "{told}");
    assert!(
        told.contains("申请人的电子证照《居民户口簿》代替"),
        "{told}"
    );
    let english = office.does(&[
        "--lang",
        "en",
        "items",
        "checklist",
        ITEM,
        "--scenario",
        "补办",
    ]);
    assert!(
        english.out.contains("Leave 2 at home, bring 1"),
        "{}",
        english.out
    );
    let unknown = office.runs(&["items", "checklist", "1"]);
    assert_eq!(
        (unknown.code, unknown.err.contains("unknown_item")),
        (1, true)
    );
    let wrong = office.runs(&["items", "checklist", ITEM, "--scenario", "x"]);
    assert!(
        wrong.code == 1 && wrong.err.contains("bad_scenario"),
        "{}",
        wrong.err
    );
    let listed = office.does(&["items", "list"]).out;
    assert!(
        listed.contains("152502  锡林浩特市  817") && listed.contains("10290"),
        "{listed}"
    );
    let sheet = office.path("清单.csv");
    office.does(&["items", "list", "--department", "health", "--out", &sheet]);
    assert!(fs::read_to_string(&sheet).unwrap().contains(ITEM));
    checked(&office);
}

/// The catalogue as it comes has no exempt material that nothing stands for; without those who
/// issue one it has.
fn checked(office: &Office) {
    let whole = office.does(&["items", "check"]).out;
    assert!(
        whole.contains("看了 10290 个事项，有 0 类材料没有证照可以代替"),
        "{whole}"
    );
    let folder = office.path("some");
    fs::create_dir(&folder).unwrap();
    let names = [
        "certificate-types.json",
        "divisions.csv",
        "service-items.csv",
        "item-materials.csv",
    ];
    for name in names {
        fs::copy(
            example(&format!("catalogue/{name}")),
            format!("{folder}/{name}"),
        )
        .unwrap();
    }
    let agencies = fs::read_to_string(example("catalogue/agencies.csv")).unwrap();
    let lame = agencies.replace(",disease_control,issuer;user", ",disease_control,user");
    assert_ne!(lame, agencies);
    let lame = lame.replace(",hospital,issuer;user", ",hospital,user");
    let lame = lame.replace(",health_centre,issuer;user", ",health_centre,user");
    office.write("some/agencies.csv", &lame);
    let checked = office.runs(&["--json", "catalogue", "check", &folder]);
    assert_eq!(checked.code, 2, "{}{}", checked.out, checked.err);
    let found = &checked.json()["coverage"]["findings"];
    let all = found.as_array().unwrap();
    let gap = all
        .iter()
        .find(|gap| gap["type_name"] == "食品从业人员健康证明")
        .unwrap();
    assert_eq!(
        (&gap["code"], &gap["nothing_serves"]),
        (&"no_issuer".into(), &true.into())
    );
    assert!(gap["items"].as_u64().unwrap() > 100, "{gap}");
    let act = gap["act"]["zh"].as_str().unwrap();
    assert!(
        act.contains("agencies.csv") && act.contains("issuer"),
        "{act}"
    );
    let told = office.runs(&["catalogue", "check", &folder]).out;
    assert!(
        told.contains("《食品从业人员健康证明》在") && told.contains("→"),
        "{told}"
    );
}
