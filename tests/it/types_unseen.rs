//! A type that no line of code knows, loaded into a running office: it has all that others have.

use std::io::Cursor;
use std::io::Write;

use mianzheng::codec::digest::sha256;
use mianzheng::domain::caller::Role;
use mianzheng::domain::contract::template::template;
use mianzheng::domain::draft::Draft;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::usage::Purpose;
use mianzheng::domain::usage::UseMode;
use mianzheng::domain::value::hex;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::batch::Task;
use mianzheng::flow::interface;
use mianzheng::flow::interface::UseRequest;
use mianzheng::flow::issue::renew::RenewRequest;
use mianzheng::flow::issue::renew::renew;
use mianzheng::flow::ledger_check;
use mianzheng::flow::show::choice::Choice;
use mianzheng::flow::show::compact;
use mianzheng::flow::show::live;
use mianzheng::flow::verify::offline::verify_offline;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::support::cases::OLD_AGE;
use crate::support::cases::item;
use crate::support::cases::load_items;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::office::How;
use crate::support::office::Sheet;
use crate::support::office::TestOffice;
use crate::support::office::draft;
use crate::support::system::present;
use crate::support::system::wang;
use crate::support::system::whose;

const NAME: &str = "骑乘搭档合格证";
pub(crate) const CULTURE: &str = "锡林浩特市文体旅游广电局";
pub(crate) const RIDER: &str = "152502199206120020";
pub(crate) const GUIDE: &str = "152522198804150036";

fn field(key: &str, label: &str, kind: &str, most: u32, required: bool) -> Value {
    json!({
        "key": key, "label": label, "label_en": key, "type": kind,
        "required": required, "max_length": most, "disclosure": "by_need"
    })
}

pub(crate) fn riding() -> Value {
    json!({
        "code": "91152502MA0000001L999",
        "name": NAME,
        "name_en": "Riding Partners' Certificate",
        "category": "证照执照",
        "holder": "person",
        "department": "culture_tourism",
        "defining_body": {"code": "91152502MA0000001L", "name": "示例局"},
        "provisional": true,
        "validity": {"months": 18, "from": "inspect_date", "last_day": "day_before"},
        "number_pattern": {"regex": "^骑[0-9]{6}$", "example": "骑000001", "generic": false},
        "sensitive": false,
        "issued_by": "local",
        "number_embeds_id": false,
        "holders": [
            {"name": "rider_name", "code": "rider_no"},
            {"name": "guide_name", "code": "guide_no"}
        ],
        "fields": [
            field("rider_name", "骑手姓名", "text", 60, true),
            field("rider_no", "骑手证件号", "text", 40, true),
            field("guide_name", "向导姓名", "text", 60, true),
            field("guide_no", "向导证件号", "text", 40, true),
            {
                "key": "gait", "label": "步法", "label_en": "Gait", "type": "code",
                "codes": {"01": "走马", "02": "快马"},
                "required": true, "max_length": 2, "disclosure": "always"
            },
            field("inspect_date", "检查日期", "date", 10, true),
            field("distance_km", "里程", "integer", 5, true),
            field("photo", "合影", "image", 1_048_576, false),
        ]
    })
}

/// The same with a label changed, a field dropped and one more.
fn riding_changed() -> Value {
    let mut changed = riding();
    let fields = changed["fields"].as_array_mut().unwrap();
    fields[4]["label"] = "骑行步法".into();
    fields.remove(6);
    fields.push(field("horse", "马名", "text", 30, true));
    changed
}

pub(crate) fn picture() -> Vec<u8> {
    let drawn = image::RgbImage::from_pixel(40, 40, image::Rgb([200, 100, 50]));
    let mut bytes = Cursor::new(Vec::new());
    drawn.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

pub(crate) fn fields<'a>(number: &'a str, digest: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("certificate_number", number),
        ("rider_name", "其其格"),
        ("rider_no", RIDER),
        ("guide_name", "苏和"),
        ("guide_no", GUIDE),
        ("gait", "走马"),
        ("inspect_date", "2026-11-16"),
        ("distance_km", "30"),
        ("photo", digest),
        ("issue_date", "2026-11-20"),
    ]
}

fn office(database: Database) -> TestOffice {
    let test = TestOffice::on(database);
    let loaded = test.load_types(&json!([riding()]));
    assert_eq!((loaded.new_types, loaded.changed_types), (1, 0));
    let again = test.load_types(&json!([riding()]));
    assert_eq!((again.new_types, again.changed_types), (0, 0));
    test.give_keys(&[test.agency(CULTURE)]);
    test
}

