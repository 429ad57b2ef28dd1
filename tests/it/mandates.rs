//! Who may act for whom: an organisation's chain, a person's agent, and every way it breaks.

pub(crate) mod world;

use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::mandate::Listed;
use mianzheng::domain::mandate::MandateKind;
use mianzheng::domain::mandate::MandateStanding;
use mianzheng::domain::mandate::Refusal;
use mianzheng::domain::mandate::Scope;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::time::Day;
use mianzheng::domain::words::Lang;
use mianzheng::flow::ledger_check;
use mianzheng::flow::mandates;
use mianzheng::flow::mandates::Proposal;
use mianzheng::flow::notices;
use rstest::rstest;
use serde_json::json;

use crate::mandates::world::AGENT;
use crate::mandates::world::CLERK;
use crate::mandates::world::ITEM;
use crate::mandates::world::ORGANISATION;
use crate::mandates::world::REPRESENTATIVE;
use crate::mandates::world::STRANGER;
use crate::mandates::world::World;
use crate::mandates::world::party;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::office::MARKET;
use crate::support::office::operator;

#[rstest]
fn an_organisation_acts_through_its_chain(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let (first, second, third) = world.chain();
    let authority = world.may(ORGANISATION, AGENT).unwrap();
    let links: Vec<i64> = authority.links().iter().map(|l| l.mandate).collect();
    assert_eq!(links, [first, second, third]);
    let told = mandates::told(&world.test.office, &authority).unwrap();
    let told: Vec<(&str, &str)> = told.iter().map(|l| (l.kind, l.name.as_str())).collect();
    let wanted = [
        ("representative", "巴***尔"),
        ("clerk", "苏*"),
        ("agent", "其*格"),
    ];
    assert_eq!(told, wanted);
    for (who, links) in [(REPRESENTATIVE, 1), (CLERK, 2)] {
        let authority = world.may(ORGANISATION, who).unwrap();
        assert_eq!(authority.links().len(), links);
    }
    // Nobody acts the other way round, or for a person in the chain.
    for (principal, acting) in [
        (ORGANISATION, STRANGER),
        (CLERK, AGENT),
        (AGENT, CLERK),
        (ORGANISATION, ORGANISATION),
    ] {
        assert_eq!(world.may(principal, acting), Err(Refusal::NoMandate));
    }
    // The clerk's own end ends the agent, though nobody told the agent's mandate.
    world.end(second, REPRESENTATIVE).unwrap();
    assert_eq!(world.may(ORGANISATION, AGENT), Err(Refusal::MandateEnded));
    assert_eq!(world.may(ORGANISATION, CLERK), Err(Refusal::MandateEnded));
    assert!(world.may(ORGANISATION, REPRESENTATIVE).is_ok());
    let lines = mandates::list(&world.test.office, &world.holder(AGENT)).unwrap();
    assert_eq!(lines[0].standing, MandateStanding::InForce);
    assert!(!lines[0].chain_stands);
    assert_eq!(world.notices(AGENT)[0], "chain_broken");
    assert_eq!(world.notices(CLERK)[0], "mandate_ended");
    let report = ledger_check::check(&world.test.office, None).unwrap();
    assert_eq!(report.findings, []);
}

#[rstest]
fn nothing_is_good_before_both_said_yes(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let office = &world.test.office;
    let first = world.represented();
    let id = world
        .propose(REPRESENTATIVE, MandateKind::Clerk, CLERK, &Scope::ALL)
        .unwrap();
    assert_eq!(world.may(ORGANISATION, CLERK), Err(Refusal::NotConfirmed));
    // Nobody says yes for the other, and strangers learn nothing.
    let refused = |who: &str| world.confirm(id, who).unwrap_err();
    assert_eq!(refused(REPRESENTATIVE), Reason::NotConfirmed);
    assert_eq!(refused(STRANGER), Reason::NotFound);
    assert_eq!(refused(AGENT), Reason::NotFound);
    assert_eq!(world.end(id, STRANGER), Err(Reason::NotFound));
    let window = world.test.caller(Role::Window, HALL);
    let why = mandates::confirm(office, id, &window).unwrap_err();
    assert_eq!(why.problem().reason, Reason::NotFound);
    // An agent does not begin before the clerk is one.
    let early = world.propose(CLERK, MandateKind::Agent, AGENT, &Scope::ALL);
    assert_eq!(early, Err(Reason::NotConfirmed));
    let lines = mandates::list(office, &world.holder(CLERK)).unwrap();
    assert!(lines[0].waits && lines[0].received);
    assert_eq!(lines[0].principal, "锡林浩特市示例商贸有限公司");
    world.confirm(id, CLERK).unwrap();
    assert_eq!(world.confirm(id, CLERK), Err(Reason::MandateStep));
    assert!(world.may(ORGANISATION, CLERK).is_ok());
    // Either side ends it, once.
    world.end(id, CLERK).unwrap();
    assert_eq!(world.end(id, REPRESENTATIVE), Err(Reason::MandateStep));
    assert_eq!(world.may(ORGANISATION, CLERK), Err(Refusal::MandateEnded));
    // What was declined cannot be confirmed.
    let again = world
        .propose(REPRESENTATIVE, MandateKind::Clerk, CLERK, &Scope::ALL)
        .unwrap();
    world.end(again, CLERK).unwrap();
    assert_eq!(world.confirm(again, CLERK), Err(Reason::MandateStep));
    // One that waits is not confirmed below an end.
    let late = world
        .propose(REPRESENTATIVE, MandateKind::Clerk, CLERK, &Scope::ALL)
        .unwrap();
    mandates::end(office, first, &window).unwrap();
    assert_eq!(world.confirm(late, CLERK), Err(Reason::MandateEnded));
}

