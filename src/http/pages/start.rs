//! The first page: who are you, and what do you want?

use askama::Template;

use crate::http::pages::frame::Frame;
use crate::http::pages::page;
use crate::http::reply::Reply;

/// A way in: where it leads, its picture, and its words.
struct WayIn {
    path: &'static str,
    icon: &'static str,
    name: &'static str,
    text: &'static str,
}

const WAYS: &[WayIn] = &[
    way("/check", "scan", "start.check", "start.check_text"),
    way("/dev", "paper", "start.develop", "start.develop_text"),
];

const fn way(
    path: &'static str,
    icon: &'static str,
    name: &'static str,
    text: &'static str,
) -> WayIn {
    WayIn {
        path,
        icon,
        name,
        text,
    }
}

#[derive(Template)]
#[template(path = "public/start.html")]
struct StartPage {
    frame: Frame,
    ways: &'static [WayIn],
}

/// The first page.
pub(crate) async fn start(frame: Frame) -> Reply {
    page(&StartPage { frame, ways: WAYS })
}
