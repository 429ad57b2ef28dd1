//! What is wrong, or odd, about a draft: field by field, with a stable code.

use crate::domain::words::Lang;
use crate::domain::words::say;

/// How much a finding weighs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weight {
    /// The certificate is not issued.
    Error,
    /// It is issued, and someone should look.
    Warning,
}

/// What is wrong. The names are stable: programs may rely on [`Fault::code`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A required value is blank.
    Missing,
    /// Not a date.
    NotADate,
    /// Not a date and time of day.
    NotATime,
    /// A day that cannot have been yet.
    InTheFuture,
    /// Not a number.
    NotANumber,
    /// Not in the list of codes; carries the labels that are.
    UnknownValue(Vec<String>),
    /// Longer than allowed; carries the most characters.
    TooLong(u32),
    /// Not of the pattern; carries a good example.
    Pattern(String),
    /// The check digit or character does not follow from the rest.
    CheckDigit,
    /// Not of the form of its kind of code.
    BadCode,
    /// A spreadsheet kept only 15 digits of it.
    LostDigits,
    /// Not a picture, nor the SHA-256 of one.
    NotAPicture,
    /// Neither text nor a number nor a picture.
    NotAValue,
    /// The same certificate number stands in an earlier row; carries that row.
    Duplicate(u64),
    /// The row has fewer cells than the header.
    TooFewCells,
    /// Ends before it begins.
    EndsBeforeStart,
    /// As many names as codes are needed.
    HoldersDiffer,
    /// Two holders are the same person or organisation.
    SameHolder,
    /// It holds characters that show as nothing, or that reverse how others show.
    Unprintable,
    /// Differs from the sex in the identity number.
    SexDiffers,
    /// Differs from the day of birth in the identity number.
    BirthDiffers,
    /// Its last day has passed.
    AlreadyExpired,
    /// A field that the type does not have.
    UnknownField,
    /// The agency that issued it is not ours, and no succession record names us.
    NoSuccession,
}

impl Fault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::NotADate => "not_a_date",
            Self::NotATime => "not_a_time",
            Self::InTheFuture => "in_the_future",
            Self::NotANumber => "not_a_number",
            Self::UnknownValue(_) => "unknown_value",
            Self::TooLong(_) => "too_long",
            Self::Pattern(_) => "pattern",
            Self::CheckDigit => "check_digit",
            Self::BadCode => "bad_code",
            Self::LostDigits => "lost_digits",
            Self::NotAPicture => "not_a_picture",
            Self::NotAValue => "not_a_value",
            Self::Duplicate(_) => "duplicate",
            Self::TooFewCells => "too_few_cells",
            Self::EndsBeforeStart => "ends_before_start",
            Self::HoldersDiffer => "holders_differ",
            Self::SameHolder => "same_holder",
            Self::Unprintable => "unprintable",
            Self::SexDiffers => "sex_differs",
            Self::BirthDiffers => "birth_differs",
            Self::AlreadyExpired => "already_expired",
            Self::UnknownField => "unknown_field",
            Self::NoSuccession => "no_succession",
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::UnknownValue(labels) => {
                let some: Vec<&str> = labels.iter().take(12).map(String::as_str).collect();
                some.join("、")
            }
            Self::TooLong(most) => most.to_string(),
            Self::Pattern(example) => example.clone(),
            Self::Duplicate(row) => row.to_string(),
            _ => String::new(),
        }
    }
}

/// A fault at one column of a draft.
///
/// It never carries the value itself: findings are printed, logged and sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The key of the column; empty when the whole row is meant.
    pub column: String,
    /// How much it weighs.
    pub weight: Weight,
    /// What is wrong.
    pub fault: Fault,
}

impl Finding {
    /// An error at a column.
    #[must_use]
    pub fn error(column: &str, fault: Fault) -> Self {
        Self {
            column: column.to_owned(),
            weight: Weight::Error,
            fault,
        }
    }

    /// A warning at a column.
    #[must_use]
    pub fn warning(column: &str, fault: Fault) -> Self {
        Self {
            column: column.to_owned(),
            weight: Weight::Warning,
            fault,
        }
    }

    /// The finding in words; `label` is the column's heading.
    #[must_use]
    pub fn text(&self, lang: Lang, label: &str) -> String {
        let key = format!("finding.{}", self.fault.code());
        say(
            lang,
            &key,
            &[("column", label), ("detail", &self.fault.detail())],
        )
    }
}
