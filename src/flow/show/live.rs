//! Live codes 在线码: used once, renewed every 30 seconds, with eight spoken digits beside.

use crate::codec::digest::sha256;
use crate::codec::presented::LIVE_LENGTH;
use crate::codec::qr::Code;
use crate::crypto::random;
use crate::crypto::random::Randomness;
use crate::crypto::vault::Index;
use crate::crypto::vault::Vault;
use crate::domain::caller::Caller;
use crate::domain::caller::Role;
use crate::domain::problem::Reason;
use crate::domain::time::Timestamp;
use crate::flow::case::still_given;
use crate::flow::failure::Failure;
use crate::flow::idempotency;
use crate::flow::idempotency::Once;
use crate::flow::office::Office;
use crate::flow::own_code::own_code;
use crate::flow::show::DrawnCode;
use crate::flow::show::card;
use crate::flow::show::choice::Choice;
use crate::flow::show::choice::KeptChoice;
use crate::flow::show::choice::Showing;
use crate::flow::show::choice::ToBeAsked;
use crate::flow::show::choice::open_session;
use crate::flow::show::who::still_shows;
use crate::store::Tx;
use crate::store::show_sessions::LiveCodeRow;

/// Seconds a live code is shown for.
pub const LIFE_S: i64 = 30;

/// Seconds a live code is still taken after that, for slow cameras.
pub const GRACE_S: i64 = 15;

/// Seconds of the one longer renewal, "hold still".
pub const HELD_S: i64 = 120;

/// A live code, to be drawn and spoken.
#[derive(Clone, Debug)]
pub struct LiveShown {
    /// The session it belongs to, for renewing.
    pub session: i64,
    /// The text in the picture.
    pub text: String,
    /// The eight digits.
    pub spoken: String,
    /// When the next must be drawn.
    pub renew_at: Timestamp,
    /// The picture.
    pub picture: DrawnCode,
}

/// Opens a show session for one or more certificates and draws its first code.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller that is no holder; [`Reason::NotFound`] and
/// [`Reason::NoSuchField`] for a choice that cannot be shown. Nothing is shown then.
pub fn show(office: &Office, choices: &[Choice], by: &Caller) -> Result<LiveShown, Failure> {
    show_once(office, choices, by, None)
}

