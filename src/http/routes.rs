//! Every route, in chapters by who calls. Routing, the table of roles and the `OpenAPI` document are
//! made from these rows, so none of them can forget one.

use std::sync::LazyLock;

use actix_web::guard;
use actix_web::middleware::from_fn;
use actix_web::web;
use actix_web::web::PathConfig;
use actix_web::web::QueryConfig;
use actix_web::web::ServiceConfig;

use crate::domain::caller::Role;
use crate::domain::problem::Reason as R;
use crate::domain::settings::Settings;
use crate::domain::verdict::Verdict;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::alarms::AlarmView;
use crate::flow::batch::read::BatchStanding;
use crate::flow::batch::upload::PHOTOS_BYTES;
use crate::flow::batch::upload::SHEET_BYTES;
use crate::flow::case::CaseAsks;
use crate::flow::case::CaseView;
use crate::flow::case::CodeOutcome;
use crate::flow::case::ConsentAsked;
use crate::flow::case::ConsentStanding;
use crate::flow::case::ConsentView;
use crate::flow::case::ReceiptView;
use crate::flow::catalogue::Loaded;
use crate::flow::figures::Figures;
use crate::flow::figures::Table;
use crate::flow::foreign_cases::ForeignCaseView;
use crate::flow::foreign_cases::report::OwedReport;
use crate::flow::grants::report::GrantReport;
use crate::flow::interface::Standing;
use crate::flow::items::checklist::ItemChecklist;
use crate::flow::items::list::ItemList;
use crate::flow::items::search::ItemsFound;
use crate::flow::items::show::ItemShown;
use crate::flow::overview::OverviewTable;
use crate::flow::own_certificate::OwnCertificate;
use crate::flow::readiness::Readiness;
use crate::flow::receipt::ReceiptVerdict;
use crate::flow::wallet::ShowStanding;
use crate::http::api::admin;
use crate::http::api::alarms;
use crate::http::api::batches;
use crate::http::api::cases;
use crate::http::api::certificates;
use crate::http::api::consents;
use crate::http::api::export;
use crate::http::api::figures;
use crate::http::api::foreign_cases;
use crate::http::api::grants;
use crate::http::api::guardians;
use crate::http::api::health;
use crate::http::api::interfaces;
use crate::http::api::items;
use crate::http::api::mandates;
use crate::http::api::national;
use crate::http::api::notices;
use crate::http::api::people;
use crate::http::api::phones;
use crate::http::api::published;
use crate::http::api::published::JWT;
use crate::http::api::receipts;
use crate::http::api::retention;
use crate::http::api::show;
use crate::http::api::types;
use crate::http::api::uses;
use crate::http::api::verify;
use crate::http::body::Most;
use crate::http::door::door;
use crate::http::door::nowhere;
use crate::http::manner::Repeat;
use crate::http::manner::Verb;
use crate::http::manner::Who;
use crate::http::openapi;
use crate::http::pages;
use crate::http::pages::agency;
use crate::http::pages::assets;
use crate::http::pages::check;
use crate::http::pages::check::entry;
use crate::http::pages::dev;
use crate::http::pages::login;
use crate::http::pages::start;
use crate::http::pages::wallet;
use crate::http::pages::window;
use crate::http::pages::wishes;
use crate::http::problem::Refusal;
use crate::http::refusals::ASKING;
use crate::http::refusals::COPYING;
use crate::http::refusals::ISSUING;
use crate::http::refusals::PROPOSING;
use crate::http::refusals::USING;
use crate::http::reply::PDF;
use crate::http::row::Gives;
use crate::http::row::Parameter;
use crate::http::row::Row;
use crate::http::row::Success;
use crate::http::row::Takes;
use crate::http::row::shape;
use crate::http::shapes::acting::ChildRequest;
use crate::http::shapes::acting::GuardiansAnswer;
use crate::http::shapes::acting::MandateRequest;
use crate::http::shapes::acting::MandatesAnswer;
use crate::http::shapes::acting::NoticesAnswer;
use crate::http::shapes::acting::OrderRequest;
use crate::http::shapes::acting::OrdersAnswer;
use crate::http::shapes::acting::ProposedAnswer;
use crate::http::shapes::alarms::AlarmsAnswer;
use crate::http::shapes::alarms::SettleAlarmRequest;
use crate::http::shapes::answers::AliveAnswer;
use crate::http::shapes::answers::BatchAnswer;
use crate::http::shapes::answers::CardsAnswer;
use crate::http::shapes::answers::CredentialAnswer;
use crate::http::shapes::answers::CredentialsAnswer;
use crate::http::shapes::answers::DoneAnswer;
use crate::http::shapes::answers::IssuedAnswer;
use crate::http::shapes::answers::PictureVerdicts;
use crate::http::shapes::answers::RouteAnswer;
use crate::http::shapes::answers::RoutesAnswer;
use crate::http::shapes::answers::StandingAnswer;
use crate::http::shapes::cases::CasesAnswer;
use crate::http::shapes::cases::DecisionRequest;
use crate::http::shapes::cases::OpenCaseRequest;
use crate::http::shapes::cases::PersonRequest;
use crate::http::shapes::cases::PutCodeRequest;
use crate::http::shapes::cases::ReceiptsAnswer;
use crate::http::shapes::cases::VoidRequest;
use crate::http::shapes::cases::WithdrawCaseRequest;
use crate::http::shapes::codes::CodeAnswer;
use crate::http::shapes::consents::AnswerRequest;
use crate::http::shapes::consents::AskRequest;
use crate::http::shapes::consents::GiveRequest;
use crate::http::shapes::consents::OpenAskedRequest;
use crate::http::shapes::consents::PendingAnswer;
use crate::http::shapes::consents::SlipRequest;
use crate::http::shapes::documents::Document;
use crate::http::shapes::foreign_cases::CloseForeignCaseRequest;
use crate::http::shapes::foreign_cases::ForeignCaseRequest;
use crate::http::shapes::foreign_cases::ForeignCasesAnswer;
use crate::http::shapes::grants::GrantAnswer;
use crate::http::shapes::grants::GrantProposalsAnswer;
use crate::http::shapes::grants::GrantRequest;
use crate::http::shapes::interface::AskUseRequest;
use crate::http::shapes::interface::CopyGiven;
use crate::http::shapes::interface::QueryAnswer;
use crate::http::shapes::interface::QueryRequest;
use crate::http::shapes::interface::ValuesAnswer;
use crate::http::shapes::interface::ValuesRequest;
use crate::http::shapes::national::answers::NationalDataAnswer;
use crate::http::shapes::national::answers::NationalFileAnswer;
use crate::http::shapes::national::answers::NationalTypesAnswer;
use crate::http::shapes::national::answers::NationalValuesAnswer;
use crate::http::shapes::national::requests::NationalHolderRequest;
use crate::http::shapes::national::requests::NationalIdentifierRequest;
use crate::http::shapes::national::requests::NationalTypesRequest;
use crate::http::shapes::national::requests::NationalValuesRequest;
use crate::http::shapes::people::AccountMade;
use crate::http::shapes::people::AccountRequest;
use crate::http::shapes::people::AccountsAnswer;
use crate::http::shapes::people::LoginAnswer;
use crate::http::shapes::people::LoginRequest;
use crate::http::shapes::people::PasswordRequest;
use crate::http::shapes::people::SessionsAnswer;
use crate::http::shapes::people::SessionsEnded;
use crate::http::shapes::phones::LostPhoneAnswer;
use crate::http::shapes::phones::LostPhoneRequest;
use crate::http::shapes::receipts::ReceiptRequest;
use crate::http::shapes::requests::CatalogueRequest;
use crate::http::shapes::requests::CredentialRequest;
use crate::http::shapes::requests::IssueRequest;
use crate::http::shapes::requests::OfflineRequest;
use crate::http::shapes::requests::RebindRequest;
use crate::http::shapes::requests::RenewCodeRequest;
use crate::http::shapes::requests::RenewalRequest;
use crate::http::shapes::requests::ShowRequest;
use crate::http::shapes::requests::StatusRequest;
use crate::http::shapes::requests::VerifyRequest;
use crate::http::shapes::retention::DeletedAnswer;
use crate::http::shapes::retention::RetentionAnswer;
use crate::http::shapes::retention::RetentionRequest;
use crate::http::shapes::tasks::TaskAnswerRequest;
use crate::http::shapes::tasks::TasksAnswer;
use crate::http::shapes::uses::ObjectionAnswer;
use crate::http::shapes::uses::ObjectionRequest;
use crate::http::shapes::uses::UsesAnswer;
use crate::http::shapes::uses::UsesRequest;
use crate::http::streams::EVENTS;
use crate::http::subject::Subject;

