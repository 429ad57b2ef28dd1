//! What a paper can be compared with: of the certificate behind its code what stands on it
//! anyway, and of people and numbers no more than tells two of them apart.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::caller::Caller;
use crate::domain::holder::masked_name;
use crate::domain::verdict::Verdict;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::show::compact::copy_reference_digest;
use crate::flow::show::compact::reference_digest;
use crate::flow::verify::describe;
use crate::flow::verify::online;
use crate::store::certificates::CertificateRow;

/// What stands on a paper, as the register has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Face {
    /// What people call it.
    pub label: String,
    /// What it says, masked.
    pub text: String,
}

/// The claims that are compared, in the order they stand on paper.
const COMPARED: &[&str] = &[
    "holder_name_masked",
    "certificate_number",
    "issue_date",
    "valid_from",
    "valid_to",
];

/// The verdict on the certificate that a reference on paper means, and what its paper must say.
/// Whoever has the reference has the paper: it cannot be guessed.
///
/// # Errors
///
/// [`Failure`] if the register cannot be asked.
pub fn printed(
    office: &Office,
    reference: &str,
    by: &Caller,
    lang: Lang,
) -> Result<(Verdict, Vec<Face>), Failure> {
    let text = format!("https://{}/v/{reference}", office.settings.code_host);
    let verdict = online::verify(office, &text, by)?;
    if verdict.certificates.is_empty() {
        return Ok((verdict, Vec::new()));
    }
    let row = row_behind(office, &reference.to_ascii_uppercase())?;
    let facts = row
        .map(|row| Register::of(office).facts(&row))
        .transpose()?;
    let faces = facts.map_or_else(Vec::new, |facts| faces(&facts, lang));
    Ok((verdict, faces))
}

/// The certificate whose paper, or whose copy, bears a reference.
fn row_behind(office: &Office, reference: &str) -> Result<Option<CertificateRow>, Failure> {
    office.store.read(|rx| {
        let printed = rx.compact_code_by_reference(&reference_digest(reference))?;
        let code = match printed {
            Some(code) => Some(code),
            None => rx.compact_code_by_reference(&copy_reference_digest(reference))?,
        };
        match code {
            Some(code) => Ok(rx.certificate(code.certificate_id)?),
            None => Ok(None),
        }
    })
}

/// The same of what a code or certificate itself discloses.
#[must_use]
pub fn faces(facts: &BTreeMap<String, Value>, lang: Lang) -> Vec<Face> {
    let face = |key: &&str| {
        let value = match (*key, facts.get(*key)) {
            ("holder_name_masked", None) => {
                let name = facts.get("holder_name")?.as_str()?;
                Value::String(masked_name(name))
            }
            ("certificate_number", Some(number)) => Value::String(masked_number(number.as_str()?)),
            (_, value) => value?.clone(),
        };
        Some(Face {
            label: say(lang, &format!("check_face.{key}"), &[]),
            text: describe::text(None, key, &value, lang),
        })
    };
    COMPARED.iter().filter_map(face).collect()
}

/// A certificate's number with its middle hidden: some numbers are somebody's identity number.
fn masked_number(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    let (head, tail) = match chars.len() {
        0..=4 => (0, 1),
        5..=9 => (2, 2),
        10..=15 => (3, 4),
        _ => (6, 4),
    };
    let hidden = chars.len().saturating_sub(head + tail);
    let shown = |part: &[char]| part.iter().collect::<String>();
    let (first, rest) = chars.split_at(head.min(chars.len()));
    let last = rest.split_at(rest.len().saturating_sub(tail)).1;
    format!("{}{}{}", shown(first), "*".repeat(hidden), shown(last))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::faces;
    use super::masked_number;
    use crate::domain::words::Lang;

    #[test]
    fn numbers_keep_their_ends() {
        for (number, masked) in [
            ("", ""),
            ("7", "7"),
            ("1234", "***4"),
            ("A1500", "A1*00"),
            ("A150000001", "A15***0001"),
            ("152502199003070019", "152502********0019"),
            ("锡市健〔2026〕17042号", "锡市健********042号"),
        ] {
            assert_eq!(masked_number(number), masked, "{number}");
        }
    }

    #[test]
    fn nobody_is_named_in_full() {
        let facts = json!({"holder_name": "欧阳文", "valid_to": "2027-08-14", "photo": {}});
        let faces = faces(&serde_json::from_value(facts).unwrap(), Lang::Zh);
        let told: Vec<&str> = faces.iter().map(|face| face.text.as_str()).collect();
        assert_eq!(told, ["欧*文", "2027年8月14日"]);
    }
}