/// The same for a request that may come twice: the second time the next code of the session
/// that the first one opened is drawn, since no code is kept.
///
/// # Errors
///
/// Those of [`show`] and [`renew`], and [`Reason::KeyReused`].
pub fn show_once(
    office: &Office,
    choices: &[Choice],
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<LiveShown, Failure> {
    let (Role::Holder, Some(holder)) = (by.role, by.holder) else {
        return Err(Failure::refused(Reason::Forbidden));
    };
    if choices.is_empty() || choices.len() > 16 {
        return Err(Failure::because(
            Reason::BadRequest,
            "1 to 16 certificates at once",
        ));
    }
    let mut kept = Vec::with_capacity(choices.len());
    let mut cards = Vec::with_capacity(choices.len());
    for choice in choices {
        let card = card(office, &choice.identifier, by)?;
        let fields = card.chosen(&choice.fields)?;
        kept.push(KeptChoice {
            certificate: card.row.id,
            fields,
        });
        cards.push(card);
    }
    let now = office.clock.now();
    let showing = Showing::ForAnybody(kept);
    open_and_draw(office, &showing, holder, (by, once), |tx| {
        for card in &cards {
            card.tell_others(tx, office, (now, &by.id))?;
        }
        Ok(())
    })
}

/// Opens a session, once however often it is asked, and draws its code.
fn open_and_draw(
    office: &Office,
    showing: &Showing,
    holder: [u8; 32],
    (by, once): (&Caller, Option<Once<'_>>),
    beside: impl FnOnce(&mut Tx<'_>) -> Result<(), Failure>,
) -> Result<LiveShown, Failure> {
    let now = office.clock.now();
    let again = |session: &str| {
        let session = session.parse();
        let session = session.map_err(|_why| Failure::Broken("no session".to_owned()))?;
        Ok((session, false))
    };
    let work = |tx: &mut Tx<'_>| {
        beside(tx)?;
        let id = open_session(office, tx, showing, (holder, by))?;
        Ok(((id, true), id.to_string()))
    };
    let (session, fresh) = office
        .store
        .write(|tx| idempotency::once(tx, once, now, again, work))?;
    draw_first_or_next(office, (session, fresh), by)
}

/// Opens a session that shows nothing and draws its first code: whichever system reads it learns
/// whom to ask, and she reads on her phone who asks, why and which fields 扫码用证.
///
/// # Errors
///
/// [`Reason::Forbidden`] for a caller that is no holder, and [`Reason::KeyReused`].
pub fn be_asked(
    office: &Office,
    by: &Caller,
    once: Option<Once<'_>>,
) -> Result<LiveShown, Failure> {
    let (Role::Holder, Some(holder)) = (by.role, by.holder) else {
        return Err(Failure::refused(Reason::Forbidden));
    };
    let showing = Showing::ToBeAsked(ToBeAsked {
        to_be_asked: holder,
        code: own_code(office, by)?.map(|code| code.written()),
    });
    open_and_draw(office, &showing, holder, (by, once), |_tx| Ok(()))
}

/// Draws the first code of a session, or the next where the request came twice.
///
/// # Errors
///
/// Those of [`renew`].
pub(crate) fn draw_first_or_next(
    office: &Office,
    (session, fresh): (i64, bool),
    by: &Caller,
) -> Result<LiveShown, Failure> {
    if fresh {
        draw(office, session, LIFE_S)
    } else {
        renew(office, session, false, by)
    }
}

/// Draws the next code of a session; `hold` makes it last 120 seconds, once.
///
/// # Errors
///
/// [`Reason::NotFound`] when the session is not the caller's; [`Reason::WrongStep`] when it
/// was spent, or held before; [`Reason::GuardianEnded`] or [`Reason::NotFound`] for a guardian
/// whose right ended since it was opened; for one that is for a case [`Reason::ConsentLate`]
/// after two minutes, [`Reason::ConsentRefused`] when she took it back, [`Reason::CaseClosed`].
pub fn renew(office: &Office, session: i64, hold: bool, by: &Caller) -> Result<LiveShown, Failure> {
    let holder = by.holder.ok_or(Failure::refused(Reason::Forbidden))?;
    let row = office.store.read(|rx| rx.show_session(session))?;
    let subject = office
        .store
        .write(|tx| tx.subjects(&[holder]))?
        .get(&holder)
        .copied();
    let Some(row) = row.filter(|r| subject.is_some_and(|s| r.subject == s)) else {
        return Err(Failure::refused(Reason::NotFound));
    };
    if row.spent_at.is_some() {
        return Err(Failure::because(Reason::WrongStep, "the code was used"));
    }
    let showing = Showing::open(office, &row)?;
    if let Some(bound) = showing.bound() {
        let given = office
            .store
            .read(|rx| still_given(office, rx, bound, true))?;
        given.map_err(Failure::refused)?;
    } else {
        for choice in showing.choices() {
            still_shows(office, choice.certificate, &holder)?;
        }
    }
    if !hold {
        return draw(office, session, LIFE_S);
    }
    if !office.store.write(|tx| tx.hold_session(session))? {
        return Err(Failure::because(
            Reason::WrongStep,
            "a session is held once",
        ));
    }
    draw(office, session, HELD_S)
}

fn draw(office: &Office, session: i64, life_s: i64) -> Result<LiveShown, Failure> {
    let now = office.clock.now();
    let code = alphanumeric(LIVE_LENGTH, &*office.randomness);
    let expires_at = now.plus_secs(life_s + GRACE_S);
    let spoken = office.store.write(|tx| {
        // Digits that are in the air already are drawn again; a million to one they are not.
        for _ in 0..16 {
            let spoken = digits(&*office.randomness);
            let row = LiveCodeRow {
                digest: live_digest(&code).to_vec(),
                spoken: spoken_index(office.store.vault(), &spoken).to_vec(),
                session,
                expires_at: expires_at.millis(),
            };
            if tx.add_live_code(&row)? {
                return Ok(spoken);
            }
        }
        Err(Failure::because(
            Reason::Unavailable,
            "no free spoken digits",
        ))
    })?;
    let text = format!(
        "HTTPS://{}/L/{code}",
        office.settings.code_host.to_uppercase()
    );
    let picture = DrawnCode::of(Code::live(&text))?;
    Ok(LiveShown {
        session,
        text,
        spoken,
        renew_at: now.plus_secs(life_s),
        picture,
    })
}

/// The digest under which a live code is kept.
pub(crate) fn live_digest(code: &str) -> [u8; 32] {
    sha256(&[b"live:", code.as_bytes()].concat())
}

/// The index under which spoken digits are kept: keyed, because eight digits can be guessed.
pub(crate) fn spoken_index(vault: &Vault, digits: &str) -> [u8; 32] {
    vault.index(Index::SpokenDigits, digits.as_bytes())
}

/// So many random characters of `0-9A-Z`, each equally likely.
pub(crate) fn alphanumeric(length: usize, randomness: &dyn Randomness) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        for byte in random::array::<32>(randomness) {
            // 252 is the largest multiple of 36 in a byte: what lies above would favour some.
            if byte < 252 && text.len() < length {
                let digit = char::from_digit(u32::from(byte % 36), 36).unwrap_or('0');
                text.push(digit.to_ascii_uppercase());
            }
        }
    }
    text
}

fn digits(randomness: &dyn Randomness) -> String {
    let number = u64::from_be_bytes(random::array(randomness));
    format!("{:08}", number % 100_000_000)
}