const ANYBODY: Who = Who::Anybody;
const ISSUER: Who = Who::Roles(&[Role::Issuer]);
const ISSUER_OR_OPERATOR: Who = Who::Roles(&[Role::Issuer, Role::Operator]);
const HOLDER: Who = Who::Roles(&[Role::Holder]);
const OFFICER: Who = Who::Roles(&[Role::Window, Role::Operator]);
const HOLDER_OR_OFFICER: Who = Who::Roles(&[Role::Holder, Role::Window, Role::Operator]);
const SYSTEM: Who = Who::Roles(&[Role::System]);
const WINDOW: Who = Who::Roles(&[Role::Window]);
const COUNTER: Who = Who::Roles(&[Role::Window, Role::System]);
const OPERATOR: Who = Who::Roles(&[Role::Operator]);
/// Whoever may have logged in with a browser.
const PEOPLE: Who = Who::Roles(&[
    Role::Issuer,
    Role::Window,
    Role::Holder,
    Role::Operator,
    Role::Auditor,
]);
const SUPERVISOR: Who = Who::Roles(&[Role::Operator, Role::Auditor]);
/// Who may come into the console of agencies.
const CONSOLE: Who = Who::Roles(&[Role::Issuer, Role::Operator, Role::Auditor]);
/// Who may read what agencies can see: all of it, or the own agency's.
const SEEING: Who = Who::Roles(&[Role::System, Role::Operator, Role::Auditor]);
/// Who may read figures: everything, or what the own windows did.
const COUNTING: Who = Who::Roles(&[Role::Window, Role::Operator, Role::Auditor]);
const VERIFIER: Who = Who::Roles(&[
    Role::Public,
    Role::Issuer,
    Role::Window,
    Role::Holder,
    Role::System,
    Role::Operator,
    Role::Auditor,
]);

/// JSON bodies, unless a row says otherwise.
const KB256: usize = 256 * 1024;
const MB: usize = 1024 * 1024;
/// A form with a picture in it.
const PICTURE_FORM: u64 = 10 * 1024 * 1024 + 4096;
const PICTURE: Takes = Takes::Bytes(&["image/png", "image/jpeg"], 10 * 1024 * 1024);
const HTML: Gives = Gives::Media(pages::HTML);
const SIGNED: Gives = Gives::Media(JWT);
const OLDER: &[Parameter] = &[parameter("before", false, &[])];
const TRUTHS: &[&str] = &["true", "false"];
const BATCH: &[Parameter] = &[
    parameter("type", true, &[]),
    parameter("task", true, &["issue", "correct"]),
    parameter("dry_run", false, TRUTHS),
    parameter("stock", false, TRUTHS),
    parameter("all_or_nothing", false, TRUTHS),
    parameter("photos", false, TRUTHS),
];
const ITEMS: &[Parameter] = &[
    parameter("q", false, &[]),
    parameter("division", false, &[]),
    parameter("department", false, &[]),
    parameter("limit", false, &[]),
];
const PART: &[Parameter] = &[
    parameter("division", false, &[]),
    parameter("department", false, &[]),
];
const FIGURES: &[Parameter] = &[
    parameter("from", true, &[]),
    parameter("to", true, &[]),
    parameter("division", false, &[]),
    parameter("department", false, &[]),
    parameter("item", false, &[]),
    parameter("type", false, &[]),
];
const FIGURES_CSV: &[Parameter] = &[
    parameter("table", true, Table::NAMES),
    parameter("from", true, &[]),
    parameter("to", true, &[]),
    parameter("division", false, &[]),
    parameter("department", false, &[]),
    parameter("item", false, &[]),
    parameter("type", false, &[]),
];
const OVERVIEW_CSV: &[Parameter] = &[parameter("table", true, OverviewTable::NAMES)];
const VERSION: &[Parameter] = &[parameter("version", false, &[])];
const TIME: &[Parameter] = &[parameter("time", false, &[])];
const TIME_CASE: &[Parameter] = &[parameter("time", false, &[]), parameter("case", false, &[])];
const NUMBER: &[Parameter] = &[parameter("number", false, &[])];
const BACK: &[Parameter] = &[parameter("back", false, &[])];
const WHO: &[Parameter] = &[parameter("who", false, &[])];
const SEARCH: &[Parameter] = &[parameter("q", false, &[])];
const CASE: &[Parameter] = &[parameter("case", false, &[])];
const CHOOSING: &[Parameter] = &[
    parameter("q", false, &[]),
    parameter("all", false, &["1"]),
    parameter("items", false, &[]),
];
const CHOSEN: &[Parameter] = &[parameter("items", true, &[])];
const WORKING: &[Parameter] = &[parameter("m", false, &[]), parameter("done", false, &[])];
const NEW: &[Parameter] = &[parameter("new", false, &["1"])];
/// Forms of pages with some fields of text.
const FORM: u64 = 128 * 1024;
/// Why a decision about a material may be refused.
const DECIDING: &[R] = &[
    R::CaseClosed,
    R::WaivedBefore,
    R::NotAllowed,
    R::WrongStep,
    R::NeedsMatch,
    R::UsedUp,
    R::NotGoodNow,
    R::BadCause,
    R::Unproven,
];
const SCENARIO: &[Parameter] = &[parameter("scenario", false, &[])];

/// Every route.
pub static TABLE: LazyLock<Vec<Row>> = LazyLock::new(table);

