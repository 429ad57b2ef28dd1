//! The columns by which the ledger vouches for each kind of row. Their order never changes.

use crate::codec::base64url;
use crate::store::callers::CredentialRow;
use crate::store::callers::GrantRow;
use crate::store::compact_codes::CompactCodeRow;
use crate::store::guardian_orders::OrderRow;
use crate::store::mandates::MandateRow;
use crate::store::trust::KeyRow;
use crate::store::vouch::Columns;
use crate::store::vouch::Vouched;
use crate::store::vouch::Watched;

impl Vouched for CredentialRow {
    fn table(&self) -> Watched {
        Watched::Credentials
    }

    fn id(&self) -> String {
        self.id.clone()
    }

    /// Without the sealed holder, which is sealed again under every new data key: it is bound to
    /// its row by itself, and the check compares it with the index.
    fn columns(&self, columns: &mut Columns) {
        columns.put(Some(&self.digest));
        columns.put(Some(self.id.as_bytes()));
        columns.number(self.kind);
        columns.put(Some(self.label.as_bytes()));
        columns.put(Some(self.role.as_bytes()));
        columns.maybe(self.agency);
        columns.put(self.holder_index.as_deref());
        columns.number(self.created_at);
        columns.number(self.expires_at);
        columns.maybe(self.revoked_at);
    }
}

impl Vouched for GrantRow {
    fn table(&self) -> Watched {
        Watched::Grants
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn columns(&self, columns: &mut Columns) {
        columns.number(self.id);
        columns.number(self.agency);
        columns.number(self.type_number);
        columns.put(Some(self.item.as_bytes()));
        columns.put(Some(self.fields.as_bytes()));
        columns.number(self.until);
    }
}

impl Vouched for KeyRow {
    fn table(&self) -> Watched {
        Watched::Keys
    }

    fn id(&self) -> String {
        self.kid.clone()
    }

    fn columns(&self, columns: &mut Columns) {
        columns.put(Some(self.kid.as_bytes()));
        columns.number(self.agency);
        for text in [&self.key_use, &self.name, &self.alg, &self.x] {
            columns.put(Some(text.as_bytes()));
        }
        columns.number(self.not_before);
        columns.number(self.not_after);
        columns.number(self.state);
        columns.maybe(self.since);
    }
}

impl Vouched for CompactCodeRow {
    fn table(&self) -> Watched {
        Watched::CompactCodes
    }

    fn id(&self) -> String {
        base64url::encode(&self.digest)
    }

    fn columns(&self, columns: &mut Columns) {
        columns.put(Some(&self.digest));
        columns.put(Some(&self.nonce));
        columns.put(self.reference.as_deref());
        columns.number(self.certificate_id);
        columns.number(self.made_at);
        columns.maybe(self.expires_at);
    }
}

/// A signed list as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    /// Which lists.
    pub table: Watched,
    /// Its sequence.
    pub sequence: i64,
    /// The list.
    pub token: String,
}

impl Vouched for ListRow {
    fn table(&self) -> Watched {
        self.table
    }

    fn id(&self) -> String {
        self.sequence.to_string()
    }

    fn columns(&self, columns: &mut Columns) {
        columns.number(self.sequence);
        columns.put(Some(self.token.as_bytes()));
    }
}

impl Vouched for MandateRow {
    fn table(&self) -> Watched {
        Watched::Mandates
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    /// Without the sealed parties, as with credentials: the check compares them with the
    /// indexes.
    fn columns(&self, columns: &mut Columns) {
        columns.number(self.id);
        columns.number(self.kind);
        columns.maybe(self.parent);
        columns.put(Some(&self.principal_index));
        columns.put(Some(&self.agent_index));
        columns.put(Some(self.items.as_bytes()));
        columns.put(Some(self.types.as_bytes()));
        columns.number(self.valid_from);
        columns.number(self.until);
        columns.number(self.side);
        columns.number(self.state);
        columns.maybe(self.office);
        columns.number(self.proposed_at);
        columns.put(Some(self.proposed_by.as_bytes()));
        columns.maybe(self.confirmed_at);
        columns.put(self.confirmed_by.as_deref().map(str::as_bytes));
        columns.maybe(self.ended_at);
        columns.put(self.ended_by.as_deref().map(str::as_bytes));
    }
}

impl Vouched for OrderRow {
    fn table(&self) -> Watched {
        Watched::GuardianOrders
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    /// Without the sealed reference and people; the check compares those with the indexes.
    fn columns(&self, columns: &mut Columns) {
        columns.number(self.id);
        columns.put(Some(&self.child_index));
        columns.put(Some(&self.guardian_index));
        columns.number(self.what);
        columns.number(self.at);
        columns.maybe(self.agency);
        columns.number(self.proposed_at);
        columns.put(Some(self.proposed_by.as_bytes()));
        columns.maybe(self.confirmed_at);
        columns.put(self.confirmed_by.as_deref().map(str::as_bytes));
    }
}
