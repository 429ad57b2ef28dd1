//! The catalogue on both databases.

use mianzheng::domain::division::Division;
use mianzheng::store::catalogue::Succession;
use mianzheng::store::catalogue::TypeRow;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::rows::agency;

#[rstest]
fn a_setting_is_what_it_was_set_to_last(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    assert_eq!(register.read(|rx| rx.setting("authority")), None);
    register.write(|tx| tx.put_setting("authority", "a.example"));
    register.write(|tx| tx.put_setting("authority", "b.example"));
    let found = register.read(|rx| rx.setting("authority"));
    assert_eq!(found.as_deref(), Some("b.example"));
}

#[rstest]
fn divisions_come_by_code_and_can_be_renamed(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    let division = |code: &str, name: &str| Division {
        code: code.parse().unwrap(),
        name: name.to_owned(),
        level: "county".to_owned(),
    };
    let (city, banner) = (
        division("152502", "锡林浩特市"),
        division("152522", "阿巴嘎"),
    );
    register.write(|tx| tx.put_divisions(&[banner, city.clone()]));
    let banner = division("152522", "阿巴嘎旗");
    register.write(|tx| tx.put_divisions(std::slice::from_ref(&banner)));
    assert_eq!(register.read(|rx| rx.divisions()), [city, banner]);
    register.write(|tx| tx.put_divisions(&[]));
}

#[rstest]
fn agencies_come_by_number_and_can_be_changed(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    register.write(|tx| tx.put_agencies(&[agency(3), agency(1), agency(2)]));
    let mut renamed = agency(2);
    renamed.name = "二连浩特市行政审批和政务服务局".to_owned();
    renamed.issuer = false;
    register.write(|tx| tx.put_agencies(std::slice::from_ref(&renamed)));
    let found = register.read(|rx| rx.agencies());
    assert_eq!(found, [agency(1), renamed, agency(3)]);
    // A number is an agency's for ever: certificates name their issuer by it.
    let mut other_number = agency(1);
    other_number.number = 4;
    register.write(|tx| tx.put_agencies(&[other_number]));
    assert_eq!(register.read(|rx| rx.agencies())[0], agency(1));
    let mut taken = agency(4);
    taken.number = 1;
    let refusal = register.refusal(|tx| tx.put_agencies(&[taken]));
    assert!(refusal.is_taken());
    assert_eq!(register.read(|rx| rx.agencies())[0], agency(1));
}

#[rstest]
fn every_version_of_a_type_stays(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    let row = |number, version| TypeRow {
        number,
        version,
        code: format!("11100000000013338W{number:03}"),
        definition: "{}".to_owned(),
        code_fields: "{}".to_owned(),
        loaded_at: 1,
    };
    for (number, version) in [(2, 1), (1, 2), (1, 1)] {
        register.write(|tx| tx.insert_type(&row(number, version)));
    }
    let found = register.read(|rx| rx.certificate_types());
    assert_eq!(found, [row(1, 1), row(1, 2), row(2, 1)]);
    let refusal = register.refusal(|tx| tx.insert_type(&row(1, 2)));
    assert!(refusal.is_taken());
}

#[rstest]
fn successions_name_an_agency_that_is_there(#[values(Sqlite, Postgres)] database: Database) {
    let register = database.register();
    let succession = |successor, basis: &str| Succession {
        predecessor: "11152500000000000X".to_owned(),
        successor,
        basis: basis.to_owned(),
    };
    register.write(|tx| tx.put_agencies(&[agency(1), agency(2)]));
    for basis in ["内政办发1号", "内政办发2号"] {
        register.write(|tx| tx.put_succession(&succession(2, basis)));
    }
    register.write(|tx| tx.put_succession(&succession(1, "内政办发3号")));
    let found = register.read(|rx| rx.successions());
    let last = [succession(1, "内政办发3号"), succession(2, "内政办发2号")];
    assert_eq!(found, last);
    register.refusal(|tx| tx.put_succession(&succession(9, "")));
}
