//! Who acts for a child: to the day, by the orders that were recorded, and in one place.

use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::guardian::OrderKind;
use mianzheng::domain::guardian::Stage;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::time::Day;
use mianzheng::domain::words::Lang;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::guardians;
use mianzheng::flow::guardians::orders;
use mianzheng::flow::guardians::orders::NewOrder;
use mianzheng::flow::issue::holder_index;
use mianzheng::flow::ledger_check;
use mianzheng::flow::notices;
use mianzheng::flow::rebind::rebind;
use mianzheng::flow::show::cards;
use mianzheng::flow::show::choice::Choice;
use mianzheng::flow::show::compact;
use mianzheng::flow::show::live;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::BIRTH;
use crate::support::office::HALL;
use crate::support::office::HOSPITAL;
use crate::support::office::MARKET;
use crate::support::office::TestOffice;
use crate::support::office::birth_fields;
use crate::support::office::operator;

const MOTHER: &str = "111:152502199206120020";
const FATHER: &str = "111:152522198804150036";
const STRANGER: &str = "111:152502199003070019";
const CHILD: &str = "111:152502202611200029";
const AT_BIRTH: &str = "999:A157000001";

/// A girl born on 2026-11-20, with both parents on her birth certificate.
struct Family {
    test: TestOffice,
    birth: CertificateIdentifier,
}

fn reason<T>(done: Result<T, Failure>) -> Result<T, Reason> {
    done.map_err(|why| why.problem().reason)
}

fn code(text: &str) -> HolderCode {
    HolderCode::read(text).unwrap()
}

impl Family {
    fn on(database: Database) -> Self {
        let test = TestOffice::on(database);
        let birth = test.issue(BIRTH, HOSPITAL, &birth_fields()).unwrap();
        Self {
            birth: birth.identifier,
            test,
        }
    }

    fn at(&self, hour: &str) {
        self.test.clock.set(hour.parse().unwrap());
    }

    fn index(&self, text: &str) -> [u8; 32] {
        holder_index(self.test.office.store.vault(), &code(text))
    }

    /// Whether somebody may act for the child, by its number at birth.
    fn may(&self, who: &str) -> Result<(), Reason> {
        let (child, acting) = (self.index(AT_BIRTH), self.index(who));
        let office = &self.test.office;
        let asked = guardians::authority(office, &child, &acting, self.test.now()).unwrap();
        asked.map(drop)
    }

    fn shows(&self, who: &str) -> Result<(), Reason> {
        let choice = Choice {
            identifier: self.birth.clone(),
            fields: Vec::new(),
        };
        let by = self.test.holder(who);
        reason(live::show(&self.test.office, &[choice], &by).map(drop))
    }

    fn lists(&self, who: &str) -> usize {
        let by = self.test.holder(who);
        cards(&self.test.office, &by).unwrap().len()
    }

    fn propose(
        &self,
        (child, guardian): (&str, &str),
        kind: OrderKind,
        from: Option<Day>,
        by: &Caller,
    ) -> Result<i64, Reason> {
        let order = NewOrder {
            child: &code(child),
            guardian: &code(guardian),
            kind,
            from,
            reference: "（2026）内2502民初1号",
        };
        reason(orders::propose_once(&self.test.office, &order, by, None))
    }

    fn confirm(&self, id: i64, by: &Caller) -> Result<(), Reason> {
        reason(orders::confirm_once(&self.test.office, id, by, None))
    }

    fn order(&self, guardian: &str, kind: OrderKind, from: Option<Day>) {
        let window = self.test.caller(Role::Window, HALL);
        let id = self.propose((AT_BIRTH, guardian), kind, from, &window);
        self.confirm(id.unwrap(), &operator()).unwrap();
    }

    fn told(&self, who: &str) -> Vec<String> {
        let all = notices::list(&self.test.office, &self.test.holder(who)).unwrap();
        all.iter().map(|notice| notice.text(Lang::En)).collect()
    }
}

