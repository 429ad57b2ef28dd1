//! What a connection says of its peer, and how much a peer may ask.

use std::any::Any;
use std::collections::HashMap;
use std::net::IpAddr;
use std::net::Ipv6Addr;
use std::num::NonZeroU32;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::Extensions;
use actix_web::dev::ServiceRequest;
use actix_web::rt::net::TcpStream;
use actix_web::rt::time::Instant;
use governor::DefaultKeyedRateLimiter;
use governor::Quota;
use governor::RateLimiter;
use governor::clock::Clock;
use governor::clock::DefaultClock;

use crate::codec::digest::sha256;

/// The SHA-256 of the TLS certificate that the peer showed, and that the roots vouch for.
#[derive(Clone, Copy)]
pub(crate) struct PeerCertificate(pub(crate) [u8; 32]);

/// Notes a new connection's TLS certificate, if it showed one.
pub(crate) fn note(connection: &dyn Any, data: &mut Extensions) {
    let Some(tls) = connection.downcast_ref::<TlsStream<TcpStream>>() else {
        return;
    };
    let (_, session) = tls.get_ref();
    let leaf = session.peer_certificates().and_then(<[_]>::first);
    if let Some(leaf) = leaf {
        data.insert(PeerCertificate(sha256(leaf.as_ref())));
    }
}

/// The peer's address: of the connection, or what a proxy on this machine says it is.
///
/// Only a proxy that ends TLS on this very machine is believed, as `plain_http` promises one.
pub(crate) fn peer(request: &ServiceRequest, behind_proxy: bool) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    if !(behind_proxy && peer.is_loopback()) {
        return Some(peer);
    }
    let said = request.headers().get("x-forwarded-for");
    let last = said.and_then(|s| s.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    Some(last.unwrap_or(peer))
}

/// Who is counted: a credential, or an address.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    Credential(String),
    Address(IpAddr),
}

impl Counted {
    /// By address; of IPv6 the network of 64 bits, which one subscriber has whole.
    pub(crate) fn address(peer: IpAddr) -> Self {
        Self::Address(match peer {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
            IpAddr::V4(_) => peer,
        })
    }
}

/// Failures of one address that are forgiven at once, and how long each of them counts.
const FAILURES: u32 = 60;
const FAILURE_COUNTS: Duration = Duration::from_secs(1);

/// How often each may ask, and fail. In memory: floods are held off where they arrive.
pub(crate) struct Limits {
    limiter: DefaultKeyedRateLimiter<Counted>,
    clock: DefaultClock,
    /// When the last failure of each is forgiven.
    failures: Mutex<HashMap<Counted, Instant>>,
}

impl Limits {
    pub(crate) fn new((a_second, burst): (u32, u32)) -> Self {
        let some = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(some(a_second)).allow_burst(some(burst));
        Self {
            limiter: RateLimiter::keyed(quota),
            clock: DefaultClock::default(),
            failures: Mutex::default(),
        }
    }

    /// Counts one request; the error is the seconds to wait.
    pub(crate) fn count(&self, who: &Counted) -> Result<(), u64> {
        let counted = self.limiter.check_key(who);
        counted.map_err(|later| later.wait_time_from(self.clock.now()).as_secs() + 1)
    }

    /// Whether somebody may try what can fail: a credential that may be none, a number that
    /// nobody may have. It is asked before the register is; the error is the seconds to wait.
    pub(crate) fn may_fail(&self, who: &Counted) -> Result<(), u64> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(forgiven) = failures.get(who) else {
            return Ok(());
        };
        let left = forgiven.saturating_duration_since(Instant::now());
        let most = FAILURE_COUNTS * (FAILURES - 1);
        match left.checked_sub(most).filter(|over| !over.is_zero()) {
            Some(over) => Err(over.as_secs() + 1),
            None => Ok(()),
        }
    }

    /// Counts a try that failed.
    pub(crate) fn failed(&self, who: &Counted) {
        let now = Instant::now();
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let forgiven = failures.entry(who.clone()).or_insert(now);
        *forgiven = (*forgiven).max(now) + FAILURE_COUNTS;
    }

    /// Forgets those who have not asked of late.
    pub(crate) fn forget(&self) {
        self.limiter.retain_recent();
        let now = Instant::now();
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, forgiven| *forgiven > now);
    }
}