#[rstest]
fn a_representative_is_bound_by_two_officers_or_by_the_licence(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let world = World::on(database);
    let office = &world.test.office;
    let (principal, agent) = (party(ORGANISATION), party(REPRESENTATIVE));
    let until = world.test.now().plus_secs(86_400);
    let proposal = |basis| Proposal {
        kind: MandateKind::Representative,
        principal: &principal,
        agent: &agent,
        under: None,
        scope: &Scope::ALL,
        from: None,
        until,
        basis,
    };
    let refused = |basis, by: &Caller| {
        let refused = mandates::propose(office, &proposal(basis), by).unwrap_err();
        refused.problem().reason
    };
    let window = world.test.caller(Role::Window, HALL);
    assert_eq!(refused(None, &window), Reason::BadCause);
    assert_eq!(refused(Some(" "), &window), Reason::BadCause);
    let system = world.test.caller(Role::System, HALL);
    assert_eq!(refused(Some("x"), &system), Reason::Forbidden);
    // Without the registrar's word the organisation's own credential is not enough, and a
    // permit that names a representative is nobody's register.
    let own = world.holder(ORGANISATION);
    assert_eq!(refused(None, &own), Reason::NoProof);
    assert_eq!(
        refused(None, &world.holder(REPRESENTATIVE)),
        Reason::NoProof
    );

    let basis = Some("营业执照、身份证、登记机关记录");
    let id = mandates::propose(office, &proposal(basis), &window).unwrap();
    let confirm =
        |by: &Caller| mandates::confirm(office, id, by).map_err(|why| why.problem().reason);
    assert_eq!(confirm(&window), Err(Reason::SecondPerson));
    assert_eq!(
        confirm(&world.holder(REPRESENTATIVE)),
        Err(Reason::NotConfirmed)
    );
    let elsewhere = world.test.caller(Role::Window, MARKET);
    assert_eq!(confirm(&elsewhere), Err(Reason::NotFound));
    let waiting = mandates::list(office, &world.second_officer()).unwrap();
    assert!(waiting.len() == 1 && waiting[0].waits);
    assert_eq!(mandates::list(office, &elsewhere).unwrap().len(), 0);
    confirm(&world.second_officer()).unwrap();
    assert!(world.may(ORGANISATION, REPRESENTATIVE).is_ok());
    mandates::end(office, id, &operator()).unwrap();

    // That a licence registers its representative is a fact of its type in the catalogue, and
    // counts for licences that were issued before it said so.
    world.license();
    let licence = world.test.type_named("营业执照");
    let mut permit = serde_json::to_value(&licence.definition).unwrap();
    let fact = permit.as_object_mut().unwrap().remove("representative");
    world.test.load_types(&json!([permit.clone()]));
    assert_eq!(refused(None, &own), Reason::NoProof);
    permit["representative"] = fact.unwrap();
    world.test.load_types(&json!([permit]));
    let id = mandates::propose(office, &proposal(None), &own).unwrap();
    assert_eq!(world.confirm(id, STRANGER), Err(Reason::NotFound));
    world.confirm(id, REPRESENTATIVE).unwrap();
    assert!(world.may(ORGANISATION, REPRESENTATIVE).is_ok());
    let other = party(STRANGER);
    let other = Proposal {
        agent: &other,
        ..proposal(None)
    };
    let refused = mandates::propose(office, &other, &own).unwrap_err();
    assert_eq!(refused.problem().reason, Reason::NoProof);
}

