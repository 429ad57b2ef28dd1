//! Photos that are sent twice at once, cut off, or damaged on the way: an acknowledged batch
//! keeps its own.

use mianzheng::domain::caller::Caller;
use mianzheng::domain::problem::Reason;
use mianzheng::flow::batch::upload::Upload;
use mianzheng::flow::batch::work::Turn;
use mianzheng::flow::batch::work::work_once;
use rstest::rstest;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::TestOffice;
use crate::support::office::operator;
use crate::support::people::citizen;
use crate::support::sheets::health_sheet;
use crate::support::sheets::key;
use crate::support::sheets::number;
use crate::support::sheets::photo;
use crate::support::sheets::with_photos;
use crate::support::sheets::zipped;

/// A batch of two rows that waits for its photos, and the zip of them: three pieces.
fn waiting(test: &TestOffice, by: &Caller) -> (String, Vec<u8>) {
    let batch = test
        .send(&with_photos(), &health_sheet(0..2, "2026-10-09"), by)
        .unwrap();
    let picture = photo(1_200_000);
    let photos = (0..2).map(|n| (format!("{}.png", number(n)), picture.as_slice()));
    (batch, zipped(photos))
}

fn begin(test: &TestOffice, batch: &str, by: &Caller, named: &str) -> Upload {
    Upload::of_photos(&test.office, batch, by, Some(key(named))).unwrap()
}

/// Sends all the photos at once.
fn send(test: &TestOffice, batch: &str, by: &Caller, zip: &[u8]) {
    let mut upload = begin(test, batch, by, "p-1");
    upload.push(zip).unwrap();
    upload.finish(None).unwrap();
}

/// Works on the batch and finds both pictures on both certificates.
fn has_its_photos(test: &TestOffice, batch: &str, by: &Caller) {
    let turn = work_once(&test.office, &false.into()).unwrap();
    assert!(matches!(turn, Turn::Worked { issued: 2, .. }), "{turn:?}");
    let standing = test.standing(batch, by);
    assert_eq!(standing.state, "done", "{standing:?}");
    assert_eq!(standing.counts.pictures, 2, "{standing:?}");
}

#[rstest]
fn photos_sent_again_while_the_first_still_come_in_are_kept(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let by = test.officer();
    let (batch, zip) = waiting(&test, &by);
    let (front, back) = zip.split_at(1_500_000);
    let mut first = begin(&test, &batch, &by, "p-1");
    first.push(front).unwrap();
    // The client lost patience and sends the same request again, and others other bytes.
    let mut again = begin(&test, &batch, &by, "p-1");
    again.push(&zip[..1_100_000]).unwrap();
    let mut other = begin(&test, &batch, &by, "p-2");
    other.push(&vec![0; 1_100_000]).unwrap();
    let cut = begin(&test, &batch, &by, "p-3");
    cut.abandon().unwrap();
    first.push(back).unwrap();
    assert_eq!(first.finish(None).unwrap(), batch);
    // From here on the batch is acknowledged. The repetition comes to the same answer.
    again.push(&zip[1_100_000..]).unwrap();
    assert_eq!(again.finish(None).unwrap(), batch);
    again.abandon().unwrap();
    let late = other.push(&vec![0; 1_100_000]).unwrap_err();
    assert_eq!(late.problem().reason, Reason::WrongStep);
    other.abandon().unwrap();
    has_its_photos(&test, &batch, &by);
}

#[rstest]
fn the_second_of_two_may_be_the_first_that_is_whole(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let by = test.officer();
    let (batch, zip) = waiting(&test, &by);
    let mut first = begin(&test, &batch, &by, "p-1");
    first.push(&zip[..1_500_000]).unwrap();
    let mut second = begin(&test, &batch, &by, "p-2");
    second.push(&zip).unwrap();
    // Cut off before or after: what is dropped is the first one's own.
    first.abandon().unwrap();
    assert_eq!(second.finish(None).unwrap(), batch);
    first.abandon().unwrap();
    has_its_photos(&test, &batch, &by);
    // A body that differs under the key of the one that was done.
    let mut reused = begin(&test, &batch, &by, "p-2");
    reused.push(&zip[1..]).unwrap();
    let refused = reused.finish(None).unwrap_err();
    assert_eq!(refused.problem().reason, Reason::KeyReused);
    reused.abandon().unwrap();
}

#[rstest]
fn a_sheet_that_is_in_stays_though_its_sender_was_not_told(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let by = test.officer();
    let mut upload = Upload::of_sheet(&test.office, &with_photos(), &by, None).unwrap();
    upload.push(&health_sheet(0..2, "2026-10-09")).unwrap();
    let batch = upload.finish(None).unwrap();
    upload.abandon().unwrap();
    assert_eq!(test.standing(&batch, &by).state, "waiting_for_photos");
    assert_eq!(work_once(&test.office, &false.into()).unwrap(), Turn::Idle);
}

#[rstest]
fn photos_that_cannot_be_had_are_no_finding(#[values(Sqlite, Postgres)] database: Database) {
    let test = TestOffice::on(database);
    let by = test.officer();
    let (batch, zip) = waiting(&test, &by);
    send(&test, &batch, &by, &zip);
    test.sql("CREATE TABLE kept AS SELECT * FROM batch_files; DELETE FROM batch_files WHERE file > 4 AND piece = 0");
    let why = work_once(&test.office, &false.into()).unwrap_err();
    assert_eq!(why.problem().reason, Reason::Unavailable, "{why}");
    assert_eq!(test.standing(&batch, &by).state, "running");
    // Asked again when they can be had, each row has its own.
    test.sql("DELETE FROM batch_files; INSERT INTO batch_files SELECT * FROM kept");
    test.clock.advance(61);
    has_its_photos(&test, &batch, &by);
}

#[rstest]
fn the_names_of_photos_are_for_the_agency_that_sent_them(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let test = TestOffice::on(database);
    let by = test.officer();
    let batch = test
        .send(&with_photos(), &health_sheet(0..3, "2026-10-09"), &by)
        .unwrap();
    let extra = format!("{}.png", citizen(99));
    let picture = photo(0);
    let zip = zipped([
        (format!("{}.png", citizen(0)), picture.as_slice()),
        (format!("{}.png", citizen(1)), b"no picture".as_slice()),
        (extra.clone(), picture.as_slice()),
    ]);
    send(&test, &batch, &by, &zip);
    work_once(&test.office, &false.into()).unwrap();
    let own = test.standing(&batch, &by).notes;
    let pictures = own.pictures.unwrap();
    assert_eq!((pictures.missing, pictures.unreadable), (vec![4], vec![3]));
    assert_eq!(pictures.extra, [extra]);
    let others = test.standing(&batch, &operator());
    let notes = &others.notes;
    assert_eq!(
        (
            notes.pictures_missing,
            notes.pictures_unreadable,
            notes.pictures_extra
        ),
        (1, 1, 1)
    );
    let told = serde_json::to_string(&others).unwrap();
    assert!(
        !told.contains(&citizen(99)) && !told.contains(&citizen(1)),
        "{told}"
    );
}
