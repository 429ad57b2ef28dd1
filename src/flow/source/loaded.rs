//! A source as the register has it.

use crate::codec::digest::sha256;
use crate::domain::time::Timestamp;
use crate::source::config::Mistake;
use crate::source::config::Source;
use crate::source::config::SourceFile;
use crate::store::sources::SourceRow;

/// A source as the register has it.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadedSource {
    /// The source.
    pub source: Source,
    /// The digest of its configuration: what is known of another one's health is not its own.
    pub digest: [u8; 32],
    /// When it was loaded.
    pub loaded_at: Timestamp,
}

impl LoadedSource {
    pub(crate) fn read(row: &SourceRow) -> Result<Self, Mistake> {
        let file = SourceFile::parse(&row.configuration)?;
        Ok(Self {
            source: file.source,
            digest: sha256(row.configuration.as_bytes()),
            loaded_at: Timestamp::from_millis(row.loaded_at),
        })
    }
}
