//! The columns by which the ledger vouches for each kind of row. Their order never changes.

use crate::codec::base64url;
use crate::store::callers::CredentialRow;
use crate::store::compact_codes::CompactCodeRow;
use crate::store::grants::GrantProposalRow;
use crate::store::grants::GrantRow;
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

/// The modes and the quota of grants that were given before grants had any. Their marks in the
/// ledger lack both, so the mark of a grant that says just this lacks them for good.
const WITHOUT_MODES: (&str, i32) = (r#"["duty"]"#, 1000);

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
        if (self.modes.as_str(), self.quota_per_day) != WITHOUT_MODES {
            columns.put(Some(self.modes.as_bytes()));
            columns.number(self.quota_per_day);
        }
    }
}

impl Vouched for GrantProposalRow {
    fn table(&self) -> Watched {
        Watched::GrantProposals
    }

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn columns(&self, columns: &mut Columns) {
        columns.number(self.id);
        columns.number(self.agency);
        columns.number(self.type_number);
        for text in [&self.item, &self.fields, &self.modes] {
            columns.put(Some(text.as_bytes()));
        }
        columns.number(self.quota_per_day);
        columns.number(self.until);
        columns.put(self.against.as_deref().map(str::as_bytes));
        columns.put(Some(self.proposed_by.as_bytes()));
        columns.number(self.proposed_at);
        columns.number(self.state);
        columns.put(self.settled_by.as_deref().map(str::as_bytes));
        columns.maybe(self.settled_at);
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

#[cfg(test)]
mod tests {
    use super::GrantRow;
    use crate::store::vouch::Columns;
    use crate::store::vouch::Vouched;

    #[test]
    fn a_grant_from_before_there_were_modes_keeps_its_mark() {
        let row = |modes: &str, quota_per_day| GrantRow {
            id: 1,
            agency: 2,
            type_number: 3,
            item: "A1".to_owned(),
            fields: "[]".to_owned(),
            modes: modes.to_owned(),
            quota_per_day,
            until: 4,
        };
        let columns = |row: GrantRow| {
            let mut columns = Columns::default();
            row.columns(&mut columns);
            columns
        };
        let mut before = Columns::default();
        before.number(1_i64);
        before.number(2);
        before.number(3);
        before.put(Some(b"A1"));
        before.put(Some(b"[]"));
        before.number(4_i64);
        assert_eq!(columns(row(r#"["duty"]"#, 1000)).0, before.0);
        for other in [row(r#"["duty"]"#, 999), row(r#"["shown"]"#, 1000)] {
            assert_ne!(columns(other).0, before.0);
        }
    }
}
