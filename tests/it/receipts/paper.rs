//! The receipt on paper: its words in two scripts and two languages, its code, nobody's number.

use mianzheng::codec::compact::receipt;
use mianzheng::domain::caller::Role;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::receipt as receipts;
use mianzheng::flow::receipt::verify;
use mianzheng::flow::receipt::verify_offline;
use rstest::rstest;

use super::NOTE;
use super::closed;
use super::printed;
use super::reissued;
use super::signed;
use super::voided;
use crate::support::cases::POLICE;
use crate::support::cases::Window;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::office::HOSPITAL;
use crate::support::office::MARKET;

#[rstest]
fn a_receipt_is_printed_and_proved_from_the_page(#[values(Sqlite, Postgres)] database: Database) {
    let window = Window::on(database);
    let case = closed(&window);
    let (pdf, code) = printed(&window, &case.number, 1);
    let words = pdf.words();
    let digest = mianzheng::codec::digest::sha256(signed(&window, &case.number, 1).as_bytes());
    let digest = mianzheng::codec::base64url::encode(&digest);
    for said in [
        "免提交材料回执",
        "Receiptofmaterialsnothandedin",
        &case.number,
        HALL,
        "2026-11-2309:00:00",
        "出生登记（户口登记）（婚内出生登记）",
        "材料规则第1版",
        "出生医学证明Birthmedicalcertificate",
        "居民户口簿Householdregister",
        HOSPITAL,
        POLICE,
        "1.2.156.3005.2.",
        "有效Valid·",
        "父母结婚证",
        "申请人选择交纸质theapplicantpreferredpaper",
        "已核对身份",
        "其*格",
        &digest,
    ] {
        assert!(words.contains(said), "{said} is not in {words}");
    }
    // Mongolian is copied letter for letter: of the title, and what the officer noted.
    let text = pdf.text(&[]);
    for said in [NOTE, "ᠬᠦᠯᠢᠶᠡᠨ ᠠᠪᠤᠭᠰᠠᠨ ᠪᠠᠷᠢᠮᠲᠠ"] {
        assert!(text.contains(said), "{said} is not in {text}");
    }
    // As the signed receipt, it has nobody's name or number.
    for hidden in ["其其格", "萨仁", "苏和", "152502199206120020", "A157000001"] {
        assert!(!words.contains(hidden), "{hidden}");
    }
    // From the page alone: what was waived by which certificate, and what was handed in.
    let bundle = window.test.bundle();
    let proved = verify_offline(&code, &bundle, window.test.now());
    assert_eq!(proved.verdict, Outcome::Valid, "{proved:?}");
    assert_eq!(proved.not_checked, ["voided"]);
    let told = proved.receipt.unwrap();
    assert_eq!((told.case, told.receipt), (case.number.clone(), 1));
    assert_eq!((told.digest, told.left_out), (digest, 0));
    assert_eq!(told.items[0].rule_version, 1);
    let materials: Vec<_> = told
        .materials
        .iter()
        .map(|m| (m.name.as_deref(), m.state.as_str(), m.why.as_deref()))
        .collect();
    assert_eq!(
        materials,
        [
            (Some("出生医学证明"), "waived", Some("certificate")),
            (Some("父亲或母亲居民户口簿"), "waived", Some("certificate")),
            (Some("父母居民身份证"), "identified", None),
            (Some("父母结婚证"), "needs_paper", Some("preferred_paper")),
        ]
    );
    let birth = &told.materials[0].certificates[0];
    assert_eq!(birth.issuer_name.as_deref(), Some(HOSPITAL));
    assert_eq!(birth.national_result, 0);
    let served = &case.materials[0].uses[0].identifier;
    assert_eq!(birth.identifier.as_ref(), Some(served));
    // The code belongs to its address, and digits alone are as good.
    let (address, digits) = code.split_once('#').unwrap();
    assert_eq!(
        verify_offline(digits, &bundle, window.test.now()).verdict,
        Outcome::Valid
    );
    let other = format!("HTTPS://MZ.EXAMPLE/P/{}#{digits}", "A".repeat(20));
    let other = verify(&window.test.office, &other).unwrap();
    assert_eq!(other.verdict, Outcome::Tampered);
    assert_eq!(
        verify(&window.test.office, address).unwrap().verdict,
        Outcome::Valid
    );
    assert!(receipt::parse(digits).is_ok());
    // As a certificate it is nothing.
    let as_certificate = window.test.verify(digits);
    assert_eq!(as_certificate.verdict, Outcome::Unsupported);
}

#[rstest]
fn a_voided_receipt_says_so_on_paper_and_to_its_code(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let window = Window::on(database);
    let office = &window.test.office;
    let case = closed(&window);
    let (_, code) = printed(&window, &case.number, 1);
    let address = code.split_once('#').unwrap().0;
    let texts = [code.as_str(), address, &signed(&window, &case.number, 1)];
    let outcome = |text: &str| {
        let verdict = verify(office, text).unwrap();
        (verdict.verdict, verdict.replaced_by)
    };
    for text in texts {
        assert_eq!(outcome(text), (Outcome::Valid, None));
    }
    voided(&window, &case.number);
    for text in texts {
        assert_eq!(outcome(text), (Outcome::Revoked, None));
    }
    // Its paper is still to be had, void across the page.
    let before = receipts::print(office, &case.number, 1, &window.officer).unwrap();
    mianzheng::flow::case::close(office, &case.number, &window.officer).unwrap();
    for text in texts {
        assert_eq!(outcome(text), (Outcome::Superseded, Some(2)));
    }
    let (pdf, second) = printed(&window, &case.number, 2);
    assert_eq!(outcome(&second), (Outcome::Valid, None));
    assert!(pdf.words().contains("代替的回执Replaces"));
    let third = {
        reissued(&window, &case.number);
        printed(&window, &case.number, 3).1
    };
    assert_eq!(outcome(&second), (Outcome::Superseded, Some(3)));
    assert_eq!(outcome(&third).0, Outcome::Valid);
    assert!(before.pdf.starts_with(b"%PDF-1.7"));
    // Of another agency's case nobody prints anything.
    let stranger = window.test.caller(Role::Window, MARKET);
    let refused = receipts::print(office, &case.number, 1, &stranger).unwrap_err();
    assert_eq!(refused.problem().reason, Reason::NotFound);
    let none = receipts::print(office, &case.number, 9, &window.officer).unwrap_err();
    assert_eq!(none.problem().reason, Reason::NotFound);
}
