//! Cases of other systems 外部办件, before any can be registered.

use crate::domain::holder::HolderCode;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Rx;

pub(crate) struct ForeignCase {
    pub(crate) row: Row,
    pub(crate) content: Content,
}
pub(crate) struct Row {
    pub(crate) closed_at: Option<i64>,
    pub(crate) until: i64,
}
pub(crate) struct Content {
    pub(crate) number: String,
    pub(crate) item: String,
    pub(crate) applicant: Applicant,
}
pub(crate) struct Applicant {
    pub(crate) code: HolderCode,
}
pub(crate) fn find(
    _: &Office,
    _: &mut Rx<'_>,
    _: u32,
    _: &str,
) -> Result<Option<ForeignCase>, Failure> {
    Ok(None)
}
