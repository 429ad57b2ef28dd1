//! The citizen's wallet: her cards and what she does with them, on a phone.

mod card;
pub(crate) mod choose;
pub(crate) mod home;
pub(crate) mod live;
pub(crate) mod request;
pub(crate) mod scan;

use crate::domain::words::Lang;
use crate::http::pages::frame::Frame;

/// The media type and most bytes of a form of these pages: a few words, never a file.
pub(crate) const FORM_BYTES: u64 = 16 * 1024;

/// A place of the bar at the bottom.
pub(crate) struct Tab {
    path: &'static str,
    icon: &'static str,
    word: &'static str,
    look: Option<&'static str>,
    is_here: bool,
}

/// The bar: path, icon, word, look.
const TABS: [(&str, &str, &str, Option<&str>); 3] = [
    ("/w", "card", "wallet.tab_cards", None),
    ("/w/scan", "scan", "wallet.tab_scan", Some("elderhide")),
    ("/w/show", "code", "wallet.tab_show", Some("show")),
];

impl Frame {
    /// The bar at the bottom of the wallet's pages.
    pub(crate) fn wallet_tabs(&self) -> Vec<Tab> {
        let here = |path: &str| match path {
            "/w" => self.here == "/w" || self.here.starts_with("/w/cards"),
            path => self.here.starts_with(path),
        };
        let tab = |(path, icon, word, look)| Tab {
            path,
            icon,
            word,
            look,
            is_here: here(path),
        };
        TABS.map(tab).into()
    }
}

/// What a field is called where codes are shown: nothing there may look as if it said that a
/// certificate is good, which only whoever scans it learns.
pub(crate) fn quiet(lang: Lang, label: &str) -> String {
    match lang {
        Lang::Zh => label
            .replace("有效期限", "期限")
            .replace("有效期", "期限")
            .replace("有效", ""),
        Lang::En => label.to_owned(),
    }
}