#[rustfmt::skip]
fn table() -> Vec<Row> {
    use Verb::{Delete, Get, Post, Put};
    let document = || Gives::Json(shape::<Document>());
    let chapters = [
        (Subject::Service, vec![
            Row::new(Get, "/healthz", "alive", ANYBODY, Gives::Json(shape::<AliveAnswer>()), |r| r.to(health::alive)),
            Row::new(Get, "/readyz", "ready", ANYBODY, Gives::Json(shape::<Readiness>()), |r| r.to(health::ready)),
            Row::new(Get, "/metrics", "metrics", Who::AtTheMachineOr(&[Role::Operator, Role::Auditor]), Gives::Media(health::OPEN_METRICS), |r| r.to(health::metrics)),
        ]),
        (Subject::Pages, pages_for_all()),
        (Subject::Pages, wallet_pages()),
        (Subject::Pages, pages_for_developers()),
        (Subject::Pages, agency_console()),
        (Subject::Develop, vec![
            Row::new(Get, "/openapi.json", "openapi", ANYBODY, document(), |r| r.to(openapi::document)).public_file(),
            Row::new(Get, "/docs", "docs", ANYBODY, HTML, |r| r.to(pages::docs::docs)).page(),
            Row::new(Get, "/api/v1/types", "types", ANYBODY, document(), |r| r.to(types::list)).public_file(),
            Row::new(Get, "/api/v1/types/{type}", "form", ANYBODY, document(), |r| r.to(types::form)).public_file().refuses(&[R::UnknownType]),
            Row::new(Get, "/api/v1/types/{type}/template.xlsx", "template_xlsx", ANYBODY, Gives::Media(types::XLSX), |r| r.to(types::workbook)).public_file().refuses(&[R::UnknownType]),
            Row::new(Get, "/api/v1/types/{type}/template.csv", "template_csv", ANYBODY, Gives::Media(types::CSV), |r| r.to(types::csv)).public_file().refuses(&[R::UnknownType]),
            Row::new(Get, "/types/{type}/{version}", "type_metadata", ANYBODY, document(), |r| r.to(types::metadata)).public_file().refuses(&[R::UnknownType]),
            Row::new(Get, "/types/{type}/{version}/schema", "draft_schema", ANYBODY, document(), |r| r.to(types::draft_schema)).public_file().refuses(&[R::UnknownType]),
            Row::new(Get, "/types/{type}/{version}/answer-schema", "answer_schema", ANYBODY, document(), |r| r.to(types::answer_schema)).public_file().refuses(&[R::UnknownType]),
        ]),
        (Subject::Items, vec![
            Row::new(Get, "/api/v1/items", "items", ANYBODY, Gives::Json(shape::<ItemsFound>()), |r| r.to(items::find)).query(ITEMS).public_file(),
            Row::new(Get, "/api/v1/items/list", "item_list", ANYBODY, Gives::Json(shape::<ItemList>()), |r| r.to(items::list)).query(PART).public_file(),
            Row::new(Get, "/api/v1/items/list.csv", "item_list_csv", ANYBODY, Gives::Media(items::CSV), |r| r.to(items::list_csv)).query(PART).public_file(),
            Row::new(Get, "/api/v1/items/{item}", "item", ANYBODY, Gives::Json(shape::<ItemShown>()), |r| r.to(items::one)).query(VERSION).public_file().refuses(&[R::UnknownItem, R::NotFound]),
            Row::new(Get, "/api/v1/items/{item}/checklist", "item_checklist", ANYBODY, Gives::Json(shape::<ItemChecklist>()), |r| r.to(items::checklist)).query(SCENARIO).public_file().refuses(&[R::UnknownItem, R::UnknownScenario, R::NotFound]),
            Row::new(Get, "/items/{item}", "item_page", ANYBODY, HTML, |r| r.to(pages::items::item)).page().query(SCENARIO).refuses(&[R::UnknownItem, R::UnknownScenario, R::NotFound]),
        ]),
        (Subject::Check, vec![
            Row::new(Get, "/status/{list}", "status_list", ANYBODY, Gives::Media(published::STATUS_LIST), |r| r.to(published::status_list)).public_file().refuses(&[R::NotFound]),
            Row::new(Get, "/.well-known/mianzheng/trust-list", "trust_list", ANYBODY, SIGNED, |r| r.to(published::trust_list)).public_file().refuses(&[R::NotFound]),
            Row::new(Get, "/.well-known/mianzheng/revocation-list", "revocation_list", ANYBODY, SIGNED, |r| r.to(published::revocation_list)).public_file().refuses(&[R::NotFound]),
            Row::new(Get, "/.well-known/did.json", "service_did", ANYBODY, document(), |r| r.to(published::service_did)).public_file(),
            Row::new(Get, "/a/{agency}/did.json", "agency_did", ANYBODY, document(), |r| r.to(published::agency_did)).public_file().refuses(&[R::NotFound]),
            Row::new(Get, "/.well-known/jwks.json", "jwks", ANYBODY, document(), |r| r.to(published::jwks)).public_file(),
            Row::new(Get, "/.well-known/jwt-vc-issuer", "service_issuer", ANYBODY, document(), |r| r.to(published::service_issuer)).public_file(),
            Row::new(Get, "/.well-known/jwt-vc-issuer/a/{agency}", "agency_issuer", ANYBODY, document(), |r| r.to(published::agency_issuer)).public_file().refuses(&[R::NotFound]),
            Row::new(Get, "/api/v1/bundle", "bundle", ANYBODY, SIGNED, |r| r.to(published::offline_bundle)).public_file().refuses(&[R::Setup]),
        ]),
        (Subject::Verify, vec![
            Row::new(Post, "/api/v1/verify", "verify", VERIFIER, Gives::Json(shape::<Verdict>()), |r| r.to(verify::verify)).query(TIME_CASE).takes(Takes::Json(shape::<VerifyRequest>(), KB256)).repeatable().refuses(&[R::Setup, R::NotFound, R::FutureTime, R::BeforeRecord]),
            Row::new(Post, "/api/v1/verify/picture", "verify_picture", VERIFIER, Gives::Json(shape::<PictureVerdicts>()), |r| r.to(verify::picture)).takes(PICTURE).repeatable().refuses(&[R::BadPicture, R::Setup]),
            Row::new(Get, "/check", "check_page", ANYBODY, HTML, |r| r.to(entry::ask)).page(),
            Row::new(Post, "/check", "check_code", ANYBODY, HTML, |r| r.to(entry::answer)).form(8192),
            Row::new(Post, "/check/picture", "check_picture", ANYBODY, HTML, |r| r.to(entry::picture)).form(PICTURE_FORM),
            Row::new(Get, "/L/{code}", "live_page", ANYBODY, HTML, |r| r.to(check::live)).page(),
            Row::new(Get, "/V/{reference}", "printed_page_qr", ANYBODY, HTML, |r| r.to(check::printed)).page(),
            Row::new(Get, "/v/{reference}", "printed_page", ANYBODY, HTML, |r| r.to(check::printed)).page(),
            Row::new(Post, "/api/v1/receipts/verify", "verify_receipt", VERIFIER, Gives::Json(shape::<ReceiptVerdict>()), |r| r.to(receipts::verify)).takes(Takes::Json(shape::<ReceiptRequest>(), 2 * KB256)).repeatable().refuses(&[R::Setup]),
            Row::new(Get, "/P/{receipt}", "receipt_page_qr", ANYBODY, HTML, |r| r.to(check::receipt)).page(),
            Row::new(Get, "/p/{receipt}", "receipt_page", ANYBODY, HTML, |r| r.to(check::receipt)).page(),
        ]),
        (Subject::Issue, vec![
            Row::new(Post, "/api/v1/certificates", "issue", ISSUER, Gives::Json(shape::<IssuedAnswer>()), |r| r.to(certificates::issue)).takes(Takes::Json(shape::<IssueRequest>(), 8 * MB)).keyed().success(Success::Created).refuses(ISSUING),
            Row::new(Get, "/api/v1/certificates/{identifier}", "own_certificate", ISSUER_OR_OPERATOR, Gives::Json(shape::<OwnCertificate>()), |r| r.to(certificates::look_up)).query(TIME).refuses(&[R::NotFound, R::FutureTime, R::BeforeRecord]),
            Row::new(Post, "/api/v1/certificates/{identifier}/renewals", "renew", ISSUER, Gives::Json(shape::<IssuedAnswer>()), |r| r.to(certificates::renew)).takes(Takes::Json(shape::<RenewalRequest>(), 8 * MB)).keyed().success(Success::Created).refuses(&[R::NotFound, R::Ended, R::Suspended, R::MayNotIssue, R::HolderChanged, R::BadDraft, R::Differs, R::KeyReused, R::NoIssuingKey, R::BadPicture, R::ClockStepped]),
            Row::new(Post, "/api/v1/certificates/{identifier}/status", "change_status", ISSUER_OR_OPERATOR, Gives::Json(shape::<StandingAnswer>()), |r| r.to(certificates::change)).takes(Takes::Json(shape::<StatusRequest>(), KB256)).keyed().refuses(&[R::NotFound, R::WrongStep, R::BadDraft, R::BadCause, R::KeyReused]),
            Row::new(Post, "/api/v1/certificates/{identifier}/rebinding", "rebind", ISSUER, Gives::Json(shape::<DoneAnswer>()), |r| r.to(certificates::rebind)).takes(Takes::Json(shape::<RebindRequest>(), KB256)).keyed().refuses(&[R::NotFound, R::WrongStep, R::BadCause, R::KeyReused]),
            Row::new(Put, "/api/v1/certificates/{identifier}/pictures/{field}", "add_picture", ISSUER, Gives::Json(shape::<DoneAnswer>()), |r| r.to(certificates::picture)).takes(PICTURE).keyed().refuses(&[R::NotFound, R::NoSuchField, R::BadPicture, R::KeyReused]),
            Row::new(Post, "/api/v1/batches", "send_batch", ISSUER, Gives::Json(shape::<BatchAnswer>()), |r| r.to(batches::receive)).query(BATCH).takes(Takes::Bytes(&["text/csv", types::XLSX], SHEET_BYTES)).keyed().success(Success::Accepted).refuses(&[R::UnknownType, R::MayNotIssue, R::BadFile, R::TooManyTogether, R::KeyReused]),
            Row::new(Put, "/api/v1/batches/{batch}/photos", "send_photos", ISSUER, Gives::Json(shape::<BatchAnswer>()), |r| r.to(batches::photos)).takes(Takes::Bytes(&["application/zip"], PHOTOS_BYTES)).keyed().success(Success::Accepted).refuses(&[R::NotFound, R::WrongStep, R::BadFile, R::TooManyTogether, R::KeyReused]),
            Row::new(Get, "/api/v1/batches/{batch}", "batch", ISSUER_OR_OPERATOR, Gives::Json(shape::<BatchStanding>()), |r| r.to(batches::standing)).refuses(&[R::NotFound]),
            Row::new(Get, "/api/v1/batches/{batch}/results", "batch_results", ISSUER, Gives::Media("text/csv"), |r| r.to(batches::results)).refuses(&[R::NotFound]),
            Row::new(Get, "/api/v1/batches/{batch}/errors", "batch_errors", ISSUER, Gives::Media("text/csv"), |r| r.to(batches::errors)).refuses(&[R::NotFound]),
            Row::new(Get, "/api/v1/batches/{batch}/differs", "batch_differs", ISSUER, document(), |r| r.to(batches::differs)).refuses(&[R::NotFound]),
        ]),
        (Subject::Hold, wallet()),
        (Subject::Act, acting_for_others()),
        (Subject::Case, counter()),
        (Subject::Pages, window_pages()),
        (Subject::Use, interface()),
        (Subject::Use, cases_of_others()),
        (Subject::Use, national_operations()),
        (Subject::People, people_who_log_in()),
        (Subject::Operate, vec![
            Row::new(Post, "/api/v1/catalogue", "load_catalogue", OPERATOR, Gives::Json(shape::<Loaded>()), |r| r.to(admin::load)).takes(Takes::Json(shape::<CatalogueRequest>(), 32 * MB)).keyed().refuses(&[R::BadDefinition, R::KeyReused]),
            Row::new(Get, "/api/v1/credentials", "credentials", OPERATOR, Gives::Json(shape::<CredentialsAnswer>()), |r| r.to(admin::credentials)),
            Row::new(Post, "/api/v1/credentials", "give_credential", OPERATOR, Gives::Json(shape::<CredentialAnswer>()), |r| r.to(admin::give_credential)).takes(Takes::Json(shape::<CredentialRequest>(), KB256)).keyed().success(Success::Created).refuses(&[R::UnknownAgency, R::KeyReused]),
            Row::new(Delete, "/api/v1/credentials/{credential}", "take_credential", OPERATOR, Gives::Json(shape::<DoneAnswer>()), |r| r.to(admin::take_credential)).keyed().refuses(&[R::KeyReused, R::NotFound]),
            Row::new(Get, "/api/v1/retention", "retention", Who::Roles(&[Role::Operator, Role::Auditor]), Gives::Json(shape::<RetentionAnswer>()), |r| r.to(retention::show)),
            Row::new(Post, "/api/v1/retention", "run_retention", OPERATOR, Gives::Json(shape::<DeletedAnswer>()), |r| r.to(retention::run)).takes(Takes::Json(shape::<RetentionRequest>(), KB256)).repeatable().refuses(&[R::ShownDiffers]),
            Row::new(Get, "/api/v1/routes", "routes", Who::Roles(&[Role::Operator, Role::Auditor]), Gives::Json(shape::<RoutesAnswer>()), |r| r.to(admin::routes)),
        ]),
        (Subject::Operate, grants_of_agencies()),
        (Subject::Operate, odd_uses()),
    ];
    let rows = chapters.into_iter().flat_map(|(subject, rows)| rows.into_iter().map(move |row| row.about(subject)));
    rows.collect()
}

