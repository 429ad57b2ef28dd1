//! The database: whether it answers, fits this program, and keeps what it acknowledges.

use std::sync::Arc;

use super::AtHand;
use super::Patient;
use super::check::Check;
use super::clock;
use crate::domain::said::one_line;
use crate::domain::settings::Settings;
use crate::flow::open::database_url;
use crate::store::Store;
use crate::store::StoreError;
use crate::store::StoreSecrets;
use crate::store::inspect::Inspection;
use crate::store::inspect::inspect;

/// Looks at the database; the register is opened only if that changes nothing in it.
pub(super) fn check(
    patient: &Patient<'_>,
    settings: &Settings,
    opened: &AtHand,
) -> (Vec<Check>, Option<Store>) {
    let url = database_url(settings);
    let found = match inspect(&url) {
        Ok(found) => found,
        Err(why) => {
            let said = match why {
                StoreError::BadUrl => Check::wrong("database", "database_address"),
                _ => Check::wrong("database", "database_unreachable"),
            };
            return (vec![said.with("why", &one_line(&why.to_string()))], None);
        }
    };
    let mut checks = judge(&found);
    checks.extend(clock::against_the_database(patient.now, found.clock));
    let migrations = &found.migrations;
    let fits = migrations.unknown.is_none() && migrations.pending == 0;
    let Some(keyring) = opened.keyring.as_ref().filter(|_| fits) else {
        return (checks, None);
    };
    if found.not_durable.is_some() {
        return (checks, None);
    }
    let secrets = StoreSecrets {
        ledger: keyring.ledger_key(),
        vault: keyring.vault(),
        randomness: Arc::clone(&patient.randomness),
    };
    match Store::open(&url, 1, Arc::new(secrets)) {
        Ok(store) => (checks, Some(store)),
        Err(why) => {
            let check = Check::wrong("database", "database_unreadable");
            checks.push(check.with("why", &one_line(&why.to_string())));
            (checks, None)
        }
    }
}

fn judge(found: &Inspection) -> Vec<Check> {
    let migrations = match (&found.migrations.unknown, found.migrations.pending) {
        (Some(unknown), _) => {
            Check::wrong("migrations", "database_newer").with("migration", unknown)
        }
        (None, 0) => Check::good("migrations", "migrations"),
        (None, n) => Check::attention("migrations", "migrations_pending").with("n", &n.to_string()),
    };
    let durability = match &found.not_durable {
        None => Check::good("durability", "durability"),
        Some(how) => Check::wrong("durability", "not_durable").with("how", how),
    };
    vec![Check::good("database", "database"), migrations, durability]
}

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::flow::doctor::Mark;
    use crate::store::inspect::Inspection;
    use crate::store::migrations::Migrations;

    fn marks(pending: usize, unknown: Option<&str>, not_durable: Option<&str>) -> Vec<Mark> {
        let found = Inspection {
            migrations: Migrations {
                pending,
                unknown: unknown.map(str::to_owned),
            },
            not_durable: not_durable.map(str::to_owned),
            clock: None,
        };
        judge(&found).into_iter().map(|check| check.mark).collect()
    }

    #[test]
    fn a_database_that_does_not_fit_is_told() {
        let (good, attention, wrong) = (Mark::Good, Mark::Attention, Mark::Wrong);
        assert_eq!(marks(0, None, None), [good, good, good]);
        assert_eq!(marks(2, None, None), [good, attention, good]);
        assert_eq!(marks(0, Some("2031"), None), [good, wrong, good]);
        assert_eq!(marks(0, None, Some("off/on")), [good, good, wrong]);
    }
}
