//! What an annotated copy looks like: the face, then who made it, for what and until when.

use serde_json::Value;

use super::super::subset::subset;
use super::code::code;
use super::make::creator;
use super::take::Told;
use crate::codec::digest::sha256;
use crate::codec::paper;
use crate::codec::paper::Block;
use crate::codec::paper::Fact;
use crate::codec::paper::Paper;
use crate::codec::paper::PaperCode;
use crate::codec::paper::Photo;
use crate::domain::contract::claim::is_picture;
use crate::domain::contract::claim::label;
use crate::domain::time::Timestamp;
use crate::domain::value::hex;
use crate::domain::verdict::Shown;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::flow::receipt::words::both;
use crate::flow::receipt::words::moment;
use crate::flow::register::Register;
use crate::flow::show::Card;
use crate::flow::verify::describe::describe;
use crate::store::copies::CopyRow;
use crate::store::pictures::PICTURE;

/// Draws a copy as of the moment it was made, but for how the certificate stands now.
///
/// # Errors
///
/// [`Failure`] if something it is made of cannot be read; no copy is half a copy.
pub(super) fn pdf(office: &Office, row: &CopyRow, told: &Told) -> Result<Vec<u8>, Failure> {
    let broken = |what: &str| Failure::Broken(format!("a copy of {}: {what}", row.certificate_id));
    let register = Register::of(office);
    let found = office.store.read(|rx| rx.certificate(row.certificate_id))?;
    let card = Card::of_row(&register, found.ok_or_else(|| broken("gone"))?)?;
    let fields = told.details.get("fields").and_then(Value::as_array);
    let fields = fields.into_iter().flatten().filter_map(Value::as_str);
    let fields: Vec<String> = fields.map(str::to_owned).collect();
    let code = code(office, &card, &fields, &told.kept)?;
    let made_at = Timestamp::from_secs(told.kept.made_at);
    let paper = Copy {
        office,
        register: &register,
        card: &card,
        told,
        fields: &fields,
    };
    let paper = paper.paper(code.picture)?;
    let printed = paper::pdf(&paper, office.fonts()?, made_at);
    Ok(printed.map_err(|why| broken(&why.to_string()))?.bytes)
}

struct Copy<'a> {
    office: &'a Office,
    register: &'a Register<'a>,
    card: &'a Card,
    told: &'a Told,
    fields: &'a [String],
}

fn fact(key: &str, value: impl Into<String>) -> Fact {
    Fact {
        label: both(&format!("copy.{key}")),
        value: value.into(),
    }
}

fn zh(key: &str) -> String {
    say(Lang::Zh, &format!("copy.{key}"), &[])
}

fn at(secs: i64) -> String {
    moment(&Timestamp::from_secs(secs).to_string())
}

