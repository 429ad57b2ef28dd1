//! What a holder shows live: one session, many renewed codes, spent once.

use diesel::ExpressionMethods;
use diesel::Insertable;
use diesel::JoinOnDsl;
use diesel::OptionalExtension;
use diesel::QueryDsl;
use diesel::Queryable;
use diesel::RunQueryDsl;
use diesel::Selectable;
use diesel::SelectableHelper;
use diesel::sql_types::Text;

use crate::crypto::vault::Place;
use crate::crypto::vault::Sealed;
use crate::domain::time::Timestamp;
use crate::store::Rx;
use crate::store::StoreError;
use crate::store::Tx;
use crate::store::db::on_db;
use crate::store::schema::live_codes;
use crate::store::schema::show_sessions;
use crate::store::schema::spoken_failures;
use crate::store::stored::sealed;

/// Where the sealed choice of certificates and fields stands; the row's id is the session's.
pub const CHOICE: Place = Place {
    table: "show_sessions",
    column: "choice",
};

/// One showing.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = show_sessions, treat_none_as_default_value = false)]
pub struct SessionRow {
    /// Its id, reserved.
    pub id: i64,
    /// Who shows, as the ledger's random id.
    pub subject: Vec<u8>,
    /// The data key that the choice is sealed under.
    pub choice_key_id: i16,
    /// Which certificates and fields, sealed at [`CHOICE`].
    pub choice: Vec<u8>,
    /// When it was opened, in milliseconds.
    pub created_at: i64,
    /// Whether the holder has had their one longer renewal.
    pub held: bool,
    /// When it was spent.
    pub spent_at: Option<i64>,
    /// By whom.
    pub spent_by: Option<String>,
}

impl SessionRow {
    /// Which certificates and fields, sealed.
    #[must_use]
    pub fn sealed_choice(&self) -> Sealed {
        sealed(self.choice_key_id, self.choice.clone())
    }
}

/// One code of a session; only its digest is kept.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = live_codes, treat_none_as_default_value = false)]
pub struct LiveCodeRow {
    /// The digest of its characters.
    pub digest: Vec<u8>,
    /// The digest of the digits that can be spoken instead.
    pub spoken: Vec<u8>,
    /// Its session.
    pub session: i64,
    /// When it runs out, in milliseconds.
    pub expires_at: i64,
}

impl Rx<'_> {
    /// The session with this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn show_session(&mut self, id: i64) -> Result<Option<SessionRow>, StoreError> {
        Ok(on_db!(self.conn, |c| show_sessions::table
            .find(id)
            .select(SessionRow::as_select())
            .first(c)
            .optional())?)
    }

    /// The code with this digest, run out or not, and its session.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn live_code(
        &mut self,
        digest: &[u8; 32],
    ) -> Result<Option<(LiveCodeRow, SessionRow)>, StoreError> {
        Ok(on_db!(self.conn, |c| live_codes::table
            .inner_join(show_sessions::table.on(live_codes::session.eq(show_sessions::id)))
            .filter(live_codes::digest.eq(digest.as_slice()))
            .select((LiveCodeRow::as_select(), SessionRow::as_select()))
            .first(c)
            .optional())?)
    }

    /// The code whose spoken digits have this digest, run out or not, and its session.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn live_code_by_spoken(
        &mut self,
        spoken: &[u8; 32],
    ) -> Result<Option<(LiveCodeRow, SessionRow)>, StoreError> {
        Ok(on_db!(self.conn, |c| live_codes::table
            .inner_join(show_sessions::table.on(live_codes::session.eq(show_sessions::id)))
            .filter(live_codes::spoken.eq(spoken.as_slice()))
            .select((LiveCodeRow::as_select(), SessionRow::as_select()))
            .first(c)
            .optional())?)
    }

    /// The sessions of somebody that were opened since then and not spent.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn open_sessions(
        &mut self,
        subject: &[u8; 16],
        since: Timestamp,
    ) -> Result<Vec<SessionRow>, StoreError> {
        Ok(on_db!(self.conn, |c| show_sessions::table
            .filter(show_sessions::subject.eq(subject.to_vec()))
            .filter(show_sessions::created_at.ge(since.millis()))
            .filter(show_sessions::spent_at.is_null())
            .select(SessionRow::as_select())
            .load(c))?)
    }

    /// How often this officer's spoken digits were wrong since then.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn spoken_failures_since(
        &mut self,
        actor: &str,
        since: Timestamp,
    ) -> Result<i64, StoreError> {
        Ok(on_db!(self.conn, |c| spoken_failures::table
            .filter(spoken_failures::actor.eq(actor))
            .filter(spoken_failures::at.ge(since.millis()))
            .count()
            .get_result(c))?)
    }
}

impl Tx<'_> {
    /// Opens a session.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn open_show_session(&mut self, row: &SessionRow) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(show_sessions::table)
            .values(row)
            .execute(c))?;
        Ok(())
    }

    /// Adds a code to a session; `false`, and nothing done, when its spoken digits are those of
    /// a code that is still there: draw others.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn add_live_code(&mut self, row: &LiveCodeRow) -> Result<bool, StoreError> {
        let added = on_db!(self.rx.conn, |c| diesel::insert_into(live_codes::table)
            .values(row)
            .on_conflict(live_codes::spoken)
            .do_nothing()
            .execute(c))?;
        Ok(added == 1)
    }

    /// Takes the one longer renewal of a session that is not spent; `false` if it was taken.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn hold_session(&mut self, id: i64) -> Result<bool, StoreError> {
        let held = on_db!(self.rx.conn, |c| diesel::update(show_sessions::table)
            .filter(show_sessions::id.eq(id))
            .filter(show_sessions::held.eq(false))
            .filter(show_sessions::spent_at.is_null())
            .set(show_sessions::held.eq(true))
            .execute(c))?;
        Ok(held == 1)
    }

    /// Spends a session, and with it all its codes: `true` for one caller and never again.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the session is then as it was.
    pub fn spend_session(&mut self, id: i64, at: Timestamp, by: &str) -> Result<bool, StoreError> {
        let spent = on_db!(self.rx.conn, |c| diesel::update(show_sessions::table)
            .filter(show_sessions::id.eq(id))
            .filter(show_sessions::spent_at.is_null())
            .set((
                show_sessions::spent_at.eq(at.millis()),
                show_sessions::spent_by.eq(by),
            ))
            .execute(c))?;
        Ok(spent == 1)
    }

    /// Lets one guess of an officer at spoken digits be counted after the other: others wait
    /// until this transaction ends.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn queue_spoken(&mut self, actor: &str) -> Result<(), StoreError> {
        on_db!(
            self.rx.conn,
            pg | c | {
                let lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
                diesel::sql_query(lock)
                    .bind::<Text, _>(format!("spoken:{actor}"))
                    .execute(c)?;
            },
            // A transaction that writes is alone in an SQLite file.
            lite | _c | {}
        );
        Ok(())
    }

    /// Notes that an officer's spoken digits were wrong.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn add_spoken_failure(&mut self, actor: &str, at: Timestamp) -> Result<(), StoreError> {
        on_db!(self.rx.conn, |c| diesel::insert_into(
            spoken_failures::table
        )
        .values((
            spoken_failures::actor.eq(actor),
            spoken_failures::at.eq(at.millis())
        ))
        .execute(c))?;
        Ok(())
    }
}
