//! Pages whose body is written by hand: the checklist, which is made to be printed, and the page
//! of routes.

use crate::http::pages::assets;

/// How a page looks, and its script, by the names of their files.
pub(crate) struct Look {
    /// The sheet of style.
    pub(crate) style: &'static str,
    /// The script, where there is one.
    pub(crate) script: Option<&'static str>,
}

/// A page with a title and a body of HTML.
pub(crate) fn html(title: &str, body: &str, look: &Look) -> String {
    let script = look.script.map_or_else(String::new, |script| {
        format!(
            "<script type=\"module\" src=\"{}\"></script>",
            assets::address(script)
        )
    });
    format!(
        "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>{}</title>\
         <link rel=\"icon\" href=\"{}\"><link rel=\"stylesheet\" href=\"{}\">{script}\
         </head><body>{body}</body></html>",
        escaped(title),
        assets::address("mark.svg"),
        assets::address(look.style),
    )
}

/// Text, fit to stand in HTML and in quoted attributes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