#[rstest]
fn a_parent_acts_until_the_eighteenth_birthday(#[values(Sqlite, Postgres)] database: Database) {
    let family = Family::on(database);
    assert_eq!(family.may(STRANGER), Err(Reason::NoGuardian));
    assert_eq!(family.may(AT_BIRTH), Err(Reason::NoGuardian));
    let stage = || {
        let child = family.index(AT_BIRTH);
        let now = family.test.now();
        let child = guardians::of(&family.test.office, &child, now).unwrap();
        assert_eq!(child.ends_on().unwrap().to_string(), "2044-11-20");
        child.stage(now.day()).unwrap()
    };
    for (hour, wanted) in [
        ("2026-11-23T09:00:00+08:00", Stage::Guarded),
        ("2040-11-19T23:59:59+08:00", Stage::Guarded),
        ("2040-11-20T00:00:00+08:00", Stage::Growing),
        ("2044-11-19T23:59:59+08:00", Stage::Growing),
        ("2044-11-20T00:00:00+08:00", Stage::Grown),
    ] {
        family.at(hour);
        assert_eq!(stage(), wanted, "{hour}");
        let guarded = wanted != Stage::Grown;
        for parent in [MOTHER, FATHER] {
            assert_eq!(family.may(parent).is_ok(), guarded, "{hour}");
            assert_eq!(family.shows(parent).is_ok(), guarded, "{hour}");
            assert_eq!(family.lists(parent), usize::from(guarded), "{hour}");
        }
        // The child's card is listed to the child always, and shown by her from 14.
        assert_eq!(family.lists(AT_BIRTH), 1);
        let own = match wanted {
            Stage::Guarded => Err(Reason::GuardianNeeded),
            Stage::Growing | Stage::Grown => Ok(()),
        };
        assert_eq!(family.shows(AT_BIRTH), own, "{hour}");
    }
    assert_eq!(family.may(MOTHER), Err(Reason::NoGuardian));
    assert_eq!(family.shows(MOTHER), Err(Reason::NotFound));
}

#[rstest]
fn consent_is_a_parents_below_14_and_the_childs_from_then_on(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let family = Family::on(database);
    let hospital = family.test.caller(Role::Issuer, HOSPITAL);
    let office = &family.test.office;
    rebind(office, &family.birth, &code(CHILD), "申报户口", &hospital).unwrap();
    let asked = |whose: &str, acting: &str| {
        let (index, whose, acting) = (family.index(whose), code(whose), family.index(acting));
        let now = family.test.now();
        let asked = office
            .store
            .read(|rx| guardians::consents(office, rx, (&index, Some(&whose)), &acting, now))
            .unwrap();
        asked.map(|authority| authority.map(|found| found.guardian().name.clone()))
    };
    let mother = Ok(Some("其*格".to_owned()));
    for child in [CHILD, AT_BIRTH] {
        assert_eq!(asked(child, CHILD), Err(Reason::GuardianNeeded));
        assert_eq!(asked(child, MOTHER), mother);
        assert_eq!(asked(child, STRANGER), Err(Reason::NoGuardian));
    }
    assert_eq!(asked(MOTHER, MOTHER), Ok(None));
    assert_eq!(asked(MOTHER, CHILD), Err(Reason::NoGuardian));
    family.at("2040-11-20T00:00:00+08:00");
    assert_eq!(asked(CHILD, CHILD), Ok(None));
    assert_eq!(asked(CHILD, MOTHER), mother);
    family.at("2044-11-20T00:00:00+08:00");
    assert_eq!(asked(CHILD, CHILD), Ok(None));
    assert_eq!(asked(CHILD, MOTHER), Err(Reason::NoGuardian));
}

