//! What each certificate's events come to, compared with the certificate's row.

use std::collections::BTreeMap;
use std::collections::HashMap;

use crate::codec::digest::sha256;
use crate::codec::jws::UnverifiedJws;
use crate::codec::sd_jwt::SdJwtParts;
use crate::crypto::certificate_seal::status_uri;
use crate::crypto::vault::Index;
use crate::crypto::vault::Sealed;
use crate::domain::definition::CertificateType;
use crate::domain::event::EventKind;
use crate::domain::holder::HolderCode;
use crate::domain::standing::Standing;
use crate::domain::time::Day;
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
use crate::store::holders::HolderRole;
use crate::store::holders::HolderRow;
use crate::store::ledger::DETAILS;
use crate::store::ledger::LedgerRow;
use crate::store::ledger::committed;
use crate::store::stored::read_number;

/// What the events of one certificate come to.
#[derive(Clone, Debug, Default)]
struct Recorded {
    issued: bool,
    agency: Option<i32>,
    digest: Vec<u8>,
    status: i16,
    at: i64,
    changed_at: i64,
    rebound: Option<Vec<u8>>,
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

    pub(super) fn note(&mut self, row: &LedgerRow) {
        let Some(id) = row.certificate_id else { return };
        match EventKind::from_number(row.kind) {
            Some(EventKind::Issued) => {
                self.recorded.insert(
                    id,
                    Recorded {
                        issued: true,
                        agency: row.agency,
                        digest: row.digest.clone().unwrap_or_default(),
                        status: row.status.unwrap_or_default(),
                        at: row.at,
                        changed_at: row.at,
                        rebound: None,
                    },
                );
            }
            Some(EventKind::StatusChanged) => {
                let known = self.recorded.entry(id).or_default();
                known.status = row.status.unwrap_or_default();
                known.changed_at = row.at;
            }
            Some(EventKind::Rebound) => {
                self.recorded
                    .entry(id)
                    .or_default()
                    .rebound
                    .clone_from(&row.digest);
            }
            _ => {}
        }
    }

    /// Details that are there must be those that were committed to; deleted ones may be gone.
    pub(super) fn check_details(
        &self,
        rows: &[LedgerRow],
        details: Vec<(i64, Sealed)>,
        report: &mut LedgerReport,
    ) {
        let vault = self.office.store.vault();
        let commitments: BTreeMap<i64, Option<&Vec<u8>>> = rows
            .iter()
            .map(|row| (row.seq, row.commitment.as_ref()))
            .collect();
        for (seq, sealed) in details {
            let text = vault.open(&DETAILS, seq, &sealed).ok();
            let text = text.as_ref().and_then(|t| std::str::from_utf8(t).ok());
            let made = text.map(|t| vault.index(Index::Details, &committed(seq, t)).to_vec());
            let wanted = commitments.get(&seq).copied().flatten();
            if made.is_none() || made.as_ref() != wanted {
                report.find(LedgerFinding::DetailsChanged { seq });
            }
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
            let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
            let mut people: HashMap<i64, Vec<HolderRow>> = HashMap::new();
            for id in ids {
                people.insert(id, rx.holders_of(id)?);
            }
            for row in &rows {
                report.certificates += 1;
                let holders = people.remove(&row.id).unwrap_or_default();
                self.check_one(&register, row, &holders, report);
            }
        }
        let mut gone: Vec<i64> = self
            .recorded
            .iter()
            .filter(|(_, r)| r.issued)
            .map(|(id, _)| *id)
            .collect();
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
        holders: &[HolderRow],
        report: &mut LedgerReport,
    ) {
        let id = row.id;
        let identifier = register
            .identifier(row)
            .map(|i| i.to_string())
            .unwrap_or_default();
        let Some(recorded) = self.recorded.remove(&id).filter(|r| r.issued) else {
            report.find(LedgerFinding::CertificateInserted { id, identifier });
            return;
        };
        if row.status != recorded.status {
            let name =
                |stored: i16| Standing::from_stored(stored).map_or("unknown", Standing::name);
            report.find(LedgerFinding::StatusEdited {
                id,
                identifier: identifier.clone(),
                found: name(row.status),
                recorded: name(recorded.status),
            });
        }
        let columns = self.differing(register, row, holders, &recorded);
        if !columns.is_empty() {
            report.find(LedgerFinding::CertificateEdited {
                id,
                identifier,
                columns,
            });
        }
    }

    /// The columns that do not fit the signed record or the events.
    fn differing(
        &self,
        register: &Register<'_>,
        row: &CertificateRow,
        holders: &[HolderRow],
        recorded: &Recorded,
    ) -> Vec<&'static str> {
        let mut differ = Vec::new();
        let mut must = |column: &'static str, fits: bool| {
            if !fits {
                differ.push(column);
            }
        };
        must("digest", row.digest == recorded.digest);
        must("issuer", Some(row.issuer) == recorded.agency);
        must("issued_at", row.issued_at == recorded.at);
        must("status_at", row.status_at == recorded.changed_at);
        let Ok(record) = register.record(row) else {
            must("sealed", false);
            return differ;
        };
        let parts = SdJwtParts::parse(&record).ok();
        let signed = parts.as_ref().map(|p| sha256(p.jwt.as_bytes()).to_vec());
        if signed.as_ref() != Some(&recorded.digest) {
            must("sealed", false);
            return differ;
        }
        // The record is the one that was signed: the other columns follow from it.
        let payload = parts
            .and_then(|p| UnverifiedJws::parse(p.jwt).ok()?.claims_unverified().ok())
            .unwrap_or_default();
        let text = |key: &str| payload.get(key).and_then(serde_json::Value::as_str);
        let identifier = register.identifier(row).map(|i| i.to_string()).ok();
        must(
            "serial",
            text("certificate_identifier") == identifier.as_deref(),
        );
        let definition = register.definition(row).ok();
        let vct = definition.map(|of| {
            crate::crypto::certificate_seal::vct(
                &self.office.settings.authority,
                of.code.as_str(),
                of.version,
            )
        });
        must("type_version", text("vct") == vct.as_deref());
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
        let uri = status_uri(
            &self.office.settings.authority,
            read_number(row.list_number),
        );
        let listed = entry.is_some_and(|e| {
            e.get("uri").and_then(serde_json::Value::as_str) == Some(&uri)
                && e.get("idx").and_then(serde_json::Value::as_u64)
                    == Some(read_number(row.list_index).into())
        });
        must("list_index", listed);
        let vault = self.office.store.vault();
        let facts = facts_of(&record).unwrap_or_default();
        let fact = |key: &str| facts.get(key).and_then(serde_json::Value::as_str);
        let number = fact("certificate_number").map(|n| number_index(vault, n).to_vec());
        must("number_index", number.as_ref() == Some(&row.number_index));
        let content = serde_json::to_vec(&facts).unwrap_or_default();
        must(
            "content_mac",
            vault.index(Index::Content, &content).as_slice() == row.content_mac,
        );
        let guardians = register
            .definition(row)
            .is_ok_and(|of| self.guardians_fit(of, &facts, holders));
        must(
            "holders",
            guardians && self.holders_fit(&facts, holders, recorded),
        );
        let before = text("associated_certificate_identifier").is_some();
        must("predecessor", !before || row.predecessor.is_some());
        differ
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
        found == wanted && rebound == rebinding
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
