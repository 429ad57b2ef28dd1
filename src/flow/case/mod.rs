//! Cases at the window: opened for items, their materials waived, promised or handed in, and
//! closed with a receipt.

mod act;
mod answer;
mod ask;
mod close;
mod code;
mod consent;
mod fetched;
mod fit;
pub(crate) mod kept;
mod open;
mod person;
mod slip;
mod view;

pub use act::Decision;
pub use act::decide;
pub use act::decide_once;
pub use answer::ConsentView;
pub use answer::answer;
pub use answer::read as read_request;
pub use answer::withdraw;
pub use ask::ConsentAsked;
pub use ask::ConsentStanding;
pub use ask::ask;
pub use ask::standing;
pub use close::close;
pub use close::close_once;
pub use code::CodeOutcome;
pub use code::Offered;
pub use code::Served;
pub use code::put_code;
pub use code::put_code_once;
pub use open::OpenRequest;
pub use open::open;
pub use open::open_once;
pub use person::PersonNamed;
pub use person::confirm_person;
pub use person::name_person;
pub use slip::Slip;
pub use slip::authorise_in_person;
pub use view::CaseView;
pub use view::ItemView;
pub use view::MaterialView;
pub use view::PersonView;
pub use view::UseView;
pub use view::look;
