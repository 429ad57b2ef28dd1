//! The fast list that takes keys away: it can always be opened, and never be taken back.

use std::collections::BTreeMap;

use mianzheng::codec::status_list::StatusBits;
use mianzheng::crypto::keyring::ServicePurpose;
use mianzheng::crypto::signed_json::NotGenuine;
use mianzheng::crypto::status_seal;
use mianzheng::crypto::trust::Trust;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::time::Timestamp;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::keys;
use mianzheng::flow::readiness;
use mianzheng::flow::rotate::rotate;
use mianzheng::flow::show::compact;
use mianzheng::flow::trust_list;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::forge::Forgery;
use crate::support::office::TestOffice;
use crate::support::office::operator;
use crate::support::people::citizen;

fn kid(test: &TestOffice, purpose: ServicePurpose) -> String {
    test.office.keyring.signer(purpose).kid().to_string()
}

/// One certificate's record, and the id of the key that signed it.
fn issued(test: &TestOffice) -> (String, String) {
    let identifier = test.health(&citizen(1), "锡市健〔2026〕1700001号");
    let record = test.record(&identifier);
    let kid = Forgery::of(&record).header["kid"]
        .as_str()
        .unwrap()
        .to_owned();
    (record, kid)
}

fn verdict(test: &TestOffice, shown: &str) -> Outcome {
    let everybody = test.verify(shown).verdict;
    assert_eq!(test.verify_at_window(shown).verdict, everybody);
    everybody
}

/// The list in the register opens with nothing but the root's list beside it.
fn latest_opens(test: &TestOffice) -> Trust {
    let read = test.office.store.read(|rx| {
        Ok::<_, mianzheng::store::StoreError>((
            rx.latest_trust_list()?.unwrap().1,
            rx.latest_revocation_list()?.unwrap().1,
        ))
    });
    let (list, revocations) = read.unwrap();
    let mut trust = Trust::open(&list, &test.office.anchors, 0).unwrap();
    trust.revoke(&revocations, 0).unwrap();
    trust
}

#[rstest]
fn a_stolen_revocation_key_takes_itself_away(#[values(Sqlite, Postgres)] database: Database) {
    let mut test = TestOffice::on(database);
    let (record, _) = issued(&test);
    let stolen = kid(&test, ServicePurpose::Revocation);
    keys::compromise(&test.office, &stolen, test.now(), &operator()).unwrap();
    latest_opens(&test);
    test.reopen();
    assert_eq!(verdict(&test, &record), Outcome::Valid);
    // The next trust list would leave nobody to sign the next revocation list.
    let folder = test.office.settings.root_keys();
    let publish =
        |test: &TestOffice| trust_list::publish_from(&test.office, &folder, 30, &operator());
    let refused = publish(&test).unwrap_err().problem();
    assert_eq!(refused.reason, Reason::Setup);
    assert!(refused.detail.unwrap().contains("keys rotate revocation"));
    test.reopen();
    assert_eq!(verdict(&test, &record), Outcome::Valid);

    rotate(&test.office, ServicePurpose::Revocation, &operator()).unwrap();
    test.reopen();
    publish(&test).unwrap();
    latest_opens(&test);
    test.reopen();
    assert_eq!(test.office.known().doubt, None);
    assert_eq!(verdict(&test, &record), Outcome::Valid);
}

