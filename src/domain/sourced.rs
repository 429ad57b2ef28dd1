//! What asking a source came to: nine words, and exactly why.

use crate::domain::said::Said;
use crate::domain::words::Lang;
use crate::domain::words::say;

/// What asking a source came to. Each word says something else to whoever serves the holder.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub enum SourceWord {
    /// One record of whom was asked for, and it can be used.
    Found,
    /// The platform of the region or the nation does not answer, and this is what it last gave.
    Mirrored,
    /// The source has no record: 查无记录, and nothing more.
    NotFound,
    /// More than one record, and nobody here may choose.
    Several,
    /// The record is of somebody else, or another certificate, than was asked for.
    WrongPerson,
    /// An answer that cannot be understood, or a record that breaks its type's rules.
    Malformed,
    /// No answer in time.
    Late,
    /// The source does not want to answer us.
    Refused,
    /// The source cannot be reached, or says itself that it is broken.
    Down,
}

impl SourceWord {
    /// Every word.
    #[must_use]
    pub const fn all() -> [Self; 9] {
        [
            Self::Found,
            Self::Mirrored,
            Self::NotFound,
            Self::Several,
            Self::WrongPerson,
            Self::Malformed,
            Self::Late,
            Self::Refused,
            Self::Down,
        ]
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Mirrored => "mirrored",
            Self::NotFound => "not_found",
            Self::Several => "several",
            Self::WrongPerson => "wrong_person",
            Self::Malformed => "malformed",
            Self::Late => "late",
            Self::Refused => "refused",
            Self::Down => "down",
        }
    }

    /// What happened, for a clerk.
    #[must_use]
    pub fn what(self, lang: Lang) -> String {
        say(lang, &format!("sourced.{}", self.name()), &[])
    }

    /// What the clerk can do now; the case can always go on.
    #[must_use]
    pub fn act(self, lang: Lang) -> String {
        say(lang, &format!("sourced_act.{}", self.name()), &[])
    }

    /// Whether it speaks against the source's health, so that it may be left alone for a while.
    #[must_use]
    pub const fn is_ill(self) -> bool {
        matches!(self, Self::Late | Self::Down)
    }
}

/// Exactly why a source gave no record that can be used. It never holds personal data.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Hash)]
pub enum SourceCause {
    /// The source says that it has no record.
    NoRecord,
    /// So many records.
    Records(usize),
    /// The record has another holder's code.
    OtherCode,
    /// The record has another name under the same code.
    OtherName,
    /// The record is of another certificate.
    OtherNumber,
    /// The answer is no JSON, or one with a member twice or nested too deeply.
    NotJson,
    /// What answers does not speak HTTP.
    NotHttp,
    /// The answer is larger than the configuration allows, in bytes.
    TooLarge(u64),
    /// The answer has no records where the configuration says.
    NoPlace,
    /// A status or code that the configuration does not explain.
    Unexplained(u16),
    /// A code in the answer that the configuration does not explain.
    UnknownCode,
    /// A value is not what the mapping says it is.
    BadValue,
    /// The record breaks rules of its type.
    BadRecord,
    /// The file is no sheet that can be read.
    BadSheet,
    /// The file has no column of that name.
    NoColumn,
    /// The database does not understand the question: another view or column than configured.
    BadView,
    /// No answer within the time limit.
    TimeLimit,
    /// As many questions as may wait for this source are waiting already.
    Busy,
    /// The source says that we may not, or do not prove who we are.
    NotAllowed(u16),
    /// The answer's own code says that we may not.
    CodeRefused,
    /// The source does not accept our TLS certificate.
    TlsRefused,
    /// The source sends us elsewhere, where nobody goes.
    Redirected(u16),
    /// The database refuses us.
    DatabaseRefused,
    /// Nobody answers at the address.
    NoConnection,
    /// What answers is not vouched for by the authority we were given.
    Tls,
    /// The source says that it is broken.
    ServerError(u16),
    /// It failed too often and is left alone for a while.
    Resting,
    /// The file is not there, or cannot be read.
    NoFile,
    /// Our own secret file is missing or cannot be used.
    Secret,
    /// Something broke on our side.
    Ours,
}

