//! A row of the table of routes, and how it is written.

use actix_web::Route;
use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use serde_json::Value;

use crate::domain::problem::Reason;
use crate::domain::settings::Settings;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::http::manner::Repeat;
use crate::http::manner::Verb;
use crate::http::manner::Who;
use crate::http::subject::Subject;

/// The media types of forms.
pub const FORMS: &[&str] = &["application/x-www-form-urlencoded", "multipart/form-data"];

/// A shape of JSON with its schema and an example of it.
#[derive(Clone, Copy)]
pub struct Shape {
    /// The schema, its parts put among the generator's definitions.
    pub schema: fn(&mut SchemaGenerator) -> Schema,
    /// An example.
    pub example: fn() -> Value,
}

/// A type that requests or answers are made of, with an example of it.
pub trait Shown: JsonSchema {
    /// An example that the type's schema accepts.
    fn example() -> Value;
}

/// The shape of a type.
#[must_use]
pub fn shape<T: Shown>() -> Shape {
    Shape {
        schema: |generator| generator.subschema_for::<T>(),
        example: T::example,
    }
}

/// What a route takes as its body.
#[derive(Clone, Copy)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// JSON, at most so many bytes.
    Json(Shape, usize),
    /// Bytes of one of these media types, at most so many; no media type means any.
    Bytes(&'static [&'static str], u64),
}

/// What a route answers.
#[derive(Clone, Copy)]
pub enum Gives {
    /// JSON.
    Json(Shape),
    /// A picture, or JSON with the picture in it, by `Accept`.
    Picture(Shape),
    /// JSON, or the same as a PDF, by `Accept`.
    Paper(Shape),
    /// Text or bytes of a media type.
    Media(&'static str),
}

/// What kind of success an answer is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Success {
    /// Done, or here it is.
    Done,
    /// Something new is there.
    Created,
    /// It was taken in and will be done.
    Accepted,
}

/// A parameter of the query.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// The values it may have; none for free text.
    pub values: &'static [&'static str],
}

/// A route: everything about it but its code.
#[derive(Clone, Copy)]
pub struct Row {
    /// The method.
    pub verb: Verb,
    /// The path's pattern.
    pub path: &'static str,
    /// Its stable name; its summary stands under `route` in the message files.
    pub name: &'static str,
    /// The chapter it stands in.
    pub subject: Subject,
    /// Who may call it.
    pub who: Who,
    /// What keeps it from being done twice.
    pub repeat: Repeat,
    /// Its query.
    pub query: &'static [Parameter],
    /// Its body.
    pub takes: Takes,
    /// Its answer.
    pub gives: Gives,
    /// What kind of success that is.
    pub success: Success,
    /// Why it may be refused, beside what the door refuses.
    pub refusals: &'static [Reason],
    /// Why else, beside what it shares with other routes.
    pub also: &'static [Reason],
    /// Whether pages of other origins may read the answer.
    pub public_file: bool,
    /// Whether it is one of the national operations: there only where they are switched on, and
    /// refused in their envelope.
    pub national: bool,
    /// Whether people read it: refused as a page, and not in the interface document.
    pub page: bool,
    /// Its code.
    pub to: fn(Route) -> Route,
}

impl Row {
    /// A row with nothing special about it.
    #[must_use]
    pub const fn new(
        verb: Verb,
        path: &'static str,
        name: &'static str,
        who: Who,
        gives: Gives,
        to: fn(Route) -> Route,
    ) -> Self {
        Self {
            verb,
            path,
            name,
            subject: Subject::Service,
            who,
            repeat: Repeat::Reads,
            query: &[],
            takes: Takes::Nothing,
            gives,
            success: Success::Done,
            refusals: &[],
            also: &[],
            public_file: false,
            national: false,
            page: false,
            to,
        }
    }

    /// In a chapter.
    #[must_use]
    pub const fn about(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    /// With a body.
    #[must_use]
    pub const fn takes(mut self, takes: Takes) -> Self {
        self.takes = takes;
        self
    }

    /// With a required `Idempotency-Key`.
    #[must_use]
    pub const fn keyed(mut self) -> Self {
        self.repeat = Repeat::Key;
        self
    }

    /// With no need of a key: repeating it does no harm, for a reason under `repeat`.
    #[must_use]
    pub const fn repeatable(mut self) -> Self {
        self.repeat = Repeat::Nature;
        self
    }

    /// Why it needs no key though it writes, in words; none where nothing need be said.
    #[must_use]
    pub fn why_repeatable(&self, lang: Lang) -> Option<String> {
        let told = self.repeat == Repeat::Nature;
        told.then(|| say(lang, &format!("repeat.{}", self.name), &[]))
    }

    /// With a query.
    #[must_use]
    pub const fn query(mut self, query: &'static [Parameter]) -> Self {
        self.query = query;
        self
    }

    /// With another success than being done.
    #[must_use]
    pub const fn success(mut self, success: Success) -> Self {
        self.success = success;
        self
    }

    /// With reasons for refusing.
    #[must_use]
    pub const fn refuses(mut self, refusals: &'static [Reason]) -> Self {
        self.refusals = refusals;
        self
    }

    /// With reasons beside those that it shares with other routes.
    #[must_use]
    pub const fn and_refuses(mut self, also: &'static [Reason]) -> Self {
        self.also = also;
        self
    }

    /// As a file that anybody's page may read.
    #[must_use]
    pub const fn public_file(mut self) -> Self {
        self.public_file = true;
        self
    }

    /// As one of the national operations.
    #[must_use]
    pub const fn national(mut self) -> Self {
        self.national = true;
        self
    }

    /// As a page.
    #[must_use]
    pub const fn page(mut self) -> Self {
        self.page = true;
        self
    }

    /// As a form of a page, of at most so many bytes, which comes back with what was typed.
    #[must_use]
    pub const fn form(mut self, most: u64) -> Self {
        self.page = true;
        self.repeat = Repeat::Form;
        self.takes = Takes::Bytes(FORMS, most);
        self
    }

    /// Whether it only reads.
    #[must_use]
    pub fn reads(&self) -> bool {
        self.repeat == Repeat::Reads
    }

    /// Whether an office with these settings has it.
    #[must_use]
    pub const fn is_on(&self, settings: &Settings) -> bool {
        !self.national || settings.national.facade
    }

    /// How the log and the counters name it; never what stood in its place.
    #[must_use]
    pub fn logged(&self) -> &'static str {
        match self.path {
            "/L/{code}" => "/L/-",
            "/F/{link}" => "/F/-",
            path => path,
        }
    }

    /// The names in braces of the path.
    pub fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        let parts = self.path.split('{').skip(1);
        let names = parts.filter_map(|part| part.split_once('}').map(|(name, _)| name));
        // After a colon stands what it may be.
        names.map(|name| name.split_once(':').map_or(name, |(name, _)| name))
    }

    /// The most bytes of its body.
    #[must_use]
    pub fn most_bytes(&self) -> usize {
        match self.takes {
            Takes::Nothing => 0,
            Takes::Json(_, most) => most,
            Takes::Bytes(_, most) => usize::try_from(most).unwrap_or(usize::MAX),
        }
    }
}