#[rstest]
fn a_new_revocation_key_waits_for_the_trust_list(#[values(Sqlite, Postgres)] database: Database) {
    let mut test = TestOffice::on(database);
    let (record, issuing) = issued(&test);
    test.clock.advance(60);
    let new = rotate(&test.office, ServicePurpose::Revocation, &operator()).unwrap();
    test.reopen();
    // Rotated twice, the only key that verifiers know would be forgotten.
    let refused = rotate(&test.office, ServicePurpose::Revocation, &operator()).unwrap_err();
    assert_eq!(refused.problem().reason, Reason::WrongStep);
    let at_issue = test.now().plus_secs(-60);
    keys::compromise(&test.office, &issuing, at_issue, &operator()).unwrap();
    latest_opens(&test);
    assert_eq!(verdict(&test, &record), Outcome::Undetermined);
    test.reopen();
    assert_eq!(verdict(&test, &record), Outcome::Undetermined);
    test.publish_trust();
    latest_opens(&test);
    test.reopen();
    assert_eq!(test.office.known().doubt, None);
    assert_eq!(
        kid(&test, ServicePurpose::Revocation),
        new.kid().to_string()
    );
}

#[rstest]
fn a_list_that_cannot_be_opened_leaves_everything_undetermined(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let mut test = TestOffice::on(database);
    let (record, _) = issued(&test);
    let identifier = Forgery::of(&record).payload["certificate_identifier"].clone();
    let identifier = identifier.as_str().unwrap().to_owned();
    for bad in [
        "UPDATE revocation_lists SET token = 'a.b.c'",
        "INSERT INTO revocation_lists (sequence, token) VALUES (900, 'a.b.c')",
        "DELETE FROM revocation_lists",
        "UPDATE trust_lists SET token = 'a.b.c'",
        "DELETE FROM trust_lists WHERE sequence = (SELECT max(sequence) FROM trust_lists)",
    ] {
        test.sql(bad);
        test.reopen();
        assert!(test.office.known().doubt.is_some(), "{bad}");
        assert!(!readiness::look(&test.office).ready, "{bad}");
        if test.office.known().trust.is_some() {
            assert_eq!(verdict(&test, &record), Outcome::Undetermined, "{bad}");
            assert_eq!(verdict(&test, &identifier), Outcome::Undetermined, "{bad}");
        } else {
            let none = mianzheng::flow::verify::online::verify(&test.office, &record, &operator());
            assert_eq!(none.unwrap_err().problem().reason, Reason::Setup, "{bad}");
        }
        test.publish_trust();
        assert_eq!(test.office.known().doubt, None, "{bad}");
        assert_eq!(verdict(&test, &record), Outcome::Valid, "{bad}");
        test.reopen();
        assert_eq!(verdict(&test, &record), Outcome::Valid, "{bad}");
    }
}

#[rstest]
fn a_register_set_back_is_noticed_at_the_next_start(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let mut test = TestOffice::on(database);
    let (record, issuing) = issued(&test);
    let since = test.now();
    test.clock.advance(60);
    keys::compromise(&test.office, &issuing, since, &operator()).unwrap();
    let (taken, _) = latest(&test);
    test.sql(&format!(
        "DELETE FROM revocation_lists WHERE sequence = {taken};
         UPDATE keys SET state = 0, since = NULL;"
    ));
    test.reopen();
    assert_eq!(verdict(&test, &record), Outcome::Undetermined);
    // The note itself is not believed when somebody else wrote it.
    let note = test.office.settings.heads().join("seen-lists.json");
    let text = std::fs::read_to_string(&note).unwrap();
    let lower = text.replace(&format!("\"revocations\":{taken}"), "\"revocations\":1");
    assert_ne!(lower, text);
    std::fs::write(&note, lower).unwrap();
    test.reopen();
    assert!(test.office.known().doubt.is_some());
    assert_eq!(verdict(&test, &record), Outcome::Undetermined);
    std::fs::write(&note, text).unwrap();
    // Published again, the lists go on above the highest number ever seen.
    keys::compromise(&test.office, &issuing, since, &operator()).unwrap();
    let (next, _) = latest(&test);
    assert!(next > taken);
    test.reopen();
    assert_eq!(test.office.known().doubt, None);
    assert_eq!(verdict(&test, &record), Outcome::Undetermined);
}

fn latest(test: &TestOffice) -> (u64, String) {
    let list = test.office.store.read(|rx| rx.latest_revocation_list());
    list.unwrap().unwrap()
}