pub(crate) fn issued(test: &TestOffice, draft: &Draft) -> CertificateIdentifier {
    let how = How {
        pictures: vec![("photo".to_owned(), picture())],
        ..How::default()
    };
    let (of, culture) = (test.type_named(NAME), test.agency(CULTURE));
    let done = test.issue_draft(&of, &culture, draft, how).unwrap();
    assert!(done.warnings.is_empty(), "{:?}", done.warnings);
    done.identifier
}

/// Everything that can be done with a certificate of the type.
fn lives_fully(test: &TestOffice, of: &CertificateIdentifier, new_field: Option<&str>) {
    assert_eq!(test.verify(&test.record(of)).verdict, Outcome::Valid);
    let bundle = test.bundle();
    for holder in [RIDER, GUIDE] {
        let by = test.holder(&format!("111:{holder}"));
        let mut wanted = vec!["gait".to_owned(), "inspect_date".to_owned()];
        wanted.extend(new_field.map(str::to_owned));
        let choice = Choice {
            identifier: of.clone(),
            fields: wanted.clone(),
        };
        let shown = live::show(&test.office, &[choice], &by).unwrap();
        let verdict = test.verify_at_window(&shown.text);
        assert_eq!(verdict.verdict, Outcome::Valid);
        let seen = &verdict.certificates[0].fields;
        assert_eq!(seen["gait"], "01");
        assert!(!seen.contains_key("rider_no"), "{seen:?}");
        let code = compact::offline(&test.office, of, &wanted, 15, &by).unwrap();
        assert_eq!(code.not_in_code, [""; 0]);
        let verdict = verify_offline(&code.text, &bundle, test.now());
        assert_eq!(verdict.verdict, Outcome::Valid);
        let seen = &verdict.certificates[0].fields;
        assert_eq!(seen["inspect_date"], "2026-11-16");
        assert_eq!(seen["gait"], "01");
        if let Some(field) = new_field {
            assert!(seen.contains_key(field), "{seen:?}");
        }
        let printed = compact::printed(&test.office, of, &by).unwrap();
        let verdict = verify_offline(&printed.text, &bundle, test.now());
        assert_eq!(verdict.verdict, Outcome::Valid);
        assert_eq!(verdict.certificates[0].type_name, NAME);
        let seen = &verdict.certificates[0].fields;
        assert_eq!(seen["valid_to"], "2028-05-15");
        assert_eq!(seen["holder_name_masked"], "其*格、苏*");
    }
}

#[rstest]
fn an_unseen_type_has_all_that_others_have(#[values(Sqlite, Postgres)] database: Database) {
    let test = office(database);
    let bytes = picture();
    let digest = hex(&sha256(&bytes));
    let of = test.type_named(NAME);
    let first = issued(&test, &draft(&fields("骑000001", &digest)));
    lives_fully(&test, &first, None);
    // The picture is kept, and only the one that was named.
    let register = mianzheng::flow::register::Register::of(&test.office);
    let id = register.find(&first).unwrap().unwrap().id;
    let kept = test
        .office
        .store
        .read(|rx| rx.picture(id, "photo"))
        .unwrap();
    assert_eq!(kept.unwrap().sha256, sha256(&bytes));
    let other = draft(&fields("骑000002", &digest));
    for pictures in [
        vec![("photo".to_owned(), b"\xff\xd8\xff another".to_vec())],
        vec![("gait".to_owned(), bytes.clone())],
    ] {
        let how = How {
            pictures,
            ..How::default()
        };
        let refused = test.issue_draft(&of, &test.agency(CULTURE), &other, how);
        let problem = refused.unwrap_err().problem();
        assert_eq!(problem.reason, Reason::BadDraft);
        assert_eq!(problem.findings[0].code, "not_a_picture");
    }
    // Fetched.
    load_items(&test);
    let granted = ["rider_name", "distance_km"];
    test.give(HALL, &of.definition.code, &item(OLD_AGE), &granted);
    let guide = format!("111:{GUIDE}");
    let purpose = Purpose {
        mode: UseMode::InPerson,
        item: item(OLD_AGE),
        item_name: OLD_AGE.to_owned(),
        case: None,
        cause: "核验".to_owned(),
        operator: Some(wang()),
        legal_basis: None,
        consent: None,
        slip: Some("现授〔2026〕1号".to_owned()),
        present: Some(present("苏和", &guide)),
        mandate: None,
    };
    let request = UseRequest {
        of: &of,
        wanted: &whose(&guide),
        purpose: &purpose,
        fields: &[],
        body: b"",
    };
    let by = test.caller(Role::System, HALL);
    let answer = interface::query(&test.office, &request, &by).unwrap();
    assert_eq!(answer.certificates[0].fields["distance_km"], 30);
    // By its own template, with pictures by number: one of them, counted once.
    let headings: Vec<String> = template(&of.definition)
        .into_iter()
        .map(|column| column.heading)
        .collect();
    assert_eq!(headings.len(), 10, "{headings:?}");
    let row = |n: u32| {
        let cells = headings.iter().map(|heading| {
            let key = of.definition.column_of(heading).unwrap();
            let value = fields("骑000001", "").into_iter().find(|(k, _)| *k == key);
            match key {
                "certificate_number" => format!("骑00000{n}"),
                _ => value.map(|(_, v)| v.to_owned()).unwrap_or_default(),
            }
        });
        cells.collect::<Vec<_>>().join(",")
    };
    let sheet = format!("{}\n{}\n{}\n", headings.join(","), row(7), row(8));
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("骑000007.png", options).unwrap();
    zip.write_all(&bytes).unwrap();
    let photos = zip.finish().unwrap().into_inner();
    let sheet = sheet.into_bytes();
    let file = Sheet {
        bytes: &sheet,
        photos: Some(&photos),
        stock: false,
        all_or_nothing: false,
    };
    let worked = test.work(file, (NAME, CULTURE), Task::Issue, &mut |_| Ok(()));
    let report = worked.unwrap().report;
    assert_eq!(
        (report.counts.issued, report.counts.pictures),
        (2, 1),
        "{report:?}"
    );
    assert_eq!(report.pictures.missing, [3]);
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}

