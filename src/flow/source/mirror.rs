//! What a platform of the region or the nation last gave, kept sealed with the answer it came in:
//! told, with its age, while the platform does not answer, and never signed here.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use super::LoadedSource;
use super::Upstream;
use crate::codec::base64url;
use crate::domain::caller::Caller;
use crate::domain::definition::CertificateType;
use crate::domain::event::EventKind;
use crate::domain::time::Timestamp;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::issue::number_index;
use crate::flow::office::Office;
use crate::source::config::National;
use crate::source::question::Question;
use crate::source::record::Record;
use crate::store::Tx;
use crate::store::ledger::Event;
use crate::store::ledger::stored_key_id;
use crate::store::mirrors::MIRROR;
use crate::store::mirrors::MirrorRow;
use crate::store::mirrors::Mirrored;
use crate::store::stored::stored_number;

/// The counter of mirrors.
const COUNTER: &str = "mirror";

/// What a mirror's row keeps sealed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    /// The source's name then.
    pub(crate) source: String,
    /// The address of the platform.
    pub(crate) address: String,
    /// The SHA-256 of the answer, in base64url.
    pub(crate) digest: String,
    /// The record, under the nation's names.
    pub(crate) record: Value,
    /// The answer as it came, in base64url.
    pub(crate) answer: String,
}

/// The mirror of one question.
pub(super) struct Mirror<'a> {
    office: &'a Office,
    source: &'a LoadedSource,
    platform: &'a National,
    of: &'a CertificateType,
    question: Mirrored,
}

impl<'a> Mirror<'a> {
    /// The mirror of a question to a platform; none for what other sources are asked, and where
    /// nothing is kept.
    pub(super) fn of(
        office: &'a Office,
        source: &'a LoadedSource,
        of: &'a CertificateType,
        wanted: &Question,
    ) -> Option<Self> {
        let platform = source.source.platform()?;
        let holder = wanted.holder_code.as_ref()?;
        let vault = office.store.vault();
        let number = wanted.number.as_deref();
        let question = Mirrored {
            type_number: stored_number(of.number),
            holder_index: holder_index(vault, holder).to_vec(),
            number_index: number.map_or_else(Vec::new, |number| number_index(vault, number).into()),
        };
        (platform.mirror_days > 0).then_some(Self {
            office,
            source,
            platform,
            of,
            question,
        })
    }

    /// Keeps what was given just now, in the place of what was given before.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the register cannot be written; what was kept before stays.
    pub(super) fn keep(
        &self,
        given: Option<&Record>,
        at: Timestamp,
        by: &Caller,
    ) -> Result<(), Failure> {
        let Some(Record::National(record, upstream)) = given else {
            return Ok(());
        };
        let kept = Kept {
            source: self.source.source.name.clone(),
            address: upstream.address.clone(),
            digest: upstream.digest.clone(),
            record: record.clone(),
            answer: base64url::encode(&upstream.answer),
        };
        let text = serde_json::to_vec(&kept).map_err(|why| Failure::Broken(why.to_string()))?;
        self.office.store.write(|tx| {
            let there = tx.mirror(&self.question)?;
            let id = match &there {
                Some(row) => row.id,
                None => tx.reserve(COUNTER, 1)?,
            };
            let vault = self.office.store.vault();
            let sealed = vault.seal(&MIRROR, id, &text, &*self.office.randomness);
            let row = MirrorRow {
                id,
                type_number: self.question.type_number,
                holder_index: self.question.holder_index.clone(),
                number_index: self.question.number_index.clone(),
                at: at.millis(),
                key_id: stored_key_id(sealed.key_id),
                sealed: sealed.bytes,
            };
            // Whoever asked at the same moment may have been first: theirs is as good.
            let put = match there {
                Some(_) => tx.update_mirror(&row)?,
                None => tx.insert_mirror(&row)?,
            };
            if put {
                self.record(tx, "kept", by);
            }
            Ok::<_, Failure>(())
        })
    }

    /// Lets go of what was kept: the platform says that there is no record.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the register cannot be written; it stays then.
    pub(super) fn drop(&self, by: &Caller) -> Result<(), Failure> {
        let there = self.office.store.read(|rx| rx.mirror(&self.question))?;
        let Some(row) = there else {
            return Ok(());
        };
        self.office.store.write(|tx| {
            if tx.forget_mirror(row.id, i64::MAX)? {
                self.record(tx, "dropped", by);
            }
            Ok::<_, Failure>(())
        })
    }

    /// What the very platform that is asked last gave, and when; none if that is too long ago.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it cannot be read.
    pub(super) fn find(&self, now: Timestamp) -> Result<Option<(Record, Timestamp)>, Failure> {
        let there = self.office.store.read(|rx| rx.mirror(&self.question))?;
        let Some(row) = there else {
            return Ok(None);
        };
        let at = Timestamp::from_millis(row.at);
        let days = i64::from(self.platform.mirror_days);
        if now >= at.plus_secs(days * 86_400) {
            return Ok(None);
        }
        let kept = opened(self.office, &row)?;
        if kept.address != self.platform.address {
            return Ok(None);
        }
        let upstream = Upstream {
            address: kept.address,
            digest: kept.digest,
            answer: base64url::decode(&kept.answer).unwrap_or_default().into(),
        };
        Ok(Some((Record::National(kept.record, upstream), at)))
    }

    /// Says what was done with it, and nobody's name.
    fn record(&self, tx: &mut Tx<'_>, what: &str, by: &Caller) {
        let mut event = Event::new(EventKind::MirrorChanged, self.office.clock.now(), &by.id);
        event.agency = by.agency;
        event.details = Some(json!({
            "what": what, "type": self.of.definition.code, "source": self.source.source.name,
        }));
        tx.record(event);
    }
}

/// What a row keeps.
///
/// # Errors
///
/// [`Failure`] if it cannot be opened.
pub(crate) fn opened(office: &Office, row: &MirrorRow) -> Result<Kept, Failure> {
    let text = office.store.vault().open(&MIRROR, row.id, &row.sealed())?;
    let broken = |why| Failure::Broken(format!("mirror {}: {why}", row.id));
    serde_json::from_slice(&text).map_err(broken)
}
