//! The use of certificates by other systems 用证: by which way, on whose account, by whose hand.

mod foreign_case;
mod grant;
mod mode;
mod operator;

pub use foreign_case::Applicant;
pub use foreign_case::BadForeignCase;
pub use foreign_case::CaseResult;
pub use foreign_case::ForeignCase;
pub use foreign_case::ForeignStanding;
pub use grant::BadGrant;
pub use grant::Grant;
pub use grant::MOST_A_DAY;
pub use mode::UseMode;
pub use operator::BadOperator;
pub use operator::Operator;
