//! What is known of certificate types: what goes in, metadata, schemas, templates.

use actix_web::HttpRequest;
use actix_web::web::Data;
use actix_web::web::Path;

use crate::domain::problem::Reason;
use crate::flow::contracts;
use crate::flow::contracts::TemplateFile;
use crate::flow::contracts::WhichSchema;
use crate::http::desk::Desk;
use crate::http::kept::Keep;
use crate::http::kept::bytes;
use crate::http::kept::made;
use crate::http::kept::shelved;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::saved_as;

/// The media type of workbooks.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The media type of templates in CSV.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";

/// Pages about a type may be kept so long: a new version is a new address.
const KEEP: Keep = Keep::json(300);

/// Every type.
pub(crate) async fn list(desk: Data<Desk>, request: HttpRequest) -> Reply {
    let version = desk.office.known().generation.clone();
    let place = (request.path(), version.as_str());
    shelved(&desk, &request, KEEP, place, |office| {
        bytes(&contracts::list(office))
    })
    .await
}

/// What goes into a type.
pub(crate) async fn form(desk: Data<Desk>, request: HttpRequest, path: Path<String>) -> Reply {
    made(&desk, &request, KEEP, move |office| {
        bytes(&contracts::form(office, &path)?)
    })
    .await
}

/// A type's metadata.
pub(crate) async fn metadata(
    desk: Data<Desk>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Reply {
    let (code, version) = versioned(path)?;
    made(&desk, &request, KEEP, move |office| {
        bytes(&contracts::metadata(office, &code, version)?)
    })
    .await
}

/// The schema of a type's drafts.
pub(crate) async fn draft_schema(
    desk: Data<Desk>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Reply {
    schema(desk, request, path, WhichSchema::Draft).await
}

/// The schema of a type's answers.
pub(crate) async fn answer_schema(
    desk: Data<Desk>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Reply {
    schema(desk, request, path, WhichSchema::Answer).await
}

async fn schema(
    desk: Data<Desk>,
    request: HttpRequest,
    path: Path<(String, String)>,
    which: WhichSchema,
) -> Reply {
    let (code, version) = versioned(path)?;
    made(&desk, &request, KEEP, move |office| {
        bytes(&contracts::schema(office, &code, version, which)?)
    })
    .await
}

fn versioned(path: Path<(String, String)>) -> Result<(String, u32), Refusal> {
    let (code, version) = path.into_inner();
    match version.parse() {
        Ok(version) => Ok((code, version)),
        Err(_) => Err(Refusal::new(Reason::UnknownType)),
    }
}

/// A type's template as a workbook.
pub(crate) async fn workbook(desk: Data<Desk>, request: HttpRequest, path: Path<String>) -> Reply {
    template(desk, request, path, TemplateFile::Xlsx).await
}

/// A type's template as CSV.
pub(crate) async fn csv(desk: Data<Desk>, request: HttpRequest, path: Path<String>) -> Reply {
    template(desk, request, path, TemplateFile::Csv).await
}

async fn template(
    desk: Data<Desk>,
    request: HttpRequest,
    path: Path<String>,
    kind: TemplateFile,
) -> Reply {
    let (media, ending) = match kind {
        TemplateFile::Xlsx => (XLSX, "xlsx"),
        TemplateFile::Csv => (CSV, "csv"),
    };
    let code: String = path.chars().filter(char::is_ascii_alphanumeric).collect();
    // A template has no version in its address: it is asked for again soon.
    let reply = made(&desk, &request, Keep(media, 60), move |office| {
        contracts::template_file(office, &path, kind)
    });
    saved_as(reply.await?, &format!("{code}.{ending}"))
}
