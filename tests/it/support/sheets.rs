//! Sheets of health certificates, photos for them, and batches sent as programs send them.

use std::fmt::Write as _;
use std::io::Cursor;
use std::io::Write as _;

use mianzheng::domain::caller::Caller;
use mianzheng::domain::caller::Role;
use mianzheng::flow::batch::Task;
use mianzheng::flow::batch::read;
use mianzheng::flow::batch::read::BatchStanding;
use mianzheng::flow::batch::upload::BatchChoice;
use mianzheng::flow::batch::upload::BatchFile;
use mianzheng::flow::batch::upload::OwnedKey;
use mianzheng::flow::batch::upload::Upload;
use mianzheng::flow::credentials;
use mianzheng::flow::credentials::NewCredential;
use mianzheng::flow::failure::Failure;
use zip::CompressionMethod;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::office::CDC;
use crate::support::office::HEALTH;
use crate::support::office::Sheet;
use crate::support::office::TestOffice;
use crate::support::office::Worked;
use crate::support::office::operator;
use crate::support::people::citizen;

/// The number on the n-th certificate.
pub(crate) fn number(n: usize) -> String {
    format!("锡市健〔2026〕{:07}号", 1_700_000 + n)
}

/// A sheet of health certificates, all issued on this day; on none if it is blank.
pub(crate) fn health_sheet(rows: impl IntoIterator<Item = usize>, issued: &str) -> Vec<u8> {
    let mut text = String::from(
        "姓名,性别,身份证号码,从业类别,工作单位,体检日期,体检单位,体检结论,发证日期,证件编号\n",
    );
    for n in rows {
        let (code, number) = (citizen(n), number(n));
        writeln!(
            text,
            "巴特尔,男,{code},餐饮服务,锡林浩特市示例餐厅,2026-10-07,{CDC},合格,{issued},{number}"
        )
        .unwrap();
    }
    text.into_bytes()
}

/// A picture of so many bytes.
pub(crate) fn photo(bytes: usize) -> Vec<u8> {
    let drawn = image::RgbImage::from_pixel(40, 40, image::Rgb([200, 100, 50]));
    let mut picture = Cursor::new(Vec::new());
    drawn
        .write_to(&mut picture, image::ImageFormat::Png)
        .unwrap();
    let mut picture = picture.into_inner();
    // What follows the end of a PNG is no part of the picture.
    picture.resize(bytes.max(picture.len()), 0);
    picture
}

/// A zip that holds these pictures as they are.
pub(crate) fn zipped<'a>(photos: impl IntoIterator<Item = (String, &'a [u8])>) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, bytes) in photos {
        zip.start_file(name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A choice for a batch of health certificates.
pub(crate) fn choice(task: Task) -> BatchChoice {
    BatchChoice {
        of: HEALTH.to_owned(),
        task,
        dry_run: false,
        stock: false,
        all_or_nothing: false,
        photos: false,
    }
}

/// A batch that is issued once its photos have come.
pub(crate) fn with_photos() -> BatchChoice {
    BatchChoice {
        photos: true,
        ..choice(Task::Issue)
    }
}

pub(crate) fn key(key: &str) -> OwnedKey {
    OwnedKey {
        route: "batches".to_owned(),
        key: key.to_owned(),
    }
}

impl TestOffice {
    /// An issuing officer of the CDC with a credential, and its token.
    pub(crate) fn officer(&self) -> Caller {
        let new = NewCredential {
            role: Role::Issuer,
            agency: Some(self.agency(CDC).number),
            holder: None,
            label: "test",
            days: 30,
        };
        let token = credentials::create_token(&self.office, &new, &operator()).unwrap();
        credentials::by_token(&self.office, &token).unwrap()
    }

    /// Rehearses a sheet of health certificates.
    pub(crate) fn rehearse(&self, sheet: &Vec<u8>, task: Task) -> Worked {
        let file = Sheet {
            bytes: sheet,
            photos: None,
            stock: false,
            all_or_nothing: false,
        };
        self.try_or_do(file, (HEALTH, CDC), (task, true), &mut |_| Ok(()))
            .unwrap()
    }

    /// Sends a sheet whole.
    pub(crate) fn send(
        &self,
        choice: &BatchChoice,
        sheet: &[u8],
        by: &Caller,
    ) -> Result<String, Failure> {
        let mut upload = Upload::of_sheet(&self.office, choice, by, None)?;
        upload.push(sheet)?;
        upload.finish(None)
    }

    /// Works through a sheet of health certificates of the CDC.
    pub(crate) fn works(&self, bytes: &[u8], task: Task, all_or_nothing: bool) -> Worked {
        let file = Sheet {
            bytes: &bytes,
            photos: None,
            stock: false,
            all_or_nothing,
        };
        self.work(file, (HEALTH, CDC), task, &mut |_| Ok(()))
            .unwrap()
    }

    /// How a batch stands.
    pub(crate) fn standing(&self, batch: &str, by: &Caller) -> BatchStanding {
        read::standing(&self.office, batch, by).unwrap()
    }

    /// A file that a batch made, as text.
    pub(crate) fn made(&self, batch: &str, file: BatchFile, by: &Caller) -> String {
        let (id, _) = read::made(&self.office, batch, file, by).unwrap();
        let piece = |n| read::piece(&self.office, id, file, n).unwrap();
        let bytes: Vec<u8> = (0..).map_while(piece).flatten().collect();
        String::from_utf8(bytes).unwrap()
    }
}
