//! The pictures of one certificate on a command line.

use std::path::PathBuf;

use clap::Args;

use crate::cli::about_file;
use crate::cli::fields::column;
use crate::cli::fields::pair;
use crate::domain::definition::CertificateType;
use crate::domain::draft::Draft;
use crate::flow::failure::Failure;
use crate::flow::issue::one::picture;

#[derive(Args)]
pub(crate) struct Pictures {
    /// A picture for a field, PNG or JPEG.
    #[arg(long = "picture", value_name = "KEY=FILE", value_parser = pair)]
    pictures: Vec<(String, String)>,
}

impl Pictures {
    /// The pictures by field; the draft names them from then on.
    pub(crate) fn read(
        &self,
        of: &CertificateType,
        draft: &mut Draft,
    ) -> Result<Vec<(String, Vec<u8>)>, Failure> {
        let mut pictures = Vec::with_capacity(self.pictures.len());
        for (field, path) in &self.pictures {
            let path = PathBuf::from(path);
            let bytes = std::fs::read(&path).map_err(|why| about_file(&path, &why))?;
            let key = column(of, field);
            let (raw, bytes) = picture(of, &key, bytes)?;
            draft.0.insert(key.clone(), raw);
            pictures.push((key, bytes));
        }
        Ok(pictures)
    }
}
