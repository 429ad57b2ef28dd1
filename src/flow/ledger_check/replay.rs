//! What each certificate's events come to, compared with the certificate's row.

use std::collections::BTreeMap;
use std::collections::HashMap;

use crate::codec::digest::sha256;
use crate::codec::jws::UnverifiedJws;
use crate::codec::sd_jwt::SdJwtParts;
use crate::crypto::certificate_seal::status_uri;
use crate::crypto::certificate_seal::vct;
use crate::crypto::vault::Index;
use crate::crypto::vault::Sealed;
use crate::domain::definition::CertificateType;
use crate::domain::event::EventKind;
use crate::domain::holder::HolderCode;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::identifier::IssuerCode;
use crate::domain::standing::Standing;
use crate::domain::time::Day;
use crate::domain::value::hex;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::issue::number_index;
use crate::flow::ledger_check::LedgerFinding;
use crate::flow::ledger_check::LedgerReport;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::flow::register::facts_of;
use crate::store::Rx;
use crate::store::certificates::CertificateRow;
use crate::store::certificates::SEALED;
use crate::store::holders::HolderRole;
use crate::store::holders::HolderRow;
use crate::store::ledger::DETAILS;
use crate::store::ledger::LedgerRow;
use crate::store::ledger::committed;
use crate::store::ledger::stored_key_id;
use crate::store::pictures::PICTURE;
use crate::store::pictures::Picture;
use crate::store::stored::read_number;
use crate::store::stored::sealed;

/// What stands in other tables, or other rows, for a certificate.
struct Beside {
    holders: Vec<HolderRow>,
    pictures: Vec<(String, Picture)>,
    predecessor: Option<CertificateRow>,
}

/// What the events of one certificate come to.
#[derive(Clone, Debug, Default)]
struct Recorded {
    issued: Option<Issue>,
    /// The standing after the last step, with the step's time and row.
    status: (i16, i64, i64),
    rebound: Option<Vec<u8>>,
    /// Whether an event of it was changed, so that its events may say anything.
    doubtful: bool,
    /// Whether its row is there.
    found: bool,
}

/// The event of its issue.
#[derive(Clone, Debug)]
struct Issue {
    agency: Option<i32>,
    digest: Vec<u8>,
    at: i64,
}

/// Replays events.
pub(super) struct Replay<'o> {
    office: &'o Office,
    recorded: HashMap<i64, Recorded>,
}

impl<'o> Replay<'o> {
    pub(super) fn new(office: &'o Office) -> Self {
        Self {
            office,
            recorded: HashMap::new(),
        }
    }

    /// Notes an event that is as it was written, under the number it was written with.
    pub(super) fn note(&mut self, row: &LedgerRow, written: i64) {
        let Some(id) = row.certificate_id else { return };
        let kind = EventKind::from_number(row.kind);
        if let Some(EventKind::Issued | EventKind::StatusChanged) = kind {
            let known = self.recorded.entry(id).or_default();
            let (.., last) = known.status;
            if written > last {
                known.status = (row.status.unwrap_or_default(), row.at, written);
            }
        }
        match kind {
            Some(EventKind::Issued) => {
                self.recorded.entry(id).or_default().issued = Some(Issue {
                    agency: row.agency,
                    digest: row.digest.clone().unwrap_or_default(),
                    at: row.at,
                });
            }
            Some(EventKind::Rebound) => {
                let known = self.recorded.entry(id).or_default();
                known.rebound.clone_from(&row.digest);
            }
            _ => {}
        }
    }

    /// Notes that an event was changed: what it was about is known no more.
    pub(super) fn doubt(&mut self, row: &LedgerRow) {
        if let Some(id) = row.certificate_id {
            self.recorded.entry(id).or_default().doubtful = true;
        }
    }

    /// Details that are there must be those that were committed to; deleted ones may be gone.
    pub(super) fn check_details(
        &self,
        row: &LedgerRow,
        details: Option<&Sealed>,
        report: &mut LedgerReport,
    ) {
        let Some(sealed) = details else { return };
        let (vault, seq) = (self.office.store.vault(), row.seq);
        let text = vault.open(&DETAILS, seq, sealed).ok();
        let text = text.as_ref().and_then(|t| std::str::from_utf8(t).ok());
        let made = text.map(|t| vault.index(Index::Details, &committed(seq, t)).to_vec());
        if made.is_none() || made != row.commitment {
            report.find(LedgerFinding::DetailsChanged { seq });
        }
    }

