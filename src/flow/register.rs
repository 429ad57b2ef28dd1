//! Reading what the register holds back into words: identifiers, records, facts.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use crate::codec::jws::UnverifiedJws;
use crate::codec::sd_jwt;
use crate::codec::sd_jwt::SdJwtParts;
use crate::domain::agency::Agency;
use crate::domain::definition::CertificateType;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::identifier::IssuerCode;
use crate::domain::identifier::Version;
use crate::flow::failure::Failure;
use crate::flow::known::Known;
use crate::flow::office::Office;
use crate::store::Rx;
use crate::store::certificates::CertificateRow;
use crate::store::certificates::SEALED;
use crate::store::stored::read_number;

/// The register's rows, read with one snapshot of the catalogue.
pub struct Register<'o> {
    office: &'o Office,
    known: Arc<Known>,
}

impl<'o> Register<'o> {
    /// With what the office knows now.
    #[must_use]
    pub fn of(office: &'o Office) -> Self {
        Self {
            office,
            known: office.known(),
        }
    }

    /// The agency that issued a certificate.
    ///
    /// # Errors
    ///
    /// [`Failure::Broken`] if the catalogue has no such agency.
    pub fn issuer(&self, row: &CertificateRow) -> Result<&Agency, Failure> {
        let found = self.known.agencies.get(&read_number(row.issuer));
        found.ok_or_else(|| Failure::Broken(format!("certificate {} has no agency", row.id)))
    }

    /// The definition a certificate was issued under.
    ///
    /// # Errors
    ///
    /// [`Failure::Broken`] if the catalogue has no such version.
    pub fn definition(&self, row: &CertificateRow) -> Result<&Arc<CertificateType>, Failure> {
        let key = (read_number(row.type_number), read_number(row.type_version));
        let found = self.known.versions.get(&key);
        found.ok_or_else(|| Failure::Broken(format!("certificate {} has no type", row.id)))
    }

    /// A certificate's identifier.
    ///
    /// # Errors
    ///
    /// [`Failure::Broken`] if the row does not make one.
    pub fn identifier(&self, row: &CertificateRow) -> Result<CertificateIdentifier, Failure> {
        let version = u16::try_from(row.version).ok().and_then(Version::new);
        let (Some(version), Ok(serial)) = (version, row.serial.parse()) else {
            return Err(Failure::Broken(format!(
                "certificate {} has no identifier",
                row.id
            )));
        };
        Ok(CertificateIdentifier {
            type_code: self.definition(row)?.code,
            issuer: IssuerCode::Uscc(self.issuer(row)?.code),
            serial,
            version,
        })
    }

    /// The row of an identifier, if the register has it.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the register cannot be read.
    pub fn find(
        &self,
        identifier: &CertificateIdentifier,
    ) -> Result<Option<CertificateRow>, Failure> {
        self.office.store.read(|rx| self.find_in(rx, identifier))
    }

    /// The same, as a transaction that is under way sees it.
    ///
    /// # Errors
    ///
    /// Those of [`Register::find`].
    pub(crate) fn find_in(
        &self,
        rx: &mut Rx<'_>,
        identifier: &CertificateIdentifier,
    ) -> Result<Option<CertificateRow>, Failure> {
        let IssuerCode::Uscc(issuer) = identifier.issuer else {
            return Ok(None);
        };
        let of = self.known.newest.get(identifier.type_code.as_str());
        let issuer = self.known.agency_numbers.get(&issuer);
        let (Some(of), Some(issuer)) = (of, issuer) else {
            return Ok(None);
        };
        Ok(rx.certificate_by_key(of.number, *issuer, &identifier.serial, identifier.version)?)
    }

    /// A certificate's record: the SD-JWT as it was issued.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it cannot be opened.
    pub fn record(&self, row: &CertificateRow) -> Result<String, Failure> {
        let opened = self
            .office
            .store
            .vault()
            .open(&SEALED, row.id, &row.sealed())?;
        String::from_utf8(opened.to_vec())
            .map_err(|_why| Failure::Broken(format!("certificate {} is no text", row.id)))
    }

    /// Every fact of a certificate, as [`crate::domain::certificate::Content::facts`] has them.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the record cannot be opened or read.
    pub fn facts(&self, row: &CertificateRow) -> Result<BTreeMap<String, Value>, Failure> {
        facts_of(&self.record(row)?)
            .ok_or_else(|| Failure::Broken(format!("certificate {} cannot be read", row.id)))
    }
}

/// The facts of our own stored record, whose bytes the vault vouches for.
pub(crate) fn facts_of(record: &str) -> Option<BTreeMap<String, Value>> {
    let parts = SdJwtParts::parse(record).ok()?;
    let payload = UnverifiedJws::parse(parts.jwt)
        .ok()?
        .claims_unverified()
        .ok()?;
    let processed = sd_jwt::process(payload, &parts.disclosures).ok()?;
    let dates = ["issue_date", "valid_from", "valid_to"];
    let facts = processed
        .claims
        .into_iter()
        .filter(|(key, _)| dates.contains(&key.as_str()) || processed.disclosed.contains(key));
    Some(facts.collect())
}
