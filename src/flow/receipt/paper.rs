//! A receipt as a paper: what was signed, in Chinese and beside it in English, and not a word
//! more of anybody than the signed text has.

use super::words::both;
use super::words::moment;
use super::words::word;
use crate::codec::base64url;
use crate::codec::paper::Block;
use crate::codec::paper::Column;
use crate::codec::paper::Fact;
use crate::codec::paper::Paper;
use crate::codec::paper::PaperCode;
use crate::codec::paper::Table;
use crate::codec::qr::Code;
use crate::domain::receipt::Named;
use crate::domain::receipt::Receipt;
use crate::domain::receipt::ReceiptCertificate;
use crate::domain::receipt::ReceiptMaterial;
use crate::domain::receipt::ReceiptPerson;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::case::KeptReceipt;
use crate::flow::office::Office;

/// What a receipt says on paper, with its code.
pub(super) fn paper(office: &Office, kept: &KeptReceipt, code: Code) -> Paper {
    let receipt = &kept.receipt;
    let zh = |key: &str| say(Lang::Zh, key, &[]);
    let mut blocks = vec![Block::Facts(facts(receipt))];
    for (heading, states) in [
        ("receipt.waived", &["waived", "promised"][..]),
        ("receipt.handed_in", &["needs_paper", "disputed"]),
        ("receipt.others", &["tolerant", "identified", "cancelled"]),
    ] {
        let of = |one: &&ReceiptMaterial| states.contains(&one.state.as_str());
        let rows: Vec<Vec<String>> = receipt.materials.iter().filter(of).map(row).collect();
        if !rows.is_empty() {
            blocks.push(Block::Heading(both(heading)));
            blocks.push(table(rows));
        }
    }
    blocks.push(Block::Signature(vec![
        both("receipt.sign_officer"),
        both("receipt.sign_applicant"),
    ]));
    let digest = base64url::encode(&kept.digest);
    let mut caption = vec![both("receipt.how")];
    caption.extend(["receipt.how_scan", "receipt.how_offline"].map(zh));
    caption.push(say(Lang::En, "receipt.how_offline", &[]));
    let number = receipt.receipt.to_string();
    let with = [("case", receipt.case.as_str()), ("receipt", &number)];
    Paper {
        title: zh("receipt.title"),
        second_title: Some(format!(
            "{} · {}",
            zh("receipt.title_mn"),
            say(Lang::En, "receipt.title", &[])
        )),
        blocks,
        code: Some(PaperCode {
            code,
            host: office.settings.code_host.clone(),
            caption,
        }),
        footer: vec![
            say(Lang::Zh, "receipt.footer", &with),
            format!("SHA-256 {digest}"),
        ],
        metadata: Vec::new(),
        watermark: kept.voided.then(|| both("receipt.voided")),
        lang: Lang::Zh,
    }
}

fn facts(receipt: &Receipt) -> Vec<Fact> {
    let named = |agency: &Option<Named>| {
        let agency = agency.as_ref();
        agency.map(|one| format!("{}（{}）", one.name, one.code))
    };
    let fact = |key: &str, value: String| Fact {
        label: both(&format!("receipt.{key}")),
        value,
    };
    let mut facts = vec![
        fact("case", receipt.case.clone()),
        fact("number", receipt.receipt.to_string()),
        fact("agency", named(&receipt.agency).unwrap_or_default()),
        fact("officer", receipt.officer.clone()),
        fact("opened_at", moment(&receipt.opened_at)),
        fact(
            "closed_at",
            moment(receipt.closed_at.as_deref().unwrap_or_default()),
        ),
    ];
    if let Some(foreign) = &receipt.foreign_number {
        facts.push(fact("foreign_number", foreign.clone()));
    }
    if let Some(replaces) = &receipt.replaces {
        facts.push(fact("replaces", format!("SHA-256 {replaces}")));
    }
    for item in &receipt.items {
        let version = item.rule_version.to_string();
        let rule = say(Lang::Zh, "receipt.rule", &[("version", &version)]);
        let said = format!("{}\n{} · {rule}", item.name, item.code);
        facts.push(fact("item", said));
    }
    facts.extend(receipt.people.iter().map(|one| fact("person", person(one))));
    facts.push(fact("waived_count", receipt.waived.to_string()));
    facts
}

fn person(person: &ReceiptPerson) -> String {
    let roles = person.parts.iter();
    let roles: Vec<String> = roles
        .map(|part| say(Lang::Zh, &format!("whose.{}", part.role.name()), &[]))
        .collect();
    format!(
        "{} · {} ****{} · {}",
        person.name,
        person.code_type,
        person.code_last4,
        roles.join("、")
    )
}

fn table(rows: Vec<Vec<String>>) -> Block {
    let column = |key: &str, share| Column {
        header: both(&format!("receipt.{key}")),
        share,
        to_the_right: false,
    };
    Block::Table(Table {
        columns: vec![
            column("material", 5),
            column("state", 5),
            column("by_what", 14),
        ],
        rows,
    })
}

fn row(material: &ReceiptMaterial) -> Vec<String> {
    let mut stands = word("material_state", &material.state);
    for (group, name) in [
        ("waived_by", &material.route),
        ("paper_reason", &material.reason),
    ] {
        if let Some(name) = name {
            stands.push('\n');
            stands.push_str(&word(group, name));
        }
    }
    if let Some(until) = &material.until {
        stands.push('\n');
        stands.push_str(until);
    }
    let mut told: Vec<String> = material.certificates.iter().map(certificate).collect();
    told.extend(material.note.clone());
    vec![material.name.clone(), stands, told.join("\n")]
}

/// The certificate that served: its type in both languages, its issuer, identifier and digest,
/// and what verifying it came to then.
fn certificate(certificate: &ReceiptCertificate) -> String {
    let mut lines = Vec::new();
    if let Some(of) = &certificate.of {
        let english = of.name_en.as_deref().unwrap_or_default();
        lines.push(format!("{} {english}", of.name));
    }
    lines.extend(certificate.issuer.as_ref().map(|of| of.name.clone()));
    lines.push(certificate.identifier.clone());
    lines.push(certificate.digest.clone());
    let outcome = word("outcome_word", &certificate.verdict);
    let shown_by = say(Lang::Zh, &format!("shown.{}", certificate.shown_by), &[]);
    let at = moment(&certificate.at);
    lines.push(format!("{outcome} · {shown_by} · {at}"));
    lines.join("\n")
}
