//! An organisation answers through its representative's clerk and the clerk's agent.

use mianzheng::codec::trust_list::KeyUse;
use mianzheng::crypto::signed_json::Message;
use mianzheng::domain::caller::Role;
use mianzheng::domain::case::PaperReason;
use mianzheng::domain::holder::masked_name;
use mianzheng::domain::item::Whose;
use mianzheng::domain::mandate::Listed;
use mianzheng::domain::mandate::MandateKind;
use mianzheng::domain::mandate::Scope;
use mianzheng::domain::problem::Reason;
use mianzheng::domain::verdict::Outcome;
use mianzheng::flow::case;
use mianzheng::flow::case::CaseView;
use mianzheng::flow::case::Decision;
use mianzheng::flow::case::OpenRequest;
use mianzheng::flow::case::PersonNamed;
use mianzheng::flow::ledger_check;
use mianzheng::flow::mandates;
use mianzheng::flow::uses;
use rstest::rstest;

use crate::mandates::world::AGENT;
use crate::mandates::world::CLERK;
use crate::mandates::world::ORGANISATION;
use crate::mandates::world::REPRESENTATIVE;
use crate::mandates::world::STRANGER;
use crate::mandates::world::World;
use crate::mandates::world::party;
use crate::support::cases;
use crate::support::cases::BIRTH_SERVICE;
use crate::support::cases::FOOD_PERMIT;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;

/// The business licence in the food permit.
const LICENCE_PLACE: usize = 1;

fn open(world: &World) -> CaseView {
    let request = OpenRequest {
        items: vec![cases::item(FOOD_PERMIT)],
        name: party(ORGANISATION).name,
        code: party(ORGANISATION).code,
        foreign_number: None,
    };
    let by = world.test.caller(Role::Window, HALL);
    case::open(&world.test.office, &request, &by).unwrap()
}

/// The clerk for food permits, and whichever agent the clerk names for an item.
fn chain(world: &World, agents_item: &str) -> i64 {
    world.represented();
    let scope = |items: &[&str]| Scope {
        items: Listed::of(&items.iter().map(|i| (*i).to_owned()).collect::<Vec<_>>()),
        types: Listed::All,
    };
    let both = ["150131901000", "152023901000"];
    let clerk = world.propose(REPRESENTATIVE, MandateKind::Clerk, CLERK, &scope(&both));
    world.confirm(clerk.unwrap(), CLERK).unwrap();
    let agent = world.propose(CLERK, MandateKind::Agent, AGENT, &scope(&[agents_item]));
    let agent = agent.unwrap();
    world.confirm(agent, AGENT).unwrap();
    agent
}

#[rstest]
fn the_agent_at_the_end_of_the_chain_answers(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let office = &world.test.office;
    cases::load_items(&world.test);
    world.license();
    let mandate = chain(&world, &cases::item(FOOD_PERMIT));
    let opened = open(&world);
    let by = world.test.caller(Role::Window, HALL);
    let named = PersonNamed {
        role: Whose::Agent,
        name: party(AGENT).name,
        code: party(AGENT).code,
    };
    let seen = case::name_person(office, &opened.number, &named, &by, None).unwrap();
    assert_eq!(seen.people[1].parts[0].proof, "mandate");
    let asked = case::ask(office, &opened.number, (0, &[LICENCE_PLACE]), &by).unwrap();
    let stranger = case::answer(office, &asked.code, true, &world.holder(STRANGER));
    assert_eq!(stranger.unwrap_err().problem().reason, Reason::OtherHolder);
    let given = case::answer(office, &asked.code, true, &world.holder(AGENT)).unwrap();
    let trust = office.trust().unwrap();
    let record = trust.open_message(&given.record.unwrap(), Message::Consent, KeyUse::Receipt);
    let record = record.unwrap();
    let acting = &record["acting"][0];
    assert_eq!(acting["by"], "mandate");
    // The organisation by its name, whoever answered masked, with every link of the chain.
    assert_eq!(acting["for"]["name"], party(ORGANISATION).name);
    assert_eq!(acting["name"], masked_name(&party(AGENT).name));
    let links = acting["mandates"].as_array().unwrap();
    let kinds: Vec<_> = links.iter().map(|link| &link["kind"]).collect();
    assert_eq!(kinds, ["representative", "clerk", "agent"]);
    assert_eq!(links[2]["mandate"], mandate);
    assert_eq!(links[2]["name"], acting["name"]);
    let now = case::look(office, &opened.number, &by).unwrap();
    assert_eq!(now.materials[LICENCE_PLACE].state, "verified");
    // The receipt repeats the chain.
    let waive = Decision::Waive { matched: false };
    let decide = |place: usize, decision: &Decision| {
        case::decide(office, &opened.number, &[place], decision, &by)
    };
    let view = decide(LICENCE_PLACE, &waive).unwrap();
    let reason = PaperReason::PreferredPaper;
    let paper = Decision::Paper { reason, note: None };
    for place in view.unsettled {
        decide(place, &paper).unwrap();
    }
    case::close(office, &opened.number, &by).unwrap();
    let receipts = case::receipts(office, &opened.number, &by).unwrap();
    let signed = trust.open_message(&receipts[0].signed, Message::Receipt, KeyUse::Receipt);
    let materials = &signed.unwrap()["materials"];
    let materials = materials.as_array().unwrap();
    let licence = materials.iter().find(|m| m["state"] == "waived").unwrap();
    assert_eq!(licence["certificates"][0]["authorised"], *acting);
    // When the clerk's link ends, the agent below it is nobody any more.
    mandates::end(office, mandate, &world.holder(AGENT)).unwrap();
    let late = case::withdraw(office, &asked.code, &world.holder(AGENT));
    assert_eq!(late.unwrap_err().problem().reason, Reason::MandateEnded);
}

