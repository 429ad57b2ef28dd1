//! What of an account is sealed.

use serde::Deserialize;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::codec::base64url;
use crate::crypto::one_time_code::CodeSecret;
use crate::crypto::vault::Index;
use crate::domain::account::folded;
use crate::domain::holder::HolderCode;
use crate::flow::failure::Failure;
use crate::flow::issue::holder_index;
use crate::flow::office::Office;
use crate::store::accounts::ACCOUNT;
use crate::store::accounts::AccountRow;
use crate::store::ledger::stored_key_id;

/// Names, whose it is, and the secret of one-time codes.
#[derive(Serialize, Deserialize)]
pub(super) struct Content {
    /// The login name, if it has one.
    pub(super) name: Option<String>,
    /// The name that pages greet by.
    pub(super) display: String,
    /// The holder it is, as text.
    pub(super) holder: Option<String>,
    /// The secret of one-time codes, as text.
    secret: Option<String>,
}

impl Content {
    pub(super) fn new(name: Option<&str>, display: &str, holder: Option<&HolderCode>) -> Self {
        Self {
            name: name.map(str::to_owned),
            display: display.to_owned(),
            holder: holder.map(HolderCode::written),
            secret: None,
        }
    }

    pub(super) fn open(office: &Office, row: &AccountRow) -> Result<Self, Failure> {
        let text = office.store.vault().open(&ACCOUNT, row.id, &row.sealed())?;
        let read = serde_json::from_slice(&text);
        // The cause would say where in it, and no more may be told of it.
        let Ok(content) = read else {
            return Err(Failure::Broken(format!(
                "account {} cannot be read",
                row.id
            )));
        };
        Ok(content)
    }

    pub(super) fn seal(&self, office: &Office, row: &mut AccountRow) -> Result<(), Failure> {
        let text = serde_json::to_vec(self).map_err(|why| Failure::Broken(why.to_string()))?;
        let text = Zeroizing::new(text);
        let vault = office.store.vault();
        let sealed = vault.seal(&ACCOUNT, row.id, &text, &*office.randomness);
        row.key_id = stored_key_id(sealed.key_id);
        row.sealed = sealed.bytes;
        Ok(())
    }

    pub(super) fn secret(&self) -> Option<CodeSecret> {
        let bytes = base64url::decode(self.secret.as_deref()?).ok()?;
        CodeSecret::of(&Zeroizing::new(bytes))
    }

    pub(super) fn put_secret(&mut self, secret: &CodeSecret) {
        self.secret = Some(base64url::encode(secret.expose()));
    }
}

/// The index under which a login name is found. What stands before it cannot begin a name, so
/// that no index here is that of somebody's name elsewhere.
pub(super) fn name_index(office: &Office, text: &str) -> [u8; 32] {
    let text = format!("\0login name\0{}", folded(text));
    office.store.vault().index(Index::Name, text.as_bytes())
}

/// Whether what is sealed of an account names the holder and the name whose indexes stand beside
/// it.
#[must_use]
pub fn holder_fits(office: &Office, row: &AccountRow) -> bool {
    let Ok(content) = Content::open(office, row) else {
        return false;
    };
    let name = content.name.map(|name| name_index(office, &name).to_vec());
    let index = |text: String| {
        let code = HolderCode::read(&text).ok()?;
        Some(holder_index(office.store.vault(), &code).to_vec())
    };
    name == row.name_index && content.holder.and_then(index) == row.holder_index
}
