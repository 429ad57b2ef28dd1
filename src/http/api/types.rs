//! What is known of certificate types: contracts, metadata, schemas, templates.

use actix_web::web::Data;
use actix_web::web::Path;

use crate::domain::problem::Reason;
use crate::flow::contracts;
use crate::flow::contracts::TemplateFile;
use crate::flow::contracts::WhichSchema;
use crate::http::desk::Desk;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;
use crate::http::reply::file;
use crate::http::reply::kept_json;

/// The media type of workbooks.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Seconds that a page about a type may be kept: a new version is a new address.
const KEEP_S: u32 = 300;

/// Every type.
pub(crate) async fn list(desk: Data<Desk>) -> Reply {
    let list = off_the_loop(&desk, |office| Ok(contracts::list(office))).await?;
    kept_json(&list, KEEP_S)
}

/// A type's contract.
pub(crate) async fn contract(desk: Data<Desk>, path: Path<String>) -> Reply {
    let contract = off_the_loop(&desk, move |office| contracts::contract(office, &path));
    kept_json(&contract.await?, KEEP_S)
}

/// A type's metadata.
pub(crate) async fn metadata(desk: Data<Desk>, path: Path<(String, String)>) -> Reply {
    let (code, version) = versioned(path)?;
    let metadata = off_the_loop(&desk, move |office| {
        contracts::metadata(office, &code, version)
    });
    kept_json(&metadata.await?, KEEP_S)
}

/// The schema of a type's drafts.
pub(crate) async fn draft_schema(desk: Data<Desk>, path: Path<(String, String)>) -> Reply {
    schema(desk, path, WhichSchema::Draft).await
}

/// The schema of a type's answers.
pub(crate) async fn answer_schema(desk: Data<Desk>, path: Path<(String, String)>) -> Reply {
    schema(desk, path, WhichSchema::Answer).await
}

async fn schema(desk: Data<Desk>, path: Path<(String, String)>, which: WhichSchema) -> Reply {
    let (code, version) = versioned(path)?;
    let schema = off_the_loop(&desk, move |office| {
        contracts::schema(office, &code, version, which)
    });
    kept_json(&schema.await?, KEEP_S)
}

fn versioned(path: Path<(String, String)>) -> Result<(String, u32), Refusal> {
    let (code, version) = path.into_inner();
    match version.parse() {
        Ok(version) => Ok((code, version)),
        Err(_) => Err(Refusal::new(Reason::UnknownType)),
    }
}

/// A type's template as a workbook.
pub(crate) async fn workbook(desk: Data<Desk>, path: Path<String>) -> Reply {
    let name = format!("{}.xlsx", safe(&path));
    let bytes = off_the_loop(&desk, move |office| {
        contracts::template_file(office, &path, TemplateFile::Xlsx)
    });
    file(XLSX, &name, bytes.await?)
}

/// A type's template as CSV.
pub(crate) async fn csv(desk: Data<Desk>, path: Path<String>) -> Reply {
    let name = format!("{}.csv", safe(&path));
    let bytes = off_the_loop(&desk, move |office| {
        contracts::template_file(office, &path, TemplateFile::Csv)
    });
    file("text/csv; charset=utf-8", &name, bytes.await?)
}

fn safe(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).collect()
}
