//! `mianzheng case slip`: somebody authorises in person.

use clap::Args;

use crate::cli::case::One;
use crate::cli::status::holder;
use crate::flow::case;
use crate::flow::case::CaseView;
use crate::flow::case::Slip;
use crate::flow::failure::Failure;
use crate::flow::office::Office;

#[derive(Args)]
pub(crate) struct SlipArgs {
    #[command(flatten)]
    one: One,
    /// Who of the case, by place.
    #[arg(long, default_value_t = 0)]
    person: usize,
    /// The materials, by place.
    #[arg(long, required = true, value_delimiter = ',')]
    materials: Vec<usize>,
    /// The number on the slip that was signed.
    #[arg(long)]
    slip: String,
    /// The name on the card.
    #[arg(long)]
    name: String,
    /// The card, as type:number.
    #[arg(long)]
    holder: String,
    /// The same typed again, where no reader read the card.
    #[arg(long, value_name = "HOLDER")]
    typed_again: Option<String>,
    /// A reader read the card.
    #[arg(long)]
    card_was_read: bool,
    /// The officer compared face and card.
    #[arg(long)]
    face_checked: bool,
}

impl SlipArgs {
    pub(super) fn run(&self, office: &Office) -> Result<CaseView, Failure> {
        let again = self.typed_again.as_deref().map(holder).transpose()?;
        let slip = Slip {
            number: self.slip.clone(),
            name: self.name.clone(),
            code: holder(&self.holder)?,
            typed_again: again,
            card_was_read: self.card_was_read,
            face_checked: self.face_checked,
        };
        let by = self.one.by.caller(office)?;
        let whom = (self.person, self.materials.as_slice());
        case::authorise_in_person(office, &self.one.case, whom, &slip, &by, None)
    }
}
