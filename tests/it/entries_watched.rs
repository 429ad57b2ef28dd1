//! Whoever can edit the database cannot give themselves access or trust: credentials, grants,
//! keys, signed lists, printed codes, mandates and orders about guardians are compared with the
//! ledger, and named.

use mianzheng::domain::caller::Role;
use mianzheng::domain::guardian::OrderKind;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::mandate::MandateKind;
use mianzheng::domain::mandate::Scope;
use mianzheng::flow::credentials;
use mianzheng::flow::credentials::NewCredential;
use mianzheng::flow::grants;
use mianzheng::flow::guardians::orders;
use mianzheng::flow::guardians::orders::NewOrder;
use mianzheng::flow::keys;
use mianzheng::flow::ledger_check;
use mianzheng::flow::ledger_check::LedgerFinding;
use mianzheng::flow::ledger_check::LedgerFinding::EntryDeleted;
use mianzheng::flow::ledger_check::LedgerFinding::EntryEdited;
use mianzheng::flow::ledger_check::LedgerFinding::EntryInserted;
use mianzheng::flow::mandates;
use mianzheng::flow::mandates::Party;
use mianzheng::flow::mandates::Proposal;
use mianzheng::flow::show::compact;
use mianzheng::store::ledger::LedgerRow;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::BIRTH;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::HOSPITAL;
use crate::support::office::TestOffice;
use crate::support::office::birth_fields;
use crate::support::office::operator;
use crate::support::people::citizen;

const FATHER: &str = "111:152522198804150036";

const TABLES: [&str; 9] = [
    "credentials",
    "grants",
    "grant_proposals",
    "keys",
    "trust_lists",
    "revocation_lists",
    "compact_codes",
    "mandates",
    "guardian_orders",
];

/// A table, which row of it, how findings call that row, and columns with other values.
type Edits<'a> = (&'static str, &'a str, &'a str, &'a [(&'a str, &'a str)]);

/// A register with a past of access and trust, and a copy of each table as it should be.
struct Past {
    test: TestOffice,
    /// The id of the agency's first key, retired by now.
    retired: String,
    /// The digest of the printed code, as findings tell it.
    printed: String,
}

fn credential(test: &TestOffice, role: Role, agency: Option<u32>, holder: Option<&HolderCode>) {
    let new = NewCredential {
        role,
        agency,
        holder,
        label: "窗口",
        days: 30,
    };
    credentials::create_token(&test.office, &new, &operator()).unwrap();
}

/// Mandate 1 waits for its other side, mandate 2 stands; order 1 waits, order 2 stands.
fn acting(test: &TestOffice) {
    let party = |code: &str| Party {
        code: HolderCode::read(code).unwrap(),
        name: "苏和".to_owned(),
    };
    let (principal, agent) = (party(&format!("111:{}", citizen(1))), party(FATHER));
    let proposal = Proposal {
        kind: MandateKind::Agent,
        principal: &principal,
        agent: &agent,
        under: None,
        scope: &Scope::ALL,
        from: None,
        until: test.now().plus_secs(86_400),
        basis: None,
    };
    let by = test.holder(&principal.code.written());
    for _ in 0..2 {
        mandates::propose(&test.office, &proposal, &by).unwrap();
    }
    mandates::confirm(&test.office, 2, &test.holder(FATHER)).unwrap();
    test.issue(BIRTH, HOSPITAL, &birth_fields()).unwrap();
    let (child, guardian) = (party("999:A157000001").code, party(FATHER).code);
    let order = NewOrder {
        child: &child,
        guardian: &guardian,
        kind: OrderKind::Revocation,
        from: None,
        reference: "（2026）内2502民初1号",
    };
    let window = test.caller(Role::Window, HALL);
    for _ in 0..2 {
        orders::propose_once(&test.office, &order, &window, None).unwrap();
    }
    orders::confirm_once(&test.office, 2, &operator(), None).unwrap();
}

