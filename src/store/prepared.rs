//! Statements that come with every use and are written the same way each time, so that the
//! databases parse them once for each connection. diesel would have every update parsed anew: it
//! cannot know that none of its columns is ever left out.

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::AstPass;
use diesel::query_builder::Query;
use diesel::query_builder::QueryFragment;
use diesel::query_builder::QueryId;
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::BigInt;
use diesel::sql_types::Binary;
use diesel::sql_types::HasSqlType;
use diesel::sql_types::Integer;
use diesel::sql_types::Text;

/// Counts one more use of each of three scopes on a day that has a count and may have one more, and
/// returns which they were.
pub(crate) struct OneMoreOfEach<'a> {
    pub(crate) day: i32,
    /// A scope, and the most that it may have.
    pub(crate) of: [(&'a str, i64); 3],
}

impl Query for OneMoreOfEach<'_> {
    type SqlType = Text;
}

impl<Conn> RunQueryDsl<Conn> for OneMoreOfEach<'_> {}

impl QueryId for OneMoreOfEach<'_> {
    type QueryId = OneMoreOfEach<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<DB> QueryFragment<DB> for OneMoreOfEach<'_>
where
    DB: Backend + HasSqlType<Text> + HasSqlType<Integer> + HasSqlType<BigInt>,
    str: ToSql<Text, DB>,
    i32: ToSql<Integer, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE use_counts SET uses = uses + 1 WHERE");
        for (at, (scope, most)) in self.of.iter().enumerate() {
            out.push_sql(if at == 0 {
                " (scope = "
            } else {
                " OR (scope = "
            });
            out.push_bind_param::<Text, _>(*scope)?;
            out.push_sql(" AND day = ");
            out.push_bind_param::<Integer, _>(&self.day)?;
            out.push_sql(" AND uses < ");
            out.push_bind_param::<BigInt, _>(most)?;
            out.push_sql(")");
        }
        out.push_sql(" RETURNING scope");
        Ok(())
    }
}

/// Moves the head of the ledger to its newest record.
pub(crate) struct MoveHead<'a> {
    pub(crate) seq: i64,
    pub(crate) mac: &'a [u8],
}

impl<Conn> RunQueryDsl<Conn> for MoveHead<'_> {}

impl QueryId for MoveHead<'_> {
    type QueryId = MoveHead<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<DB> QueryFragment<DB> for MoveHead<'_>
where
    DB: Backend + HasSqlType<Binary> + HasSqlType<BigInt>,
    [u8]: ToSql<Binary, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE ledger_head SET seq = ");
        out.push_bind_param::<BigInt, _>(&self.seq)?;
        out.push_sql(", mac = ");
        out.push_bind_param::<Binary, _>(self.mac)?;
        Ok(())
    }
}
