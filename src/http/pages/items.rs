//! 出发前看一眼 as a page: no login, no script, made to be printed. Chinese first.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;
use actix_web::web::Query;

use crate::domain::item::Errand;
use crate::domain::settings::Mode;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::items::checklist;
use crate::flow::items::checklist::Bilingual;
use crate::flow::items::checklist::ChecklistLine;
use crate::flow::items::checklist::ChecklistMaterial;
use crate::flow::items::checklist::ItemChecklist;
use crate::flow::items::show::ScenarioNamed;
use crate::flow::office::Office;
use crate::http::api::items::When;
use crate::http::desk::Desk;
use crate::http::kept::Keep;
use crate::http::kept::made;
use crate::http::pages;
use crate::http::pages::HTML;
use crate::http::pages::plain;
use crate::http::pages::plain::Look;
use crate::http::pages::plain::escaped;
use crate::http::reply::Reply;

/// How the page looks, on a screen and on paper.
const LOOK: Look = Look {
    style: "checklist.css",
    script: None,
};

/// Sky, grassland, and the bends of the Xilin river.
const MARK: &str = include_str!("../web/mark.svg");

/// What to bring, which anybody may keep for a minute.
pub(crate) async fn item(
    desk: Data<Desk>,
    request: HttpRequest,
    (item, when): (Path<String>, Query<When>),
) -> Reply {
    let reply = made(&desk, &request, Keep(HTML, 60), move |office| {
        let list = checklist::checklist(office, &item, when.scenario.as_deref())?;
        Ok(html(office, &list).into_bytes())
    });
    Ok(pages::guarded(reply.await?))
}

/// The page of a checklist.
fn html(office: &Office, list: &ItemChecklist) -> String {
    let more: Vec<String> = list.more.iter().map(|more| in_list(&both(more))).collect();
    let section = |errand: &Errand| {
        let lines = list.lines.iter().filter(|line| line.errand == *errand);
        section(*errand, &lines.collect::<Vec<_>>())
    };
    let sections: Vec<String> = Errand::ALL.iter().map(section).collect();
    let test = match office.settings.mode {
        Mode::Demo => format!("<p class=\"band\">{}</p>", words("checklist.demo", &[])),
        Mode::Production => String::new(),
    };
    let body = format!(
        "<header class=\"mast\">{MARK}<b>{}</b></header>{test}\
         <main><h1>{}</h1><p class=\"head\">{}</p><ul class=\"more\">{}</ul>{}{}{}</main>",
        words("checklist.title", &[]),
        escaped(&list.item.name),
        both(&list.headline),
        more.concat(),
        sections.concat(),
        scenarios(list),
        foot(office, list),
    );
    let title = say(Lang::Zh, "checklist.title", &[]);
    plain::html(&format!("{} · {title}", list.item.name), &body, &LOOK)
}

fn section(errand: Errand, lines: &[&ChecklistLine]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let line = |line: &&ChecklistLine| {
        let all = line.materials.iter().map(|one| material(one, line.errand));
        let all: Vec<String> = all.collect();
        match all.as_slice() {
            [one] => in_list(one),
            several => {
                let several: Vec<String> = several.iter().map(|one| in_list(one)).collect();
                in_list(&format!("<ul class=\"any\">{}</ul>", several.concat()))
            }
        }
    };
    let name = errand.name();
    format!(
        "<section class=\"{name}\"><h2>{}<i>{}</i></h2><ol>{}</ol></section>",
        words(&format!("errand.{name}"), &[]),
        lines.len(),
        lines.iter().map(line).collect::<Vec<_>>().concat(),
    )
}

/// A material; beside alternatives that end otherwise it says itself how it ends.
fn material(of: &ChecklistMaterial, line: Errand) -> String {
    let name = escaped(&of.name);
    let name = if of.errand == Errand::Cancelled {
        format!("<del>{name}</del>")
    } else {
        name
    };
    let own = if of.errand == line {
        String::new()
    } else {
        let key = format!("errand.{}", of.errand.name());
        format!("<em>{}</em>", words(&key, &[]))
    };
    let noted = [
        ("checklist.condition", &of.condition),
        ("checklist.basis", &of.basis),
    ];
    let noted = noted.map(|(key, note)| match note {
        Some(note) => format!(
            "<span class=\"note\">{}</span>",
            words(key, &[("text", note)])
        ),
        None => String::new(),
    });
    format!(
        "<b>{name}</b>{own}<span class=\"told\">{}</span>{}",
        both(&of.told),
        noted.concat()
    )
}

fn in_list(html: &str) -> String {
    format!("<li>{html}</li>")
}

/// The other situations, each a link; on paper they are left out.
fn scenarios(list: &ItemChecklist) -> String {
    let others = list.scenarios.iter().filter(|s| s.item != list.item.item);
    let link = |s: &ScenarioNamed| {
        let name = escaped(&s.scenario);
        format!("<a href=\"/items/{}\">{name}</a>", s.item)
    };
    let links: Vec<String> = others.map(link).collect();
    if links.is_empty() {
        return String::new();
    }
    let told = words("checklist.scenarios", &[("scenario", &list.item.scenario)]);
    format!("<nav><p>{told}</p>{}</nav>", links.concat())
}

fn foot(office: &Office, list: &ItemChecklist) -> String {
    let day = list.loaded_at.get(..10).unwrap_or_default();
    let address = format!("{}/items/{}", office.settings.authority, list.item.item);
    let lines = [
        words(
            "checklist.run_by",
            &[
                ("agency", list.item.agency_name.as_str()),
                ("division", &list.item.division_name),
            ],
        ),
        words("checklist.assured", &[]),
        words(
            "checklist.rule",
            &[("version", &list.version.to_string()), ("day", day)],
        ),
        words("checklist.printed", &[("address", &address)]),
    ];
    let lines = lines.map(|line| format!("<p>{line}</p>"));
    format!("<footer>{}</footer>", lines.concat())
}

fn words(key: &str, with: &[(&str, &str)]) -> String {
    both(&Bilingual::say(key, with))
}

fn both(said: &Bilingual) -> String {
    format!(
        "{}<span lang=\"en\">{}</span>",
        escaped(&said.zh),
        escaped(&said.en)
    )
}
