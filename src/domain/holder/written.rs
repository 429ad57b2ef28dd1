//! A holder's code in what is kept sealed: as the text under which the register indexes it.

use serde::Deserialize;
use serde::Deserializer;
use serde::Serializer;

use crate::domain::holder::HolderCode;

pub(crate) fn serialize<S: Serializer>(code: &HolderCode, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&code.written())
}

pub(crate) fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<HolderCode, D::Error> {
    let text = String::deserialize(from)?;
    HolderCode::read(&text).map_err(serde::de::Error::custom)
}
