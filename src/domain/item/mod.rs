//! Service items 办理事项: what people come to a window for, and in which situation 情形.

mod checklist;
mod code;
mod coverage;
mod items;
mod material;
mod search;

pub use checklist::Checklist;
pub use checklist::Errand;
pub use checklist::Line;
pub use checklist::errand_of;
pub use code::BadItemCode;
pub use code::BaseItemCode;
pub use code::ItemCode;
pub use code::MainItemCode;
pub use coverage::Gap;
pub use coverage::GapFound;
pub use coverage::gaps;
pub use coverage::stray_fields;
pub use items::Items;
pub use material::ExemptClass;
pub use material::Form;
pub use material::HowMany;
pub use material::Material;
pub use material::Necessity;
pub use material::PREDICATES;
pub use material::Route;
pub use material::Rule;
pub use material::Whose;
pub use search::Found;
pub use search::Query;
pub use search::Situation;

use crate::domain::definition::HolderKind;
use crate::domain::division::DivisionCode;

/// An item as it is published: one situation of one main item, run by one agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its code, which names the agency that runs it.
    pub code: ItemCode,
    /// Its Chinese name, the situation in brackets behind it.
    pub name: String,
    /// The situation 情形, such as 新办 or 补办.
    pub scenario: String,
    /// Where it is run.
    pub division: DivisionCode,
    /// The kind of department that runs it.
    pub department: String,
    /// Who may apply.
    pub holder: HolderKind,
}

impl Item {
    /// The name without the situation: 生育登记 of 生育登记（一孩登记）.
    #[must_use]
    pub fn main_name(&self) -> &str {
        let bracketed = self
            .name
            .strip_suffix('）')
            .and_then(|name| name.strip_suffix(self.scenario.as_str()))
            .and_then(|name| name.strip_suffix('（'));
        bracketed.unwrap_or(&self.name)
    }
}
