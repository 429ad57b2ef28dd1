//! A pool of connections that asks a connection whether it is still there only when it has not
//! been used for a while: asking each time would be every second thing that the database hears.

use std::time::Duration;
use std::time::Instant;

use diesel::r2d2::ConnectionManager;
use diesel::r2d2::ManageConnection;
use diesel::r2d2::R2D2Connection;

/// For how long a connection that was given back is taken to be there. One that breaks within it
/// fails whoever has it next, who is told to ask again, and is thrown away.
const TRUSTED: Duration = Duration::from_secs(1);

/// Makes connections and looks after them.
pub(crate) struct Manager<C: 'static>(ConnectionManager<C>);

/// A connection, and when it was given back.
pub(crate) struct Lent<C> {
    pub(crate) conn: C,
    back: Instant,
}

impl<C: R2D2Connection + 'static> Manager<C> {
    /// For the database at an address.
    pub(crate) fn of(url: &str) -> Self {
        Self(ConnectionManager::new(url))
    }
}

impl<C: R2D2Connection + Send + 'static> ManageConnection for Manager<C> {
    type Connection = Lent<C>;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Lent<C>, Self::Error> {
        let conn = self.0.connect()?;
        Ok(Lent { conn, back: now() })
    }

    fn is_valid(&self, lent: &mut Lent<C>) -> Result<(), Self::Error> {
        if now().duration_since(lent.back) < TRUSTED {
            return Ok(());
        }
        self.0.is_valid(&mut lent.conn)
    }

    // Asked of every connection that is given back.
    fn has_broken(&self, lent: &mut Lent<C>) -> bool {
        lent.back = now();
        self.0.has_broken(&mut lent.conn)
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how long a connection idled is between this process and its database"
)]
fn now() -> Instant {
    Instant::now()
}
