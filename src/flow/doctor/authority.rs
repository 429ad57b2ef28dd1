//! The authority, which is signed for life; the roots; and what was decided for good.

use std::fs;

use super::AtHand;
use super::check::Check;
use crate::crypto::passphrase::Passphrase;
use crate::domain::settings::Mode;
use crate::domain::settings::Settings;
use crate::flow::anchors;
use crate::flow::key_stores;

/// The pinned roots, and whether their private halves lie about.
pub(super) fn check_roots(settings: &Settings, opened: &mut AtHand) -> Vec<Check> {
    let path = settings.anchors();
    let read = match fs::read_to_string(&path) {
        Ok(text) => anchors::read(&text).map_err(|why| why.to_string()),
        Err(why) => Err(format!("{}: {why}", path.display())),
    };
    let mut checks = Vec::new();
    match read {
        Ok(pinned) => {
            let demo = anchors::are_for_demonstration(&pinned);
            checks.push(match (demo, settings.mode) {
                (false, _) => Check::good("roots", "roots"),
                (true, Mode::Demo) => Check::attention("roots", "roots_demo"),
                (true, Mode::Production) => Check::wrong("roots", "roots_demo_production"),
            });
            opened.anchors = Some(pinned);
        }
        Err(why) => checks.push(Check::wrong("roots", "roots_bad").with("why", &why)),
    }
    if settings.mode == Mode::Production && !root_keys(settings).is_empty() {
        let check = Check::attention("root_keys", "root_keys_here");
        let folder = settings.root_keys().display().to_string();
        checks.push(check.with("path", &folder));
    }
    checks
}

/// The names of the root keys that lie here; none of them is opened.
fn root_keys(settings: &Settings) -> Vec<String> {
    let Ok(unused) = Passphrase::new(b"none") else {
        return Vec::new();
    };
    let store = key_stores::of_roots(&settings.root_keys(), unused);
    let names = store.list().unwrap_or_default().into_iter();
    names.map(|name| name.to_string()).collect()
}

/// What the settings decide.
pub(super) fn check_settings(settings: &Settings) -> Vec<Check> {
    let algorithm = match (settings.mode, settings.accept_non_sm) {
        (Mode::Production, false) => Check::wrong("algorithm", "algorithm_undecided"),
        (Mode::Demo, _) | (Mode::Production, true) => Check::good("algorithm", "algorithm"),
    };
    let code_host = if settings.code_host == settings.authority {
        Check::good("code_host", "code_host")
    } else {
        Check::good("code_host", "code_host_other")
    };
    let code_host = code_host
        .with("code_host", &settings.code_host)
        .with("authority", &settings.authority);
    vec![algorithm, code_host]
}

/// Settings, roots and register must agree; what could not be read is no disagreement.
pub(super) fn agree(settings: &str, pinned: Option<&str>, stored: Option<&str>) -> Check {
    let differs = |other: Option<&str>| other.is_some_and(|other| other != settings);
    let check = if differs(pinned) || differs(stored) {
        Check::wrong("authority", "authority_differs")
    } else {
        Check::good("authority", "authority")
    };
    check
        .with("settings", settings)
        .with("pinned", pinned.unwrap_or("?"))
        .with("stored", stored.unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use super::agree;
    use crate::flow::doctor::Mark;

    #[test]
    fn one_other_authority_is_wrong_and_an_unread_one_is_not() {
        assert_eq!(agree("a", Some("a"), Some("a")).mark, Mark::Good);
        assert_eq!(agree("a", None, None).mark, Mark::Good);
        assert_eq!(agree("a", Some("b"), Some("a")).mark, Mark::Wrong);
        assert_eq!(agree("a", Some("a"), Some("b")).mark, Mark::Wrong);
    }
}
