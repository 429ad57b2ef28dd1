//! Whose a certificate is: a child and its parents, a couple, several people, an organisation.

use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::issue::renew::RenewRequest;
use mianzheng::flow::issue::renew::renew;
use mianzheng::flow::ledger_check;
use mianzheng::flow::rebind::Rebinding;
use mianzheng::flow::rebind::rebind;
use mianzheng::flow::rebind::rebind_once;
use mianzheng::flow::show::cards;
use mianzheng::flow::show::choice::Choice;
use mianzheng::flow::show::compact;
use mianzheng::flow::show::live;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::BIRTH;
use crate::support::office::HOSPITAL;
use crate::support::office::LICENCE;
use crate::support::office::MARKET;
use crate::support::office::TestOffice;
use crate::support::office::birth_fields;
use crate::support::office::draft;

const MOTHER: &str = "111:152502199206120020";
const FATHER: &str = "111:152522198804150036";
const STRANGER: &str = "111:152502199003070019";
const CHILD: &str = "111:152502202611200029";
const AT_BIRTH: &str = "999:A157000001";
const COUPLE: &str = "结婚证";
const CIVIL: &str = "锡林浩特市民政局";

/// What a holder sees: identifier and role of each card.
fn seen(test: &TestOffice, code: &str) -> Vec<(String, &'static str)> {
    let lines = cards(&test.office, &test.holder(code)).unwrap();
    lines.into_iter().map(|c| (c.identifier, c.role)).collect()
}

/// Shows a certificate live and has it read at a window.
fn shown(
    test: &TestOffice,
    of: &CertificateIdentifier,
    by: &Caller,
    fields: &[&str],
) -> Result<mianzheng::domain::verdict::Verdict, Reason> {
    let choice = Choice {
        identifier: of.clone(),
        fields: fields.iter().map(|f| (*f).to_owned()).collect(),
    };
    match live::show(&test.office, &[choice], by) {
        Ok(shown) => Ok(test.verify_at_window(&shown.text)),
        Err(why) => Err(why.problem().reason),
    }
}

#[rstest]
fn a_newborns_certificate_is_shown_by_the_parents(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let birth = test.issue(BIRTH, HOSPITAL, &birth_fields()).unwrap();
    assert!(birth.warnings.is_empty(), "{:?}", birth.warnings);
    let birth = birth.identifier;
    let line = |role| vec![(birth.to_string(), role)];
    for parent in [MOTHER, FATHER] {
        assert_eq!(seen(&test, parent), line("guardian"));
        let verdict = shown(&test, &birth, &test.holder(parent), &["mother_name"]).unwrap();
        assert_eq!(verdict.verdict, Outcome::Valid);
        assert_eq!(verdict.certificates[0].fields["newborn_name"], "萨仁");
    }
    assert_eq!(seen(&test, AT_BIRTH), line("holder"));
    assert_eq!(seen(&test, STRANGER), []);
    for stranger in [STRANGER, CHILD] {
        let by = test.holder(stranger);
        assert_eq!(shown(&test, &birth, &by, &[]), Err(Reason::NotFound));
        let refused = compact::printed(&test.office, &birth, &by).unwrap_err();
        assert_eq!(refused.problem().reason, Reason::NotFound);
    }
}

