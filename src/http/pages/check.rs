//! What opens when a phone's own camera reads one of our codes: a live code, a certificate's
//! printed one, a receipt's; and where anybody may type or scan one. Nothing of it tells a field of
//! a certificate.

use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;
use askama::Template;
use serde::Deserialize;

use crate::domain::caller::Caller;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::ShownBy;
use crate::domain::verdict::Verdict;
use crate::flow::receipt::ReceiptVerdict;
use crate::http::api::receipts;
use crate::http::api::verify;
use crate::http::connection::Counted;
use crate::http::desk::Desk;
use crate::http::pages::form::Form;
use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::pages::scanning_page;
use crate::http::reply::Reply;

#[derive(Template)]
#[template(path = "public/live.html")]
struct LivePage {
    frame: Frame,
}

/// A live code that was opened instead of shown. It is not even looked at.
pub(crate) async fn live(frame: Frame) -> Reply {
    page(&LivePage { frame })
}

/// How an outcome looks: its shape and its picture.
pub(crate) const fn shape(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Valid => ("ok", "ok"),
        Outcome::Revoked | Outcome::Suspended | Outcome::Tampered | Outcome::UntrustedIssuer => {
            ("bad", "bad")
        }
        Outcome::Expired
        | Outcome::NotYetValid
        | Outcome::Superseded
        | Outcome::StaleCode
        | Outcome::Replayed
        | Outcome::Mismatch => ("warn", "warn"),
        Outcome::Unreadable | Outcome::Unsupported | Outcome::Undetermined | Outcome::NotFound => {
            ("unk", "unknown")
        }
    }
}

#[derive(Template)]
#[template(path = "public/verdict.html")]
struct VerdictPage {
    frame: Frame,
    verdict: Verdict,
    word: String,
    shape: &'static str,
    icon: &'static str,
    is_copy: bool,
}

fn told(desk: &Desk, frame: Frame, verdict: Verdict) -> Reply {
    desk.metrics.verdict(verdict.verdict);
    let (shape, icon) = shape(verdict.verdict);
    page(&VerdictPage {
        word: frame.say(&format!("verdict.{}", verdict.verdict.name())),
        is_copy: verdict.shown_by == ShownBy::Copy,
        frame,
        verdict,
        shape,
        icon,
    })
}

/// What the register says of the certificate behind a printed code.
pub(crate) async fn printed(
    desk: Data<Desk>,
    frame: Frame,
    (who, path): (ReqData<Counted>, Path<String>),
) -> Reply {
    let text = format!("https://{}/v/{path}", desk.office.settings.code_host);
    let verdict = verify::asked(&desk, (Caller::public(), &who), text).await?;
    told(&desk, frame, verdict)
}

#[derive(Template)]
#[template(path = "public/check.html")]
struct CheckPage {
    frame: Frame,
}

/// Where a code is scanned or typed.
pub(crate) async fn ask(frame: Frame) -> Reply {
    scanning_page(&CheckPage { frame })
}

/// What was scanned or typed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    code: String,
}

/// What a code that was scanned or typed comes to.
pub(crate) async fn answer(
    desk: Data<Desk>,
    frame: Frame,
    (who, Form(typed)): (ReqData<Counted>, Form<Typed>),
) -> Reply {
    let text = typed.code.trim().to_owned();
    let verdict = verify::asked(&desk, (Caller::public(), &who), text).await?;
    told(&desk, frame, verdict)
}

#[derive(Template)]
#[template(path = "public/receipt.html")]
struct ReceiptPage {
    frame: Frame,
    verdict: ReceiptVerdict,
    word: String,
    shape: &'static str,
    icon: &'static str,
}

/// What the register says of the receipt behind the address in its code: nothing of the case.
pub(crate) async fn receipt(
    desk: Data<Desk>,
    frame: Frame,
    (who, path): (ReqData<Counted>, Path<String>),
) -> Reply {
    let text = format!("https://{}/p/{path}", desk.office.settings.code_host);
    let verdict = receipts::asked(&desk, &who, text).await?;
    let (shape, icon) = shape(verdict.verdict);
    page(&ReceiptPage {
        word: frame.say(&format!("receipt_verdict.{}", verdict.verdict.name())),
        frame,
        verdict,
        shape,
        icon,
    })
}