    pub(super) fn check_certificates(
        &mut self,
        rx: &mut Rx<'_>,
        report: &mut LedgerReport,
    ) -> Result<(), Failure> {
        let register = Register::of(self.office);
        let mut after = i64::MIN;
        loop {
            let rows = rx.certificates_after(after, super::PAGE / 5)?;
            let Some(last) = rows.last() else { break };
            after = last.id;
            for row in &rows {
                report.certificates += 1;
                let beside = Beside {
                    holders: rx.holders_of(row.id)?,
                    pictures: rx.pictures_of(row.id)?,
                    predecessor: match row.predecessor {
                        Some(id) => rx.certificate(id)?,
                        None => None,
                    },
                };
                self.check_one(&register, row, &beside, report);
            }
        }
        let gone = self.recorded.iter();
        let gone = gone.filter(|(_, r)| r.issued.is_some() && !r.found);
        let mut gone: Vec<i64> = gone.map(|(id, _)| *id).collect();
        gone.sort_unstable();
        for id in gone {
            report.find(LedgerFinding::CertificateDeleted { id });
        }
        Ok(())
    }

    fn check_one(
        &mut self,
        register: &Register<'_>,
        row: &CertificateRow,
        beside: &Beside,
        report: &mut LedgerReport,
    ) {
        let id = row.id;
        let recorded = self.recorded.entry(id).or_default();
        recorded.found = true;
        let recorded = recorded.clone();
        let (columns, signed) = self.differing(register, row, beside, &recorded);
        let identifier = signed
            .or_else(|| register.identifier(row).map(|i| i.to_string()).ok())
            .unwrap_or_default();
        if recorded.issued.is_none() && !recorded.doubtful {
            report.find(LedgerFinding::CertificateInserted { id, identifier });
            return;
        }
        let (status, ..) = recorded.status;
        if row.status != status && !recorded.doubtful {
            let name =
                |stored: i16| Standing::from_stored(stored).map_or("unknown", Standing::name);
            report.find(LedgerFinding::StatusEdited {
                id,
                identifier: identifier.clone(),
                found: name(row.status),
                recorded: name(status),
            });
        }
        if !columns.is_empty() {
            report.find(LedgerFinding::CertificateEdited {
                id,
                identifier,
                columns,
            });
        }
    }

