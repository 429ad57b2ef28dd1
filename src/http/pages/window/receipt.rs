//! The receipt of a case: to be printed, saved, read by the applicant's phone; voided where it is
//! wrong, so that the case can be put right.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;
use askama::Template;
use serde::Deserialize;

use crate::codec::base64url;
use crate::codec::qr::Code;
use crate::domain::problem::Reason;
use crate::domain::receipt::Receipt;
use crate::domain::receipt::ReceiptMaterial;
use crate::domain::time::Timestamp;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::case;
use crate::flow::case::CaseView;
use crate::flow::case::ReceiptView;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::receipt;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::pages::form::Filled;
use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::pages::page_again;
use crate::http::pages::window::at;
use crate::http::pages::window::close::Why;
use crate::http::pages::window::doing::Doing;
use crate::http::pages::window::doing::fresh;
use crate::http::pages::window::drawn;
use crate::http::pages::window::officer::Officer;
use crate::http::pages::window::side::Side;
use crate::http::pages::window::trouble::Trouble;
use crate::http::pages::window::trouble::can_be_mended;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::PDF;
use crate::http::reply::Reply;
use crate::http::reply::file;

/// Whether the receipt was signed a moment ago.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct When {
    #[serde(default)]
    new: String,
}

#[derive(Template)]
#[template(path = "window/receipt.html")]
struct ReceiptPage {
    frame: Frame,
    officer: Officer,
    side: Side,
    /// Whether it was signed a moment ago: whoever is next is where the focus goes.
    new: bool,
    version: i16,
    voided: bool,
    issued_at: String,
    clerk: String,
    digest: String,
    replaces: bool,
    waived: Vec<(String, String)>,
    paper: Vec<(String, String)>,
    others: Vec<(String, String)>,
    /// All receipts of the case, the newest first.
    versions: Vec<VersionLine>,
    qr: String,
    reason: String,
    trouble: Option<Trouble>,
    key: String,
    step: u8,
}

/// A receipt of the case.
struct VersionLine {
    version: i16,
    issued_at: String,
    voided_at: Option<String>,
}

impl ReceiptPage {
    /// The number of the receipt that counts.
    fn no(&self) -> String {
        format!("{}-{}", self.side.number, self.version)
    }

    fn wrong(&self, field: &str) -> Option<&Trouble> {
        let trouble = self.trouble.as_ref();
        trouble.filter(|trouble| trouble.field == Some(field))
    }

    fn of(
        office: &Office,
        frame: Frame,
        officer: Officer,
        (case, receipts): (&CaseView, &[ReceiptView]),
    ) -> Result<Self, Failure> {
        let last = receipts.last();
        let version = last.ok_or(Failure::refused(Reason::NotFound))?.version;
        let kept = case::kept_receipt(office, &case.number, version, &officer.by)?;
        let code = Code::reference(&receipt::address(office, &kept.digest));
        let code = code.map_err(|why| Failure::because(Reason::CodeTooLarge, why.to_string()))?;
        let lines = |wanted: &[&str]| lines(frame.lang, &kept.receipt, wanted);
        let line = |one: &ReceiptView| VersionLine {
            version: one.version,
            issued_at: moment(&one.issued_at),
            voided_at: one.voided_at.as_deref().map(moment),
        };
        Ok(Self {
            side: Side::of(office, &frame, case, None),
            new: false,
            version,
            voided: kept.voided,
            issued_at: moment(&kept.issued_at.to_string()),
            clerk: kept.receipt.officer.clone(),
            digest: base64url::encode(&kept.digest),
            replaces: kept.receipt.replaces.is_some(),
            waived: lines(&["waived", "promised"]),
            paper: lines(&["needs_paper"]),
            others: lines(&["tolerant", "disputed", "identified", "cancelled"]),
            versions: receipts.iter().rev().map(line).collect(),
            qr: drawn(&code),
            reason: String::new(),
            trouble: None,
            key: fresh(office),
            step: 4,
            frame,
            officer,
        })
    }
}

/// The materials that came to stand so, each with how.
fn lines(lang: Lang, receipt: &Receipt, wanted: &[&str]) -> Vec<(String, String)> {
    let all = receipt.materials.iter();
    let all = all.filter(|of| wanted.contains(&of.state.as_str()));
    all.map(|of| (of.name.clone(), how(lang, of))).collect()
}

