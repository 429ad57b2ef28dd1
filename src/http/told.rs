//! What each route tells of people, and that who was told is recorded: no record, no data.
//!
//! A route that anybody may call tells nobody anything of others, and one for holders alone tells
//! each of herself. Every other route stands here, or a test says which is missing.

use crate::domain::caller::Role;
use crate::http::manner::Who;
use crate::http::row::Row;

/// What a route tells of people.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// Nothing of a person, for this reason.
    Nothing(&'static str),
    /// The caller, and nobody else, of herself.
    OfHerself,
    /// What an act came to, of which the ledger has an event of its own.
    Act,
    /// Personal data of others; that it was read is on the disk before it is told.
    Recorded,
}

use Told::Act;
use Told::Nothing;
use Told::Recorded;

const COUNTS: Told = Nothing("numbers, days and labels");
const RECEIVED: Told = Nothing("the number of what was taken in");
const DATA_OF_THE_SERVICE: Told = Nothing("catalogue, credentials, grants and routes");
const BROUGHT: Told = Nothing("whether what the caller brought is good");

const ROUTES: &[(&str, Told)] = &[
    ("agency_overview", COUNTS),
    ("agency_overview_csv", COUNTS),
    ("metrics", COUNTS),
    ("log_out", Act),
    ("logout", Act),
    ("sessions", Told::OfHerself),
    ("log_out_everywhere", Act),
    ("end_session", Act),
    ("accounts", Recorded),
    ("add_account", Act),
    ("set_password", Act),
    ("disable_account", Act),
    ("figures", COUNTS),
    ("figures_csv", COUNTS),
    ("retention", COUNTS),
    ("run_retention", Act),
    ("routes", DATA_OF_THE_SERVICE),
    ("load_catalogue", DATA_OF_THE_SERVICE),
    ("credentials", DATA_OF_THE_SERVICE),
    ("give_credential", Act),
    ("take_credential", Act),
    ("grants", DATA_OF_THE_SERVICE),
    ("grants_csv", DATA_OF_THE_SERVICE),
    ("grant_proposals", DATA_OF_THE_SERVICE),
    ("propose_grant", Act),
    ("confirm_grant", Act),
    ("withdraw_grant", Act),
    ("take_grant", Act),
    // Officers and systems are recorded; of others' questions nothing is told but this.
    ("verify", Recorded),
    ("verify_picture", Recorded),
    ("verify_receipt", BROUGHT),
    ("issue", Act),
    ("own_certificate", Recorded),
    ("renew", Act),
    ("change_status", Act),
    ("rebind", Act),
    ("add_picture", Act),
    ("send_batch", RECEIVED),
    ("send_photos", RECEIVED),
    ("batch", Recorded),
    ("batch_results", Recorded),
    ("batch_errors", Recorded),
    ("batch_differs", Recorded),
    ("printed_code", Act),
    ("mandates", Recorded),
    ("propose_mandate", Act),
    ("confirm_mandate", Act),
    ("end_mandate", Act),
    ("guardians", Recorded),
    ("orders", Recorded),
    ("propose_order", Act),
    ("confirm_order", Act),
    ("withdraw_order", Act),
    ("open_case", Act),
    ("cases", Recorded),
    ("case", Recorded),
    ("name_person", Act),
    ("confirm_person", Act),
    ("put_code", Act),
    ("ask_holder", Act),
    ("request_standing", Recorded),
    ("authorise_in_person", Act),
    ("decide", Act),
    ("close_case", Act),
    ("withdraw_case", Act),
    ("receipts", Recorded),
    ("void_receipt", Act),
    ("receipt", Recorded),
    ("uses_at_window", Recorded),
    ("lost_phone_at_window", Act),
    ("tasks", Recorded),
    ("answer_task", Act),
    (
        "desk",
        Nothing("items, and which of them an officer used last"),
    ),
    ("desk_applicant", DATA_OF_THE_SERVICE),
    ("desk_open", Act),
    ("desk_case", Recorded),
    ("desk_codes_back", DATA_OF_THE_SERVICE),
    ("desk_code", Act),
    ("desk_decisions_back", DATA_OF_THE_SERVICE),
    ("desk_decide", Act),
    ("desk_people", Recorded),
    ("desk_name", Act),
    ("desk_confirm", Act),
    ("desk_closing_back", DATA_OF_THE_SERVICE),
    ("desk_close", Act),
    ("desk_withdrawal", Recorded),
    ("desk_withdraw", Act),
    ("desk_receipt", Recorded),
    ("desk_void", Act),
    ("desk_receipt_pdf", Recorded),
    ("desk_receipt_json", Recorded),
    ("register_foreign_case", Act),
    ("foreign_cases", Recorded),
    ("foreign_case", Recorded),
    ("foreign_case_report", COUNTS),
    ("close_foreign_case", Act),
    ("alarms", Nothing("agencies, items, days and counts")),
    ("alarm", Recorded),
    ("settle_alarm", Act),
    ("query", Recorded),
    ("verify_values", Recorded),
    ("ask_use", Act),
    ("use_request", Nothing("how a question to a holder stands")),
    ("use_events", Nothing("how a question to a holder stands")),
    ("contract", DATA_OF_THE_SERVICE),
    ("make_copy", Act),
    ("national_types", DATA_OF_THE_SERVICE),
    ("national_retrieval", Recorded),
    ("national_data_of_one", Recorded),
    ("national_data", Recorded),
    ("national_verification", Recorded),
    ("national_file_of_one", Act),
    ("national_file", Act),
    (
        "take_copy",
        Nothing("what a use record was written for, once, to whoever has the link"),
    ),
];

/// What a route tells; none for one that was forgotten here.
#[must_use]
pub fn told(row: &Row) -> Option<Told> {
    let found = ROUTES.iter().find(|(name, _)| *name == row.name);
    found.map(|(_, told)| *told).or(match row.who {
        Who::Anybody => Some(Nothing("what anybody may read")),
        Who::Roles(&[Role::Holder]) => Some(Told::OfHerself),
        Who::Roles(_) | Who::AtTheMachineOr(_) => None,
    })
}

/// Every route that stands here by name, for the test that none is of the past.
pub fn named() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().map(|(name, _)| *name)
}
