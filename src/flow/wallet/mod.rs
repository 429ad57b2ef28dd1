//! What a holder has in her phone: her cards and those of whom she acts for, as the pages of the
//! wallet show them. Whether somebody may show a card is asked of [`crate::flow::show`].

mod asked;
mod face;
mod fields;
mod home;
mod showing;

pub use asked::AskedOf;
pub use asked::asked;
pub use asked::scanned;
pub use face::Face;
pub use face::Family;
pub use fields::CardField;
pub use fields::Extent;
pub use fields::Showable;
pub use fields::offline;
pub use fields::show;
pub use fields::showable;
pub use home::Home;
pub use home::Part;
pub use home::Person;
pub use home::hers_to_show;
pub use home::home;
pub use showing::ShowStanding;
pub use showing::ShowingView;
pub use showing::ShownCard;
pub use showing::show_standing;
pub use showing::showing;