#[rstest]
fn a_person_mandates_an_agent_for_herself(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let office = &world.test.office;
    let scope = Scope {
        items: Listed::of(&["150723903000".to_owned()]),
        types: Listed::of(&["11100000000013127D001".to_owned()]),
    };
    let id = world.mandate(STRANGER, AGENT, &scope).unwrap();
    assert_eq!(world.may(STRANGER, AGENT), Err(Refusal::NotConfirmed));
    world.confirm(id, AGENT).unwrap();
    let asks = |item: &str, of: Option<&str>| {
        let (principal, agent) = (world.index(STRANGER), world.index(AGENT));
        let now = world.test.now();
        mandates::authority(office, &principal, &agent, item, of, now).unwrap()
    };
    assert!(asks(ITEM, None).is_ok());
    assert!(asks("150723903000", Some("11100000000013127D001")).is_ok());
    let outside = Err(Refusal::OutOfScope);
    assert_eq!(asks(ITEM, Some("11100000MB0143028R001")), outside);
    assert_eq!(asks("000131016000", None), outside);
    // Asked for by the agent, given by her.
    let (principal, agent) = (party(STRANGER), party(CLERK));
    let proposal = Proposal {
        kind: MandateKind::Agent,
        principal: &principal,
        agent: &agent,
        under: None,
        scope: &Scope::ALL,
        from: None,
        until: world.test.now().plus_secs(3600),
        basis: None,
    };
    let id = mandates::propose(office, &proposal, &world.holder(CLERK)).unwrap();
    assert_eq!(world.confirm(id, CLERK), Err(Reason::NotConfirmed));
    world.confirm(id, STRANGER).unwrap();
    assert!(world.may(STRANGER, CLERK).is_ok());
    // The grandmother without a phone: two officers, and the paper they looked at.
    let third = party(REPRESENTATIVE);
    let in_person = Proposal {
        agent: &third,
        basis: Some("本人和代办人身份证"),
        ..proposal
    };
    let window = world.test.caller(Role::Window, HALL);
    let id = mandates::propose(office, &in_person, &window).unwrap();
    mandates::confirm(office, id, &world.second_officer()).unwrap();
    assert!(world.may(STRANGER, REPRESENTATIVE).is_ok());
    assert_eq!(world.notices(STRANGER)[0], "mandate_given");
    world.end(id, STRANGER).unwrap();
    assert_eq!(
        world.may(STRANGER, REPRESENTATIVE),
        Err(Refusal::MandateEnded)
    );
}

#[rstest]
fn a_mandate_ends_with_its_last_second(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    world.chain();
    // The agent's mandate lasts until the end of 2026-12-23.
    world
        .test
        .clock
        .set("2026-12-23T23:59:59+08:00".parse().unwrap());
    assert!(world.may(ORGANISATION, AGENT).is_ok());
    world
        .test
        .clock
        .set("2026-12-24T00:00:00+08:00".parse().unwrap());
    assert_eq!(world.may(ORGANISATION, AGENT), Err(Refusal::MandateEnded));
    assert!(world.may(ORGANISATION, CLERK).is_ok());
    let lines = mandates::list(&world.test.office, &world.holder(AGENT)).unwrap();
    assert_eq!(lines[0].standing, MandateStanding::Expired);
    // From today on means from now on; a year, and no longer.
    let year = |from: &str, until: &str| {
        let (principal, agent) = (party(STRANGER), party(REPRESENTATIVE));
        let (from, until): (Day, Day) = (from.parse().unwrap(), until.parse().unwrap());
        let proposal = Proposal {
            kind: MandateKind::Agent,
            principal: &principal,
            agent: &agent,
            under: None,
            scope: &Scope::ALL,
            from: Some(from.start()),
            until: until.end(),
            basis: None,
        };
        let by = world.holder(STRANGER);
        let proposed = mandates::propose(&world.test.office, &proposal, &by);
        proposed.map(drop).map_err(|why| why.problem().reason)
    };
    assert_eq!(year("2026-12-24", "2027-12-24"), Ok(()));
    assert_eq!(year("2026-12-24", "2027-12-25"), Err(Reason::BadRequest));
    assert_eq!(year("2026-12-23", "2026-12-31"), Err(Reason::BadRequest));
    assert_eq!(year("2026-12-31", "2026-12-30"), Err(Reason::BadRequest));
    // Prepared for later.
    let (principal, agent) = (party(STRANGER), party(CLERK));
    let from = world.test.now().plus_secs(60);
    let proposal = Proposal {
        kind: MandateKind::Agent,
        principal: &principal,
        agent: &agent,
        under: None,
        scope: &Scope::ALL,
        from: Some(from),
        until: from.plus_secs(60),
        basis: None,
    };
    let by = world.holder(STRANGER);
    let id = mandates::propose(&world.test.office, &proposal, &by).unwrap();
    world.confirm(id, CLERK).unwrap();
    assert_eq!(world.may(STRANGER, CLERK), Err(Refusal::NotBegun));
    world.test.clock.set(from);
    assert!(world.may(STRANGER, CLERK).is_ok());
}