impl Copy<'_> {
    fn paper(&self, code: crate::codec::qr::Code) -> Result<Paper, Failure> {
        let definition = &self.card.of.definition;
        let until = at(self.told.kept.expires_at);
        let mut blocks = vec![Block::Facts(self.face())];
        let (photos, missing) = self.photos()?;
        if !photos.is_empty() {
            blocks.push(Block::Photos(photos));
        }
        if !missing.is_empty() {
            let with = [("pictures", missing.join("、"))];
            let with = with.each_ref().map(|(name, text)| (*name, text.as_str()));
            blocks.push(Block::Note(say(Lang::Zh, "copy.not_printed", &with)));
        }
        blocks.push(Block::Facts(self.certificate()?));
        blocks.push(Block::Heading(both("copy.annotation")));
        blocks.push(Block::Facts(self.annotation()));
        let caption = ["how", "how_scan", "how_end"].map(|key| both(&format!("copy.{key}")));
        let cause = self.told.text("/cause");
        Ok(Paper {
            title: format!("{}（{}）", definition.name, zh("title")),
            second_title: Some(format!(
                "{} · {}",
                definition.name_en,
                say(Lang::En, "copy.title", &[])
            )),
            blocks,
            code: Some(PaperCode {
                code,
                host: self.office.settings.code_host.clone(),
                caption: caption.to_vec(),
            }),
            footer: vec![both("copy.footer")],
            metadata: self.metadata(&until),
            watermark: Some(say(
                Lang::Zh,
                "copy.watermark",
                &[("cause", cause), ("until", &until)],
            )),
            lang: Lang::Zh,
        })
    }

    /// The granted fields, as people read them; pictures stand below.
    fn face(&self) -> Vec<Fact> {
        let of = &self.card.of;
        let plain = self.card.facts.iter();
        let plain = plain.filter(|(key, _)| self.fields.contains(key) && !is_picture(of, key));
        let shown = Shown {
            fields: plain
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
            ..Shown::default()
        };
        let known = self.office.known();
        let facts = known.types.get(of.number, of.version);
        let told = describe(&shown, facts.map(|facts| &**facts), Lang::Zh);
        told.into_iter()
            .map(|(label, value)| Fact { label, value })
            .collect()
    }

    /// Pictures that were granted and are there, and the names of those that cannot be printed.
    fn photos(&self) -> Result<(Vec<Photo>, Vec<String>), Failure> {
        let (mut photos, mut missing) = (Vec::new(), Vec::new());
        let (of, id) = (&self.card.of, self.card.row.id);
        for key in self.fields.iter().filter(|key| is_picture(of, key)) {
            // The certificate has none.
            let Some(signed) = self.card.facts.get(key) else {
                continue;
            };
            let name = label(Lang::Zh, &of.definition, key);
            let kept = self.office.store.read(|rx| rx.picture(id, key))?;
            let bytes = kept.map(|kept| self.office.store.vault().open(&PICTURE, id, &kept.sealed));
            let bytes = bytes.transpose()?;
            let signed = signed.get("sha256").and_then(Value::as_str);
            let bytes = bytes.filter(|bytes| signed == Some(hex(&sha256(bytes)).as_str()));
            let photo = bytes.and_then(|bytes| Photo::read(name.clone(), &bytes).ok());
            match photo {
                Some(photo) => photos.push(photo),
                None => missing.push(name),
            }
        }
        Ok((photos, missing))
    }

    /// Which certificate it is a copy of, and how that stands.
    fn certificate(&self) -> Result<Vec<Fact>, Failure> {
        let row = &self.card.row;
        let trust = self.office.trust()?;
        let stands = subset(self.office, (self.register, &trust), row, self.fields)?.verdict;
        let now = moment(&self.office.clock.now().to_string());
        let outcome = both(&format!("outcome_word.{}", stands.name()));
        Ok(vec![
            fact("issuer", self.register.issuer(row)?.name.clone()),
            fact("standing", format!("{outcome} · {now}")),
            fact("identifier", self.card.identifier.to_string()),
        ])
    }

    fn annotation(&self) -> Vec<Fact> {
        let told = self.told;
        let agency = creator(self.office, told.agency, None);
        let officer = [told.text("/operator/name"), told.text("/operator/window")];
        let officer = officer.join(" ").trim().to_owned();
        let mut facts = vec![
            fact("creator", agency),
            fact("created_at", at(told.kept.made_at)),
            fact("until", at(told.kept.expires_at)),
            fact("officer", officer),
            fact("record", told.record.to_string()),
            fact("cause", told.text("/cause")),
            fact("item", told.text("/items/0")),
            fact("case", told.text("/case")),
        ];
        facts.retain(|fact| !fact.value.is_empty());
        facts
    }

    /// The same for programs, under the names of GB/T 36903.
    fn metadata(&self, until: &str) -> Vec<(String, String)> {
        let told = self.told;
        let officer = told
            .details
            .pointer("/operator/name")
            .and_then(Value::as_str);
        let creator = creator(self.office, told.agency, officer);
        [
            ("certificateCopyCreationTime", at(told.kept.made_at)),
            ("certificateCopyCreator", creator),
            ("certificateCopyCause", told.text("/cause").to_owned()),
            ("certificateCopyExpiringTime", until.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }
}
