//! Where an integrator begins: what there is, and the way to the first fetched fields.

use actix_web::web::Data;
use askama::Template;
use serde_json::Value;

use super::interfaces::command;
use crate::flow::first_use::FirstUse;
use crate::flow::first_use::first_use;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::reply::Reply;

#[derive(Template)]
#[template(path = "dev/start.html")]
struct StartPage {
    frame: Frame,
    /// Where the interfaces are.
    base: String,
    types: usize,
    /// What is sent first, where published items need certificates.
    first: Option<FirstUse>,
}

impl StartPage {
    fn sent(&self, path: &str, body: &Value) -> String {
        command(&format!("{}{path}", self.base), body, false)
    }

    fn once(&self, path: &str, body: &Value) -> String {
        command(&format!("{}{path}", self.base), body, true)
    }
}

/// The first page.
pub(crate) async fn start(desk: Data<Desk>, frame: Frame) -> Reply {
    page(&StartPage {
        base: format!("https://{}", desk.office.settings.authority),
        types: desk.office.known().newest.len(),
        first: off_the_loop(&desk, first_use).await?,
        frame,
    })
}
