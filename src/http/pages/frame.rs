//! The frame that every page stands in: language, size of text, who is signed in, and the words.

use std::borrow::Borrow;
use std::fmt;
use std::future::Ready;
use std::future::ready;

use actix_web::FromRequest;
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Data;

use crate::domain::settings::Mode;
use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::http::desk::Desk;
use crate::http::door::language;
use crate::http::pages::assets;
use crate::http::pages::icon::icon;
use crate::http::pages::plot::grouped;
use crate::http::problem::Refusal;

/// The cookie of the language, and that of the size of text: wishes of a browser, not of a person.
pub(crate) const LANGUAGE: &str = "lang";
pub(crate) const SIZE: &str = "size";

/// How large text is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Size {
    /// As usual.
    #[default]
    Usual,
    /// For elder eyes: 大字版, which shows fewer things at a time, too.
    Elder,
    /// Larger still.
    Largest,
}

impl Size {
    /// Every size.
    pub(crate) const ALL: [Self; 3] = [Self::Usual, Self::Elder, Self::Largest];

    /// The stable name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Elder => "elder",
            Self::Largest => "largest",
        }
    }

    /// The size of a stable name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.name() == name)
    }
}

/// The frame of one page.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The language.
    pub(crate) lang: Lang,
    /// The size of text.
    pub(crate) size: Size,
    /// Whether everything here is invented.
    pub(crate) demo: bool,
    /// The host that people should see in the address bar.
    pub(crate) host: String,
    /// The page's own path, to come back to.
    pub(crate) here: String,
}

impl Frame {
    /// The frame of a request's page.
    pub(crate) fn of(desk: &Desk, request: &HttpRequest) -> Self {
        let cookie = |name| request.cookie(name).map(|cookie| cookie.value().to_owned());
        let size = cookie(SIZE).and_then(|name| Size::from_name(&name));
        Self {
            lang: language(request),
            size: size.unwrap_or_default(),
            demo: desk.office.settings.mode == Mode::Demo,
            host: desk.office.settings.code_host.clone(),
            here: request.path().to_owned(),
        }
    }

    /// Words.
    pub(crate) fn say(&self, key: &str) -> String {
        say(self.lang, key, &[])
    }

    /// Words with one thing in them.
    pub(crate) fn say_of(&self, key: &str, name: &str, value: impl fmt::Display) -> String {
        say(self.lang, key, &[(name, &value.to_string())])
    }

    /// Words with one thing in them that a module puts there: what stands before it and behind.
    pub(crate) fn around(&self, key: &str, name: &str) -> (String, String) {
        let hole = "\u{0}";
        let whole = say(self.lang, key, &[(name, hole)]);
        let parts = whole.split_once(hole);
        parts.map_or((whole.clone(), String::new()), |(before, after)| {
            (before.to_owned(), after.to_owned())
        })
    }

    /// Words with some things in them.
    pub(crate) fn say_with(&self, key: &str, with: &[(&str, &str)]) -> String {
        say(self.lang, key, with)
    }

    /// Whichever of two is in the page's language.
    pub(crate) const fn either<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// A count with a comma between thousands.
    #[expect(
        clippy::unused_self,
        reason = "templates reach everything through the frame"
    )]
    pub(crate) fn count(&self, n: impl Borrow<i64>) -> String {
        grouped(*n.borrow())
    }

    /// Words of a group, which ends with its point, by a name that is made elsewhere.
    pub(crate) fn say_under(&self, group: &str, name: &str) -> String {
        say(self.lang, &format!("{group}{name}"), &[])
    }

    /// The address of a file that the page loads.
    #[expect(
        clippy::unused_self,
        reason = "templates reach everything through the frame"
    )]
    pub(crate) fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// The language as `lang` names it.
    pub(crate) const fn tag(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }

    /// The other language: its name in itself, its tag, and its cookie.
    pub(crate) const fn other(&self) -> (&'static str, &'static str, &'static str) {
        match self.lang {
            Lang::Zh => ("English", "en", "en"),
            Lang::En => ("中文", "zh-CN", "zh"),
        }
    }

    /// The size that the button in the masthead leads to.
    pub(crate) const fn next_size(&self) -> Size {
        match self.size {
            Size::Usual => Size::Elder,
            Size::Elder => Size::Largest,
            Size::Largest => Size::Usual,
        }
    }

    /// The word on that button.
    pub(crate) const fn size_key(&self) -> &'static str {
        match self.next_size() {
            Size::Usual => "frame.usual",
            Size::Elder => "frame.larger",
            Size::Largest => "frame.largest",
        }
    }

    /// Sky, grassland, and the bends of the Xilin river.
    #[expect(
        clippy::unused_self,
        reason = "templates reach everything through the frame"
    )]
    pub(crate) const fn mark(&self) -> &'static str {
        include_str!("../web/mark.svg")
    }

    /// A small picture, hidden from whoever listens: the words stand beside it.
    #[expect(
        clippy::unused_self,
        reason = "templates reach everything through the frame"
    )]
    pub(crate) fn icon(&self, name: &str) -> String {
        icon(name)
    }

    /// How long to wait, in words.
    pub(crate) fn wait(&self, seconds: u64) -> String {
        if seconds < 120 {
            return self.say_of("frame.seconds", "seconds", seconds);
        }
        self.say_of("frame.minutes", "minutes", seconds.div_ceil(60))
    }
}

impl FromRequest for Frame {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let desk = request.app_data::<Data<Desk>>();
        let frame = desk.map(|desk| Self::of(desk, request));
        ready(frame.ok_or_else(|| Refusal::broken("a server without a desk")))
    }
}
