//! What each certificate's events come to, compared with the certificate's row.

use std::collections::HashMap;

use crate::crypto::vault::Index;
use crate::crypto::vault::Sealed;
use crate::domain::event::EventKind;
use crate::domain::standing::Standing;
use crate::flow::failure::Failure;
use crate::flow::ledger_check::LedgerFinding;
use crate::flow::ledger_check::LedgerReport;
use crate::flow::ledger_check::compare::Beside;
use crate::flow::office::Office;
use crate::flow::register::Register;
use crate::store::Rx;
use crate::store::certificates::CertificateRow;
use crate::store::ledger::DETAILS;
use crate::store::ledger::LedgerRow;
use crate::store::ledger::committed;

/// What the events of one certificate come to.
#[derive(Clone, Debug, Default)]
pub(super) struct Recorded {
    pub(super) issued: Option<Issue>,
    /// The standing after the last step, with the step's time and row.
    pub(super) status: (i16, i64, i64),
    pub(super) rebound: Option<Vec<u8>>,
    /// Whether an event of it was changed, so that its events may say anything.
    pub(super) doubtful: bool,
    /// Whether its row is there.
    found: bool,
}

/// The event of its issue.
#[derive(Clone, Debug)]
pub(super) struct Issue {
    pub(super) agency: Option<i32>,
    pub(super) digest: Vec<u8>,
    pub(super) at: i64,
}

/// Replays events.
pub(super) struct Replay<'o> {
    pub(super) office: &'o Office,
    pub(super) recorded: HashMap<i64, Recorded>,
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

    /// Details that are there must be those that were committed to.
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
}
