//! The signed lists as the register holds them, opened; or why they cannot be believed.

use crate::crypto::trust::Anchors;
use crate::crypto::trust::BadTrust;
use crate::crypto::trust::Trust;
use crate::flow::seen_lists::SeenLists;
use crate::store::Rx;
use crate::store::StoreError;

/// Opens trust list and revocation list, and says in words what is wrong with them, if anything.
///
/// A register that was set back, or a list that cannot be opened, must not stop the program that
/// alone can publish the next list: the trust is [in doubt](Trust::in_doubt) then. It is `before`
/// if something was trusted before, and else what the trust list alone says.
pub(crate) fn read(
    rx: &mut Rx<'_>,
    anchors: &Anchors,
    seen: Result<&SeenLists, &str>,
    before: Option<&Trust>,
) -> Result<(Option<Trust>, Option<String>), StoreError> {
    let list = rx.latest_trust_list()?.map(|(_, token)| token);
    let revocations = rx.latest_revocation_list()?.map(|(_, token)| token);
    let mut wanted = match seen {
        Ok(seen) => *seen,
        Err(_) => SeenLists::default(),
    };
    wanted.rise_to(before);
    let opened = open(list.as_deref(), revocations.as_deref(), anchors, wanted);
    let why = match (opened, seen) {
        (Ok(trust), Ok(_)) => return Ok((trust, None)),
        (Ok(_), Err(why)) => why.to_owned(),
        (Err(why), _) => why,
    };
    let alone = || Trust::open(list.as_deref()?, anchors, 0).ok();
    let trust = before.cloned().or_else(alone).map(|mut trust| {
        trust.in_doubt = true;
        trust
    });
    Ok((trust, Some(why)))
}

/// What the root alone says: the trust list with nothing taken away. Lists of revocations are
/// signed by the keys that it names.
///
/// # Errors
///
/// [`BadTrust`].
pub(crate) fn of_the_root(
    rx: &mut Rx<'_>,
    anchors: &Anchors,
) -> Result<Option<Result<Trust, BadTrust>>, StoreError> {
    let latest = rx.latest_trust_list()?;
    Ok(latest.map(|(_, token)| Trust::open(&token, anchors, 0)))
}

fn open(
    list: Option<&str>,
    revocations: Option<&str>,
    anchors: &Anchors,
    seen: SeenLists,
) -> Result<Option<Trust>, String> {
    let Some(list) = list else {
        return if seen == SeenLists::default() {
            Ok(None)
        } else {
            Err(format!("the trust list {} is gone", seen.trust))
        };
    };
    let mut trust = Trust::open(list, anchors, seen.trust).map_err(|why| why.to_string())?;
    match revocations {
        Some(token) => trust
            .revoke(token, seen.revocations)
            .map_err(|why| format!("the revocation list: {why}"))?,
        None if seen.revocations == 0 => {}
        None => return Err(format!("the revocation list {} is gone", seen.revocations)),
    }
    Ok(Some(trust))
}
