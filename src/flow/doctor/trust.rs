//! The trust list in force: whether there is one, how long it lasts, who signs the next.

use serde_json::Value;

use super::check::Check;
use crate::codec::trust_list::TrustList;
use crate::crypto::signed_json;
use crate::crypto::signed_json::Message;
use crate::crypto::trust::Anchors;
use crate::domain::settings::Mode;
use crate::domain::time::Timestamp;

/// Days before the end of a list when somebody should publish the next.
const SOON_DAYS: i64 = 7;

/// Looks at the list, and returns it for those who ask which keys it names.
pub(super) fn check(
    mode: Mode,
    anchors: Option<&Anchors>,
    token: Option<(u64, String)>,
    now: Timestamp,
) -> (Vec<Check>, Option<TrustList>) {
    let Some((_, token)) = token else {
        return (vec![Check::wrong("trust", "trust_missing")], None);
    };
    let Some(anchors) = anchors else {
        return (Vec::new(), None);
    };
    let opened = signed_json::open(&token, Message::TrustList, &anchors.roots)
        .map_err(|why| why.to_string())
        .and_then(|map| {
            serde_json::from_value::<TrustList>(Value::Object(map)).map_err(|why| why.to_string())
        });
    match opened {
        Ok(list) => (judge(mode, &list, anchors, now), Some(list)),
        Err(why) => (
            vec![Check::wrong("trust", "trust_bad").with("why", &why)],
            None,
        ),
    }
}

fn judge(mode: Mode, list: &TrustList, anchors: &Anchors, now: Timestamp) -> Vec<Check> {
    let due = Timestamp::from_secs(list.next_update);
    let left = due.secs_since(now).div_euclid(86_400);
    let age = now
        .secs_since(Timestamp::from_secs(list.iat))
        .div_euclid(86_400);
    let check = if now >= due {
        Check::wrong("trust", "trust_overdue")
    } else if left < SOON_DAYS {
        Check::attention("trust", "trust_due_soon")
    } else {
        Check::good("trust", "trust")
    };
    let mut checks = vec![
        check
            .with("sequence", &list.sequence.to_string())
            .with("age", &age.to_string())
            .with("left", &left.to_string())
            .with("due", &due.to_string()),
    ];
    let pinned = anchors
        .roots
        .iter()
        .any(|root| root.jwk_x() == list.next_root);
    checks.push(if pinned {
        Check::good("next_root", "next_root")
    } else {
        Check::attention("next_root", "next_root_unpinned")
    });
    if list.test && mode == Mode::Production {
        checks.push(Check::wrong("trust_test", "trust_test_production"));
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::codec::trust_list::TrustList;
    use crate::crypto::public_key::PublicKey;
    use crate::crypto::random::SeededRandomness;
    use crate::crypto::signer::Ed25519Signer;
    use crate::crypto::signer::Signer;
    use crate::crypto::trust::Anchors;
    use crate::domain::settings::Mode;
    use crate::domain::time::Timestamp;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn said(mode: Mode, days_left: i64, test: bool, pinned: bool) -> Vec<&'static str> {
        let key = |seed: &[u8]| -> PublicKey {
            Ed25519Signer::generate(&SeededRandomness::new(seed))
                .public_key()
                .clone()
        };
        let (root, next) = (key(b"root"), key(b"next"));
        let list = TrustList {
            authority: "a".to_owned(),
            sequence: 1,
            iat: NOW.plus_secs(-86_400).secs(),
            next_update: NOW.plus_secs(days_left * 86_400).secs(),
            test,
            next_root: next.jwk_x(),
            agencies: Vec::new(),
        };
        let roots = if pinned { vec![root, next] } else { vec![root] };
        let anchors = Anchors {
            authority: "a".to_owned(),
            roots,
        };
        let checks = judge(mode, &list, &anchors, NOW);
        checks.into_iter().map(|check| check.said).collect()
    }

    #[test]
    fn a_list_that_runs_out_is_told_a_week_before() {
        let demo = |days| said(Mode::Demo, days, true, true);
        assert_eq!(demo(7), ["trust", "next_root"]);
        assert_eq!(demo(6), ["trust_due_soon", "next_root"]);
        assert_eq!(demo(0), ["trust_overdue", "next_root"]);
    }

    #[test]
    fn a_root_nobody_pinned_and_test_keys_in_earnest_are_told() {
        let told = said(Mode::Production, 20, true, false);
        assert_eq!(
            told,
            ["trust", "next_root_unpinned", "trust_test_production"]
        );
        let told = said(Mode::Production, 20, false, true);
        assert_eq!(told, ["trust", "next_root"]);
    }
}
