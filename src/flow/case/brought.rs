//! What was given for a case by one consent, brought there by its live code.

use super::consent::Content;
use super::consent::Piece;
use super::fit::Offer;
use super::kept::Kept;
use super::served::Served;
use super::served::misfit;
use super::served::offer_to;
use crate::domain::caller::Caller;
use crate::domain::case::Act;
use crate::domain::case::Misfit;
use crate::domain::consent::ConsentState;
use crate::domain::problem::Reason;
use crate::flow::failure::Failure;
use crate::flow::office::Office;
use crate::store::Tx;
use crate::store::consents::ConsentRow;

/// A consent whose code was brought.
pub(super) struct Given {
    row: ConsentRow,
    content: Content,
}

impl Given {
    /// The consent by which a code was shown.
    ///
    /// # Errors
    ///
    /// [`Failure`] if it cannot be opened.
    pub(super) fn of(office: &Office, tx: &mut Tx<'_>, consent: i64) -> Result<Self, Failure> {
        let row = tx.consent(consent)?;
        let row = row.ok_or_else(|| Failure::Broken("a code without its consent".to_owned()))?;
        let content = Content::open(office, &row)?;
        Ok(Self { row, content })
    }

    /// Lets a certificate serve for the materials that it was given for, and no others.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the case cannot be changed.
    pub(super) fn serve(
        &self,
        office: &Office,
        tx: &mut Tx<'_>,
        kept: &mut Kept,
        offer: &Offer<'_>,
        by: &Caller,
    ) -> Result<Vec<Served>, Failure> {
        let pieces = self.content.offer.iter().flat_map(|given| &given.pieces);
        let mine = |piece: &&Piece| piece.certificate == offer.row.id;
        let serve = |piece: &Piece| {
            // What was decided meanwhile stays as it was decided.
            if !kept.case.can(piece.material, &Act::Verify) {
                return Ok(misfit(Some(piece.material), &Misfit::NotAsked));
            }
            offer_to(office, tx, kept, piece.material, offer, by)
        };
        pieces.filter(mine).map(serve).collect()
    }

    /// Keeps what came of it, for the window to see as long as it may be used.
    ///
    /// # Errors
    ///
    /// [`Reason::Unavailable`] if she takes it back at this moment: ask again.
    pub(super) fn keep(
        mut self,
        office: &Office,
        tx: &mut Tx<'_>,
        served: Vec<Served>,
    ) -> Result<(), Failure> {
        self.content.served = served;
        self.content.seal(office, &mut self.row)?;
        if tx.update_consent(&self.row, ConsentState::Given.number())? {
            Ok(())
        } else {
            let what = "the consent was taken back";
            Err(Failure::because(Reason::Unavailable, what))
        }
    }
}