#[rstest]
fn an_order_of_two_officers_ends_and_restores_a_guardian(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let family = Family::on(database);
    let window = family.test.caller(Role::Window, HALL);
    let kind = OrderKind::Revocation;
    for nobody in [
        family.test.holder(MOTHER),
        family.test.caller(Role::System, HALL),
    ] {
        let refused = family.propose((AT_BIRTH, FATHER), kind, None, &nobody);
        assert_eq!(refused, Err(Reason::Forbidden));
    }
    let refused = family.propose((AT_BIRTH, STRANGER), kind, None, &window);
    assert_eq!(refused, Err(Reason::NoGuardian));
    let id = family
        .propose((AT_BIRTH, FATHER), kind, None, &window)
        .unwrap();
    assert_eq!(family.may(FATHER), Ok(()), "one officer ends nothing");
    assert_eq!(family.confirm(id, &window), Err(Reason::SecondPerson));
    let elsewhere = family.test.caller(Role::Window, MARKET);
    assert_eq!(family.confirm(id, &elsewhere), Err(Reason::NotFound));
    assert_eq!(family.confirm(id + 1, &operator()), Err(Reason::NotFound));
    let second = Caller {
        id: "window-2".to_owned(),
        ..window.clone()
    };
    // What was on his screen before cannot be drawn again.
    let by = family.test.holder(FATHER);
    let choice = Choice {
        identifier: family.birth.clone(),
        fields: Vec::new(),
    };
    let office = &family.test.office;
    let before = live::show(office, &[choice], &by).unwrap();
    family.confirm(id, &second).unwrap();
    assert_eq!(family.confirm(id, &operator()), Err(Reason::MandateStep));
    let renewed = reason(live::renew(office, before.session, false, &by).map(drop));
    assert_eq!(renewed, Err(Reason::GuardianEnded));
    assert_eq!(family.may(FATHER), Err(Reason::GuardianEnded));
    assert_eq!(family.shows(FATHER), Err(Reason::GuardianEnded));
    let offline = compact::offline(office, &family.birth, &[], 15, &by);
    assert_eq!(reason(offline.map(drop)), Err(Reason::GuardianEnded));
    assert_eq!(family.lists(FATHER), 0);
    assert_eq!((family.may(MOTHER), family.lists(MOTHER)), (Ok(()), 1));
    assert!(family.told(FATHER)[0].contains("about you as guardian of 萨*"));
    assert!(family.told(MOTHER)[0].contains("苏*, guardian of 萨*"));
    // It follows the child to her own number.
    let hospital = family.test.caller(Role::Issuer, HOSPITAL);
    rebind(office, &family.birth, &code(CHILD), "申报户口", &hospital).unwrap();
    let (child, acting) = (family.index(CHILD), family.index(FATHER));
    let asked = guardians::authority(office, &child, &acting, family.test.now()).unwrap();
    assert_eq!(asked.map(drop), Err(Reason::GuardianEnded));

    family.at("2026-11-24T09:00:00+08:00");
    family.order(FATHER, OrderKind::Restoration, None);
    assert_eq!((family.may(FATHER), family.shows(FATHER)), (Ok(()), Ok(())));
    let report = ledger_check::check(office, None).unwrap();
    assert_eq!(report.findings, []);
}

#[rstest]
fn a_custody_order_counts_from_its_day(#[values(Sqlite, Postgres)] database: Database) {
    let family = Family::on(database);
    let day = "2026-12-01".parse().unwrap();
    family.order(FATHER, OrderKind::Custody, Some(day));
    family.at("2026-11-30T23:59:59+08:00");
    assert_eq!(family.may(FATHER), Ok(()));
    family.at("2026-12-01T00:00:00+08:00");
    assert_eq!(family.may(FATHER), Err(Reason::GuardianEnded));
    assert_eq!(family.may(MOTHER), Ok(()));
}

#[rstest]
fn the_other_parent_is_told(#[values(Sqlite, Postgres)] database: Database) {
    let family = Family::on(database);
    family.shows(MOTHER).unwrap();
    assert_eq!(family.told(MOTHER), Vec::<String>::new());
    let told = family.told(FATHER);
    assert_eq!(told.len(), 1);
    assert_eq!(
        told[0],
        "其*格, as guardian of 萨*, used or showed: 出生医学证明"
    );
    // A father who is none any more is told nothing more.
    family.order(FATHER, OrderKind::Revocation, None);
    let before = family.told(FATHER).len();
    family.shows(MOTHER).unwrap();
    assert_eq!(family.told(FATHER).len(), before);
}

#[rstest]
fn only_who_may_know_reads_who_the_guardians_are(#[values(Sqlite, Postgres)] database: Database) {
    let family = Family::on(database);
    let office = &family.test.office;
    let asked = |child: &str, by: &Caller| {
        let found = reason(guardians::look_up(office, &code(child), by));
        found.map(|child| {
            let each = child.guardians.iter();
            each.map(|g| (g.name.clone(), g.standing.name()))
                .collect::<Vec<_>>()
        })
    };
    let both = vec![
        ("其*格".to_owned(), "in_force"),
        ("苏*".to_owned(), "in_force"),
    ];
    let window = family.test.caller(Role::Window, HALL);
    for by in [
        &window,
        &operator(),
        &family.test.holder(FATHER),
        &family.test.holder(AT_BIRTH),
    ] {
        assert_eq!(asked(AT_BIRTH, by), Ok(both.clone()));
    }
    let hidden = Err(Reason::NotFound);
    assert_eq!(asked(AT_BIRTH, &family.test.holder(STRANGER)), hidden);
    assert_eq!(asked(STRANGER, &family.test.holder(STRANGER)), hidden);
    assert_eq!(asked(STRANGER, &window), hidden);
    let system = family.test.caller(Role::System, HALL);
    assert_eq!(asked(AT_BIRTH, &system), Err(Reason::Forbidden));
}