fn how(lang: Lang, of: &ReceiptMaterial) -> String {
    let state = say(lang, &format!("material_state.{}", of.state), &[]);
    match (&of.route, &of.reason, &of.until) {
        (Some(route), ..) => say(lang, &format!("waived_by.{route}"), &[]),
        (None, Some(reason), _) => say(lang, &format!("paper_reason.{reason}"), &[]),
        (None, None, Some(day)) => say(lang, "window.told_tolerant", &[("day", day)]),
        _ => state,
    }
}

/// A moment without its zone, which is everywhere the same.
fn moment(at: &str) -> String {
    let parsed: Option<Timestamp> = at.parse().ok();
    let text = parsed.map_or_else(|| at.to_owned(), |at| at.to_string());
    text.get(..19).unwrap_or(&text).replace('T', " ")
}

/// The receipt that counts; an open case has its page to show.
pub(crate) async fn show(
    desk: Data<Desk>,
    frame: Frame,
    officer: Officer,
    number: Path<String>,
    Query(when): Query<When>,
) -> Reply {
    let found = off_the_loop(&desk, move |office| {
        let case = case::look(office, &number, &officer.by)?;
        if case.closed_at.is_none() || case.withdrawn.is_some() {
            return Ok(Err(at(&case.number)));
        }
        let receipts = case::receipts(office, &number, &officer.by)?;
        let mut page = ReceiptPage::of(office, frame, officer, (&case, &receipts))?;
        page.new = when.new == "1";
        Ok(Ok(page))
    });
    match found.await? {
        Ok(receipt) => page(&receipt),
        Err(case) => Ok(problem::see_other(&case)),
    }
}

/// A receipt on paper.
pub(crate) async fn pdf(desk: Data<Desk>, officer: Officer, named: Path<(String, i16)>) -> Reply {
    let (number, version) = named.into_inner();
    let name = format!("receipt-{number}-{version}.pdf");
    let printed = off_the_loop(&desk, move |office| {
        receipt::print(office, &number, version, &officer.by)
    });
    file(PDF, &name, printed.await?.pdf)
}

/// A receipt as it was signed.
pub(crate) async fn signed(
    desk: Data<Desk>,
    officer: Officer,
    named: Path<(String, i16)>,
) -> Reply {
    let (number, version) = named.into_inner();
    let name = format!("receipt-{number}-{version}.json");
    let found = off_the_loop(&desk, move |office| {
        case::receipt(office, &number, version, &officer.by)
    });
    let text = serde_json::to_vec_pretty(&found.await?).map_err(Refusal::broken)?;
    file("application/json", &name, text)
}

/// Voids the receipt: the case is open again, to be put right.
pub(crate) async fn void(
    desk: Data<Desk>,
    frame: Frame,
    (officer, number): (Officer, Path<String>),
    request: HttpRequest,
    form: Filled<Why>,
) -> Reply {
    let Filled { value, bytes } = form;
    let doing = Doing::new(&officer.by, &request, &value.key, bytes);
    let number = number.into_inner();
    let (of, reason) = (number.clone(), value.reason.clone());
    let voided = off_the_loop(&desk, move |office| {
        case::void_receipt(office, &of, &reason, doing.by(), Some(doing.once()))
    });
    let why = match voided.await {
        Ok(_) => return Ok(problem::see_other(&at(&number))),
        // Nothing to void: whoever came second sees the case as it stands.
        Err(why) if why.reason() == Reason::WrongStep => {
            return Ok(problem::see_other(&at(&number)));
        }
        Err(why) if !can_be_mended(why.reason()) => return Err(why),
        Err(why) => why,
    };
    let trouble = Trouble::of(&why, &frame).about("why", why.reason().title(frame.lang));
    let again = off_the_loop(&desk, move |office| {
        let case = case::look(office, &number, &officer.by)?;
        let receipts = case::receipts(office, &number, &officer.by)?;
        let mut page = ReceiptPage::of(office, frame, officer, (&case, &receipts))?;
        page.reason = value.reason;
        page.trouble = Some(trouble);
        Ok(page)
    });
    page_again(&again.await?, &why)
}
