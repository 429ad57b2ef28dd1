use proptest::collection::btree_set;
use proptest::prelude::*;

use super::Listed;
use super::Mandate;
use super::MandateKind;
use super::MandateKind::Agent;
use super::MandateKind::Clerk;
use super::MandateKind::Representative;
use super::MandateState;
use super::Refusal;
use super::Scope;
use super::fits_below;
use super::may_act;
use crate::domain::time::Timestamp;

const NOW: Timestamp = Timestamp::from_secs(1_795_000_000);
const BASE: &str = "150723903000";
const ITEM: &str = "11152501MY0001840D415072390300001";
const TYPE: &str = "11100000MB0143028R001";

fn link(id: i64, kind: MandateKind, parent: Option<i64>) -> Mandate {
    Mandate {
        id,
        kind,
        parent,
        principal: [200; 32],
        agent: [u8::try_from(id).unwrap(); 32],
        scope: Scope::ALL,
        from: NOW,
        until: NOW.plus_secs(86_400),
        state: MandateState::Confirmed { at: NOW },
    }
}

fn chain() -> Vec<Mandate> {
    vec![
        link(1, Representative, None),
        link(2, Clerk, Some(1)),
        link(3, Agent, Some(2)),
    ]
}

fn refused(chain: &[Mandate]) -> Refusal {
    may_act(chain, ITEM, Some(TYPE), NOW).unwrap_err()
}

#[test]
fn a_whole_chain_is_an_authority_that_names_every_link() {
    let authority = may_act(&chain(), ITEM, Some(TYPE), NOW).unwrap();
    let links: Vec<(i64, &str)> = authority
        .links()
        .iter()
        .map(|link| (link.mandate, link.kind.name()))
        .collect();
    assert_eq!(links, [(1, "representative"), (2, "clerk"), (3, "agent")]);
    assert_eq!(authority.principal(), &[200; 32]);
    let mut shorter = chain();
    shorter[1].until = NOW.plus_secs(1);
    let authority = may_act(&shorter, ITEM, None, NOW).unwrap();
    assert_eq!(authority.until(), Some(NOW.plus_secs(1)));
    // A person's own agent, and an agent of the representative.
    assert!(may_act(&[link(1, Agent, None)], ITEM, None, NOW).is_ok());
    let direct = [link(1, Representative, None), link(2, Agent, Some(1))];
    assert!(may_act(&direct, ITEM, None, NOW).is_ok());
}

#[test]
fn whatever_breaks_in_a_chain_is_said() {
    assert_eq!(refused(&[]), Refusal::NoMandate);
    for n in 0..3 {
        let mut broken = chain();
        broken[n].state = MandateState::Proposed;
        assert_eq!(refused(&broken), Refusal::NotConfirmed, "{n}");
        broken[n].state = MandateState::Revoked { at: NOW };
        assert_eq!(refused(&broken), Refusal::MandateEnded, "{n}");
        let mut ended = chain();
        ended[n].until = NOW;
        assert_eq!(refused(&ended), Refusal::MandateEnded, "{n}");
        ended[n].until = NOW.plus_secs(1);
        ended[n].from = NOW.plus_secs(1);
        assert_eq!(refused(&ended), Refusal::NotBegun, "{n}");
        let mut narrow = chain();
        narrow[n].scope.items = Listed::of(&["150723903001".to_owned()]);
        assert_eq!(refused(&narrow), Refusal::OutOfScope, "{n}");
        narrow[n].scope.items = Listed::of(&[BASE.to_owned()]);
        narrow[n].scope.types = Listed::of(&["11100000MB0143028R002".to_owned()]);
        assert_eq!(refused(&narrow), Refusal::OutOfScope, "{n}");
        assert!(may_act(&narrow, ITEM, None, NOW).is_ok(), "no certificate");
    }
}

#[test]
fn a_chain_hangs_together_or_is_none() {
    let mut deep = chain();
    deep.push(link(4, Agent, Some(3)));
    assert_eq!(refused(&deep), Refusal::TooDeep);
    let handed_on = [link(1, Agent, None), link(2, Agent, Some(1))];
    assert_eq!(refused(&handed_on), Refusal::TooDeep);
    let two_clerks = [
        chain()[0].clone(),
        chain()[1].clone(),
        link(3, Clerk, Some(2)),
    ];
    assert_eq!(refused(&two_clerks), Refusal::TooDeep);
    let mut torn = chain();
    torn[2].parent = Some(9);
    assert_eq!(refused(&torn), Refusal::NoMandate);
    let mut others = chain();
    others[2].principal = [201; 32];
    assert_eq!(refused(&others), Refusal::NoMandate);
    assert_eq!(refused(&[link(2, Clerk, None)]), Refusal::NoMandate);
    assert_eq!(refused(&chain()[1..]), Refusal::NoMandate);
    let mut round = chain();
    round[2].agent = round[0].agent;
    assert_eq!(refused(&round), Refusal::NoMandate);
    let mut own = link(1, Agent, None);
    own.agent = own.principal;
    assert_eq!(refused(&[own]), Refusal::NoMandate);
}

