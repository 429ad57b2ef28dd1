//! The shelf: files that are made once and sent many times.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use actix_web::rt::time::sleep;
use actix_web::web::Data;

use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::http::desk::Desk;
use crate::http::kept::File;
use crate::http::off_loop::off_the_loop;
use crate::http::problem::Refusal;

/// How often, and how long apart, a file is looked for that another request is making.
const TRIES: u32 = 500;
const BETWEEN: Duration = Duration::from_millis(20);

/// Files by place, each in the version that was asked for last.
#[derive(Default)]
pub(crate) struct Shelf(Mutex<HashMap<String, Place>>);

#[derive(Default)]
struct Place {
    file: Option<(String, File)>,
    being_made: bool,
}

/// What is found at a place.
enum Found {
    File(File),
    /// Nothing: whoever looked makes it.
    Nothing,
    /// Nothing yet: somebody makes it.
    BeingMade,
}

impl Shelf {
    /// The file of a place in a version. Of many who ask for it at once, one makes it, off the
    /// loop, and the others take no thread while they wait.
    pub(crate) async fn file(
        &self,
        desk: &Data<Desk>,
        place: &str,
        version: &str,
        make: impl FnOnce(&Office) -> Result<Vec<u8>, Failure> + Send + 'static,
    ) -> Result<File, Refusal> {
        for _ in 0..TRIES {
            match self.look(place, version) {
                Found::File(file) => return Ok(file),
                Found::BeingMade => sleep(BETWEEN).await,
                Found::Nothing => {
                    let turn = Turn {
                        desk: Data::clone(desk),
                        place: place.to_owned(),
                        file: None,
                    };
                    let version = version.to_owned();
                    // The turn goes along: whoever asked may be gone before the file is made.
                    return off_the_loop(desk, move |office| {
                        let file = File::of(make(office)?).compressed();
                        turn.put(version, file.clone());
                        Ok(file)
                    })
                    .await;
                }
            }
        }
        Err(Refusal::because(Reason::Unavailable, "it is still being made").retry_after(5))
    }

    fn look(&self, place: &str, version: &str) -> Found {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = places.entry(place.to_owned()).or_default();
        match &place.file {
            Some((of, file)) if of == version => Found::File(file.clone()),
            _ if place.being_made => Found::BeingMade,
            _ => {
                place.being_made = true;
                Found::Nothing
            }
        }
    }
}

/// A turn at making a file; however it ends, the next one may try.
struct Turn {
    desk: Data<Desk>,
    place: String,
    file: Option<(String, File)>,
}

impl Turn {
    fn put(mut self, version: String, file: File) {
        self.file = Some((version, file));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let shelf = &self.desk.shelf.0;
        let mut places = shelf.lock().unwrap_or_else(PoisonError::into_inner);
        if self.file.is_none() {
            // What cannot be made leaves no place behind: names may come from addresses.
            let nothing = |place: &mut Place| place.file.is_none();
            if places.get_mut(&self.place).is_some_and(nothing) {
                places.remove(&self.place);
                return;
            }
        }
        let place = places.entry(std::mem::take(&mut self.place)).or_default();
        place.being_made = false;
        if let Some(file) = self.file.take() {
            place.file = Some(file);
        }
    }
}
