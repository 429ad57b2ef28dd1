//! Cases at the window: opened for items, their materials waived, promised or handed in, and
//! closed with a receipt.

mod act;
mod close;
mod code;
mod fit;
pub(crate) mod kept;
mod open;
mod person;
mod view;

pub use act::Decision;
pub use act::decide;
pub use act::decide_once;
pub use close::close;
pub use close::close_once;
pub use code::CodeOutcome;
pub use code::Offered;
pub use code::put_code;
pub use code::put_code_once;
pub use open::OpenRequest;
pub use open::open;
pub use open::open_once;
pub use person::PersonNamed;
pub use person::confirm_person;
pub use person::name_person;
pub use view::CaseView;
pub use view::ItemView;
pub use view::MaterialView;
pub use view::PersonView;
pub use view::UseView;
pub use view::look;