    /// The columns that do not fit the signed record or the events, and the identifier that was
    /// signed.
    fn differing(
        &self,
        register: &Register<'_>,
        row: &CertificateRow,
        beside: &Beside,
        recorded: &Recorded,
    ) -> (Vec<&'static str>, Option<String>) {
        let mut differ = Vec::new();
        let mut must = |column: &'static str, fits: bool| {
            if !fits {
                differ.push(column);
            }
        };
        let events = recorded.issued.as_ref().filter(|_| !recorded.doubtful);
        if let Some(issue) = events {
            let (_, changed_at, _) = recorded.status;
            must("digest", row.digest == issue.digest);
            must("issued_at", row.issued_at == issue.at);
            must("status_at", row.status_at == changed_at);
        }
        let Some((record, key_id)) = self.record(row) else {
            must("sealed", false);
            return (differ, None);
        };
        must("key_id", key_id == row.key_id);
        let parts = SdJwtParts::parse(&record).ok();
        let signed = parts.as_ref().map(|p| sha256(p.jwt.as_bytes()).to_vec());
        let digest = events.map_or(&row.digest, |issue| &issue.digest);
        if signed.as_ref() != Some(digest) {
            must("sealed", false);
            return (differ, None);
        }
        // The record is the one that was signed: the other columns follow from it.
        let payload = parts
            .and_then(|p| UnverifiedJws::parse(p.jwt).ok()?.claims_unverified().ok())
            .unwrap_or_default();
        let text = |key: &str| payload.get(key).and_then(serde_json::Value::as_str);
        let identifier = text("certificate_identifier").map(str::to_owned);
        let read = identifier
            .as_deref()
            .and_then(|text| CertificateIdentifier::read(text).ok());
        let Some(named) = read.map(|read| read.identifier) else {
            must("sealed", false);
            return (differ, identifier);
        };
        let known = self.office.known();
        let of = known.newest.get(named.type_code.as_str());
        let issuer = match named.issuer {
            IssuerCode::Uscc(code) => known.agency_numbers.get(&code),
            IssuerCode::Division(_) => None,
        };
        let is = |found: i32, wanted: Option<u32>| wanted == Some(read_number(found));
        must("type_number", is(row.type_number, of.map(|of| of.number)));
        let authority = &self.office.settings.authority;
        let vct = vct(
            authority,
            named.type_code.as_str(),
            read_number(row.type_version),
        );
        must("type_version", text("vct") == Some(vct.as_str()));
        let agency = events.is_none_or(|issue| issue.agency == Some(row.issuer));
        must("issuer", agency && is(row.issuer, issuer.copied()));
        must("serial", row.serial == named.serial.as_str());
        let version = i16::try_from(named.version.number()).ok();
        must("version", Some(row.version) == version);
        let day = |number: i64| Day::from_number(number).to_string();
        must(
            "valid_from",
            text("valid_from") == Some(day(row.valid_from).as_str()),
        );
        must(
            "valid_to",
            text("valid_to") == row.valid_to.map(day).as_deref(),
        );
        let entry = payload.get("status").and_then(|s| s.get("status_list"));
        let listed = |key: &str| entry.and_then(|e| e.get(key));
        let uri = status_uri(authority, read_number(row.list_number));
        let at = listed("uri").and_then(serde_json::Value::as_str);
        must("list_number", at == Some(&uri));
        let index = listed("idx").and_then(serde_json::Value::as_u64);
        must(
            "list_index",
            index == Some(read_number(row.list_index).into()),
        );
        must(
            "predecessor",
            self.follows(
                register,
                text("associated_certificate_identifier"),
                row,
                beside,
            ),
        );
        differ.extend(self.differing_facts(of.map(|of| &**of), &record, row, beside, recorded));
        (differ, identifier)
    }

    /// The columns that do not fit the disclosures of the signed record.
    fn differing_facts(
        &self,
        of: Option<&CertificateType>,
        record: &str,
        row: &CertificateRow,
        beside: &Beside,
        recorded: &Recorded,
    ) -> Vec<&'static str> {
        let mut differ = Vec::new();
        let mut must = |column: &'static str, fits: bool| {
            if !fits {
                differ.push(column);
            }
        };
        let vault = self.office.store.vault();
        let facts = facts_of(record).unwrap_or_default();
        let fact = |key: &str| facts.get(key).and_then(serde_json::Value::as_str);
        let number = fact("certificate_number").map(|n| number_index(vault, n).to_vec());
        must("number_index", number.as_ref() == Some(&row.number_index));
        let content = serde_json::to_vec(&facts).unwrap_or_default();
        must(
            "content_mac",
            vault.index(Index::Content, &content).as_slice() == row.content_mac,
        );
        let rows = &beside.holders;
        let in_order = (0_i16..).zip(rows).all(|(at, r)| {
            r.position == at && of.map(|of| of.number) == Some(read_number(r.type_number))
        });
        let guardians = of.is_some_and(|of| self.guardians_fit(of, &facts, rows));
        must(
            "holders",
            in_order && guardians && self.holders_fit(&facts, rows, recorded),
        );
        must(
            "pictures",
            self.pictures_fit(row.id, &facts, &beside.pictures),
        );
        differ
    }

    /// The record of a row, and the data key it is sealed under, whatever the row says of that.
    fn record(&self, row: &CertificateRow) -> Option<(String, i16)> {
        let vault = self.office.store.vault();
        let others = vault.key_ids().map(stored_key_id);
        let mut ids = [row.key_id].into_iter().chain(others);
        ids.find_map(|key_id| {
            let sealed = sealed(key_id, row.sealed.clone());
            let opened = vault.open(&SEALED, row.id, &sealed).ok()?;
            let record = String::from_utf8(opened.to_vec()).ok()?;
            Some((record, key_id))
        })
    }

    /// The predecessor is the certificate that the record names. One that cannot be read any
    /// more is reported itself.
    fn follows(
        &self,
        register: &Register<'_>,
        named: Option<&str>,
        row: &CertificateRow,
        beside: &Beside,
    ) -> bool {
        let (Some(named), Some(id)) = (named, row.predecessor) else {
            return named.is_none() && row.predecessor.is_none();
        };
        let Some(before) = &beside.predecessor else {
            let known = self.recorded.get(&id);
            return known.is_some_and(|r| r.issued.is_some() || r.doubtful);
        };
        let signed = || {
            let (record, _) = self.record(before)?;
            let jwt = SdJwtParts::parse(&record).ok()?.jwt;
            let claims = UnverifiedJws::parse(jwt).ok()?.claims_unverified().ok()?;
            let identifier = claims.get("certificate_identifier")?.as_str()?;
            Some(identifier.to_owned())
        };
        let by_row = || register.identifier(before).map(|i| i.to_string()).ok();
        signed().or_else(by_row).as_deref() == Some(named)
    }

    /// The pictures are those whose digests were signed, and can be opened.
    fn pictures_fit(
        &self,
        id: i64,
        facts: &BTreeMap<String, serde_json::Value>,
        pictures: &[(String, Picture)],
    ) -> bool {
        let vault = self.office.store.vault();
        pictures.iter().all(|(field, picture)| {
            let claim = facts.get(field).and_then(|claim| claim.get("sha256"));
            let signed = claim.and_then(serde_json::Value::as_str);
            signed == Some(hex(&picture.sha256).as_str())
                && vault
                    .open(&PICTURE, id, &picture.sealed)
                    .is_ok_and(|bytes| sha256(&bytes) == picture.sha256)
        })
    }

    /// The holders' rows are those of the codes on the record, and the one rebinding recorded.
    fn holders_fit(
        &self,
        facts: &BTreeMap<String, serde_json::Value>,
        rows: &[HolderRow],
        recorded: &Recorded,
    ) -> bool {
        let vault = self.office.store.vault();
        let text = |value: Option<&serde_json::Value>| value?.as_str().map(str::to_owned);
        let index = |kind: Option<String>, number: Option<String>| {
            let code = HolderCode::new(kind?.parse().ok()?, &number?).ok()?;
            Some(holder_index(vault, &code).to_vec())
        };
        let several = facts.get("holders").and_then(serde_json::Value::as_array);
        let wanted: Vec<Option<Vec<u8>>> = match several {
            Some(list) => list
                .iter()
                .map(|h| index(text(h.get("code_type")), text(h.get("code"))))
                .collect(),
            None => vec![index(
                text(facts.get("holder_code_type")),
                text(facts.get("holder_code")),
            )],
        };
        let with = |role: HolderRole| {
            let rows = rows.iter().filter(move |r| r.role == role.stored());
            rows.map(|r| r.holder_index.clone()).collect::<Vec<_>>()
        };
        let found: Vec<Option<Vec<u8>>> = with(HolderRole::Holder).into_iter().map(Some).collect();
        let rebound = with(HolderRole::Rebound);
        let rebinding: Vec<Vec<u8>> = recorded.rebound.iter().cloned().collect();
        found == wanted && (rebound == rebinding || recorded.doubtful)
    }

    /// The guardians' rows are those of the codes that the face names.
    fn guardians_fit(
        &self,
        of: &CertificateType,
        facts: &BTreeMap<String, serde_json::Value>,
        rows: &[HolderRow],
    ) -> bool {
        let text = |key: &str| facts.get(key).and_then(serde_json::Value::as_str);
        let wanted = of.definition.guardians.iter().filter_map(|at| {
            let kind = if at.code_type.len() == 3 {
                Some(at.code_type.as_str())
            } else {
                text(&at.code_type)
            };
            let (_, number) = (text(&at.name)?, text(&at.code)?);
            let code = HolderCode::new(kind.unwrap_or("111").parse().ok()?, number).ok()?;
            Some(holder_index(self.office.store.vault(), &code).to_vec())
        });
        let found = rows
            .iter()
            .filter(|r| r.role == HolderRole::Guardian.stored());
        wanted.eq(found.map(|r| r.holder_index.clone()))
    }
}