impl Past {
    fn on(database: Database) -> Self {
        let test = TestOffice::on(database);
        let hall = test.agency(HALL);
        // c1 a window, c2 a holder, c3 a window that was taken back.
        credential(&test, Role::Window, Some(hall.number), None);
        let code = HolderCode::read(&format!("111:{}", citizen(1))).unwrap();
        credential(&test, Role::Holder, None, Some(&code));
        credential(&test, Role::Window, Some(hall.number), None);
        credentials::revoke(&test.office, "c3", &operator()).unwrap();
        // Grant 1 stands, grant 2 was taken.
        for item in ["A1", "A2"] {
            test.give(HALL, HEALTH, item, &["sex"]);
        }
        // Proposals 1 and 2 were confirmed, proposal 3 waits.
        let waits = test.grant(HALL, HEALTH, "A3", &["sex"]);
        grants::propose(&test.office, &waits, &operator()).unwrap();
        grants::take(&test.office, 2, &operator()).unwrap();
        let number = test.agency(CDC).number;
        let old = test.office.issuing_key(number).unwrap();
        let retired = old.kid().to_string();
        let identifier = test.health(&citizen(1), "锡市健〔2026〕1700001号");
        let holder = test.holder(&format!("111:{}", citizen(1)));
        compact::printed(&test.office, &identifier, &holder).unwrap();
        compact::offline(&test.office, &identifier, &[], 600, &holder).unwrap();
        acting(&test);
        keys::retire(&test.office, &retired, &operator()).unwrap();
        test.publish_trust();
        for table in TABLES {
            test.sql(&format!(
                "CREATE TABLE kept_{table} AS SELECT * FROM {table}"
            ));
        }
        let codes = test
            .office
            .store
            .read(|rx| rx.printed_codes(&[], 9))
            .unwrap();
        let digest = mianzheng::codec::base64url::encode(&codes[0].digest);
        let past = Self {
            test,
            retired,
            printed: digest.chars().take(15).collect(),
        };
        assert_eq!(past.findings(), []);
        past
    }

    fn findings(&self) -> Vec<LedgerFinding> {
        ledger_check::check(&self.test.office, None)
            .unwrap()
            .findings
    }

    /// What is found after an edit of a table, which is then put back as it was.
    fn after(&self, table: &str, edit: &str, expected: &[LedgerFinding]) {
        self.test.sql(edit);
        assert_eq!(self.findings(), expected, "{edit}");
        self.test.sql(&format!(
            "DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}"
        ));
        assert_eq!(self.findings(), [], "{table} put back");
    }

    fn short(kid: &str) -> String {
        kid.chars().take(15).collect()
    }
}

fn edited(table: &'static str, entry: &str) -> LedgerFinding {
    let entry = entry.to_owned();
    EntryEdited { table, entry }
}

fn inserted(table: &'static str, entry: &str) -> LedgerFinding {
    let entry = entry.to_owned();
    EntryInserted { table, entry }
}

fn deleted(table: &'static str, entry: &str) -> LedgerFinding {
    let entry = entry.to_owned();
    EntryDeleted { table, entry }
}

