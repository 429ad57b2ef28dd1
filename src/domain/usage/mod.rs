//! The use of certificates by other systems 用证: by which way, on whose account, by whose hand.

mod evidence;
mod foreign_case;
mod grant;
mod likeness;
mod mode;
mod operator;
mod purpose;

pub use evidence::Piece;
pub use foreign_case::Applicant;
pub use foreign_case::BadForeignCase;
pub use foreign_case::CaseResult;
pub use foreign_case::ForeignCase;
pub use foreign_case::ForeignStanding;
pub use grant::BadGrant;
pub use grant::Grant;
pub use grant::MOST_A_DAY;
pub use likeness::differing;
pub use mode::UseMode;
pub use operator::BadOperator;
pub use operator::Operator;
pub use purpose::LONGEST_CAUSE;
pub use purpose::Present;
pub use purpose::Purpose;
pub use purpose::stated;