#[test]
fn a_link_hangs_below_what_is_at_least_as_wide_and_long() {
    let (whole, now) = (chain(), NOW);
    assert_eq!(fits_below(&whole[..2], &whole[2], now), Ok(()));
    let refused = |new: &Mandate| fits_below(&whole[..2], new, now).unwrap_err();
    let mut longer = whole[2].clone();
    longer.until = longer.until.plus_secs(1);
    assert_eq!(refused(&longer), Refusal::OutOfScope);
    let mut earlier = whole[2].clone();
    earlier.from = earlier.from.plus_secs(-1);
    assert_eq!(refused(&earlier), Refusal::OutOfScope);
    let mut round = whole[2].clone();
    round.agent = whole[0].agent;
    assert_eq!(refused(&round), Refusal::NoMandate);
    assert_eq!(
        fits_below(&whole, &link(4, Agent, Some(3)), now),
        Err(Refusal::TooDeep)
    );
    let mut waiting = whole.clone();
    waiting[1].state = MandateState::Proposed;
    assert_eq!(
        fits_below(&waiting[..2], &whole[2], now),
        Err(Refusal::NotConfirmed)
    );
    assert_eq!(fits_below(&[], &whole[0], now), Ok(()));
    assert_eq!(
        fits_below(&[], &link(2, Clerk, None), now),
        Err(Refusal::NoMandate)
    );
}

#[test]
fn steps_lead_one_way() {
    let confirmed = MandateState::Proposed.confirm(NOW).unwrap();
    assert!(confirmed.confirm(NOW).is_err());
    let revoked = confirmed.revoke(NOW).unwrap();
    assert!(revoked.revoke(NOW).is_err() && revoked.confirm(NOW).is_err());
    for kind in [Representative, Clerk, Agent] {
        assert_eq!(MandateKind::from_stored(kind.stored()), Some(kind));
        assert_eq!(MandateKind::from_name(kind.name()), Some(kind));
    }
}

/// All, or some of four items of which two are one base item and an item of it.
fn listed(codes: [&'static str; 4]) -> impl Strategy<Value = Listed> {
    prop_oneof![
        Just(Listed::All),
        btree_set(prop::sample::select(codes.to_vec()), 1..4)
            .prop_map(|set| Listed::Only(set.into_iter().map(str::to_owned).collect())),
    ]
}

const ITEMS: [&str; 4] = [BASE, ITEM, "150723903001", "000131016000"];
const TYPES: [&str; 4] = [TYPE, "a", "b", "c"];

fn scope() -> impl Strategy<Value = Scope> {
    (listed(ITEMS), listed(TYPES)).prop_map(|(items, types)| Scope { items, types })
}

proptest! {
    /// Whatever a chain allows, every link of it allows: nobody widens what they were given.
    #[test]
    fn a_chain_allows_what_all_its_links_allow(
        scopes in prop::array::uniform3(scope()),
        ends in prop::array::uniform3(-5_i64..50),
        item in prop::sample::select(ITEMS.to_vec()),
        of in prop::sample::select(TYPES.to_vec()),
        at in 0_i64..50,
    ) {
        let mut whole = chain();
        for ((link, scope), end) in whole.iter_mut().zip(scopes).zip(ends) {
            link.scope = scope;
            link.until = NOW.plus_secs(end);
        }
        let now = NOW.plus_secs(at);
        let each = whole.iter().all(|l| l.scope.covers(item, Some(of)) && now < l.until);
        prop_assert_eq!(may_act(&whole, item, Some(of), now).is_ok(), each);
    }

    /// A scope within another covers nothing that the other does not, and may hang below it.
    #[test]
    fn narrower_is_narrower(
        narrow in scope(),
        wide in scope(),
        item in prop::sample::select(ITEMS.to_vec()),
        of in prop::sample::select(TYPES.to_vec()),
    ) {
        prop_assert!(narrow.is_within(&narrow) && narrow.is_within(&Scope::ALL));
        let within = narrow.is_within(&wide);
        if within && narrow.covers(item, Some(of)) {
            prop_assert!(wide.covers(item, Some(of)));
        }
        let mut whole = chain();
        whole[1].scope = wide;
        whole[2].scope = narrow;
        let hung = fits_below(&whole[..2], &whole[2], NOW);
        prop_assert_eq!(hung.is_ok(), within);
    }
}
