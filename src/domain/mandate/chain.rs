//! Chains of mandates: representative → clerk → agent, and what a whole chain allows.

use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateKind;
use crate::domain::mandate::MandateStanding;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;

/// The most links behind the first: the representative is the root and is not counted.
const DEEPEST: usize = 2;

/// Why somebody may not act for somebody, from the farthest to the nearest miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// There is no mandate between the two.
    NoMandate,
    /// The chain has more links than are allowed.
    TooDeep,
    /// A link was taken back or has run out.
    MandateEnded,
    /// A link waits for its other side.
    NotConfirmed,
    /// The time of a link has not come.
    NotBegun,
    /// A link is good, but not for this.
    OutOfScope,
}

impl Refusal {
    /// Every refusal.
    pub const ALL: [Self; 6] = [
        Self::NoMandate,
        Self::TooDeep,
        Self::MandateEnded,
        Self::NotConfirmed,
        Self::NotBegun,
        Self::OutOfScope,
    ];

    /// The reason under which it is told, with its stable code and words.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::NoMandate => Reason::NoMandate,
            Self::TooDeep => Reason::TooDeep,
            Self::MandateEnded => Reason::MandateEnded,
            Self::NotConfirmed => Reason::NotConfirmed,
            Self::NotBegun => Reason::MandateNotBegun,
            Self::OutOfScope => Reason::OutOfScope,
        }
    }
}

/// A link of a chain, as receipts and logs name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The mandate.
    pub mandate: i64,
    /// What the one who acts is.
    pub kind: MandateKind,
    /// Who acts by it.
    pub agent: [u8; 32],
    /// The first moment it is no longer good.
    pub until: Timestamp,
}

/// That somebody may act for somebody in a matter, and by which chain. Only [`may_act`] makes
/// one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Authority {
    principal: [u8; 32],
    links: Vec<Link>,
}

impl Authority {
    /// For whom.
    #[must_use]
    pub const fn principal(&self) -> &[u8; 32] {
        &self.principal
    }

    /// The whole chain, from the principal's side.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// The first moment at which a link is no longer good.
    #[must_use]
    pub fn until(&self) -> Option<Timestamp> {
        self.links.iter().map(|link| link.until).min()
    }
}

/// Whether the last of a chain may act for its principal in a matter now.
///
/// `chain` goes from the link that the principal gave to that of whoever acts. Every link is
/// asked by itself, so that one that was ended, ran out or is narrower breaks all below it,
/// whatever those say.
///
/// # Errors
///
/// [`Refusal`]: the first link that refuses says why. A chain that hangs together nowhere is no
/// mandate at all.
pub fn may_act(
    chain: &[Mandate],
    item: &str,
    type_code: Option<&str>,
    now: Timestamp,
) -> Result<Authority, Refusal> {
    let Some(first) = chain.first() else {
        return Err(Refusal::NoMandate);
    };
    if chain.len() > DEEPEST + 1 {
        return Err(Refusal::TooDeep);
    }
    if first.parent.is_some() || first.kind == MandateKind::Clerk || turns_back(chain) {
        return Err(Refusal::NoMandate);
    }
    for (above, below) in chain.iter().zip(chain.iter().skip(1)) {
        if below.parent != Some(above.id) || below.principal != above.principal {
            return Err(Refusal::NoMandate);
        }
        if !above.kind.may_give(below.kind) {
            return Err(Refusal::TooDeep);
        }
    }
    for link in chain {
        match link.standing(now) {
            MandateStanding::InForce => {}
            MandateStanding::Proposed => return Err(Refusal::NotConfirmed),
            MandateStanding::NotBegun => return Err(Refusal::NotBegun),
            MandateStanding::Revoked | MandateStanding::Expired => {
                return Err(Refusal::MandateEnded);
            }
        }
    }
    if !chain.iter().all(|link| link.scope.covers(item, type_code)) {
        return Err(Refusal::OutOfScope);
    }
    let links = chain.iter().map(|link| Link {
        mandate: link.id,
        kind: link.kind,
        agent: link.agent,
        until: link.until,
    });
    Ok(Authority {
        principal: first.principal,
        links: links.collect(),
    })
}

/// Whether somebody stands in a chain twice, or acts for themselves in the end.
fn turns_back(chain: &[Mandate]) -> bool {
    let agents: Vec<&[u8; 32]> = chain.iter().map(|link| &link.agent).collect();
    let twice = |(n, agent): (usize, &&[u8; 32])| agents.iter().skip(n + 1).any(|a| a == agent);
    agents.iter().enumerate().any(twice) || chain.iter().any(|link| link.principal == link.agent)
}

/// Whether a new link may hang below a chain: what may be given by whom, no deeper than two, no
/// wider and no longer than what it hangs on, and nobody twice.
///
/// # Errors
///
/// [`Refusal`], of the chain above or of the new link: [`Refusal::OutOfScope`] also for one that
/// would begin earlier or end later than the one above.
pub fn fits_below(above: &[Mandate], new: &Mandate, now: Timestamp) -> Result<(), Refusal> {
    for link in above {
        match link.standing(now) {
            // What is to begin later may be prepared.
            MandateStanding::InForce | MandateStanding::NotBegun => {}
            MandateStanding::Proposed => return Err(Refusal::NotConfirmed),
            MandateStanding::Revoked | MandateStanding::Expired => {
                return Err(Refusal::MandateEnded);
            }
        }
    }
    let Some(last) = above.last() else {
        let root = new.parent.is_none() && new.kind != MandateKind::Clerk;
        let own = new.principal == new.agent;
        return if root && !own {
            Ok(())
        } else {
            Err(Refusal::NoMandate)
        };
    };
    if new.parent != Some(last.id) || new.principal != last.principal {
        return Err(Refusal::NoMandate);
    }
    if above.len() > DEEPEST || !last.kind.may_give(new.kind) {
        return Err(Refusal::TooDeep);
    }
    let mut whole = above.to_vec();
    whole.push(new.clone());
    if turns_back(&whole) {
        return Err(Refusal::NoMandate);
    }
    let within =
        new.scope.is_within(&last.scope) && new.from >= last.from && new.until <= last.until;
    if within {
        Ok(())
    } else {
        Err(Refusal::OutOfScope)
    }
}
