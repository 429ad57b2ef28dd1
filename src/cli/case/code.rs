//! The text of a code, as it was given or from standard input.

use std::io::Read;
use std::path::PathBuf;

use crate::cli::about_file;
use crate::flow::failure::Failure;

/// The longest code read from standard input, in bytes.
const LONGEST: u64 = 64 * 1024;

pub(super) fn text(code: &str) -> Result<String, Failure> {
    if code != "-" {
        return Ok(code.to_owned());
    }
    let mut read = String::new();
    let mut input = std::io::stdin().lock().take(LONGEST);
    let done = input.read_to_string(&mut read);
    done.map_err(|why| about_file(&PathBuf::from("-"), &why))?;
    Ok(read)
}