#[rstest]
fn every_column_of_access_and_trust_is_watched(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    let bytes = format!("x'{}'", "ab".repeat(32));
    let (of_key, of_code) = (
        format!("kid = '{}'", past.retired),
        "reference IS NOT NULL".to_owned(),
    );
    let key = Past::short(&past.retired);
    let edits: [Edits<'_>; 9] = [
        (
            "credentials",
            "id = 'c2'",
            "c2",
            &[
                ("digest", &bytes),
                ("kind", "1"),
                ("label", "'other'"),
                ("role", "'operator'"),
                ("agency", "1"),
                ("holder_index", &bytes),
                ("holder_index", "NULL"),
                ("holder_key_id", "holder_key_id + 1"),
                ("holder_key_id", "NULL"),
                ("holder_sealed", &bytes),
                ("holder_sealed", "NULL"),
                ("created_at", "created_at + 1"),
                ("expires_at", "expires_at + 1"),
                ("revoked_at", "1"),
            ],
        ),
        (
            "grants",
            "id = 1",
            "1",
            &[
                ("agency", "agency + 1"),
                ("type_number", "type_number + 1"),
                ("item", "'B1'"),
                ("fields", "'[\"holder_name\"]'"),
                ("until", "until + 1"),
                ("modes", "'[\"duty\"]'"),
                ("quota_per_day", "quota_per_day + 1"),
            ],
        ),
        (
            "grant_proposals",
            "id = 1",
            "1",
            &[
                ("agency", "agency + 1"),
                ("type_number", "type_number + 1"),
                ("item", "'B1'"),
                ("fields", "'[\"holder_name\"]'"),
                ("modes", "'[\"duty\"]'"),
                ("quota_per_day", "quota_per_day + 1"),
                ("until", "until + 1"),
                ("against", "'{}'"),
                ("proposed_by", "'c9'"),
                ("proposed_at", "proposed_at - 1"),
                ("state", "0"),
                ("settled_by", "'c9'"),
                ("settled_at", "NULL"),
            ],
        ),
        (
            "keys",
            &of_key,
            &key,
            &[
                ("agency", "agency + 1"),
                ("key_use", "'show'"),
                ("name", "'other'"),
                ("alg", "'ES256'"),
                ("x", "'other'"),
                ("not_before", "not_before - 1"),
                ("not_after", "not_after + 1"),
                ("state", "2"),
                ("since", "since + 1"),
                ("since", "NULL"),
            ],
        ),
        ("trust_lists", "sequence = 2", "2", &[("token", "'a.b.c'")]),
        (
            "revocation_lists",
            "sequence = 1",
            "1",
            &[("token", "'a.b.c'")],
        ),
        (
            "compact_codes",
            &of_code,
            &past.printed,
            &[
                ("nonce", "x'0000000000000000'"),
                ("reference", &bytes),
                ("certificate_id", "certificate_id + 1"),
                ("made_at", "made_at + 1"),
                ("expires_at", "1"),
            ],
        ),
        (
            "mandates",
            "id = 2",
            "2",
            &[
                ("kind", "0"),
                ("parent", "1"),
                ("principal_index", &bytes),
                ("agent_index", &bytes),
                ("items", "'[\"000131016000\"]'"),
                ("types", "'[]'"),
                ("valid_from", "valid_from - 1"),
                ("until", "until + 1"),
                ("side", "2"),
                ("state", "0"),
                ("office", "1"),
                ("proposed_at", "proposed_at - 1"),
                ("proposed_by", "'c9'"),
                ("confirmed_at", "NULL"),
                ("confirmed_by", "'c9'"),
                ("ended_at", "1"),
                ("ended_by", "'c9'"),
                ("key_id", "key_id + 1"),
                ("sealed", &bytes),
            ],
        ),
        (
            "guardian_orders",
            "id = 2",
            "2",
            &[
                ("child_index", &bytes),
                ("guardian_index", &bytes),
                ("what", "2"),
                ("at", "at + 1"),
                ("agency", "NULL"),
                ("proposed_at", "proposed_at - 1"),
                ("proposed_by", "'c9'"),
                ("confirmed_at", "NULL"),
                ("confirmed_by", "'c9'"),
                ("key_id", "key_id + 1"),
                ("sealed", &bytes),
            ],
        ),
    ];
    for (table, row, entry, columns) in edits {
        for (column, value) in columns {
            let edit = format!("UPDATE {table} SET {column} = {value} WHERE {row}");
            past.after(table, &edit, &[edited(table, entry)]);
        }
    }
    // What names a row cannot be changed either.
    let renamed = [
        ("credentials", "id = 'c9' WHERE id = 'c1'", "c1", "c9"),
        ("grants", "id = 9 WHERE id = 1", "1", "9"),
        ("trust_lists", "sequence = 9 WHERE sequence = 1", "1", "9"),
    ];
    for (table, change, old, new) in renamed {
        let edit = format!("UPDATE {table} SET {change}");
        past.after(table, &edit, &[inserted(table, new), deleted(table, old)]);
    }
}

