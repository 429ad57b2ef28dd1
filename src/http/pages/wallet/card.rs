//! A card as it lies in the wallet.

use crate::domain::verdict::Outcome;
use crate::domain::words::Lang;
use crate::flow::wallet::Face;
use crate::flow::wallet::Family;
use crate::http::pages::check::told::shape;
use crate::http::pages::frame::Frame;

/// A card, in words.
pub(crate) struct CardView {
    /// Its number in addresses.
    pub(crate) id: i64,
    /// What it is called, in the reader's language.
    pub(crate) name: String,
    /// What it is called in Chinese, where that is another name.
    pub(crate) second_name: Option<String>,
    /// Who issued it.
    pub(crate) issuer: String,
    /// Its number, and until when it is good.
    pub(crate) line: String,
    /// Its colour.
    pub(crate) look: &'static str,
    /// What is to be known of it; nothing while all is well, for a wallet gives no verdict.
    pub(crate) tag: Option<Tag>,
}

/// A word with a shape.
pub(crate) struct Tag {
    pub(crate) kind: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) word: String,
}

impl CardView {
    /// A card in words.
    pub(crate) fn of(frame: &Frame, face: Face) -> Self {
        let line = format!("{} · {}", face.number, time(frame, &face));
        let (name, second_name) = match frame.lang {
            Lang::Zh => (face.type_name.clone(), None),
            Lang::En => (face.type_name_en.clone(), Some(face.type_name.clone())),
        };
        let look = match face.family {
            _ if face.is_over() => "off",
            Family::Person => "",
            Family::Business => "sky",
            Family::Land => "earth",
        };
        Self {
            id: face.id,
            name,
            second_name,
            tag: tag(frame, &face),
            issuer: face.issuer,
            line,
            look,
        }
    }
}

/// What is to be known of a card at a glance.
fn tag(frame: &Frame, face: &Face) -> Option<Tag> {
    if face.standing == Outcome::Valid {
        let (kind, key) = match face.days_left {
            Some(_) => ("warn", "wallet.soon"),
            None if face.is_new => ("info", "wallet.new"),
            None => return None,
        };
        let word = frame.say(key);
        return Some(Tag {
            kind,
            icon: kind,
            word,
        });
    }
    let (kind, icon) = match face.standing {
        // Its issuer stopped it: as much a stop to the holder as its end.
        Outcome::Suspended => ("bad", "bad"),
        // Past its date, and as genuine as before.
        Outcome::Expired => ("warn", "warn"),
        standing => shape(standing),
    };
    Some(Tag {
        kind,
        icon,
        word: standing(frame, face),
    })
}

/// How a card stands, in a word: that of the law, where it ended.
fn standing(frame: &Frame, face: &Face) -> String {
    match face.word {
        Some(word) => frame.say(&format!("wallet.{}", word.name())),
        None => frame.say(&format!("verdict.{}", face.standing.name())),
    }
}

/// Until when a card is good, or since when it is not.
fn time(frame: &Frame, face: &Face) -> String {
    let on = |key: &str, day: crate::domain::time::Day| frame.say_of(key, "day", day);
    match (face.standing, face.valid_to) {
        (Outcome::Suspended, _) => on("wallet.suspended_since", face.since),
        (Outcome::Revoked | Outcome::Superseded, _) => on("wallet.ended_on", face.since),
        (Outcome::NotYetValid, _) => on("wallet.from", face.valid_from),
        (Outcome::Expired, Some(day)) => on("wallet.expired_on", day),
        (_, Some(day)) => match face.days_left {
            Some(0) => frame.say("wallet.last_day"),
            Some(days) => frame.say_of("wallet.days_left", "days", days),
            None => on("wallet.until", day),
        },
        (_, None) => frame.say("wallet.long_term"),
    }
}