/// The chapter of other systems: one interface per type.
#[rustfmt::skip]
fn interface() -> Vec<Row> {
    use Verb::{Get, Post};
    let document = || Gives::Json(shape::<Document>());
    vec![
        Row::new(Get, "/api/v1/interfaces", "interfaces", ANYBODY, document(), |r| r.to(interfaces::directory)).public_file(),
        Row::new(Get, "/api/v1/interfaces/{type}", "contract", VERIFIER, document(), |r| r.to(interfaces::contract)).refuses(&[R::UnknownType]),
        Row::new(Get, "/api/v1/interfaces/{type}/openapi.json", "interface_openapi", ANYBODY, document(), |r| r.to(interfaces::openapi)).public_file().refuses(&[R::UnknownType]),
        Row::new(Post, "/api/v1/interfaces/{type}/query", "query", SYSTEM, Gives::Json(shape::<QueryAnswer>()), |r| r.to(interfaces::query)).takes(Takes::Json(shape::<QueryRequest>(), KB256)).repeatable().refuses(USING),
        Row::new(Post, "/api/v1/interfaces/{type}/verify", "verify_values", SYSTEM, Gives::Json(shape::<ValuesAnswer>()), |r| r.to(interfaces::verify)).takes(Takes::Json(shape::<ValuesRequest>(), KB256)).repeatable().refuses(USING).and_refuses(&[R::NoSuchField]),
        Row::new(Post, "/api/v1/interfaces/{type}/file", "make_copy", SYSTEM, Gives::Json(shape::<CopyGiven>()), |r| r.to(interfaces::copy)).takes(Takes::Json(shape::<QueryRequest>(), KB256)).repeatable().refuses(USING).and_refuses(&[R::SeveralCertificates, R::OnlyRelayed, R::NotGoodNow, R::CodeTooLarge, R::Setup]),
        Row::new(Post, "/api/v1/interfaces/{type}/requests", "ask_use", SYSTEM, Gives::Json(shape::<ConsentAsked>()), |r| r.to(interfaces::ask)).takes(Takes::Json(shape::<AskUseRequest>(), KB256)).repeatable().success(Success::Created).refuses(ASKING),
        Row::new(Get, "/api/v1/interfaces/{type}/requests/{request}", "use_request", SYSTEM, Gives::Json(shape::<Standing>()), |r| r.to(interfaces::standing)).refuses(&[R::UnknownType, R::NotFound]),
        Row::new(Get, "/api/v1/interfaces/{type}/requests/{request}/events", "use_events", SYSTEM, Gives::Media(EVENTS), |r| r.to(interfaces::events)).refuses(&[R::UnknownType, R::NotFound, R::CredentialEnded]),
        Row::new(Get, "/F/{link}", "take_copy", ANYBODY, Gives::Media(PDF), |r| r.to(interfaces::take_copy)).refuses(&[R::NotFound, R::Setup]),
    ]
}

/// The operations of the national interface, where they are switched on.
#[rustfmt::skip]
fn national_operations() -> Vec<Row> {
    let post = |path, name, gives, to| Row::new(Verb::Post, path, name, SYSTEM, gives, to).repeatable().national();
    let data = || Gives::Json(shape::<NationalDataAnswer>());
    let copy = || Gives::Json(shape::<NationalFileAnswer>());
    let of_holder = || Takes::Json(shape::<NationalHolderRequest>(), KB256);
    let of_one = || Takes::Json(shape::<NationalIdentifierRequest>(), KB256);
    vec![
        post("/national/v1/types", "national_types", Gives::Json(shape::<NationalTypesAnswer>()), |r| r.to(national::types)).takes(Takes::Json(shape::<NationalTypesRequest>(), KB256)),
        post("/national/v1/retrieval/by-holder", "national_retrieval", data(), |r| r.to(national::retrieve)).takes(of_holder()).refuses(USING).and_refuses(&[R::NoSuchField]),
        post("/national/v1/data/by-identifier", "national_data_of_one", data(), |r| r.to(national::data_by_identifier)).takes(of_one()).refuses(USING).and_refuses(&[R::NoSuchField]),
        post("/national/v1/data/by-holder", "national_data", data(), |r| r.to(national::data_by_holder)).takes(of_holder()).refuses(USING).and_refuses(&[R::NoSuchField]),
        post("/national/v1/files/by-identifier", "national_file_of_one", copy(), |r| r.to(national::file_by_identifier)).takes(of_one()).refuses(USING).and_refuses(COPYING),
        post("/national/v1/files/by-holder", "national_file", copy(), |r| r.to(national::file_by_holder)).takes(of_holder()).refuses(USING).and_refuses(COPYING),
        post("/national/v1/verification/by-holder", "national_verification", Gives::Json(shape::<NationalValuesAnswer>()), |r| r.to(national::verify)).takes(Takes::Json(shape::<NationalValuesRequest>(), KB256)).refuses(USING).and_refuses(&[R::NoSuchField]),
    ]
}

