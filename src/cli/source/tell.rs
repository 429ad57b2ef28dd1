//! Sources in words, and for programs.

use serde_json::json;

use crate::cli::ending::Ending;
use crate::cli::ending::findings;
use crate::cli::output::Output;
use crate::domain::said::Said;
use crate::domain::sourced::SourceWord;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::source::Issuing;
use crate::flow::source::Outcome;
use crate::flow::source::Pulled;
use crate::flow::source::SourceLine;
use crate::flow::source::SourceLoaded;
use crate::flow::source::Tried;

pub(super) fn loaded(loaded: &SourceLoaded, output: &mut Output) {
    let with = [
        ("name", loaded.source.as_str()),
        ("type", &loaded.type_name),
    ];
    output.say("cli.source_loaded", &with);
    if loaded.new_type {
        output.say("cli.source_new_type", &with);
    } else if loaded.changed_type {
        output.say("cli.source_changed_type", &with);
    }
    output.object(&json!(loaded));
}

pub(super) fn list(lines: &[SourceLine], output: &mut Output) {
    for line in lines {
        let parts = [
            &line.source,
            &line.type_name,
            line.kind,
            line.issue,
            &line.loaded_at,
        ];
        output.line(parts.join("  ").trim_end());
        if let Some(why) = &line.unreadable {
            output.say("cli.source_unreadable", &[("why", why)]);
        }
    }
    output.object(&json!({"sources": lines}));
}

pub(super) fn tried(tried: &Tried, output: &mut Output) -> Ending {
    let lang = output.lang;
    for step in &tried.steps {
        output.line(&step.what(lang));
    }
    for field in &tried.fields {
        let with = [
            ("key", field.key.as_str()),
            ("label", &field.label),
            ("from", &field.from),
            ("became", field.became.as_deref().unwrap_or("—")),
        ];
        output.say("cli.source_field", &with);
        if let Some(unfit) = field.unfit {
            output.say(&format!("cli.source_unfit_{unfit}"), &with);
        }
    }
    for finding in &tried.findings {
        let text = output.text_of(finding).to_owned();
        output.line(&format!("  {text}"));
    }
    if let Some(word) = tried.word {
        tell_word(word, output);
    }
    let both = |said: &Said| json!({"zh": said.what(Lang::Zh), "en": said.what(Lang::En)});
    let fields = tried.fields.iter().map(|field| {
        json!({
            "column": field.key, "heading": field.label, "from": field.from,
            "became": field.became, "unfit": field.unfit,
        })
    });
    output.object(&json!({
        "source": tried.source,
        "steps": tried.steps.iter().map(both).collect::<Vec<_>>(),
        "fields": fields.collect::<Vec<_>>(),
        "findings": findings(&tried.findings),
        "outcome": tried.word.map(SourceWord::name),
        "cause": tried.cause.map(|cause| cause.name()),
    }));
    match tried.word {
        None | Some(SourceWord::Found) => Ending::Done,
        Some(_) => Ending::SomeNotGood,
    }
}

pub(super) fn issued(pulled: &Pulled, output: &mut Output) -> Ending {
    let lang = output.lang;
    let (issuing, cause) = match &pulled.outcome {
        Outcome::Found(found) => (found.issuing.clone(), None),
        Outcome::Not(cause) => (Issuing::No, Some(*cause)),
    };
    if let Some(cause) = cause {
        output.line(&cause.said().what(lang));
        tell_word(cause.word(), output);
    }
    for finding in &pulled.findings {
        let text = output.text_of(finding).to_owned();
        output.line(&format!("  {text}"));
    }
    let (ending, became) = match &issuing {
        Issuing::Done(done) => {
            let outcome = say(lang, &format!("outcome.{}", done.outcome), &[]);
            output.line(&format!("{outcome}  {}", done.identifier));
            let told = json!({"outcome": done.outcome, "identifier": done.identifier.to_string()});
            (Ending::Done, told)
        }
        Issuing::Refused(problem) => {
            output.line(&problem.reason.title(lang));
            let told = json!({"refused": problem.reason.code()});
            (Ending::SomeNotGood, told)
        }
        Issuing::No => (Ending::SomeNotGood, json!(null)),
    };
    output.object(&json!({
        "source": pulled.source,
        "outcome": pulled.outcome.word().name(),
        "cause": cause.map(|cause| cause.name()),
        "issued": became,
        "findings": findings(&pulled.findings),
    }));
    ending
}

/// What it came to, and what to do now.
fn tell_word(word: SourceWord, output: &mut Output) {
    let lang = output.lang;
    let (what, act) = (word.what(lang), word.act(lang));
    let with = [("code", word.name()), ("what", &what), ("act", &act)];
    output.say("cli.source_word", &with);
}