#[rstest]
fn a_changed_definition_leaves_what_was_issued_as_it_is(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = office(database);
    let digest = hex(&sha256(&picture()));
    let old_fields = fields("骑000001", &digest);
    let first = issued(&test, &draft(&old_fields));
    let one = test.type_named(NAME);
    let by = test.holder(&format!("111:{RIDER}"));
    let old_print = compact::printed(&test.office, &first, &by).unwrap();

    let loaded = test.load_types(&json!([riding_changed()]));
    assert_eq!((loaded.new_types, loaded.changed_types), (0, 1));
    let two = test.type_named(NAME);
    assert_eq!((one.version, two.version), (1, 2));
    assert_eq!(one.number, two.number);
    // Numbers are for ever: of what stays, of what was dropped, and new ones behind them.
    for (key, number) in &one.code_fields.0 {
        assert_eq!(two.code_fields.0[key], *number, "{key}");
    }
    let last = one.code_fields.0.values().max().unwrap();
    assert_eq!(two.code_fields.0["horse"], last + 1);
    assert!(!two.code_fields.0.contains_key("photo"));

    lives_fully(&test, &first, Some("distance_km"));
    assert_eq!(test.verify(&old_print.text).verdict, Outcome::Valid);
    // The same facts are still the same certificate; the dropped field is no column any more.
    let refused = test
        .issue_draft(
            &two,
            &test.agency(CULTURE),
            &draft(&old_fields),
            How::default(),
        )
        .unwrap_err();
    let findings = refused.problem().findings;
    let told: Vec<_> = findings
        .iter()
        .map(|f| (f.column.as_str(), f.code))
        .collect();
    assert!(told.contains(&("distance_km", "unknown_field")), "{told:?}");
    assert!(told.contains(&("horse", "missing")), "{told:?}");
    let mut new_fields = fields("骑000002", &digest);
    new_fields.retain(|(key, _)| *key != "distance_km");
    new_fields.push(("horse", "黄骠马"));
    let second = issued(&test, &draft(&new_fields));
    lives_fully(&test, &second, Some("horse"));
    // Renewed under the new definition.
    let mut next = new_fields.clone();
    next[0].1 = "骑000001";
    let next = draft(&next);
    let request = RenewRequest {
        identifier: &first,
        draft: &next,
        pictures: Vec::new(),
        by: &test.caller(Role::Issuer, CULTURE),
        key: None,
    };
    let renewed = renew(&test.office, request).unwrap().identifier;
    assert_eq!(renewed.version.number(), 2);
    lives_fully(&test, &renewed, Some("horse"));
    assert_eq!(
        test.verify(&test.record(&first)).verdict,
        Outcome::Superseded
    );
    // The label of the new definition heads the columns of its files, and the old one does not.
    assert_eq!(two.definition.column_of("骑行步法"), Some("gait"));
    assert_eq!(two.definition.column_of("步法"), None);
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}
