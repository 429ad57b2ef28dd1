//! A certificate's row, people and pictures, compared with the record that was signed.

use std::collections::BTreeMap;

use serde_json::Map;
use serde_json::Value;

use crate::codec::digest::sha256;
use crate::codec::jws::UnverifiedJws;
use crate::codec::sd_jwt::SdJwtParts;
use crate::crypto::certificate_seal::status_uri;
use crate::crypto::certificate_seal::vct;
use crate::crypto::vault::Index;
use crate::domain::definition::CertificateType;
use crate::domain::holder::HolderCode;
use crate::domain::identifier::CertificateIdentifier;
use crate::domain::identifier::IssuerCode;
use crate::domain::time::Day;
use crate::domain::value::hex;
use crate::flow::issue::holder_index;
use crate::flow::issue::number_index;
use crate::flow::ledger_check::replay::Recorded;
use crate::flow::ledger_check::replay::Replay;
use crate::flow::register::Register;
use crate::flow::register::facts_of;
use crate::store::certificates::CertificateRow;
use crate::store::certificates::SEALED;
use crate::store::holders::HolderRole;
use crate::store::holders::HolderRow;
use crate::store::ledger::stored_key_id;
use crate::store::pictures::PICTURE;
use crate::store::pictures::StoredPicture;
use crate::store::stored::read_number;
use crate::store::stored::sealed;

/// What stands in other tables, or other rows, for a certificate.
pub(super) struct Beside {
    pub(super) holders: Vec<HolderRow>,
    pub(super) pictures: Vec<(String, StoredPicture)>,
    pub(super) predecessor: Option<CertificateRow>,
}

