//! What a call that came to nothing means.

use std::io;

use ureq::Error;

use crate::domain::sourced::SourceCause;
use crate::source::config::Http;

pub(super) fn cause(why: Error, http: &Http) -> SourceCause {
    match why {
        Error::Timeout(_) | Error::BodyStalled => SourceCause::TimeLimit,
        Error::Io(why) => of_io(&why),
        Error::Rustls(why) => of_tls(&why),
        Error::Tls(_) | Error::Pem(_) | Error::TlsRequired => SourceCause::Tls,
        Error::BodyExceedsLimit(_) => SourceCause::TooLarge(http.most_bytes),
        Error::Protocol(_) | Error::Http(_) | Error::LargeResponseHeader(..) => {
            SourceCause::NotHttp
        }
        Error::HostNotFound | Error::ConnectionFailed => SourceCause::NoConnection,
        _ => SourceCause::Ours,
    }
}

fn of_io(why: &io::Error) -> SourceCause {
    let inner = why.get_ref();
    if let Some(tls) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return of_tls(tls);
    }
    match why.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => SourceCause::TimeLimit,
        // An answer that was cut short, or never was one.
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => SourceCause::NotHttp,
        _ => SourceCause::NoConnection,
    }
}

fn of_tls(why: &rustls::Error) -> SourceCause {
    match why {
        // It is the other side that closes with an alert: it does not want our certificate.
        rustls::Error::AlertReceived(_) => SourceCause::TlsRefused,
        _ => SourceCause::Tls,
    }
}
