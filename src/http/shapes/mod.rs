//! The shapes of requests and answers, each with an example.

pub(crate) mod acting;
pub(crate) mod alarms;
pub(crate) mod answers;
pub(crate) mod cases;
pub(crate) mod codes;
pub(crate) mod consents;
pub(crate) mod documents;
pub(crate) mod figures;
pub(crate) mod foreign_cases;
pub(crate) mod grants;
pub(crate) mod interface;
pub(crate) mod items;
pub(crate) mod national;
pub(crate) mod people;
pub(crate) mod phones;
pub(crate) mod receipts;
pub(crate) mod requests;
pub(crate) mod retention;
pub(crate) mod tasks;
pub(crate) mod uses;

/// An identifier that examples use.
pub(crate) const IDENTIFIER: &str =
    "1.2.156.3005.2.11100000000013338W001.11152502000000001R.2026A000001.001.Y";

/// A moment that examples use.
pub(crate) const MOMENT: &str = "2026-11-23T09:30:00+08:00";

/// Says what shapes of one file look like, for the interface document.
macro_rules! examples {
    ($($of:ty => $example:expr;)*) => {
        $(impl $crate::http::row::Shown for $of {
            fn example() -> Value {
                $example
            }
        })*
    };
}

pub(crate) use examples;