/// The columns that differ, each once.
struct Differing(Vec<&'static str>);

impl Differing {
    fn unless(&mut self, column: &'static str, fits: bool) {
        if !fits && !self.0.contains(&column) {
            self.0.push(column);
        }
    }
}

/// A record that has the digest it was signed with.
struct Signed {
    identifier: CertificateIdentifier,
    claims: Map<String, Value>,
    facts: BTreeMap<String, Value>,
}

impl Signed {
    fn read(record: &str, digest: &[u8]) -> Option<Self> {
        let parts = SdJwtParts::parse(record).ok()?;
        if sha256(parts.jwt.as_bytes()) != digest {
            return None;
        }
        let claims = UnverifiedJws::parse(parts.jwt).ok()?;
        let claims = claims.claims_unverified().ok()?;
        let identifier = claims.get("certificate_identifier")?.as_str()?;
        let identifier = CertificateIdentifier::read(identifier).ok()?.identifier;
        Some(Self {
            identifier,
            claims,
            facts: facts_of(record)?,
        })
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }
}

impl Replay<'_> {
    /// The columns that do not fit the signed record or the events, and the identifier that was
    /// signed.
    pub(super) fn differing(
        &self,
        register: &Register<'_>,
        row: &CertificateRow,
        beside: &Beside,
        recorded: &Recorded,
    ) -> (Vec<&'static str>, Option<String>) {
        let mut differ = Differing(Vec::new());
        let events = recorded.issued.as_ref().filter(|_| !recorded.doubtful);
        if let Some(issue) = events {
            let (_, changed_at, _) = recorded.status;
            differ.unless("digest", row.digest == issue.digest);
            differ.unless("issued_at", row.issued_at == issue.at);
            differ.unless("status_at", row.status_at == changed_at);
        }
        let Some((record, key_id)) = self.record(row) else {
            differ.unless("sealed", false);
            return (differ.0, None);
        };
        differ.unless("key_id", key_id == row.key_id);
        let digest = events.map_or(&row.digest, |issue| &issue.digest);
        let Some(signed) = Signed::read(&record, digest) else {
            differ.unless("sealed", false);
            return (differ.0, None);
        };
        // The record is the one that was signed: the other columns follow from it.
        let agency = events.is_none_or(|issue| issue.agency == Some(row.issuer));
        differ.unless("issuer", agency);
        self.compare_row(row, &signed, &mut differ);
        self.compare_beside(row, &signed, beside, recorded, &mut differ);
        let named = signed.text("associated_certificate_identifier");
        let follows = self.follows(register, named, row, beside);
        differ.unless("predecessor", follows);
        (differ.0, Some(signed.identifier.to_string()))
    }

    /// The row's own columns.
    fn compare_row(&self, row: &CertificateRow, signed: &Signed, differ: &mut Differing) {
        let known = self.office.known();
        let named = &signed.identifier;
        let of = known.newest.get(named.type_code.as_str());
        let issuer = match named.issuer {
            IssuerCode::Uscc(code) => known.agency_numbers.get(&code),
            IssuerCode::Division(_) => None,
        };
        let is = |found: i32, wanted: Option<u32>| wanted == Some(read_number(found));
        differ.unless("type_number", is(row.type_number, of.map(|of| of.number)));
        let authority = &self.office.settings.authority;
        let vct = vct(
            authority,
            named.type_code.as_str(),
            read_number(row.type_version),
        );
        differ.unless("type_version", signed.text("vct") == Some(vct.as_str()));
        differ.unless("issuer", is(row.issuer, issuer.copied()));
        differ.unless("serial", row.serial == named.serial.as_str());
        let version = i16::try_from(named.version.number()).ok();
        differ.unless("version", Some(row.version) == version);
        let day = |number: i64| Day::from_number(number).to_string();
        let from = day(row.valid_from);
        differ.unless("valid_from", signed.text("valid_from") == Some(&from));
        let to = row.valid_to.map(day);
        differ.unless("valid_to", signed.text("valid_to") == to.as_deref());
        let entry = signed
            .claims
            .get("status")
            .and_then(|s| s.get("status_list"));
        let listed = |key: &str| entry.and_then(|e| e.get(key));
        let uri = status_uri(authority, read_number(row.list_number));
        let at = listed("uri").and_then(Value::as_str);
        differ.unless("list_number", at == Some(&uri));
        let index = listed("idx").and_then(Value::as_u64);
        let wanted = Some(read_number(row.list_index).into());
        differ.unless("list_index", index == wanted);
        let vault = self.office.store.vault();
        let number = signed.facts.get("certificate_number");
        let number = number.and_then(Value::as_str);
        let number = number.map(|n| number_index(vault, n).to_vec());
        differ.unless("number_index", number.as_ref() == Some(&row.number_index));
        let content = serde_json::to_vec(&signed.facts).unwrap_or_default();
        let content = vault.index(Index::Content, &content);
        differ.unless("content_mac", content.as_slice() == row.content_mac);
    }

    /// Its people and its pictures.
    fn compare_beside(
        &self,
        row: &CertificateRow,
        signed: &Signed,
        beside: &Beside,
        recorded: &Recorded,
        differ: &mut Differing,
    ) {
        let known = self.office.known();
        let rows = &beside.holders;
        let people = known.newest.get(signed.identifier.type_code.as_str());
        let people = people.is_some_and(|of| {
            let in_order = (0_i16..)
                .zip(rows)
                .all(|(at, r)| r.position == at && read_number(r.type_number) == of.number);
            in_order
                && self.guardians_fit(of, &signed.facts, rows)
                && self.holders_fit(&signed.facts, rows, recorded)
        });
        differ.unless("holders", people);
        let pictures = self.pictures_fit(row.id, &signed.facts, &beside.pictures);
        differ.unless("pictures", pictures);
    }

    /// The record of a row, and the data key it is sealed under, whatever the row says of that.
    fn record(&self, row: &CertificateRow) -> Option<(String, i16)> {
        let vault = self.office.store.vault();
        let others = vault.key_ids().into_iter().map(stored_key_id);
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
        facts: &BTreeMap<String, Value>,
        pictures: &[(String, StoredPicture)],
    ) -> bool {
        let vault = self.office.store.vault();
        pictures.iter().all(|(field, picture)| {
            let claim = facts.get(field).and_then(|claim| claim.get("sha256"));
            let signed = claim.and_then(Value::as_str);
            signed == Some(hex(&picture.sha256).as_str())
                && vault
                    .open(&PICTURE, id, &picture.sealed)
                    .is_ok_and(|bytes| sha256(&bytes) == picture.sha256)
        })
    }

    /// The holders' rows are those of the codes on the record, and the one rebinding recorded.
    fn holders_fit(
        &self,
        facts: &BTreeMap<String, Value>,
        rows: &[HolderRow],
        recorded: &Recorded,
    ) -> bool {
        let vault = self.office.store.vault();
        let text = |value: Option<&Value>| value?.as_str().map(str::to_owned);
        let index = |kind: Option<String>, number: Option<String>| {
            let code = HolderCode::new(kind?.parse().ok()?, &number?).ok()?;
            Some(holder_index(vault, &code).to_vec())
        };
        let several = facts.get("holders").and_then(Value::as_array);
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
        facts: &BTreeMap<String, Value>,
        rows: &[HolderRow],
    ) -> bool {
        let text = |key: &str| facts.get(key).and_then(Value::as_str);
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
