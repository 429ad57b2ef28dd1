//! Codes are small enough for the paper and screens they stand on, whatever a type's fields.

use std::collections::BTreeMap;

use mianzheng::domain::agency::Agency;
use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::contract::example::maximal;
use mianzheng::domain::settings::Settings;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::show::choice::Choice;
use mianzheng::flow::show::compact;
use mianzheng::flow::show::live;
use mianzheng::flow::verify::offline::verify_offline;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::BIRTH;
use crate::support::office::CDC;
use crate::support::office::HOSPITAL;
use crate::support::office::How;
use crate::support::office::TestOffice;
use crate::support::office::birth_fields;
use crate::support::office::health_fields;

/// As long as a county's host may be.
const HOST: &str = "zz.xilinhaote.gov.cn";

fn with_long_host(database: Database) -> TestOffice {
    assert_eq!(HOST.len(), 20);
    TestOffice::with(database, |settings: &mut Settings| {
        HOST.clone_into(&mut settings.code_host);
    })
}

#[rstest]
fn the_longest_certificate_of_every_type_can_be_printed(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = with_long_host(database);
    let known = test.office.known();
    let mut issuers: BTreeMap<String, Agency> = BTreeMap::new();
    for of in known.newest.values() {
        let departments = of.definition.issuing_departments();
        let mut agencies: Vec<&Agency> = known.agencies.values().collect();
        agencies.sort_by_key(|agency| agency.number);
        let found = agencies
            .into_iter()
            .find(|a| a.issuer && departments.contains(&a.department.as_str()));
        issuers.insert(of.definition.code.clone(), found.unwrap().clone());
    }
    assert_eq!(issuers.len(), 211);
    let mut keyless: Vec<Agency> = issuers.values().cloned().collect();
    keyless.sort_by_key(|agency| agency.number);
    keyless.dedup_by_key(|agency| agency.number);
    keyless.retain(|agency| test.office.issuing_key(agency.number).is_err());
    test.give_keys(&keyless);
    let mut versions: BTreeMap<i16, usize> = BTreeMap::new();
    let mut printed = Vec::new();
    for of in known.newest.values() {
        let issuer = &issuers[&of.definition.code];
        let issued = test.issue_draft(of, issuer, &maximal(of), How::default());
        let identifier = issued
            .unwrap_or_else(|why| panic!("{}: {:?}", of.definition.name, why.problem()))
            .identifier;
        let by = Caller {
            agency: Some(issuer.number),
            ..test.caller(Role::Issuer, CDC)
        };
        let code = compact::printed(&test.office, &identifier, &by).unwrap();
        let version = code.picture.version();
        assert!(version <= 15, "{}: {version}", of.definition.name);
        *versions.entry(version).or_default() += 1;
        printed.push((of.definition.name.clone(), code));
    }
    println!("printed codes at maximal length, by version: {versions:?}");
    let bundle = test.bundle();
    for (name, code) in printed {
        let verdict = verify_offline(&code.text, &bundle, test.now());
        assert_eq!(verdict.verdict, Outcome::Valid, "{name}");
        let shown = &verdict.certificates[0];
        assert_eq!(shown.type_name, name);
        // Anybody may read it: no name of a person, wherever the type has people stand.
        let definition = &test.type_named(&name).definition;
        let people = definition.holders.iter().chain(&definition.guardians);
        for key in people.flat_map(|person| [&person.name, &person.code]) {
            let number = key == "certificate_number";
            assert!(number || !shown.fields.contains_key(key), "{name}: {key}");
            assert!(number || !shown.not_in_code.contains(key), "{name}: {key}");
        }
        // What did not fit is named, by the maker and by the code as far as it has room.
        assert!(
            shown
                .not_in_code
                .iter()
                .all(|key| code.not_in_code.contains(key))
        );
    }
}

#[rstest]
fn everyday_codes_are_small(#[values(Sqlite, Postgres)] database: Database) {
    let test = with_long_host(database);
    let birth = test.issue(BIRTH, HOSPITAL, &birth_fields()).unwrap();
    let mother = test.holder("111:152502199206120020");
    let printed = compact::printed(&test.office, &birth.identifier, &mother).unwrap();
    println!(
        "a birth certificate on paper: version {}",
        printed.picture.version()
    );
    assert!(printed.picture.version() <= 12);
    assert_eq!(printed.not_in_code, [""; 0]);
    let shown = verify_offline(&printed.text, &test.bundle(), test.now());
    let shown = &shown.certificates[0].fields;
    assert_eq!(shown["holder_name_masked"], "萨*");
    let told = serde_json::to_string(shown).unwrap();
    for name in ["萨仁", "其其格", "苏和"] {
        assert!(!told.contains(name), "{told}");
    }

    let mut fields = health_fields("152502199003070019", "锡市健〔2026〕1700001号");
    fields.push(("employer", "锡林浩特市示例餐饮服务有限公司"));
    let health = test
        .issue("食品从业人员健康证明", CDC, &fields)
        .unwrap()
        .identifier;
    let holder = test.holder("111:152502199003070019");
    let all = ["holder_name", "holder_code", "sex", "employer"].map(str::to_owned);
    let offline = compact::offline(&test.office, &health, &all, 15, &holder).unwrap();
    println!(
        "a health certificate offline: version {}",
        offline.picture.version()
    );
    assert!(offline.picture.version() <= 13);
    assert_eq!(offline.not_in_code, [""; 0]);
    let choice = Choice {
        identifier: health,
        fields: all.to_vec(),
    };
    let live = live::show(&test.office, &vec![choice; 16], &holder).unwrap();
    println!("sixteen cards live: version {}", live.picture.version());
    assert!(live.picture.version() <= 4);
}
