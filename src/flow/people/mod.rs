//! People who log in with a browser: their accounts, logging in and out, and who is logged in.
//!
//! This is the one place that lets somebody in by name and password, whoever asks: the interface
//! for programs and the login page go through [`log_in()`].

mod add;
mod attempts;
mod change;
mod content;
mod list;
mod log_in;
mod own;
mod session;

pub use add::HandedCode;
pub use add::Made;
pub use add::NewAccount;
pub use add::add;
pub use change::disable;
pub(in crate::flow) use change::give_code;
pub use change::new_code;
pub use change::set_password;
pub use content::holder_fits;
pub use list::AccountLine;
pub(in crate::flow) use list::export;
pub use list::list;
pub use log_in::Login;
pub use log_in::Trying;
pub use log_in::log_in;
pub use own::SessionLine;
pub use own::end;
pub use own::end_all;
pub(in crate::flow) use own::end_of_holder;
pub use own::end_one;
pub use own::sessions;
pub use session::LoggedIn;
pub(in crate::flow) use session::account_stands;
pub use session::begin;
pub use session::by_cookie;
pub use session::forget;
pub(in crate::flow) use session::still_in;
