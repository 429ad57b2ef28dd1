//! People who log in with a browser: their accounts, logging in and out, and who is logged in.
//!
//! This is the one place that lets somebody in by name and password, whoever asks: the interface
//! for programs and the login page go through [`log_in`].

mod attempts;
mod content;
mod list;
mod log_in;
mod manage;
mod session;

pub use content::holder_fits;
pub use list::AccountLine;
pub(in crate::flow) use list::export;
pub use list::list;
pub use log_in::Login;
pub use log_in::Trying;
pub use log_in::log_in;
pub use manage::HandedCode;
pub use manage::Made;
pub use manage::NewAccount;
pub use manage::add;
pub use manage::disable;
pub(in crate::flow) use manage::give_code;
pub use manage::new_code;
pub use manage::set_password;
pub use session::LoggedIn;
pub use session::SessionLine;
pub(in crate::flow) use session::account_stands;
pub use session::begin;
pub use session::by_cookie;
pub use session::end;
pub use session::end_all;
pub(in crate::flow) use session::end_of_holder;
pub use session::end_one;
pub use session::forget;
pub use session::sessions;
pub(in crate::flow) use session::still_in;