/// The chapter of the holder's phone.
#[rustfmt::skip]
fn wallet() -> Vec<Row> {
    use Verb::{Get, Post};
    let code = || Gives::Picture(shape::<CodeAnswer>());
    let consent = || Gives::Json(shape::<ConsentView>());
    vec![
        Row::new(Get, "/api/v1/cards", "cards", HOLDER, Gives::Json(shape::<CardsAnswer>()), |r| r.to(show::cards)),
        Row::new(Post, "/api/v1/shows", "show", HOLDER, code(), |r| r.to(show::show)).takes(Takes::Json(shape::<ShowRequest>(), KB256)).keyed().refuses(&[R::NotFound, R::NoSuchField, R::WrongStep, R::GuardianNeeded, R::GuardianEnded, R::KeyReused]),
        Row::new(Post, "/api/v1/asking-codes", "be_asked", HOLDER, code(), |r| r.to(show::be_asked)).keyed().refuses(&[R::KeyReused]),
        Row::new(Post, "/api/v1/shows/{session}/codes", "renew_code", HOLDER, code(), |r| r.to(show::renew)).takes(Takes::Json(shape::<RenewCodeRequest>(), KB256)).repeatable().refuses(&[R::NotFound, R::WrongStep, R::GuardianEnded, R::ConsentLate, R::ConsentRefused, R::CaseClosed]),
        Row::new(Get, "/api/v1/shows/{session}", "show_standing", HOLDER, Gives::Json(shape::<ShowStanding>()), |r| r.to(show::standing)).refuses(&[R::NotFound]),
        Row::new(Post, "/api/v1/cards/{identifier}/offline-codes", "offline_code", HOLDER, code(), |r| r.to(show::offline)).takes(Takes::Json(shape::<OfflineRequest>(), KB256)).keyed().refuses(&[R::KeyReused, R::NotFound, R::NoSuchField, R::GuardianNeeded, R::GuardianEnded, R::CodeTooLarge]),
        Row::new(Get, "/api/v1/uses", "uses", HOLDER, Gives::Paper(shape::<UsesAnswer>()), |r| r.to(uses::mine)).query(OLDER),
        Row::new(Get, "/api/v1/export", "export", HOLDER, Gives::Json(shape::<Document>()), |r| r.to(export::mine)),
        Row::new(Post, "/api/v1/phone-losses", "lost_phone", HOLDER, Gives::Json(shape::<LostPhoneAnswer>()), |r| r.to(phones::mine)).keyed().refuses(&[R::KeyReused]),
        Row::new(Post, "/api/v1/uses/{record}/objection", "object", HOLDER, Gives::Json(shape::<ObjectionAnswer>()), |r| r.to(uses::object)).takes(Takes::Json(shape::<ObjectionRequest>(), KB256)).keyed().success(Success::Created).refuses(&[R::NotFound, R::BadCause, R::KeyReused]),
        Row::new(Get, "/api/v1/requests", "pending_cases", HOLDER, Gives::Json(shape::<PendingAnswer>()), |r| r.to(consents::pending)),
        Row::new(Post, "/api/v1/requests", "open_asked", HOLDER, Gives::Json(shape::<CaseAsks>()), |r| r.to(consents::open)).takes(Takes::Json(shape::<OpenAskedRequest>(), KB256)).repeatable().success(Success::Created).refuses(&[R::NotOfCase, R::CaseClosed, R::NothingAsked, R::GuardianNeeded, R::GuardianEnded, R::MandateEnded, R::OutOfScope]),
        Row::new(Post, "/api/v1/requests/{code}/codes", "give_by_code", HOLDER, code(), |r| r.to(consents::give)).takes(Takes::Json(shape::<GiveRequest>(), KB256)).keyed().refuses(&[R::NotFound, R::OtherHolder, R::ConsentLate, R::WrongStep, R::CaseClosed, R::OverAsking, R::NothingAsked, R::NotGoodNow, R::Setup, R::KeyReused]),
        Row::new(Get, "/api/v1/requests/{code}", "request", HOLDER, consent(), |r| r.to(consents::read)).refuses(&[R::NotFound, R::OtherHolder]),
        Row::new(Post, "/api/v1/requests/{code}/answer", "answer_request", HOLDER, consent(), |r| r.to(consents::answer)).takes(Takes::Json(shape::<AnswerRequest>(), KB256)).repeatable().refuses(&[R::NotFound, R::OtherHolder, R::ConsentLate, R::WrongStep, R::CaseClosed, R::Setup]),
        Row::new(Post, "/api/v1/requests/{code}/withdrawal", "withdraw_consent", HOLDER, consent(), |r| r.to(consents::withdraw)).repeatable().refuses(&[R::NotFound, R::OtherHolder, R::WrongStep, R::Setup]),
        Row::new(Post, "/api/v1/cards/{identifier}/printed-codes", "printed_code", Who::Roles(&[Role::Holder, Role::Issuer]), code(), |r| r.to(show::printed)).repeatable().refuses(&[R::NotFound, R::WrongStep, R::GuardianNeeded, R::GuardianEnded, R::CodeTooLarge]),
    ]
}

/// The chapter of the window.
#[rustfmt::skip]
fn counter() -> Vec<Row> {
    use Verb::{Get, Post};
    let case = || Gives::Json(shape::<CaseView>());
    vec![
        Row::new(Post, "/api/v1/cases", "open_case", COUNTER, case(), |r| r.to(cases::open)).takes(Takes::Json(shape::<OpenCaseRequest>(), KB256)).keyed().success(Success::Created).refuses(&[R::UnknownItem, R::KeyReused]),
        Row::new(Get, "/api/v1/cases", "cases", COUNTER, Gives::Json(shape::<CasesAnswer>()), |r| r.to(cases::today)),
        Row::new(Get, "/api/v1/cases/{case}", "case", COUNTER, case(), |r| r.to(cases::look)).refuses(&[R::NotFound]),
        Row::new(Post, "/api/v1/cases/{case}/people", "name_person", COUNTER, case(), |r| r.to(cases::name_person)).takes(Takes::Json(shape::<PersonRequest>(), KB256)).keyed().refuses(&[R::NotFound, R::CaseClosed, R::KeyReused]),
        Row::new(Post, "/api/v1/cases/{case}/people/{person}/confirmation", "confirm_person", COUNTER, case(), |r| r.to(cases::confirm_person)).keyed().refuses(&[R::NotFound, R::CaseClosed, R::SecondOfficer, R::WrongStep, R::KeyReused]),
        Row::new(Post, "/api/v1/cases/{case}/codes", "put_code", COUNTER, Gives::Json(shape::<CodeOutcome>()), |r| r.to(cases::put_code)).takes(Takes::Json(shape::<PutCodeRequest>(), KB256)).keyed().refuses(&[R::NotFound, R::CaseClosed, R::Setup, R::KeyReused]),
        Row::new(Post, "/api/v1/cases/{case}/requests", "ask_holder", COUNTER, Gives::Json(shape::<ConsentAsked>()), |r| r.to(consents::ask)).takes(Takes::Json(shape::<AskRequest>(), KB256)).repeatable().success(Success::Created).refuses(&[R::NotFound, R::CaseClosed, R::Unproven, R::OverAsking, R::WrongStep]),
        Row::new(Get, "/api/v1/cases/{case}/requests/{consent}", "request_standing", COUNTER, Gives::Json(shape::<ConsentStanding>()), |r| r.to(consents::standing)).refuses(&[R::NotFound]),
        Row::new(Post, "/api/v1/cases/{case}/slips", "authorise_in_person", COUNTER, case(), |r| r.to(cases::slip)).takes(Takes::Json(shape::<SlipRequest>(), KB256)).keyed().refuses(&[R::NotFound, R::CaseClosed, R::BadSlip, R::NeedsMatch, R::Unproven, R::OverAsking, R::WrongStep, R::KeyReused]),
        Row::new(Post, "/api/v1/cases/{case}/decisions", "decide", COUNTER, case(), |r| r.to(cases::decide)).takes(Takes::Json(shape::<DecisionRequest>(), KB256)).keyed().refuses(&[R::NotFound, R::CaseClosed, R::WaivedBefore, R::NotAllowed, R::WrongStep, R::NeedsMatch, R::UsedUp, R::NotGoodNow, R::BadCause, R::Unproven, R::KeyReused]),
        Row::new(Post, "/api/v1/cases/{case}/closing", "close_case", COUNTER, case(), |r| r.to(cases::close)).keyed().refuses(&[R::NotFound, R::CaseClosed, R::MaterialsOpen, R::Setup, R::KeyReused]),
        Row::new(Post, "/api/v1/cases/{case}/withdrawal", "withdraw_case", COUNTER, case(), |r| r.to(cases::withdraw)).takes(Takes::Json(shape::<WithdrawCaseRequest>(), KB256)).keyed().refuses(&[R::NotFound, R::CaseClosed, R::BadCause, R::KeyReused]),
        Row::new(Get, "/api/v1/cases/{case}/receipts", "receipts", COUNTER, Gives::Json(shape::<ReceiptsAnswer>()), |r| r.to(receipts::all)).query(TIME).refuses(&[R::NotFound, R::FutureTime, R::BeforeRecord]),
        Row::new(Post, "/api/v1/cases/{case}/receipts/voiding", "void_receipt", COUNTER, case(), |r| r.to(receipts::void)).takes(Takes::Json(shape::<VoidRequest>(), KB256)).keyed().refuses(&[R::NotFound, R::WrongStep, R::CaseClosed, R::BadCause, R::KeyReused]),
        Row::new(Get, "/api/v1/cases/{case}/receipts/{receipt}", "receipt", COUNTER, Gives::Paper(shape::<ReceiptView>()), |r| r.to(receipts::one)).refuses(&[R::NotFound, R::Setup]),
        Row::new(Post, "/api/v1/uses/lookups", "uses_at_window", Who::Roles(&[Role::Window]), Gives::Paper(shape::<UsesAnswer>()), |r| r.to(uses::at_the_window)).takes(Takes::Json(shape::<UsesRequest>(), KB256)).repeatable().refuses(&[R::NeedsMatch]),
        Row::new(Post, "/api/v1/phone-losses/window", "lost_phone_at_window", Who::Roles(&[Role::Window, Role::Operator]), Gives::Json(shape::<LostPhoneAnswer>()), |r| r.to(phones::at_the_window)).takes(Takes::Json(shape::<LostPhoneRequest>(), KB256)).keyed().refuses(&[R::NeedsMatch, R::KeyReused]),
        Row::new(Get, "/api/v1/figures", "figures", COUNTING, Gives::Json(shape::<Figures>()), |r| r.to(figures::all)).query(FIGURES).refuses(&[R::UnknownType]),
        Row::new(Get, "/api/v1/figures.csv", "figures_csv", COUNTING, Gives::Media(items::CSV), |r| r.to(figures::csv)).query(FIGURES_CSV).refuses(&[R::UnknownType]),
        Row::new(Get, "/api/v1/tasks", "tasks", ISSUER, Gives::Json(shape::<TasksAnswer>()), |r| r.to(consents::tasks)),
        Row::new(Post, "/api/v1/tasks/{task}/answer", "answer_task", ISSUER, Gives::Json(shape::<DoneAnswer>()), |r| r.to(consents::answer_task)).takes(Takes::Json(shape::<TaskAnswerRequest>(), KB256)).keyed().refuses(&[R::NotFound, R::WrongStep, R::BadCause, R::KeyReused]),
    ]
}

