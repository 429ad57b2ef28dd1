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

/// Counts one more use of a scope on a day and returns how many there are now; no row when there
/// is none yet, or no more may be.
pub(crate) struct OneMore<'a> {
    pub(crate) scope: &'a str,
    pub(crate) day: i32,
    pub(crate) most: i64,
}

impl Query for OneMore<'_> {
    type SqlType = BigInt;
}

impl<Conn> RunQueryDsl<Conn> for OneMore<'_> {}

impl QueryId for OneMore<'_> {
    type QueryId = OneMore<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<DB> QueryFragment<DB> for OneMore<'_>
where
    DB: Backend + HasSqlType<Text> + HasSqlType<Integer> + HasSqlType<BigInt>,
    str: ToSql<Text, DB>,
    i32: ToSql<Integer, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("UPDATE use_counts SET uses = uses + 1 WHERE scope = ");
        out.push_bind_param::<Text, _>(self.scope)?;
        out.push_sql(" AND day = ");
        out.push_bind_param::<Integer, _>(&self.day)?;
        out.push_sql(" AND uses < ");
        out.push_bind_param::<BigInt, _>(&self.most)?;
        out.push_sql(" RETURNING uses");
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