#[rstest]
fn a_compromise_is_said_whole_or_not_at_all_and_may_be_said_again(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let (record, issuing) = issued(&test);
    let say = |since: Timestamp| keys::compromise(&test.office, &issuing, since, &operator());
    let noon: Timestamp = "2026-11-23T12:00:00+08:00".parse().unwrap();
    // A list with the highest number there is leaves no room for the next one.
    let full = format!("INSERT INTO revocation_lists VALUES ({}, 'full')", i64::MAX);
    test.sql(&full);
    assert!(say(noon).is_err());
    let row = test.office.store.read(|rx| rx.key(&issuing)).unwrap();
    assert_eq!(row.unwrap().state, 0);
    test.sql("DELETE FROM revocation_lists WHERE token = 'full'");
    test.office.refresh().unwrap();
    assert_eq!(verdict(&test, &record), Outcome::Valid);

    let (before, _) = latest(&test);
    assert_eq!(say(noon).unwrap(), noon);
    assert_eq!(verdict(&test, &record), Outcome::Valid);
    let later = noon.plus_secs(3600);
    assert_eq!(say(later).unwrap(), noon);
    let earlier = noon.plus_secs(-4 * 3600);
    assert_eq!(say(earlier).unwrap(), earlier);
    assert_eq!(verdict(&test, &record), Outcome::Undetermined);
    assert_eq!(latest(&test).0, before + 3);
}

#[rstest]
fn a_key_signs_lists_only_while_it_is_in_use(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let key = test.office.keyring.signer(ServicePurpose::Status);
    let opened = |at: Timestamp| {
        let bits = StatusBits::of_two(8, &BTreeMap::new());
        let list = status_seal::seal("mz.example", 1, &bits, (at, 30, 600), &*key).unwrap();
        status_seal::open(&list, &test.office.trust().unwrap()).map(|list| list.number)
    };
    let (now, out) = (test.now(), Err(NotGenuine::OutOfTime));
    assert_eq!(opened(now), Ok(1));
    assert_eq!(opened(now.plus_secs(-1)), out);
    assert_eq!(opened(now.plus_secs(3 * 365 * 86_400)), out);
    test.clock.advance(60);
    keys::retire(&test.office, &key.kid().to_string(), &operator()).unwrap();
    test.publish_trust();
    assert_eq!(opened(now.plus_secs(59)), Ok(1));
    assert_eq!(opened(test.now()), out);
}

#[rstest]
fn the_service_signs_nothing_with_a_key_that_was_taken_away(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let mut test = TestOffice::on(database);
    let identifier = test.health(&citizen(1), "锡市健〔2026〕1700001号");
    let holder = test.holder(&format!("111:{}", citizen(1)));
    let printed = |test: &TestOffice| compact::printed(&test.office, &identifier, &holder);
    assert!(printed(&test).is_ok());
    let show = kid(&test, ServicePurpose::Show);
    keys::compromise(&test.office, &show, test.now(), &operator()).unwrap();
    let refused = printed(&test).err().unwrap().problem();
    assert_eq!(refused.reason, Reason::Setup);
    assert!(refused.detail.unwrap().contains("keys rotate show"));
    rotate(&test.office, ServicePurpose::Show, &operator()).unwrap();
    test.reopen();
    // Not with the new one either before anybody trusts it.
    let refused = printed(&test).err().unwrap().problem();
    assert!(refused.detail.unwrap().contains("trust publish"));
    test.publish_trust();
    let code = printed(&test).unwrap();
    assert_eq!(test.verify(&code.text).verdict, Outcome::Valid);
    // A key that waits for the trust list leaves the work to the one before it.
    rotate(&test.office, ServicePurpose::Show, &operator()).unwrap();
    test.reopen();
    let code = printed(&test).unwrap();
    assert_eq!(test.verify(&code.text).verdict, Outcome::Valid);
}