/// The console of agencies that issue.
#[rustfmt::skip]
fn agency_console() -> Vec<Row> {
    use Verb::Get;
    vec![
        Row::new(Get, "/agency", "agency_overview", CONSOLE, HTML, |r| r.to(agency::overview::show)).page(),
        Row::new(Get, "/agency/overview.csv", "agency_overview_csv", CONSOLE, Gives::Media(items::CSV), |r| r.to(agency::overview::csv)).page().query(OVERVIEW_CSV),
    ]
}

/// Who acts for whom, and what holders are told.
#[rustfmt::skip]
fn acting_for_others() -> Vec<Row> {
    use Verb::{Delete, Get, Post};
    vec![
        Row::new(Get, "/api/v1/mandates", "mandates", HOLDER_OR_OFFICER, Gives::Json(shape::<MandatesAnswer>()), |r| r.to(mandates::list)),
        Row::new(Post, "/api/v1/mandates", "propose_mandate", HOLDER_OR_OFFICER, Gives::Json(shape::<ProposedAnswer>()), |r| r.to(mandates::propose)).takes(Takes::Json(shape::<MandateRequest>(), KB256)).keyed().success(Success::Created).refuses(PROPOSING),
        Row::new(Post, "/api/v1/mandates/{mandate}/confirmation", "confirm_mandate", HOLDER_OR_OFFICER, Gives::Json(shape::<DoneAnswer>()), |r| r.to(mandates::confirm)).keyed().refuses(&[R::NotFound, R::NotConfirmed, R::SecondPerson, R::MandateStep, R::MandateEnded, R::OutOfScope, R::KeyReused]),
        Row::new(Delete, "/api/v1/mandates/{mandate}", "end_mandate", HOLDER_OR_OFFICER, Gives::Json(shape::<DoneAnswer>()), |r| r.to(mandates::end)).keyed().refuses(&[R::NotFound, R::MandateStep, R::KeyReused]),
        Row::new(Post, "/api/v1/guardians", "guardians", Who::Roles(&[Role::Holder, Role::Window, Role::Operator, Role::Auditor]), Gives::Json(shape::<GuardiansAnswer>()), |r| r.to(guardians::look_up)).takes(Takes::Json(shape::<ChildRequest>(), KB256)).repeatable().refuses(&[R::NotFound]),
        Row::new(Get, "/api/v1/guardians/orders", "orders", OFFICER, Gives::Json(shape::<OrdersAnswer>()), |r| r.to(guardians::waiting)),
        Row::new(Post, "/api/v1/guardians/orders", "propose_order", OFFICER, Gives::Json(shape::<ProposedAnswer>()), |r| r.to(guardians::propose)).takes(Takes::Json(shape::<OrderRequest>(), KB256)).keyed().success(Success::Created).refuses(&[R::BadCause, R::NoGuardian, R::KeyReused]),
        Row::new(Post, "/api/v1/guardians/orders/{order}/confirmation", "confirm_order", OFFICER, Gives::Json(shape::<DoneAnswer>()), |r| r.to(guardians::confirm)).keyed().refuses(&[R::NotFound, R::SecondPerson, R::MandateStep, R::KeyReused]),
        Row::new(Delete, "/api/v1/guardians/orders/{order}", "withdraw_order", OFFICER, Gives::Json(shape::<DoneAnswer>()), |r| r.to(guardians::withdraw)).keyed().refuses(&[R::NotFound, R::MandateStep, R::KeyReused]),
        Row::new(Get, "/api/v1/notices", "notices", HOLDER, Gives::Json(shape::<NoticesAnswer>()), |r| r.to(notices::list)),
        Row::new(Post, "/api/v1/notices/{notice}/reading", "read_notice", HOLDER, Gives::Json(shape::<DoneAnswer>()), |r| r.to(notices::mark_read)).repeatable().refuses(&[R::NotFound]),
    ]
}

/// Pages that belong to nobody's work, and what all pages load.
#[rustfmt::skip]
fn pages_for_all() -> Vec<Row> {
    use Verb::{Get, Post};
    vec![
        Row::new(Get, "/", "start_page", ANYBODY, HTML, |r| r.to(start::start)).page(),
        Row::new(Get, "/login", "login_page", ANYBODY, HTML, |r| r.to(login::ask)).page().query(BACK),
        Row::new(Post, "/login", "login", ANYBODY, HTML, |r| r.to(login::begin)).form(4096).refuses(&[R::LoginWrong, R::CodeNeeded, R::LoginLocked, R::CrossOrigin]),
        Row::new(Post, "/logout", "logout", PEOPLE, HTML, |r| r.to(login::end)).form(0).refuses(&[R::NotFound]),
        Row::new(Get, "/lang/{lang}", "wish_language", ANYBODY, HTML, |r| r.to(wishes::language)).page().query(BACK),
        Row::new(Get, "/text/{size}", "wish_size", ANYBODY, HTML, |r| r.to(wishes::size)).page().query(BACK),
        Row::new(Get, "/assets/{digest}/{name:.+}", "asset", ANYBODY, Gives::Media("*/*"), |r| r.to(assets::asset)).page(),
    ]
}

/// Logging in and out, and accounts.
#[rustfmt::skip]
fn people_who_log_in() -> Vec<Row> {
    use Verb::{Delete, Get, Post, Put};
    let done = || Gives::Json(shape::<DoneAnswer>());
    vec![
        Row::new(Post, "/api/v1/session", "log_in", ANYBODY, Gives::Json(shape::<LoginAnswer>()), |r| r.to(people::begin)).takes(Takes::Json(shape::<LoginRequest>(), KB256)).repeatable().success(Success::Created).refuses(&[R::LoginWrong, R::CodeNeeded, R::LoginLocked, R::CrossOrigin]),
        Row::new(Delete, "/api/v1/session", "log_out", PEOPLE, done(), |r| r.to(people::end)).repeatable().refuses(&[R::NotFound]),
        Row::new(Get, "/api/v1/sessions", "sessions", PEOPLE, Gives::Json(shape::<SessionsAnswer>()), |r| r.to(people::sessions)),
        Row::new(Delete, "/api/v1/sessions", "log_out_everywhere", PEOPLE, Gives::Json(shape::<SessionsEnded>()), |r| r.to(people::end_all)).repeatable().refuses(&[R::NotFound]),
        Row::new(Delete, "/api/v1/sessions/{login}", "end_session", PEOPLE, done(), |r| r.to(people::end_one)).repeatable().refuses(&[R::NotFound]),
        Row::new(Get, "/api/v1/accounts", "accounts", OPERATOR, Gives::Json(shape::<AccountsAnswer>()), |r| r.to(people::list)),
        Row::new(Post, "/api/v1/accounts", "add_account", OPERATOR, Gives::Json(shape::<AccountMade>()), |r| r.to(people::add)).takes(Takes::Json(shape::<AccountRequest>(), KB256)).repeatable().success(Success::Created).refuses(&[R::AccountTaken, R::BadPassword, R::UnknownAgency]),
        Row::new(Put, "/api/v1/accounts/{account}/password", "set_password", OPERATOR, done(), |r| r.to(people::set_password)).takes(Takes::Json(shape::<PasswordRequest>(), KB256)).repeatable().refuses(&[R::NotFound, R::BadPassword]),
        Row::new(Delete, "/api/v1/accounts/{account}", "disable_account", OPERATOR, done(), |r| r.to(people::disable)).repeatable().refuses(&[R::NotFound]),
    ]
}