impl SourceCause {
    /// Every cause, with some number in it, for the published words and their test.
    #[must_use]
    pub const fn all() -> [Self; 30] {
        [
            Self::NoRecord,
            Self::Records(2),
            Self::OtherCode,
            Self::OtherName,
            Self::OtherNumber,
            Self::NotJson,
            Self::NotHttp,
            Self::TooLarge(0),
            Self::NoPlace,
            Self::Unexplained(0),
            Self::UnknownCode,
            Self::BadValue,
            Self::BadRecord,
            Self::BadSheet,
            Self::NoColumn,
            Self::BadView,
            Self::TimeLimit,
            Self::Busy,
            Self::NotAllowed(0),
            Self::CodeRefused,
            Self::TlsRefused,
            Self::Redirected(0),
            Self::DatabaseRefused,
            Self::NoConnection,
            Self::Tls,
            Self::ServerError(0),
            Self::Resting,
            Self::NoFile,
            Self::Secret,
            Self::Ours,
        ]
    }

    /// The word it comes to.
    #[must_use]
    pub const fn word(self) -> SourceWord {
        match self {
            Self::NoRecord => SourceWord::NotFound,
            Self::Records(_) => SourceWord::Several,
            Self::OtherCode | Self::OtherName | Self::OtherNumber => SourceWord::WrongPerson,
            Self::NotJson
            | Self::NotHttp
            | Self::TooLarge(_)
            | Self::NoPlace
            | Self::Unexplained(_)
            | Self::UnknownCode
            | Self::BadValue
            | Self::BadRecord
            | Self::BadSheet
            | Self::NoColumn
            | Self::BadView => SourceWord::Malformed,
            Self::TimeLimit | Self::Busy => SourceWord::Late,
            Self::NotAllowed(_)
            | Self::CodeRefused
            | Self::TlsRefused
            | Self::Redirected(_)
            | Self::DatabaseRefused => SourceWord::Refused,
            Self::NoConnection
            | Self::Tls
            | Self::ServerError(_)
            | Self::Resting
            | Self::NoFile
            | Self::Secret
            | Self::Ours => SourceWord::Down,
        }
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoRecord => "no_record",
            Self::Records(_) => "records",
            Self::OtherCode => "other_code",
            Self::OtherName => "other_name",
            Self::OtherNumber => "other_number",
            Self::NotJson => "not_json",
            Self::NotHttp => "not_http",
            Self::TooLarge(_) => "too_large",
            Self::NoPlace => "no_place",
            Self::Unexplained(_) => "unexplained",
            Self::UnknownCode => "unknown_code",
            Self::BadValue => "bad_value",
            Self::BadRecord => "bad_record",
            Self::BadSheet => "bad_sheet",
            Self::NoColumn => "no_column",
            Self::BadView => "bad_view",
            Self::TimeLimit => "time_limit",
            Self::Busy => "busy",
            Self::NotAllowed(_) => "not_allowed",
            Self::CodeRefused => "code_refused",
            Self::TlsRefused => "tls_refused",
            Self::Redirected(_) => "redirected",
            Self::DatabaseRefused => "database_refused",
            Self::NoConnection => "no_connection",
            Self::Tls => "tls",
            Self::ServerError(_) => "server_error",
            Self::Resting => "resting",
            Self::NoFile => "no_file",
            Self::Secret => "secret",
            Self::Ours => "ours",
        }
    }

    /// Whether the same question may be asked again at once.
    #[must_use]
    pub const fn may_pass(self) -> bool {
        matches!(self, Self::NoConnection | Self::ServerError(_))
    }

    /// What happened exactly, for whoever runs the source or its configuration.
    #[must_use]
    pub fn said(self) -> Said {
        let number = match self {
            Self::Records(n) => n.to_string(),
            Self::TooLarge(n) => n.to_string(),
            Self::Unexplained(n)
            | Self::NotAllowed(n)
            | Self::Redirected(n)
            | Self::ServerError(n) => n.to_string(),
            _ => String::new(),
        };
        Said::of("source_cause", self.name()).with("n", number)
    }
}

#[cfg(test)]
mod tests {
    use super::SourceCause;
    use super::SourceWord;
    use crate::domain::words::Lang;

    #[test]
    fn everything_is_worded_in_both_languages() {
        for lang in [Lang::Zh, Lang::En] {
            let mut said = std::collections::BTreeSet::new();
            for word in SourceWord::all() {
                assert!(!word.what(lang).contains("sourced."), "{word:?}");
                assert!(!word.act(lang).contains("sourced_act."), "{word:?}");
                assert!(said.insert(word.what(lang)), "{word:?}");
            }
            for cause in SourceCause::all() {
                let what = cause.said().what(lang);
                assert!(!what.contains("source_cause."), "{cause:?}");
                assert!(said.insert(what), "{cause:?}");
            }
        }
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        for cause in SourceCause::all() {
            assert!(!cause.may_pass() || cause.word() == SourceWord::Down);
        }
    }
}
