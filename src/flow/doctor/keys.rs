//! Keys: the files of those in use, how long they last, and how the trust list has them.

use std::collections::BTreeMap;

use super::check::Check;
use crate::codec::trust_list::KeyState;
use crate::codec::trust_list::ListedKey;
use crate::codec::trust_list::TrustList;
use crate::crypto::key_store::BadKeyName;
use crate::crypto::key_store::KeyName;
use crate::crypto::key_store::KeyStore;
use crate::crypto::key_store::KeyStoreError;
use crate::crypto::keyring::Keyring;
use crate::crypto::keyring::ServicePurpose;
use crate::crypto::passphrase::Passphrase;
use crate::crypto::trust::KeyFinding;
use crate::crypto::trust::Trust;
use crate::domain::agency::Agency;
use crate::domain::settings::Settings;
use crate::domain::time::Timestamp;
use crate::flow::key_stores;
use crate::flow::keys::StoredKeyState;
use crate::flow::keys::use_of;
use crate::store::stored::read_number;
use crate::store::trust::KeyRow;

/// Days before the end of a key when somebody should make the next.
const SOON_DAYS: i64 = 60;

/// The keys as the register has them, and whose they are.
pub(super) struct Named<'a> {
    /// Every key.
    pub(super) rows: &'a [KeyRow],
    /// The agencies.
    pub(super) agencies: &'a [Agency],
    /// The trust list in force.
    pub(super) list: Option<&'a TrustList>,
    /// The trust in force, with what the revocation list takes away.
    pub(super) trust: Option<&'a Trust>,
    /// Now.
    pub(super) now: Timestamp,
}

/// The agencies' keys.
pub(super) fn of_agencies(
    named: &Named<'_>,
    settings: &Settings,
    passphrase: Option<&Passphrase>,
) -> Vec<Check> {
    let mut checks: Vec<Check> = named
        .of_agencies()
        .filter_map(|row| named.standing(row))
        .collect();
    checks.extend(named.newest().filter_map(|row| named.life(row)));
    if let Some(passphrase) = passphrase {
        let store = key_stores::of_agencies(settings, passphrase.clone());
        let active = named.of_agencies().filter(|row| is_active(row));
        checks.extend(active.filter_map(|row| named.file(row, &*store)));
        checks.extend(named.strangers(&*store));
    }
    if checks.is_empty() {
        let n = named.newest().count();
        checks.push(if n == 0 {
            Check::attention("agency_keys", "agency_keys_none")
        } else {
            Check::good("agency_keys", "agency_keys").with("n", &n.to_string())
        });
    }
    checks
}

/// The service's own keys: the trust list must name those that sign today.
pub(super) fn of_the_service(named: &Named<'_>, keyring: Option<&Keyring>) -> Vec<Check> {
    let (Some(keyring), Some(trust)) = (keyring, named.trust) else {
        return Vec::new();
    };
    let mut checks = Vec::new();
    for purpose in ServicePurpose::ALL {
        let Some(key) = keyring.public_keys(purpose).into_iter().next() else {
            continue;
        };
        let kid = key.kid().to_string();
        let listed = trust.key(&kid, use_of(purpose));
        let purpose = use_of(purpose).name();
        let check = match listed.map(|key| key.at(named.now)) {
            Some(KeyFinding::Good) => None,
            Some(_) => Some(Check::wrong("service_keys", "service_key_withdrawn")),
            None => Some(Check::wrong("service_keys", "service_key_unlisted")),
        };
        checks.extend(check.map(|check| check.with("kid", &kid).with("use", purpose)));
        let row = named.rows.iter().find(|row| row.kid == kid);
        let left = row.map(|row| named.days_left(row));
        if let Some(left) = left.filter(|left| *left < SOON_DAYS) {
            let check = Check::attention("service_keys", "service_key_expiring");
            let check = check.with("kid", &kid).with("use", purpose);
            checks.push(check.with("left", &left.to_string()));
        }
    }
    if checks.is_empty() {
        checks.push(Check::good("service_keys", "service_keys"));
    }
    checks
}