#[rstest]
fn a_code_is_good_as_long_as_the_right_to_give_it(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let office = &world.test.office;
    cases::load_items(&world.test);
    world.license();
    let mandate = chain(&world, &cases::item(FOOD_PERMIT));
    let opened = open(&world);
    let by = world.test.caller(Role::Window, HALL);
    let shown = |whose: &str| {
        let who = world.holder(whose);
        let asks = case::open_case(office, &opened.number, &who).unwrap();
        case::give_by_code(office, &asks.code, &[], &who, None).unwrap()
    };
    let (agents, clerks) = (shown(AGENT), shown(CLERK));
    // The agent's mandate ends between the yes and the scan.
    mandates::end(office, mandate, &world.holder(CLERK)).unwrap();
    let came = case::put_code(office, &opened.number, &agents.text, &by).unwrap();
    assert_eq!(came.verdict, Some(Outcome::StaleCode));
    assert_eq!(came.steps.last().unwrap().code, "right_ended");
    assert_eq!(came.offered, []);
    assert_eq!(came.case.materials[LICENCE_PLACE].state, "not_asked");
    let tried = uses::mine(office, None, &world.holder(AGENT)).unwrap();
    assert_eq!(
        (tried[0].event, tried[0].outcome.as_deref()),
        ("verified", Some("stale_code"))
    );
    assert!(tried[0].identifier.is_some() && tried[0].fields.is_empty());
    // The clerk above still may.
    let came = case::put_code(office, &opened.number, &clerks.text, &by).unwrap();
    assert_eq!(came.verdict, Some(Outcome::Valid));
    assert_eq!(came.case.materials[LICENCE_PLACE].state, "verified");
    assert!(ledger_check::check(office, None).unwrap().is_whole());
}

#[rstest]
fn a_mandate_for_another_item_is_none(#[values(Sqlite, Postgres)] database: Database) {
    let world = World::on(database);
    let office = &world.test.office;
    cases::load_items(&world.test);
    world.license();
    chain(&world, &cases::item(BIRTH_SERVICE));
    let opened = open(&world);
    let by = world.test.caller(Role::Window, HALL);
    let asked = case::ask(office, &opened.number, (0, &[LICENCE_PLACE]), &by).unwrap();
    let agent = case::answer(office, &asked.code, true, &world.holder(AGENT));
    assert_eq!(agent.unwrap_err().problem().reason, Reason::OutOfScope);
    let now = case::look(office, &opened.number, &by).unwrap();
    assert_eq!(now.materials[LICENCE_PLACE].state, "waiting");
    // The clerk's own mandate covers it.
    let clerk = case::answer(office, &asked.code, true, &world.holder(CLERK)).unwrap();
    assert_eq!(clerk.state, "given");
}
