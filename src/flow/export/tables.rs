//! Every table of the register, and what of a person stands in it. A table that nobody named here
//! is found by a test, so that an export forgets none.

/// What a table holds of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// What stands under this member of an export.
    Member(&'static str),
    /// Nothing of a person, and why.
    Nothing(&'static str),
}

/// Every table.
pub const TABLES: &[(&str, Holds)] = &[
    ("accounts", Holds::Member("accounts")),
    ("agencies", Holds::Nothing("the catalogue")),
    (
        "alarms",
        Holds::Nothing("an agency's odd uses, under a digest of whose hand it was"),
    ),
    (
        "app_secrets",
        Holds::Nothing("sealed secrets of systems that sign what they send"),
    ),
    (
        "batch_files",
        Holds::Nothing(
            "an agency's file as it came in, sealed whole, gone after thirty days; what was \
             issued from it stands under certificates",
        ),
    ),
    ("batches", Holds::Nothing("counts of an agency's file")),
    (
        "caller_nonces",
        Holds::Nothing("random texts of requests, gone after minutes"),
    ),
    ("case_items", Holds::Member("cases")),
    ("case_materials", Holds::Member("cases")),
    ("case_people", Holds::Member("cases")),
    ("case_wants", Holds::Member("cases")),
    ("cases", Holds::Member("cases")),
    ("certificate_holders", Holds::Member("certificates")),
    ("certificate_types", Holds::Nothing("the catalogue")),
    ("certificates", Holds::Member("certificates")),
    ("compact_codes", Holds::Member("codes")),
    ("consents", Holds::Member("consents")),
    (
        "copies",
        Holds::Nothing("links to copies, good for minutes; what a copy says stands in its use"),
    ),
    ("counters", Holds::Nothing("the next numbers")),
    ("credentials", Holds::Member("credentials")),
    (
        "denied_codes",
        Holds::Nothing("random numbers of codes that were taken back, gone a day after the code"),
    ),
    ("divisions", Holds::Nothing("the catalogue")),
    ("foreign_cases", Holds::Member("foreign_cases")),
    (
        "foreign_uses",
        Holds::Nothing("numbers of use records and of cases, which stand under history and cases"),
    ),
    (
        "grant_proposals",
        Holds::Nothing("what agencies may use, once a second operator says so"),
    ),
    ("grants", Holds::Nothing("what agencies may use")),
    ("guardian_orders", Holds::Member("guardian_orders")),
    (
        "idempotency_keys",
        Holds::Nothing("random keys and digests of requests, gone after seven days"),
    ),
    ("item_rules", Holds::Nothing("the catalogue")),
    ("items", Holds::Nothing("the catalogue")),
    ("keys", Holds::Nothing("public keys")),
    ("ledger", Holds::Member("history")),
    ("ledger_details", Holds::Member("history")),
    ("ledger_head", Holds::Nothing("the end of the ledger")),
    (
        "live_codes",
        Holds::Nothing("digests of codes that last seconds, gone after a day"),
    ),
    (
        "login_failures",
        Holds::Nothing("how often a name or an address failed, by blind index, gone after an hour"),
    ),
    ("mandates", Holds::Member("mandates")),
    ("mirrors", Holds::Member("mirrors")),
    ("notices", Holds::Member("notices")),
    (
        "odd_uses",
        Holds::Nothing("numbers of use records, which stand under history"),
    ),
    ("pictures", Holds::Member("certificates")),
    ("receipts", Holds::Member("cases")),
    ("revocation_lists", Holds::Nothing("signed lists of keys")),
    ("sessions", Holds::Member("accounts")),
    ("settings", Holds::Nothing("the register's own settings")),
    ("show_sessions", Holds::Member("shown")),
    (
        "sources",
        Holds::Nothing("where records live, without any record"),
    ),
    ("spent_certificates", Holds::Member("certificates")),
    (
        "spent_offline_codes",
        Holds::Nothing("random numbers of codes, gone a day after the code"),
    ),
    (
        "spoken_failures",
        Holds::Nothing("how often a window mistyped, gone after a day"),
    ),
    ("status_lists", Holds::Nothing("how full lists are")),
    ("subjects", Holds::Member("subject")),
    ("successions", Holds::Nothing("the catalogue")),
    ("tasks", Holds::Member("tasks")),
    ("trust_lists", Holds::Nothing("signed lists of keys")),
    (
        "use_counts",
        Holds::Nothing("how often something was used on a day, gone after thirty days"),
    ),
];
