//! Issuing at an office: one certificate, a draft as it is, a file.

use std::path::Path;

use mianzheng::domain::agency::Agency;
use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::domain::definition::CertificateType;
use mianzheng::domain::draft::Draft;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::flow::batch;
use mianzheng::flow::batch::BatchOrder;
use mianzheng::flow::batch::Outputs;
use mianzheng::flow::batch::Progress;
use mianzheng::flow::batch::Task;
use mianzheng::flow::batch::report::Report;
use mianzheng::flow::failure::Failure;
use mianzheng::flow::issue::one::OneIssued;
use mianzheng::flow::issue::one::OneRequest;
use mianzheng::flow::issue::one::issue_one;
use mianzheng::source::sheet::Bytes;
use mianzheng::source::sheet::FileBytes;
use mianzheng::store::idempotency::RequestKey;

use crate::support::drafts::draft;
use crate::support::drafts::health_fields;
use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::TestOffice;

impl TestOffice {
    /// Issues one certificate.
    pub(crate) fn issue(
        &self,
        of: &str,
        issuer: &str,
        fields: &[(&str, &str)],
    ) -> Result<OneIssued, Failure> {
        let draft = draft(fields);
        issue_one(
            &self.office,
            OneRequest {
                of: &self.type_named(of),
                issuer: &self.agency(issuer),
                draft: &draft,
                pictures: Vec::new(),
                stock: false,
                as_correction: false,
                by: &self.caller(Role::Issuer, issuer),
                key: None,
            },
        )
    }

    /// Issues a draft as it is.
    pub(crate) fn issue_draft(
        &self,
        of: &CertificateType,
        issuer: &Agency,
        draft: &Draft,
        how: How<'_>,
    ) -> Result<OneIssued, Failure> {
        let by = Caller {
            agency: Some(issuer.number),
            ..self.caller(Role::Issuer, CDC)
        };
        issue_one(
            &self.office,
            OneRequest {
                of,
                issuer,
                draft,
                pictures: how.pictures,
                stock: how.stock,
                as_correction: how.as_correction,
                by: &by,
                key: how.key,
            },
        )
    }

    /// A health certificate of a person, issued by the CDC.
    pub(crate) fn health(&self, code: &str, number: &str) -> CertificateIdentifier {
        self.issue(HEALTH, CDC, &health_fields(code, number))
            .unwrap()
            .identifier
    }

    /// Works through a file.
    pub(crate) fn batch(&self, path: &Path, of: &str, issuer: &str, task: Task) -> Worked {
        self.batch_of(path, of, issuer, (task, false))
    }

    /// Works through a file, perhaps in a dry run.
    pub(crate) fn batch_of(
        &self,
        path: &Path,
        of: &str,
        issuer: &str,
        how: (Task, bool),
    ) -> Worked {
        let bytes = FileBytes::at(path).unwrap();
        let file = Sheet {
            bytes: &bytes,
            photos: None,
            stock: false,
            all_or_nothing: false,
        };
        self.try_or_do(file, (of, issuer), how, &mut |_| Ok(()))
            .unwrap()
    }

    /// Works through a file that may be stopped.
    pub(crate) fn work(
        &self,
        file: Sheet<'_>,
        of: (&str, &str),
        task: Task,
        progress: &mut dyn FnMut(Progress) -> Result<(), Failure>,
    ) -> Result<Worked, Failure> {
        self.try_or_do(file, of, (task, false), progress)
    }

    /// Works through a file, perhaps in a dry run.
    pub(crate) fn try_or_do(
        &self,
        file: Sheet<'_>,
        (of, issuer): (&str, &str),
        (task, dry_run): (Task, bool),
        progress: &mut dyn FnMut(Progress) -> Result<(), Failure>,
    ) -> Result<Worked, Failure> {
        let (mut results, mut errors) = (Vec::new(), Vec::new());
        let order = BatchOrder {
            of: &self.type_named(of),
            issuer: &self.agency(issuer),
            task,
            dry_run,
            stock: file.stock,
            all_or_nothing: file.all_or_nothing,
            by: &self.caller(Role::Issuer, issuer),
        };
        let outputs = Outputs {
            results: &mut results,
            errors: &mut errors,
            progress,
        };
        let report = batch::run(&self.office, order, file.bytes, file.photos, outputs)?;
        Ok(Worked {
            report,
            results,
            errors,
        })
    }
}

/// A file to be worked through.
#[derive(Clone, Copy)]
pub(crate) struct Sheet<'a> {
    pub(crate) bytes: &'a dyn Bytes,
    pub(crate) photos: Option<&'a dyn Bytes>,
    pub(crate) stock: bool,
    pub(crate) all_or_nothing: bool,
}

/// How a draft is issued.
#[derive(Default)]
pub(crate) struct How<'a> {
    pub(crate) pictures: Vec<(String, Vec<u8>)>,
    pub(crate) stock: bool,
    pub(crate) as_correction: bool,
    pub(crate) key: Option<(RequestKey<'a>, &'a [u8])>,
}

/// What came of a file.
pub(crate) struct Worked {
    pub(crate) report: Report,
    pub(crate) results: Vec<u8>,
    pub(crate) errors: Vec<u8>,
}
