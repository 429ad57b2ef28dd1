//! The passphrase, the keyring it opens, and the year of the data key.

use super::AtHand;
use super::check::Check;
use crate::crypto::keyring::Keyring;
use crate::domain::settings::Settings;
use crate::domain::time::Timestamp;
use crate::flow::open;

pub(super) fn check(settings: &Settings, now: Timestamp, opened: &mut AtHand) -> Vec<Check> {
    let passphrase = match open::passphrase(settings) {
        Ok(passphrase) => passphrase,
        Err(why) => {
            let check = Check::wrong("passphrase", "passphrase_bad");
            return vec![check.with("why", &why.to_string())];
        }
    };
    let mut checks = vec![Check::good("passphrase", "passphrase")];
    match Keyring::open(&settings.keyring(), &passphrase) {
        Ok(keyring) => {
            checks.push(Check::good("keyring", "keyring"));
            checks.push(data_key(keyring.vault().current(), now));
            opened.keyring = Some(keyring);
        }
        Err(why) => {
            let check = Check::wrong("keyring", "keyring_bad");
            checks.push(check.with("why", &why.to_string()));
        }
    }
    opened.passphrase = Some(passphrase);
    checks
}

/// Ids of data keys begin with their year.
fn data_key(id: u16, now: Timestamp) -> Check {
    let (made, year) = (id / 10, now.day().year());
    let check = if i32::from(made) < i32::from(year) {
        Check::attention("data_key", "data_key_old")
    } else {
        Check::good("data_key", "data_key")
    };
    check
        .with("made", &made.to_string())
        .with("year", &year.to_string())
}

#[cfg(test)]
mod tests {
    use super::data_key;
    use crate::flow::doctor::Mark;

    #[test]
    fn a_new_year_asks_for_a_new_data_key() {
        let at = |text: &str| text.parse().unwrap();
        let eve = data_key(20_260, at("2026-12-31T23:59:59+08:00"));
        assert_eq!(eve.mark, Mark::Good);
        let morning = data_key(20_260, at("2027-01-01T00:00:00+08:00"));
        assert_eq!(morning.said, "data_key_old");
        assert_eq!(
            data_key(20_271, at("2027-01-01T00:00:00+08:00")).mark,
            Mark::Good
        );
    }
}