/// The wallet on a holder's phone.
#[rustfmt::skip]
fn wallet_pages() -> Vec<Row> {
    use Verb::{Get, Post};
    const FORM: u64 = wallet::FORM_BYTES;
    const OPENED: &[R] = &[R::NotOfCase, R::CaseClosed, R::NothingAsked, R::GuardianNeeded, R::GuardianEnded, R::MandateEnded, R::OutOfScope];
    const SHOWN: &[R] = &[R::NotFound, R::WrongStep, R::GuardianEnded, R::ConsentLate, R::ConsentRefused, R::CaseClosed];
    vec![
        Row::new(Get, "/w", "wallet_home", HOLDER, HTML, |r| r.to(wallet::home::home)).page().query(WHO).refuses(&[R::NotFound]),
        Row::new(Get, "/w/show", "wallet_pick", HOLDER, HTML, |r| r.to(wallet::choose::pick)).page(),
        Row::new(Post, "/w/show", "wallet_show_several", HOLDER, HTML, |r| r.to(wallet::choose::several)).form(FORM).refuses(&[R::NotFound, R::NoSuchField, R::GuardianNeeded, R::GuardianEnded, R::KeyReused]),
        Row::new(Get, "/w/cards/{card}/show", "wallet_choose", HOLDER, HTML, |r| r.to(wallet::choose::fields)).page().refuses(&[R::NotFound, R::GuardianNeeded, R::GuardianEnded]),
        Row::new(Post, "/w/cards/{card}/show", "wallet_show", HOLDER, HTML, |r| r.to(wallet::choose::one)).form(FORM).refuses(&[R::NotFound, R::NoSuchField, R::GuardianNeeded, R::GuardianEnded, R::KeyReused]),
        Row::new(Get, "/w/shows/{session}", "wallet_code", HOLDER, HTML, |r| r.to(wallet::live::code)).page().refuses(SHOWN),
        Row::new(Post, "/w/shows/{session}/hold", "wallet_hold", HOLDER, HTML, |r| r.to(wallet::live::hold)).form(FORM).refuses(SHOWN),
        Row::new(Post, "/w/shows/{session}/offline", "wallet_offline_code", HOLDER, HTML, |r| r.to(wallet::live::offline)).form(FORM).refuses(&[R::NotFound, R::CodeTooLarge, R::GuardianNeeded, R::GuardianEnded, R::KeyReused]),
        Row::new(Get, "/w/scan", "wallet_scan", HOLDER, HTML, |r| r.to(wallet::scan::ask)).page().query(CASE),
        Row::new(Post, "/w/scan", "wallet_scanned", HOLDER, HTML, |r| r.to(wallet::scan::answer)).form(FORM).refuses(OPENED),
        Row::new(Post, "/w/requests", "wallet_open_request", HOLDER, HTML, |r| r.to(wallet::request::open)).form(FORM).refuses(OPENED),
        Row::new(Get, "/w/requests/{code}", "wallet_request", HOLDER, HTML, |r| r.to(wallet::request::read)).page().refuses(&[R::NotFound, R::OtherHolder]),
        Row::new(Post, "/w/requests/{code}/answer", "wallet_answer", HOLDER, HTML, |r| r.to(wallet::request::answer)).form(FORM).refuses(&[R::NotFound, R::OtherHolder, R::ConsentLate, R::WrongStep, R::CaseClosed, R::Setup]),
        Row::new(Post, "/w/requests/{code}/code", "wallet_give", HOLDER, HTML, |r| r.to(wallet::request::give)).form(FORM).refuses(&[R::NotFound, R::OtherHolder, R::ConsentLate, R::WrongStep, R::CaseClosed, R::OverAsking, R::NothingAsked, R::NotGoodNow, R::Setup]),
        Row::new(Post, "/w/requests/{code}/withdrawal", "wallet_withdraw", HOLDER, HTML, |r| r.to(wallet::request::withdraw)).form(FORM).refuses(&[R::NotFound, R::OtherHolder, R::WrongStep, R::Setup]),
        Row::new(Get, "/R/{code}", "request_link", ANYBODY, HTML, |r| r.to(wallet::request::linked)).page().refuses(&[R::NotFound]),
        Row::new(Get, "/C/{case}", "case_link", ANYBODY, HTML, |r| r.to(wallet::scan::linked)).page().refuses(&[R::NotFound]),
        Row::new(Post, "/w/asking", "wallet_be_asked", HOLDER, HTML, |r| r.to(wallet::live::be_asked)).form(FORM).refuses(&[R::KeyReused]),
    ]
}

/// For whoever writes a program that uses the interfaces.
#[rustfmt::skip]
fn pages_for_developers() -> Vec<Row> {
    use Verb::Get;
    vec![
        Row::new(Get, "/dev", "dev_start", ANYBODY, HTML, |r| r.to(dev::start::start)).page(),
        Row::new(Get, "/dev/interfaces", "dev_interfaces", ANYBODY, HTML, |r| r.to(dev::interfaces::all)).page().query(SEARCH),
        Row::new(Get, "/dev/interfaces/{type}", "dev_contract", ANYBODY, HTML, |r| r.to(dev::interfaces::one)).page().refuses(&[R::UnknownType]),
        Row::new(Get, "/dev/verdicts", "dev_verdicts", ANYBODY, HTML, |r| r.to(dev::tables::verdicts)).page(),
        Row::new(Get, "/dev/errors", "dev_errors", ANYBODY, HTML, |r| r.to(dev::tables::errors)).page(),
    ]
}

/// The pages of the service window.
#[rustfmt::skip]
fn window_pages() -> Vec<Row> {
    use Verb::{Get, Post};
    let page = |path, name, to| Row::new(Get, path, name, WINDOW, HTML, to).page().refuses(&[R::NotFound]);
    let form = |path, name, to| Row::new(Post, path, name, WINDOW, HTML, to).form(FORM).refuses(&[R::NotFound, R::KeyReused]);
    let back = |path, name| page(path, name, |r| r.to(window::back));
    vec![
        Row::new(Get, "/desk", "desk", WINDOW, HTML, |r| r.to(window::choose::choose)).page().query(CHOOSING),
        Row::new(Get, "/desk/open", "desk_applicant", WINDOW, HTML, |r| r.to(window::open::ask)).page().query(CHOSEN).refuses(&[R::UnknownItem]),
        form("/desk/open", "desk_open", |r| r.to(window::open::open)).and_refuses(&[R::UnknownItem]),
        page("/desk/cases/{case}", "desk_case", |r| r.to(window::case::show)).query(WORKING),
        back("/desk/cases/{case}/codes", "desk_codes_back"),
        form("/desk/cases/{case}/codes", "desk_code", |r| r.to(window::code::put)).and_refuses(&[R::CaseClosed, R::Setup]),
        back("/desk/cases/{case}/decisions", "desk_decisions_back"),
        form("/desk/cases/{case}/decisions", "desk_decide", |r| r.to(window::decide::decide)).and_refuses(DECIDING),
        page("/desk/cases/{case}/people", "desk_people", |r| r.to(window::people::show)),
        form("/desk/cases/{case}/people", "desk_name", |r| r.to(window::people::name)).and_refuses(&[R::CaseClosed]),
        form("/desk/cases/{case}/people/{person}/confirmation", "desk_confirm", |r| r.to(window::people::confirm)).and_refuses(&[R::CaseClosed, R::SecondOfficer, R::WrongStep]),
        back("/desk/cases/{case}/closing", "desk_closing_back"),
        form("/desk/cases/{case}/closing", "desk_close", |r| r.to(window::close::close)).and_refuses(&[R::CaseClosed, R::MaterialsOpen, R::Setup]),
        page("/desk/cases/{case}/withdrawal", "desk_withdrawal", |r| r.to(window::close::ask_withdraw)),
        form("/desk/cases/{case}/withdrawal", "desk_withdraw", |r| r.to(window::close::withdraw)).and_refuses(&[R::CaseClosed, R::BadCause]),
        page("/desk/cases/{case}/receipt", "desk_receipt", |r| r.to(window::receipt::show)).query(NEW),
        form("/desk/cases/{case}/receipt", "desk_void", |r| r.to(window::receipt::void)).and_refuses(&[R::CaseClosed, R::BadCause]),
        Row::new(Get, "/desk/cases/{case}/receipts/{receipt}/pdf", "desk_receipt_pdf", WINDOW, Gives::Media(PDF), |r| r.to(window::receipt::pdf)).page().refuses(&[R::NotFound, R::Setup]),
        Row::new(Get, "/desk/cases/{case}/receipts/{receipt}/json", "desk_receipt_json", WINDOW, Gives::Media("application/json"), |r| r.to(window::receipt::signed)).page().refuses(&[R::NotFound]),
    ]
}

