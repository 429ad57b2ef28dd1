//! 出发前看一眼: what to bring for an item, and what not.

use super::Material;
use super::Necessity;
use super::Route;
use super::Rule;

/// What becomes of a material, as somebody needs to know it before she sets out.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Errand {
    /// It must be brought.
    Bring,
    /// It identifies who comes: a card to be shown, which is no material.
    Identify,
    /// It may be handed in later 容缺.
    Later,
    /// Only under the condition that it names.
    Perhaps,
    /// One of several: some of them need not be brought, others must be.
    Either,
    /// It need not be brought: a written promise stands for it.
    Promise,
    /// It need not be brought: a certificate, data or a check stand for it.
    Spared,
    /// It is no longer asked for 直接取消.
    Cancelled,
}

/// One line of the list: a material, or alternatives of which one is enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The rows: one, or the alternatives, by place.
    pub rows: Vec<&'a Material>,
    /// What becomes of it.
    pub errand: Errand,
}

/// What an item asks for in a situation, alternatives together, by place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checklist<'a> {
    /// The lines.
    pub lines: Vec<Line<'a>>,
}

impl Errand {
    /// Every errand, in the order in which people are told.
    pub const ALL: [Self; 8] = [
        Self::Spared,
        Self::Promise,
        Self::Bring,
        Self::Either,
        Self::Perhaps,
        Self::Later,
        Self::Identify,
        Self::Cancelled,
    ];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bring => "bring",
            Self::Identify => "identify",
            Self::Later => "later",
            Self::Perhaps => "perhaps",
            Self::Either => "either",
            Self::Promise => "promise",
            Self::Spared => "spared",
            Self::Cancelled => "cancelled",
        }
    }
}

impl<'a> Checklist<'a> {
    /// The list of a situation.
    #[must_use]
    pub fn of(rule: &'a Rule, scenario: &'a str) -> Self {
        let mut lines: Vec<Vec<&Material>> = Vec::new();
        for material in rule.in_scenario(scenario) {
            let together = |line: &&mut Vec<&Material>| {
                let letter = line.first().and_then(|first| first.alternatives.as_ref());
                letter.is_some() && letter == material.alternatives.as_ref()
            };
            match lines.iter_mut().find(together) {
                Some(line) => line.push(material),
                None => lines.push(vec![material]),
            }
        }
        let line = |rows: Vec<&'a Material>| Line {
            errand: errand(&rows),
            rows,
        };
        Self {
            lines: lines.into_iter().map(line).collect(),
        }
    }

    /// How many lines have this errand.
    #[must_use]
    pub fn count(&self, errand: Errand) -> usize {
        self.lines
            .iter()
            .filter(|line| line.errand == errand)
            .count()
    }

    /// How many need not be brought.
    #[must_use]
    pub fn spared(&self) -> usize {
        self.count(Errand::Spared) + self.count(Errand::Promise)
    }
}

/// Of alternatives one is enough. Where all need not be brought, or all must be, the line is as
/// they are; where some must, nobody is told that she may come without: a tenant has no deed.
/// One that is no longer asked for stands for none of the others.
fn errand(rows: &[&Material]) -> Errand {
    let of = |material: &&Material| errand_of(material);
    let open = || rows.iter().map(of).filter(|e| *e != Errand::Cancelled);
    let spared = |errand: Errand| matches!(errand, Errand::Spared | Errand::Promise);
    let carried = |errand: Errand| !spared(errand) && errand != Errand::Identify;
    if open().any(carried) && !open().all(carried) {
        return Errand::Either;
    }
    open().min().unwrap_or(Errand::Cancelled)
}

/// What becomes of a single row.
#[must_use]
pub fn errand_of(material: &Material) -> Errand {
    match (material.route, material.necessity) {
        (Some(Route::Cancelled), _) => Errand::Cancelled,
        _ if material.identity => Errand::Identify,
        (Some(Route::Promise), _) if material.is_waivable() => Errand::Promise,
        _ if material.is_waivable() => Errand::Spared,
        (_, Necessity::Conditional) => Errand::Perhaps,
        (_, Necessity::Tolerant) => Errand::Later,
        (_, Necessity::Required) => Errand::Bring,
    }
}

#[cfg(test)]
mod tests;