impl Named<'_> {
    fn of_agencies(&self) -> impl Iterator<Item = &KeyRow> {
        self.rows.iter().filter(|row| row.agency != 0)
    }

    /// The key that each agency would issue with.
    fn newest(&self) -> impl Iterator<Item = &KeyRow> {
        let mut newest: BTreeMap<i32, &KeyRow> = BTreeMap::new();
        for row in self.of_agencies().filter(|row| is_active(row)) {
            let place = newest.entry(row.agency).or_insert(row);
            if row.not_before > place.not_before {
                *place = row;
            }
        }
        newest.into_values()
    }

    fn listed(&self, kid: &str) -> Option<&ListedKey> {
        let agencies = self.list?.agencies.iter();
        agencies
            .flat_map(|agency| &agency.keys)
            .find(|key| key.kid == kid)
    }

    fn days_left(&self, row: &KeyRow) -> i64 {
        let end = Timestamp::from_millis(row.not_after);
        end.secs_since(self.now).div_euclid(86_400)
    }

    fn about(&self, check: Check, row: &KeyRow) -> Check {
        let number = read_number(row.agency);
        let agency = self.agencies.iter().find(|agency| agency.number == number);
        check
            .with("kid", &row.kid)
            .with("agency", agency.map_or("?", |agency| &agency.name))
            .with("name", &row.name)
    }

    /// Whether the trust list has a key as the register has it.
    fn standing(&self, row: &KeyRow) -> Option<Check> {
        self.list?;
        let state = StoredKeyState::from_number(row.state);
        let listed = self.listed(&row.kid).map(|key| match key.state {
            KeyState::Active => StoredKeyState::Active,
            KeyState::Retired { .. } => StoredKeyState::Retired,
            KeyState::Compromised { .. } => StoredKeyState::Compromised,
        });
        let check = match listed {
            Some(_) if listed == state => return None,
            Some(_) => Check::attention("agency_keys", "key_outdated"),
            None => Check::attention("agency_keys", "key_unlisted"),
        };
        Some(self.about(check, row))
    }

    fn life(&self, row: &KeyRow) -> Option<Check> {
        let left = self.days_left(row);
        let check = match left {
            ..0 => Check::wrong("agency_keys", "key_expired"),
            0..SOON_DAYS => Check::attention("agency_keys", "key_expiring"),
            _ => return None,
        };
        Some(self.about(check, row).with("left", &left.to_string()))
    }

    /// Whether the file of a key in use is there and opens as that key.
    fn file(&self, row: &KeyRow, store: &dyn KeyStore) -> Option<Check> {
        let opened = row.name.parse::<KeyName>().map(|name| store.open(&name));
        match opened {
            Ok(Ok(signer)) if signer.kid().to_string() == row.kid => None,
            Ok(Ok(_)) => Some(self.about(Check::wrong("agency_keys", "key_file_other"), row)),
            Ok(Err(KeyStoreError::Missing(_))) | Err(BadKeyName) => {
                Some(self.about(Check::wrong("agency_keys", "key_file_missing"), row))
            }
            Ok(Err(why)) => {
                let check = Check::wrong("agency_keys", "key_file_bad");
                Some(self.about(check, row).with("why", &why.to_string()))
            }
        }
    }

    /// Key files that the register does not know.
    fn strangers(&self, store: &dyn KeyStore) -> Vec<Check> {
        let names = store.list().unwrap_or_default().into_iter();
        let unknown = names.filter(|name| self.rows.iter().all(|row| row.name != name.as_str()));
        let told = unknown.map(|name| {
            Check::attention("agency_keys", "key_file_unknown").with("name", name.as_str())
        });
        told.collect()
    }
}

fn is_active(row: &KeyRow) -> bool {
    row.state == StoredKeyState::Active.number()
}

#[cfg(test)]
mod tests;
