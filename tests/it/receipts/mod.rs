//! Receipts: printed, read back from the page, verified with the register and without.

mod http;
mod paper;
mod stand_alone;
mod verified;

use mianzheng::codec::picture;
use mianzheng::domain::case::PaperReason;
use mianzheng::domain::item::Whose;
use mianzheng::flow::case;
use mianzheng::flow::case::CaseView;
use mianzheng::flow::case::Decision;
use mianzheng::flow::receipt;

use crate::support::cases::BIRTH_REGISTRATION;
use crate::support::cases::FATHER;
use crate::support::cases::MOTHER;
use crate::support::cases::NEWBORN;
use crate::support::cases::Window;
use crate::support::pdf::Pdf;

/// What the officer noted, in Mongolian.
const NOTE: &str = "ᠭᠡᠷᠯᠡᠬᠦ ᠭᠡᠷᠡᠴᠢᠯᠡᠯ";

const BIRTH_FIELDS: &[&str] = &[
    "certificate_number",
    "newborn_name",
    "sex",
    "birth_time",
    "birth_place",
    "mother_name",
    "mother_id_no",
    "father_name",
    "father_id_no",
];
const HOUSEHOLD_FIELDS: &[&str] = &[
    "holder_name",
    "holder_code",
    "household_no",
    "head_relation",
    "home_address",
];

/// A newborn's case: two materials waived, one on paper, identity cards read; closed.
fn closed(window: &Window) -> CaseView {
    let (birth, household) = (
        window.birth(),
        window.household("其其格", MOTHER, "蒙户152502-000123"),
    );
    let case = window.open(&[BIRTH_REGISTRATION], "其其格", MOTHER);
    let case = window.name(&case, Whose::Child, "萨仁", NEWBORN);
    let case = window.name(&case, Whose::Parent, "苏和", FATHER);
    let shown: &[_] = &[(&birth, BIRTH_FIELDS), (&household, HOUSEHOLD_FIELDS)];
    window.put(&case, &window.live(MOTHER, shown));
    let waive = Decision::Waive { matched: false };
    for (place, decision) in [
        (0, waive.clone()),
        (1, waive),
        (2, Decision::Identify),
        (3, on_paper(PaperReason::PreferredPaper)),
    ] {
        window.decide(&case, place, &decision).unwrap();
    }
    case::close(&window.test.office, &case.number, &window.officer).unwrap()
}

fn on_paper(reason: PaperReason) -> Decision {
    let note = Some(NOTE.to_owned());
    Decision::Paper { reason, note }
}

/// Voids the receipt and closes the case anew.
fn reissued(window: &Window, number: &str) {
    voided(window, number);
    case::close(&window.test.office, number, &window.officer).unwrap();
}

fn voided(window: &Window, number: &str) {
    let office = &window.test.office;
    case::void_receipt(office, number, "材料原因选错", &window.officer, None).unwrap();
}

/// A receipt as it was signed.
fn signed(window: &Window, number: &str, version: i16) -> String {
    let office = &window.test.office;
    let found = case::receipt(office, number, version, &window.officer).unwrap();
    found.signed
}

/// A receipt on paper, and the text of the code that a scanner reads from its last page.
fn printed(window: &Window, number: &str, version: i16) -> (Pdf, String) {
    let office = &window.test.office;
    let printed = receipt::print(office, number, version, &window.officer).unwrap();
    let pdf = Pdf::of(&printed.pdf);
    let codes = picture::read_codes(&pdf.picture(pdf.pages())).unwrap();
    assert_eq!(codes, [printed.code]);
    (pdf, codes.into_iter().next().unwrap())
}