#[rstest]
fn nobody_comes_or_goes_unseen(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    let bytes = format!("x'{}'", "cd".repeat(32));
    let comes = [
        (
            "credentials",
            format!(
                "INSERT INTO credentials
                 SELECT {bytes}, 'c9', kind, label, 'operator', NULL, NULL, NULL, NULL,
                        created_at, expires_at, NULL
                 FROM kept_credentials WHERE id = 'c1'"
            ),
            "c9",
        ),
        (
            "grants",
            "INSERT INTO grants SELECT 7, agency, type_number, 'C1', fields, until,
                    modes, quota_per_day
             FROM kept_grants WHERE id = 1"
                .to_owned(),
            "7",
        ),
        (
            "grant_proposals",
            "INSERT INTO grant_proposals SELECT 9, agency, type_number, 'C1', fields, modes,
                    quota_per_day, until, against, proposed_by, proposed_at, 0, NULL, NULL
             FROM kept_grant_proposals WHERE id = 1"
                .to_owned(),
            "9",
        ),
        (
            "keys",
            "INSERT INTO keys SELECT 'stolen', agency, key_use, name, alg, x, not_before,
                    not_after, state, since
             FROM kept_keys WHERE state = 1"
                .to_owned(),
            "stolen",
        ),
        (
            "trust_lists",
            "INSERT INTO trust_lists SELECT 9, token FROM kept_trust_lists WHERE sequence = 1"
                .to_owned(),
            "9",
        ),
        (
            "revocation_lists",
            "INSERT INTO revocation_lists VALUES (9, 'a.b.c')".to_owned(),
            "9",
        ),
        (
            "compact_codes",
            format!(
                "INSERT INTO compact_codes
                 SELECT {bytes}, nonce, reference, 1, made_at + 1, NULL
                 FROM kept_compact_codes WHERE reference IS NOT NULL"
            ),
            "zc3Nzc3Nzc3Nzc3",
        ),
        (
            "mandates",
            "INSERT INTO mandates
             SELECT 9, kind, parent, principal_index, agent_index, items, types, valid_from,
                    until, side, state, office, proposed_at, proposed_by, confirmed_at,
                    confirmed_by, ended_at, ended_by, key_id, sealed
             FROM kept_mandates WHERE id = 2"
                .to_owned(),
            "9",
        ),
        (
            "guardian_orders",
            "INSERT INTO guardian_orders
             SELECT 9, child_index, guardian_index, what, at, agency, proposed_at, proposed_by,
                    confirmed_at, confirmed_by, key_id, sealed
             FROM kept_guardian_orders WHERE id = 2"
                .to_owned(),
            "9",
        ),
    ];
    for (table, edit, entry) in comes {
        past.after(table, &edit, &[inserted(table, entry)]);
    }
    let retired = Past::short(&past.retired);
    let goes = [
        ("credentials", "id = 'c1'", "c1"),
        ("grants", "id = 1", "1"),
        ("grant_proposals", "id = 3", "3"),
        ("keys", "state = 1", retired.as_str()),
        ("trust_lists", "sequence = 2", "2"),
        ("revocation_lists", "sequence = 2", "2"),
        ("compact_codes", "reference IS NOT NULL", &past.printed),
        ("mandates", "id = 2", "2"),
        ("guardian_orders", "id = 2", "2"),
    ];
    for (table, row, entry) in goes {
        let edit = format!("DELETE FROM {table} WHERE {row}");
        past.after(table, &edit, &[deleted(table, entry)]);
    }
    // An offline code has its day and is forgotten.
    past.test
        .sql("DELETE FROM compact_codes WHERE reference IS NULL");
    assert_eq!(past.findings(), []);
}

#[rstest]
fn nothing_goes_back_to_what_it_was(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    // Who waits for the other side's yes does not say it in the database.
    past.after(
        "mandates",
        "UPDATE mandates SET state = 1, confirmed_at = 1, confirmed_by = 'c9' WHERE id = 1",
        &[edited("mandates", "1")],
    );
    past.after(
        "guardian_orders",
        "UPDATE guardian_orders SET confirmed_at = 1, confirmed_by = 'c9' WHERE id = 1",
        &[edited("guardian_orders", "1")],
    );
    past.after(
        "grant_proposals",
        "UPDATE grant_proposals SET state = 1, settled_by = 'c9', settled_at = 1 WHERE id = 3",
        &[edited("grant_proposals", "3")],
    );
    past.after(
        "credentials",
        "UPDATE credentials SET revoked_at = NULL WHERE id = 'c3'",
        &[edited("credentials", "c3")],
    );
    past.after(
        "grants",
        "INSERT INTO grants SELECT 2, agency, type_number, 'A2', fields, until,
                modes, quota_per_day
         FROM kept_grants WHERE id = 1",
        &[inserted("grants", "2")],
    );
    past.after(
        "keys",
        "UPDATE keys SET state = 0, since = NULL WHERE state = 1",
        &[edited("keys", &Past::short(&past.retired))],
    );
}

#[rstest]
fn a_holders_credential_names_whose_it_is(#[values(Sqlite, Postgres)] database: Database) {
    let past = Past::on(database);
    let read = |rx: &mut mianzheng::store::Rx<'_>| rx.ledger_rows(0, 1000);
    let rows: Vec<LedgerRow> = past.test.office.store.read(read).unwrap();
    let given = rows.iter().filter(|row| row.kind == 9);
    let subjects: Vec<_> = given.map(|row| row.subject.clone()).collect();
    let issued = rows.iter().find(|row| row.kind == 1).unwrap();
    assert!(issued.subject.is_some());
    assert_eq!(subjects, [None, issued.subject.clone(), None, None]);
}
