//! Where anybody scans, chooses a picture of, or types a code, and what it comes to.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::ReqData;
use askama::Template;
use serde::Deserialize;

use crate::codec::compact::receipt_reference;
use crate::codec::presented::Presented;
use crate::codec::presented::recognise;
use crate::domain::caller::Caller;
use crate::domain::problem::Reason;
use crate::flow::verify::faces::faces;
use crate::http::api::verify;
use crate::http::body::Coming;
use crate::http::connection::Counted;
use crate::http::desk::Desk;
use crate::http::pages;
use crate::http::pages::check::told;
use crate::http::pages::form::Form;
use crate::http::pages::frame::Frame;
use crate::http::pages::multipart;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;

/// What the camera's panel may have to say.
pub(crate) const CAMERA: &[&str] = &[
    "asking",
    "looking",
    "tips",
    "others",
    "found",
    "paused",
    "refused",
    "absent",
    "busy",
    "failed",
    "insecure",
    "unsupported",
    "decoder",
    "torch",
];

/// What the picture's panel may have to say.
pub(crate) const PICTURE: &[&str] = &[
    "reading",
    "found",
    "several",
    "no_code",
    "not_a_picture",
    "too_large",
    "decoder",
];

/// Which of the ways in did not lead on, and the words for it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Typed(&'static str),
    Picture(&'static str),
}

#[derive(Template)]
#[template(path = "public/check.html")]
struct CheckPage {
    frame: Frame,
    typed: String,
    wrong: Option<Wrong>,
    /// What was read in a picture that holds several codes.
    several: Vec<String>,
}

impl CheckPage {
    fn blank(frame: Frame) -> Self {
        Self {
            frame,
            typed: String::new(),
            wrong: None,
            several: Vec::new(),
        }
    }

    fn wrong_typed(&self) -> Option<String> {
        match self.wrong {
            Some(Wrong::Typed(key)) => Some(self.frame.say(key)),
            _ => None,
        }
    }

    fn wrong_picture(&self) -> Option<String> {
        match self.wrong {
            Some(Wrong::Picture(key)) => Some(self.frame.say(key)),
            _ => None,
        }
    }
}

/// Where a code is scanned or typed.
pub(crate) async fn ask(frame: Frame) -> Reply {
    pages::scanning_page(&CheckPage::blank(frame))
}

fn again(frame: Frame, typed: String, wrong: Wrong, reason: Reason) -> Reply {
    let page = CheckPage {
        typed,
        wrong: Some(wrong),
        ..CheckPage::blank(frame)
    };
    pages::scanning_page_again(&page, &Refusal::new(reason))
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
    judged(&desk, frame, &who, typed.code.trim().to_owned()).await
}

/// What a picture of a code comes to, where the browser could not read it itself.
pub(crate) async fn picture(
    desk: Data<Desk>,
    frame: Frame,
    request: HttpRequest,
    (who, coming): (ReqData<Counted>, Coming),
) -> Reply {
    let place = desk.pictures.enter((*who).clone()).await?;
    let file = multipart::file(&request, coming).await?;
    if file.is_empty() {
        let wrong = Wrong::Picture("check.no_picture");
        return again(frame, String::new(), wrong, Reason::BadRequest);
    }
    let found = match desk.pictures.search(place, file).await {
        Ok(found) => found,
        Err(why) if matches!(why.reason(), Reason::BadPicture | Reason::TooLarge) => {
            let wrong = match why.reason() {
                Reason::TooLarge => Wrong::Picture("check.too_large"),
                _ => Wrong::Picture("check.not_a_picture"),
            };
            return again(frame, String::new(), wrong, why.reason());
        }
        Err(why) => return Err(why),
    };
    match found.as_slice() {
        [] => {
            let wrong = Wrong::Picture("check.no_code");
            again(frame, String::new(), wrong, Reason::BadPicture)
        }
        [one] => judged(&desk, frame, &who, one.trim().to_owned()).await,
        several => pages::scanning_page(&CheckPage {
            several: several.to_vec(),
            ..CheckPage::blank(frame)
        }),
    }
}

async fn judged(desk: &Data<Desk>, frame: Frame, who: &Counted, text: String) -> Reply {
    let host = &desk.office.settings.code_host;
    if let Some(path) = receipt_path(&text, host) {
        return Ok(problem::see_other(&path));
    }
    let wrong = match recognise(&text, std::slice::from_ref(host)) {
        Presented::Printed {
            reference,
            digits: None,
        } => return Ok(problem::see_other(&format!("/v/{reference}"))),
        Presented::Live(_) | Presented::Spoken(_) => Some("check.live_typed"),
        _ if text.is_empty() => Some("check.nothing_typed"),
        _ => None,
    };
    if let Some(key) = wrong {
        return again(frame, text, Wrong::Typed(key), Reason::BadRequest);
    }
    let verdict = verify::asked(desk, (Caller::public(), who), text).await?;
    let shown = verdict.certificates.first();
    let faces = shown.map_or_else(Vec::new, |shown| faces(&shown.fields, frame.lang));
    told::typed(desk, frame, (verdict, faces))
}

/// The page of a receipt whose address this is.
fn receipt_path(text: &str, host: &str) -> Option<String> {
    let (scheme, rest) = text.split_once("://")?;
    let (at, path) = rest.split_once('/')?;
    let ours = scheme.to_ascii_lowercase().starts_with("http") && at.eq_ignore_ascii_case(host);
    let reference = path.strip_prefix(['p', 'P'])?.strip_prefix('/')?;
    let reference = reference.split('#').next().unwrap_or_default();
    (ours && receipt_reference::range(reference).is_some())
        .then(|| format!("/p/{}", reference.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::receipt_path;

    #[test]
    fn only_receipts_of_ours_have_a_page() {
        let at = |text: &str| receipt_path(text, "mz.example");
        let reference = "ABCDEFGHIJKLMNOPQRST";
        let path = Some(format!("/p/{reference}"));
        assert_eq!(at(&format!("HTTPS://MZ.EXAMPLE/P/{reference}#12")), path);
        assert_eq!(
            at(&format!(
                "https://mz.example/p/{}",
                reference.to_lowercase()
            )),
            path
        );
        for text in [
            format!("https://evil.example/p/{reference}"),
            format!("https://mz.example/p/{reference}/x"),
            format!("https://mz.example/v/{reference}"),
            format!("ftp://mz.example/p/{reference}"),
            "https://mz.example/p/".to_owned(),
        ] {
            assert_eq!(at(&text), None, "{text}");
        }
    }
}
