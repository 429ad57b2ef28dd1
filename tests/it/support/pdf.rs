//! A PDF as the programs of other people see it: Debian's poppler-utils.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::scratch::Scratch;

/// A PDF in a file.
pub(crate) struct Pdf(Scratch);

impl Pdf {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let scratch = Scratch::new();
        fs::write(scratch.path("paper.pdf"), bytes).unwrap();
        Self(scratch)
    }

    /// A file beside it.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.0.path(name)
    }

    /// What a program says about it.
    pub(crate) fn asked(&self, program: &str, options: &[&str], behind: &[&str]) -> Vec<u8> {
        let output = Command::new(program)
            .args(options)
            .arg(self.beside("paper.pdf"))
            .args(behind)
            .output()
            .expect("poppler-utils must be installed");
        assert!(output.status.success(), "{program}: {output:?}");
        output.stdout
    }

    pub(crate) fn text(&self, options: &[&str]) -> String {
        String::from_utf8(self.asked("pdftotext", options, &["-"])).unwrap()
    }

    /// The text without white, for where lines end is not what it says.
    pub(crate) fn words(&self) -> String {
        let text = self.text(&["-layout"]);
        text.chars().filter(|c| !c.is_whitespace()).collect()
    }

    /// The same in the order of writing, so that what stands in one cell stays together.
    pub(crate) fn cells(&self) -> String {
        let text = self.text(&["-raw"]);
        text.chars().filter(|c| !c.is_whitespace()).collect()
    }

    /// A page as a picture, as a scanner has it.
    pub(crate) fn picture(&self, page: usize) -> Vec<u8> {
        let page = page.to_string();
        self.asked(
            "pdftoppm",
            &["-r", "300", "-f", &page, "-l", &page, "-png"],
            &[],
        )
    }

    /// How many pages it has.
    pub(crate) fn pages(&self) -> usize {
        self.text(&[]).matches('\u{c}').count()
    }
}