#[rstest]
fn what_does_not_fit_is_never_proposed(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let (.., third) = world.chain();
    let narrow = |items: &[&str]| Scope {
        items: Listed::of(&items.iter().map(|i| (*i).to_owned()).collect::<Vec<_>>()),
        types: Listed::All,
    };
    // Wider than the clerk's, and one that goes on from an agent.
    let wide = world.propose(CLERK, MandateKind::Agent, STRANGER, &Scope::ALL);
    assert_eq!(wide, Err(Reason::OutOfScope));
    let inner = narrow(&[ITEM]);
    let deep = world.propose(AGENT, MandateKind::Agent, STRANGER, &inner);
    assert_eq!(deep, Err(Reason::TooDeep));
    let handed = world.propose(CLERK, MandateKind::Clerk, STRANGER, &inner);
    assert_eq!(handed, Err(Reason::TooDeep));
    let round = world.propose(CLERK, MandateKind::Agent, REPRESENTATIVE, &inner);
    assert_eq!(round, Err(Reason::NoMandate));
    for nobody in [STRANGER, ORGANISATION] {
        let refused = world.propose(nobody, MandateKind::Agent, CLERK, &inner);
        assert_eq!(refused, Err(Reason::NoMandate), "{nobody}");
    }
    assert_eq!(
        world.mandate(STRANGER, STRANGER, &inner),
        Err(Reason::NoMandate)
    );
    assert_eq!(
        world.mandate(STRANGER, ORGANISATION, &inner),
        Err(Reason::BadRequest)
    );
    // A child acts for nobody, and below 14 mandates nobody.
    let (small, growing) = ("111:152501201506010038", "111:152502201201010041");
    assert_eq!(
        world.mandate(small, AGENT, &inner),
        Err(Reason::GuardianNeeded)
    );
    assert_eq!(
        world.mandate(STRANGER, growing, &inner),
        Err(Reason::BadRequest)
    );
    assert!(world.mandate(growing, AGENT, &inner).is_ok());
    assert_eq!(
        world.mandate(STRANGER, AGENT, &narrow(&["../x"])),
        Err(Reason::BadRequest)
    );
    let unknown = Scope {
        items: Listed::All,
        types: Listed::of(&["none".to_owned()]),
    };
    assert_eq!(
        world.mandate(STRANGER, AGENT, &unknown),
        Err(Reason::UnknownType)
    );
    assert!(world.may(ORGANISATION, AGENT).is_ok(), "{third} stands");
}

#[rstest]
fn nobody_is_flooded_and_nobody_reads_anothers_number(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let world = World::on(database);
    let office = &world.test.office;
    world.chain();
    for _ in 0..50 {
        world.mandate(STRANGER, CLERK, &Scope::ALL).unwrap();
    }
    assert_eq!(
        world.mandate(STRANGER, CLERK, &Scope::ALL),
        Err(Reason::TooMany)
    );
    let by = world.holder(CLERK);
    let told = notices::list(office, &by).unwrap();
    assert!(told.len() > 50);
    for notice in &told {
        for lang in [Lang::Zh, Lang::En] {
            let text = notice.text(lang);
            let digits = text.split(|c: char| !c.is_ascii_digit());
            assert!(
                digits.max_by_key(|run| run.len()).unwrap().len() <= 4,
                "{text}"
            );
            assert!(!text.contains('{') && !text.contains("苏和"), "{text}");
        }
    }
    let (id, mine) = (told[0].id, told[0].read_at);
    assert_eq!(mine, None);
    let read = |who: &str| {
        let read = notices::mark_read(office, id, &world.holder(who));
        read.map_err(|why| why.problem().reason)
    };
    assert_eq!(read(AGENT), Err(Reason::NotFound));
    read(CLERK).unwrap();
    let first = notices::list(office, &by).unwrap()[0].read_at;
    assert_eq!(first, Some(world.test.now()));
    world.test.clock.set(world.test.now().plus_secs(60));
    read(CLERK).unwrap();
    assert_eq!(notices::list(office, &by).unwrap()[0].read_at, first);
}
