//! The use of certificates by other systems 用证: by which way, on whose account, by whose hand.

mod mode;
mod operator;

pub use mode::UseMode;
pub use operator::BadOperator;
pub use operator::Operator;
