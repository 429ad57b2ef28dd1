//! The end of a case: closed with a receipt, or withdrawn.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;

use crate::flow::case;
use crate::flow::case::CaseView;
use crate::flow::office::Office;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::pages::form::Filled;
use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::pages::page_again;
use crate::http::pages::window::at;
use crate::http::pages::window::case::Typed;
use crate::http::pages::window::case::again;
use crate::http::pages::window::doing::Doing;
use crate::http::pages::window::doing::FormKey;
use crate::http::pages::window::doing::fresh;
use crate::http::pages::window::officer::Officer;
use crate::http::pages::window::people::Pressed;
use crate::http::pages::window::side::Side;
use crate::http::pages::window::trouble::Trouble;
use crate::http::pages::window::trouble::can_be_mended;
use crate::http::problem;
use crate::http::reply::Reply;

/// Closes a case and signs its receipt.
pub(crate) async fn close(
    desk: Data<Desk>,
    frame: Frame,
    (officer, number): (Officer, Path<String>),
    request: HttpRequest,
    form: Filled<Pressed>,
) -> Reply {
    let doing = Doing::new(&officer.by, &request, &form.value.key, form.bytes);
    let number = number.into_inner();
    let of = number.clone();
    let closed = off_the_loop(&desk, move |office| {
        case::close_once(office, &of, doing.by(), Some(doing.once()))
    });
    match closed.await {
        Ok(_) => Ok(problem::see_other(&format!(
            "{}/receipt?new=1",
            at(&number)
        ))),
        Err(why) => {
            let about = (number, None);
            again(
                &desk,
                (frame, officer),
                about,
                (why, None),
                Typed::default(),
            )
            .await
        }
    }
}

#[derive(Template)]
#[template(path = "window/withdraw.html")]
struct WithdrawPage {
    frame: Frame,
    officer: Officer,
    side: Side,
    reason: String,
    trouble: Option<Trouble>,
    key: String,
    step: u8,
}

impl WithdrawPage {
    fn wrong(&self, field: &str) -> Option<&Trouble> {
        let trouble = self.trouble.as_ref();
        trouble.filter(|trouble| trouble.field == Some(field))
    }

    fn of(office: &Office, frame: Frame, officer: Officer, case: &CaseView) -> Self {
        Self {
            side: Side::of(office, &frame, case, None),
            reason: String::new(),
            trouble: None,
            key: fresh(office),
            step: 2,
            frame,
            officer,
        }
    }
}

/// Where a case is withdrawn.
pub(crate) async fn ask_withdraw(
    desk: Data<Desk>,
    frame: Frame,
    officer: Officer,
    number: Path<String>,
) -> Reply {
    let made = off_the_loop(&desk, move |office| {
        let case = case::look(office, &number, &officer.by)?;
        Ok(WithdrawPage::of(office, frame, officer, &case))
    });
    page(&made.await?)
}

/// Why it is withdrawn.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Why {
    pub(super) key: FormKey,
    pub(super) reason: String,
}

/// Withdraws a case.
pub(crate) async fn withdraw(
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
    let ended = off_the_loop(&desk, move |office| {
        case::withdraw_case(office, &of, &reason, doing.by(), Some(doing.once()))
    });
    let why = match ended.await {
        Ok(_) => return Ok(problem::see_other(&at(&number))),
        Err(why) if !can_be_mended(why.reason()) => return Err(why),
        Err(why) => why,
    };
    let trouble = Trouble::of(&why, &frame).about("why", why.reason().title(frame.lang));
    let again = off_the_loop(&desk, move |office| {
        let case = case::look(office, &number, &officer.by)?;
        let blank = WithdrawPage::of(office, frame, officer, &case);
        Ok(WithdrawPage {
            reason: value.reason,
            trouble: Some(trouble),
            ..blank
        })
    });
    page_again(&again.await?, &why)
}