#[rstest]
fn a_child_finds_its_certificate_by_the_number_it_gets(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let birth = test
        .issue(BIRTH, HOSPITAL, &birth_fields())
        .unwrap()
        .identifier;
    let child = HolderCode::read(CHILD).unwrap();
    let by = test.caller(Role::Issuer, HOSPITAL);
    let bind = |code: &HolderCode, by: &Caller| {
        let bound = rebind(&test.office, &birth, code, "申报户口", by);
        bound.map_err(|why| why.problem().reason)
    };
    let passport = HolderCode::read("414:E12345678").unwrap();
    assert_eq!(bind(&passport, &by), Err(Reason::BadRequest));
    let stranger = test.caller(Role::Issuer, MARKET);
    assert_eq!(bind(&child, &stranger), Err(Reason::NotFound));
    assert_eq!(seen(&test, CHILD), []);
    // A boy, and a child of the next day.
    for (other, column) in [
        ("152502202611200037", "sex"),
        ("152502202611210024", "birth_time"),
    ] {
        let other = HolderCode::read(&format!("111:{other}")).unwrap();
        let refused = rebind(&test.office, &birth, &other, "申报户口", &by).unwrap_err();
        let problem = refused.problem();
        assert_eq!(problem.reason, Reason::BadDraft);
        assert_eq!(problem.findings.len(), 1, "{:?}", problem.findings);
        assert_eq!(problem.findings[0].column, column);
    }
    // A girl born the same day: the wrong one, put right by naming it.
    let twin = HolderCode::read("111:152502202611200045").unwrap();
    bind(&twin, &by).unwrap();
    assert_eq!(bind(&child, &by), Err(Reason::WrongStep));
    let put_right = |instead_of: &HolderCode| {
        let rebinding = Rebinding {
            identifier: &birth,
            child: &child,
            instead_of: Some(instead_of),
            cause: "号码录错",
        };
        let done = rebind_once(&test.office, &rebinding, &by, None);
        done.map_err(|why| why.problem().reason)
    };
    assert_eq!(put_right(&child), Err(Reason::WrongStep));
    put_right(&twin).unwrap();
    assert_eq!(put_right(&twin), Err(Reason::WrongStep));
    assert_eq!(seen(&test, &format!("111:{}", twin.number())), []);
    assert_eq!(bind(&child, &by), Err(Reason::WrongStep));
    assert_eq!(seen(&test, CHILD), [(birth.to_string(), "rebound")]);
    assert_eq!(seen(&test, MOTHER), [(birth.to_string(), "guardian")]);
    // It is found, and a parent shows it: nobody below 14 consents alone.
    let child_shows = |of| shown(&test, of, &test.holder(CHILD), &[]).map(|v| v.verdict);
    assert_eq!(child_shows(&birth), Err(Reason::GuardianNeeded));
    let verdict = shown(&test, &birth, &test.holder(MOTHER), &[]).unwrap();
    assert_eq!(verdict.verdict, Outcome::Valid);
    // A next version is the child's as well.
    let mut fields = birth_fields();
    fields[4].1 = "内蒙古自治区锡林浩特市团结大街1号";
    let draft = draft(&fields);
    let request = RenewRequest {
        identifier: &birth,
        draft: &draft,
        pictures: Vec::new(),
        by: &by,
        key: None,
    };
    let next = renew(&test.office, request).unwrap().identifier;
    assert_eq!(put_right(&twin), Err(Reason::WrongStep), "an old version");
    assert_eq!(seen(&test, CHILD), [(next.to_string(), "rebound")]);
    assert_eq!(child_shows(&next), Err(Reason::GuardianNeeded));
    test.clock.set("2040-11-19T23:59:59+08:00".parse().unwrap());
    assert_eq!(child_shows(&next), Err(Reason::GuardianNeeded));
    test.clock.set("2040-11-20T00:00:00+08:00".parse().unwrap());
    assert!(shown(&test, &next, &test.holder(CHILD), &[]).is_ok());
    assert!(shown(&test, &next, &test.holder(MOTHER), &[]).is_ok());
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}

#[rstest]
fn a_guardians_right_ends_on_the_eighteenth_birthday(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let mut fields = birth_fields();
    fields[3].1 = "2008-11-24T23:59";
    let birth = test.issue(BIRTH, HOSPITAL, &fields).unwrap().identifier;
    let mother = test.holder(MOTHER);
    test.clock.set("2026-11-23T23:59:59+08:00".parse().unwrap());
    assert_eq!(seen(&test, MOTHER).len(), 1);
    assert!(shown(&test, &birth, &mother, &[]).is_ok());
    test.clock.set("2026-11-24T00:00:00+08:00".parse().unwrap());
    assert_eq!(seen(&test, MOTHER), []);
    assert_eq!(shown(&test, &birth, &mother, &[]), Err(Reason::NotFound));
    let holder = test.holder(AT_BIRTH);
    assert!(shown(&test, &birth, &holder, &[]).is_ok());
}

