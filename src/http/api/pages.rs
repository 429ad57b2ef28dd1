//! Pages that a phone opens when its camera reads one of our codes.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::ReqData;

use crate::domain::caller::Caller;
use crate::domain::verdict::ShownBy;
use crate::domain::verdict::Verdict;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::http::api::verify;
use crate::http::connection::Counted;
use crate::http::desk::Desk;
use crate::http::docs;
use crate::http::kept::Keep;
use crate::http::kept::shelved;
use crate::http::page;
use crate::http::page::escaped;
use crate::http::reply::Reply;

/// A live code that was opened instead of shown. It is not even looked at.
pub(crate) async fn live() -> Reply {
    let zh = |key: &str| escaped(&say(Lang::Zh, key, &[]));
    let en = |key: &str| escaped(&say(Lang::En, key, &[]));
    page::reply(
        &say(Lang::Zh, "page.live_title", &[]),
        &format!(
            "<main><h1>{}</h1><p>{}</p><p lang=\"en\">{}</p></main>",
            zh("page.live_title"),
            zh("page.live_text"),
            en("page.live_text"),
        ),
    )
}

/// What the register says of the certificate behind a printed code: no field of it.
pub(crate) async fn printed(desk: Data<Desk>, who: ReqData<Counted>, path: Path<String>) -> Reply {
    let text = format!("https://{}/v/{path}", desk.office.settings.code_host);
    let verdict = verify::asked(&desk, (Caller::public(), &who), text).await?;
    desk.metrics.verdict(verdict.verdict);
    page::reply(&say(Lang::Zh, "page.printed_title", &[]), &of(&verdict))
}

fn of(verdict: &Verdict) -> String {
    let zh = |key: &str| escaped(&say(Lang::Zh, key, &[]));
    let outcome = verdict.verdict.name();
    let word = say(Lang::Zh, &format!("outcome_word.{outcome}"), &[]);
    let word_en = say(Lang::En, &format!("outcome_word.{outcome}"), &[]);
    let mut body = format!(
        "<main><h1>{}</h1><p class=\"verdict {outcome}\">{}<span lang=\"en\">{}</span></p><dl>",
        zh("page.printed_title"),
        escaped(&word),
        escaped(&word_en),
    );
    if verdict.shown_by == ShownBy::Copy {
        let line = format!(
            "<dt>{}</dt><dd>{}</dd>",
            zh("shown.copy"),
            zh("step.original")
        );
        body.push_str(&line);
    }
    for shown in &verdict.certificates {
        for (label, value) in [
            ("page.type", &shown.type_name),
            ("page.issuer", &shown.issuer_name),
            ("page.identifier", &shown.identifier),
        ] {
            let line = format!("<dt>{}</dt><dd>{}</dd>", zh(label), escaped(value));
            body.push_str(&line);
        }
    }
    let line = format!(
        "<dt>{}</dt><dd>{}</dd></dl><p>{}</p></main>",
        zh("page.at"),
        escaped(&verdict.at),
        zh("page.printed_text"),
    );
    body.push_str(&line);
    body
}

/// The page of routes.
pub(crate) async fn docs(desk: Data<Desk>, request: HttpRequest) -> Reply {
    let version = desk.office.known().generation.clone();
    let place = (request.path(), version.as_str());
    let reply = shelved(&desk, &request, Keep(page::HTML, 60), place, |office| {
        Ok(docs::html(office).into_bytes())
    });
    Ok(page::guarded(reply.await?, &docs::LOOK))
}
