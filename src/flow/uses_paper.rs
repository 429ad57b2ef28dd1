//! A holder's history on paper, for her who has no phone: the lines that were read, and no more.

use crate::codec::paper::Block;
use crate::codec::paper::Column;
use crate::codec::paper::Fact;
use crate::codec::paper::Paper;
use crate::codec::paper::Table;
use crate::codec::paper::pdf;
use crate::domain::caller::Caller;
use crate::domain::holder::HolderCode;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::receipt::words::both;
use crate::flow::receipt::words::moment;
use crate::flow::uses;
use crate::flow::uses::UseLine;

/// The history of somebody who stands at a window with her identity card, as a PDF. That it was
/// read is recorded, as on the screen.
///
/// # Errors
///
/// Those of [`uses::at_the_window`].
pub fn at_the_window(
    office: &Office,
    (code, face_checked): (&HolderCode, bool),
    before: Option<i64>,
    by: &Caller,
) -> Result<Vec<u8>, Failure> {
    let lines = uses::at_the_window(office, (code, face_checked), before, by)?;
    let person = format!("{} ****{}", code.kind(), code.last4());
    print(office, Some(person), &lines, by)
}

/// The caller's own history as a PDF.
///
/// # Errors
///
/// Those of [`uses::mine`].
pub fn mine(office: &Office, before: Option<i64>, by: &Caller) -> Result<Vec<u8>, Failure> {
    print(office, None, &uses::mine(office, before, by)?, by)
}

fn print(
    office: &Office,
    person: Option<String>,
    lines: &[UseLine],
    by: &Caller,
) -> Result<Vec<u8>, Failure> {
    let now = office.clock.now();
    let known = office.known();
    let agency = by.agency.and_then(|number| known.agencies.get(&number));
    let fact = |key: &str, value: String| Fact {
        label: both(&format!("uses.{key}")),
        value,
    };
    let mut facts: Vec<Fact> = person.into_iter().map(|one| fact("person", one)).collect();
    facts.push(fact("lines", lines.len().to_string()));
    facts.push(fact("printed_at", moment(&now.to_string())));
    if let Some(agency) = agency {
        facts.push(fact("officer", by.id.clone()));
        facts.push(fact("office", agency.name.clone()));
    }
    let zh = |key: &str| say(Lang::Zh, &format!("uses.{key}"), &[]);
    let mut blocks = vec![Block::Facts(facts)];
    blocks.push(if lines.is_empty() {
        Block::Paragraph(zh("none"))
    } else {
        table(lines)
    });
    if lines.len() >= uses::PAGE {
        blocks.push(Block::Note(zh("older")));
    }
    blocks.push(Block::Note(zh("objection")));
    let english = say(Lang::En, "uses.title", &[]);
    let paper = Paper {
        title: zh("title"),
        second_title: Some(format!("{} · {english}", zh("title_mn"))),
        blocks,
        code: None,
        footer: vec![zh("footer")],
        metadata: Vec::new(),
        watermark: None,
        lang: Lang::Zh,
    };
    let printed = pdf(&paper, office.fonts()?, now);
    let printed = printed.map_err(|why| Failure::Broken(format!("uses on paper: {why}")))?;
    Ok(printed.bytes)
}

fn table(lines: &[UseLine]) -> Block {
    let column = |key: &str, share| Column {
        header: both(&format!("uses.{key}")),
        share,
        to_the_right: false,
    };
    Block::Table(Table {
        columns: vec![
            column("at", 5),
            column("who", 6),
            column("what", 8),
            column("outcome", 7),
        ],
        rows: lines.iter().map(row).collect(),
    })
}

fn row(line: &UseLine) -> Vec<String> {
    let mut who: Vec<String> = line.agency.clone().into_iter().collect();
    who.push(line.by.clone());
    let mut what: Vec<String> = line.type_name.clone().into_iter().collect();
    what.extend(line.identifier.clone());
    what.extend(line.why.clone());
    let case = line.case.as_ref();
    what.extend(case.map(|case| say(Lang::Zh, "uses.case", &[("case", case)])));
    let event = both(&format!("use_event.{}", line.event));
    let mut came = vec![event];
    came.extend(line.outcome.as_deref().map(outcome));
    if !line.labels.is_empty() {
        let fields = line.labels.join("、");
        came.push(say(Lang::Zh, "uses.fields", &[("fields", &fields)]));
    }
    vec![
        format!("{}\n{}", moment(&line.at), line.record),
        who.join("\n"),
        what.join("\n"),
        came.join("\n"),
    ]
}

/// What came of a use in words; a name without any stays as it is.
fn outcome(name: &str) -> String {
    let groups = ["use_outcome", "served", "outcome_word", "problem"];
    let said = groups.iter().find_map(|group| {
        let key = format!("{group}.{name}");
        let said = say(Lang::Zh, &key, &[]);
        (said != key).then_some(said)
    });
    said.unwrap_or_else(|| name.to_owned())
}