#[rstest]
fn a_couple_both_hold_their_certificate(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    test.give_keys(&[test.agency(CIVIL)]);
    let fields = [
        ("certificate_number", "J152502-2026-000001"),
        ("register_date", "2026-11-20"),
        ("man_name", "苏和"),
        ("man_id_no", "152522198804150036"),
        ("man_birth_date", "1988-04-15"),
        ("man_nationality", "中国"),
        ("woman_name", "其其格"),
        ("woman_id_no", "152502199206120020"),
        ("woman_birth_date", "1992-06-12"),
        ("woman_nationality", "中国"),
        ("issue_date", "2026-11-20"),
    ];
    let married = test.issue(COUPLE, CIVIL, &fields).unwrap().identifier;
    for spouse in [MOTHER, FATHER] {
        assert_eq!(seen(&test, spouse), [(married.to_string(), "holder")]);
        let by = test.holder(spouse);
        let verdict = shown(&test, &married, &by, &["holders"]).unwrap();
        assert_eq!(verdict.verdict, Outcome::Valid);
        let holders = &verdict.certificates[0].fields["holders"];
        assert_eq!(holders.as_array().unwrap().len(), 2);
        // A code has no room for both numbers, and says so.
        let wanted = ["holders".to_owned(), "man_birth_date".to_owned()];
        let code = compact::offline(&test.office, &married, &wanted, 15, &by).unwrap();
        assert_eq!(code.not_in_code, ["holders"]);
        let verdict = test.verify_at_window(&code.text);
        assert_eq!(verdict.verdict, Outcome::Valid);
        assert_eq!(
            verdict.certificates[0].fields["man_birth_date"],
            "1988-04-15"
        );
        let printed = compact::printed(&test.office, &married, &by).unwrap();
        let verdict = test.verify(&printed.text);
        assert_eq!(
            verdict.certificates[0].fields["holder_name_masked"],
            "苏*、其*格"
        );
    }
    assert_eq!(seen(&test, STRANGER), []);
    // The same person twice is no couple.
    let mut alone = fields;
    alone[7].1 = alone[3].1;
    let refused = test.issue(COUPLE, CIVIL, &alone).unwrap_err();
    assert_eq!(refused.problem().reason, Reason::BadDraft);
}

#[rstest]
fn several_holders_in_one_column_each_hold_it(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let fields = crate::support::office::health_fields(
        "152502199206120020、152522198804150036",
        "锡市健〔2026〕1700001号",
    );
    let mut fields = fields;
    fields[0].1 = "其其格、苏和";
    let both = test
        .issue(
            crate::support::office::HEALTH,
            crate::support::office::CDC,
            &fields,
        )
        .unwrap()
        .identifier;
    for holder in [MOTHER, FATHER] {
        assert_eq!(seen(&test, holder), [(both.to_string(), "holder")]);
        let verdict = shown(&test, &both, &test.holder(holder), &[]).unwrap();
        assert_eq!(verdict.verdict, Outcome::Valid);
    }
    fields[0].1 = "其其格";
    fields[2].1 = "锡市健〔2026〕1700002号";
    let refused = test
        .issue(
            crate::support::office::HEALTH,
            crate::support::office::CDC,
            &fields,
        )
        .unwrap_err();
    assert_eq!(refused.problem().findings[0].code, "holders_differ");
}

#[rstest]
fn an_organisation_shows_its_licence(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let fields = [
        ("holder_name", "锡林浩特市示例商贸有限公司"),
        ("holder_code", "91152502MA0000001L"),
        ("enterprise_type", "有限责任公司"),
        ("legal_representative", "巴特尔"),
        ("establish_date", "2016-06-16"),
        ("business_term", "长期"),
        ("domicile", "内蒙古自治区锡林郭勒盟锡林浩特市示例路1号"),
        ("business_scope", "畜产品销售"),
        ("issue_date", "2016-06-16"),
    ];
    let licence = test.issue(LICENCE, MARKET, &fields).unwrap().identifier;
    let organisation = "001:91152502MA0000001L";
    assert_eq!(seen(&test, organisation), [(licence.to_string(), "holder")]);
    let by = test.holder(organisation);
    let verdict = shown(&test, &licence, &by, &[]).unwrap();
    assert_eq!(verdict.verdict, Outcome::Valid);
    // An organisation's name and number are public.
    let fields = &verdict.certificates[0].fields;
    assert_eq!(fields["holder_name"], "锡林浩特市示例商贸有限公司");
    assert_eq!(fields["holder_code"], "91152502MA0000001L");
    // The same digits as another kind of code are somebody else.
    assert_eq!(seen(&test, "099:91152502MA0000001L"), []);
    let printed = compact::printed(&test.office, &licence, &by).unwrap();
    let verdict = test.verify(&printed.text);
    assert_eq!(verdict.verdict, Outcome::Valid);
    assert_eq!(
        verdict.certificates[0].fields["holder_name"],
        "锡林浩特市示例商贸有限公司"
    );
}
