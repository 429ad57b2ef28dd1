//! What is printed of items.

use serde_json::json;

use crate::cli::ending::Ending;
use crate::cli::output::Output;
use crate::domain::item::Errand;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::items::check::ItemCheck;
use crate::flow::items::checklist::Bilingual;
use crate::flow::items::checklist::ChecklistMaterial;
use crate::flow::items::checklist::ItemChecklist;
use crate::flow::items::list;
use crate::flow::items::search::ItemsFound;
use crate::flow::items::show::ItemShown;

/// Tells what was found.
pub(super) fn found(found: &ItemsFound, output: &mut Output) -> Ending {
    output.object(&json!(found));
    for main in &found.found {
        output.line(&format!("{}  {}", main.main_item, main.name));
        for scenario in &main.scenarios {
            output.line(&format!("  {}", scenario.scenario));
            for place in &scenario.items {
                let line = format!("    {}  {}", place.item, place.agency_name);
                output.line(&line);
            }
        }
    }
    if found.found.is_empty() {
        output.say("cli.no_items", &[]);
        return Ending::SomeNotGood;
    }
    Ending::Done
}

/// Tells an item and its materials.
pub(super) fn shown(shown: &ItemShown, output: &mut Output) {
    output.object(&json!(shown));
    let item = &shown.item;
    output.line(&format!("{}  {}", item.item, item.name));
    let with = [
        ("agency", item.agency_name.as_str()),
        ("division", &item.division_name),
    ];
    output.say("checklist.run_by", &with);
    for version in &shown.versions {
        let day = version.loaded_at.get(..10).unwrap_or_default();
        let number = version.version.to_string();
        output.say("checklist.rule", &[("version", &number), ("day", day)]);
    }
    for material in &shown.materials {
        let errand = say(
            output.lang,
            &format!("errand.{}", material.errand.name()),
            &[],
        );
        let of_type = material.type_name.as_deref().unwrap_or_default();
        let line = format!("  {}. {}  {errand}  {of_type}", material.seq, material.name);
        output.line(line.trim_end());
    }
}

/// The checklist as lines.
pub(super) fn told(list: &ItemChecklist, output: &mut Output) {
    output.object(&json!(list));
    let lang = output.lang;
    let of = |said: &Bilingual| match lang {
        Lang::Zh => said.zh.clone(),
        Lang::En => said.en.clone(),
    };
    output.line(&list.item.name);
    output.line(&of(&list.headline));
    for more in &list.more {
        output.line(&of(more));
    }
    for errand in Errand::ALL {
        let mut lines = list.lines.iter().filter(|l| l.errand == errand).peekable();
        if lines.peek().is_some() {
            output.line("");
            output.say(&format!("errand.{}", errand.name()), &[]);
        }
        for line in lines {
            for (n, material) in line.materials.iter().enumerate() {
                let mark = if n == 0 { "·" } else { " " };
                output.line(&format!("  {mark} {}", sentence(material, errand, lang)));
            }
        }
    }
    output.line("");
    output.say("checklist.assured", &[]);
}

fn sentence(of: &ChecklistMaterial, line: Errand, lang: Lang) -> String {
    let told = match lang {
        Lang::Zh => &of.told.zh,
        Lang::En => &of.told.en,
    };
    let mut parts = vec![of.name.clone()];
    if of.errand != line {
        parts.push(say(lang, &format!("errand.{}", of.errand.name()), &[]));
    }
    parts.push(told.clone());
    for (key, note) in [
        ("checklist.condition", &of.condition),
        ("checklist.basis", &of.basis),
    ] {
        parts.extend(note.as_ref().map(|text| say(lang, key, &[("text", text)])));
    }
    parts.join("  ")
}

/// Tells how many items there are where.
pub(super) fn listed(list: &list::ItemList, output: &mut Output) {
    output.object(&json!(list));
    for count in &list.divisions {
        output.line(&format!(
            "{}  {}  {}",
            count.division, count.division_name, count.items
        ));
    }
    for count in &list.departments {
        output.line(&format!("{}  {}", count.department, count.items));
    }
    output.say("cli.items_total", &[("n", &list.total.to_string())]);
}

/// Tells what nothing can stand for.
pub(crate) fn gaps(check: &ItemCheck, output: &mut Output) -> Ending {
    for gap in &check.findings {
        let (what, act) = match output.lang {
            Lang::Zh => (&gap.told.zh, &gap.act.zh),
            Lang::En => (&gap.told.en, &gap.act.en),
        };
        let mark = if gap.nothing_serves {
            "cli.mark_error"
        } else {
            "cli.mark_attention"
        };
        let mark = say(output.lang, mark, &[]);
        output.line(&format!("{mark}  {what}"));
        output.line(&format!("      → {act}"));
    }
    let whole = check
        .findings
        .iter()
        .filter(|gap| gap.nothing_serves)
        .count();
    let with = [
        ("items", check.items.to_string()),
        ("found", whole.to_string()),
    ];
    let with = with.each_ref().map(|(name, n)| (*name, n.as_str()));
    output.say("cli.items_checked", &with);
    if check.whole {
        Ending::Done
    } else {
        Ending::SomeNotGood
    }
}
