//! Figures at the command line.

use std::fs;

use crate::office::Office;

#[test]
fn figures_are_told_and_written_as_tables() {
    let office = Office::open();
    let day = ["--from", "2026-11-01", "--to", "2026-11-30"];
    let told = office.does(&[&["figures"], &day[..]].concat()).out;
    assert!(told.contains("办结 0 件，真正免交 0 份"), "{told}");
    assert!(told.contains("每个办件每份材料只计一次"), "{told}");
    let english = office.does(&[&["--lang", "en", "figures"], &day[..]].concat());
    assert!(english.out.contains("0 cases closed"), "{}", english.out);
    let json = office
        .does(&[&["figures", "--json"], &day[..]].concat())
        .out;
    assert!(json.contains("\"waived\": 0"), "{json}");
    let out = office.path("reasons.csv");
    let table = ["figures", "--csv", "reasons", "--out", &out];
    office.does(&[&table, &day[..]].concat());
    let text = fs::read_to_string(&out).unwrap();
    assert!(text.starts_with("\u{feff}没免成的原因,份数,"), "{text}");
    let wrong = office.runs(&["figures", "--from", "2026-11-30", "--to", "2026-11-01"]);
    assert_eq!((wrong.code, wrong.err.contains("bad_request")), (1, true));
    let no_table =
        office.runs(&[&["figures", "--csv", "people", "--out", &out], &day[..]].concat());
    assert_eq!(no_table.code, 3);
}