/// Alarms about odd uses.
#[rustfmt::skip]
fn odd_uses() -> Vec<Row> {
    use Verb::{Get, Post};
    vec![
        Row::new(Get, "/api/v1/alarms", "alarms", SUPERVISOR, Gives::Json(shape::<AlarmsAnswer>()), |r| r.to(alarms::list)),
        Row::new(Get, "/api/v1/alarms/{alarm}", "alarm", SUPERVISOR, Gives::Json(shape::<AlarmView>()), |r| r.to(alarms::show)).refuses(&[R::NotFound]),
        Row::new(Post, "/api/v1/alarms/{alarm}/settlement", "settle_alarm", OPERATOR, Gives::Json(shape::<DoneAnswer>()), |r| r.to(alarms::settle)).takes(Takes::Json(shape::<SettleAlarmRequest>(), KB256)).keyed().refuses(&[R::NotFound, R::WrongStep, R::BadCause, R::KeyReused]),
    ]
}

/// Cases of other systems, registered before use.
#[rustfmt::skip]
fn cases_of_others() -> Vec<Row> {
    use Verb::{Get, Post};
    let case = || Gives::Json(shape::<ForeignCaseView>());
    vec![
        Row::new(Get, "/api/v1/foreign-cases", "foreign_cases", SEEING, Gives::Json(shape::<ForeignCasesAnswer>()), |r| r.to(foreign_cases::list)).query(NUMBER),
        Row::new(Post, "/api/v1/foreign-cases", "register_foreign_case", SYSTEM, case(), |r| r.to(foreign_cases::register)).takes(Takes::Json(shape::<ForeignCaseRequest>(), KB256)).keyed().success(Success::Created).refuses(&[R::CaseDiffers, R::CaseTimes, R::OperatorMissing, R::UnknownItem, R::UnknownScenario, R::Setup, R::KeyReused]),
        Row::new(Get, "/api/v1/foreign-cases/report", "foreign_case_report", SEEING, Gives::Json(shape::<OwedReport>()), |r| r.to(foreign_cases::report)),
        Row::new(Get, "/api/v1/foreign-cases/{foreign_case}", "foreign_case", SYSTEM, case(), |r| r.to(foreign_cases::look)).refuses(&[R::NotFound]),
        Row::new(Post, "/api/v1/foreign-cases/{foreign_case}/closing", "close_foreign_case", SYSTEM, case(), |r| r.to(foreign_cases::close)).takes(Takes::Json(shape::<CloseForeignCaseRequest>(), KB256)).keyed().refuses(&[R::NotFound, R::CaseClosed, R::BadCause, R::KeyReused]),
    ]
}

/// Who may use what: proposed by one operator, confirmed by another.
#[rustfmt::skip]
fn grants_of_agencies() -> Vec<Row> {
    use Verb::{Delete, Get, Post};
    let answer = || Gives::Json(shape::<GrantAnswer>());
    let done = || Gives::Json(shape::<DoneAnswer>());
    vec![
        Row::new(Get, "/api/v1/grants", "grants", SEEING, Gives::Json(shape::<GrantReport>()), |r| r.to(grants::report)),
        Row::new(Post, "/api/v1/grants", "propose_grant", OPERATOR, answer(), |r| r.to(grants::propose)).takes(Takes::Json(shape::<GrantRequest>(), KB256)).keyed().success(Success::Created).refuses(&[R::UnknownAgency, R::UnknownType, R::UnknownItem, R::NoSuchField, R::KeyReused]),
        Row::new(Get, "/api/v1/grants.csv", "grants_csv", SEEING, Gives::Media(items::CSV), |r| r.to(grants::csv)),
        Row::new(Get, "/api/v1/grants/proposals", "grant_proposals", SUPERVISOR, Gives::Json(shape::<GrantProposalsAnswer>()), |r| r.to(grants::waiting)),
        Row::new(Post, "/api/v1/grants/proposals/{proposal}/confirmation", "confirm_grant", OPERATOR, answer(), |r| r.to(grants::confirm)).keyed().refuses(&[R::NotFound, R::SecondPerson, R::GrantSettled, R::GrantMoved, R::UnknownItem, R::NoSuchField, R::KeyReused]),
        Row::new(Delete, "/api/v1/grants/proposals/{proposal}", "withdraw_grant", OPERATOR, done(), |r| r.to(grants::withdraw)).keyed().refuses(&[R::NotFound, R::GrantSettled, R::KeyReused]),
        Row::new(Delete, "/api/v1/grants/{grant}", "take_grant", OPERATOR, done(), |r| r.to(grants::take)).keyed().refuses(&[R::KeyReused, R::NotFound]),
    ]
}

const fn parameter(
    name: &'static str,
    required: bool,
    values: &'static [&'static str],
) -> Parameter {
    Parameter {
        name,
        required,
        values,
    }
}

/// Routes requests as the table says; rows that share a path stand next to each other in it.
pub(crate) fn configure(config: &mut ServiceConfig, settings: &Settings) {
    let query = |why, _: &_| Refusal::because(R::BadRequest, format!("the query: {why}")).into();
    config.app_data(QueryConfig::default().error_handler(query));
    // A number that is none names nothing.
    let path = |why, _: &_| Refusal::because(R::NotFound, format!("the address: {why}")).into();
    config.app_data(PathConfig::default().error_handler(path));
    // A path without parameters is found by comparing it, one with them by a pattern each, in
    // the order they are entered here: so what is fixed comes first.
    let (patterns, fixed): (Vec<_>, Vec<_>) = TABLE
        .chunk_by(|a, b| a.path == b.path)
        .filter(|rows| rows.iter().all(|row| row.is_on(settings)))
        .partition(|rows| rows.iter().any(|row| row.path.contains('{')));
    for rows in fixed.into_iter().chain(patterns) {
        let Some(first) = rows.first() else { continue };
        let most = rows.iter().map(Row::most_bytes).max().unwrap_or(0);
        let mut resource = web::resource(first.path).app_data(Most(most));
        for row in rows {
            let method = guard::fn_guard(|context| row.verb.is(context.head().method.as_str()));
            resource = resource.route((row.to)(web::route().guard(method)));
        }
        let door = from_fn(move |request, next| door(rows, request, next));
        config.service(resource.wrap(door));
    }
    let door = from_fn(|request, next| door(&[], request, next));
    config.service(
        web::resource("/{anything:.*}")
            .route(web::route().to(nowhere))
            .wrap(door),
    );
}

/// Which role may call which route.
pub(crate) fn who_may(settings: &Settings) -> RoutesAnswer {
    let there = TABLE.iter().filter(|row| row.is_on(settings));
    let routes = there.map(|row| RouteAnswer {
        method: row.verb.name(),
        path: row.path,
        name: row.name,
        summary: say(Lang::Zh, &format!("route.{}", row.name), &[]),
        idempotency_key: row.repeat == Repeat::Key,
        repeat: row.repeat.name(),
        why_repeatable: row.why_repeatable(Lang::Zh),
        at_the_machine: matches!(row.who, Who::AtTheMachineOr(_)),
        allowed: Role::ALL
            .iter()
            .map(|role| (role.name(), row.who.allows(*role)))
            .collect(),
    });
    RoutesAnswer {
        roles: Role::ALL.iter().map(|role| role.name()).collect(),
        routes: routes.collect(),
    }
}
