//! The certificate types, each with the contract of its interface, its form and its templates.

use serde_json::Value;

use crate::http::docs::tell::both;
use crate::http::docs::tell::both_with;
use crate::http::docs::tell::pair;
use crate::http::pages::plain::escaped;

/// Every type, from the list that programs read.
pub(super) fn section(list: &Value) -> String {
    let all = list["types"].as_array().map(Vec::as_slice);
    let all = all.unwrap_or_default();
    let lines = all.iter().map(|of| {
        let text = |name: &str| of[name].as_str().unwrap_or_default();
        let code = escaped(text("code"));
        let address = format!("/api/v1/types/{code}");
        format!(
            "<tr data-find><td>{}<br><code>{code}</code></td><td>{}</td>\
             <td><a href=\"/api/v1/interfaces/{code}\">{}</a> \
             <a href=\"/api/v1/interfaces/{code}/openapi.json\">OpenAPI</a> \
             <a href=\"{address}\">{}</a> <a href=\"{address}/template.xlsx\">{} XLSX</a> \
             <a href=\"{address}/template.csv\">CSV</a></td></tr>",
            pair(text("name"), text("name_en")),
            of["version"],
            both("docs.contract"),
            both("docs.form"),
            both("docs.sheet"),
        )
    });
    let count = all.len().to_string();
    format!(
        "<section id=\"on-types\" class=\"chapter\"><header><h2>{}</h2><p class=\"lead\">{}</p></header>\
         <div class=\"panel\"><table class=\"tbl\"><thead><tr><th>{}</th><th>{}</th><th></th></tr></thead>\
         <tbody>{}</tbody></table></div></section>",
        both("docs.types"),
        both_with("docs.types_text", &[("n", &count)]),
        both("docs.name"),
        both("docs.version"),
        lines.collect::<String>()
    )
}
