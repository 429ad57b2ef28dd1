//! Passwords: kept as argon2id hashes (RFC 9106) in the text form that others read, too, each
//! with its own salt and cost.

use argon2::Algorithm;
use argon2::Argon2;
use argon2::Params;
use argon2::Version;
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::crypto::random;
use crate::crypto::random::Randomness;
use crate::domain::account::PasswordCost;

const SALT: usize = 16;
const HASH: usize = 32;

/// What a hash that is read may ask of us: whoever wrote it was trusted with the register, but a
/// damaged row is not to eat the machine.
const MOST_KIB: u32 = 1 << 20;
const MOST_PASSES: u32 = 16;
const MOST_LANES: u32 = 16;

/// A password cannot be hashed at such a cost.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the cost of passwords is out of bounds")]
pub struct BadCost;

/// Hashes a password under a new salt. It takes the time and the memory that the cost says, so
/// it is for threads that may wait.
///
/// # Errors
///
/// [`BadCost`].
pub fn hash(
    password: &str,
    cost: PasswordCost,
    randomness: &dyn Randomness,
) -> Result<String, BadCost> {
    let salt: [u8; SALT] = random::array(randomness);
    let hash = derive(password, &salt, cost)?;
    let PasswordCost {
        memory_kib,
        passes,
        lanes,
    } = cost;
    let encode = |bytes: &[u8]| BASE64_STANDARD_NO_PAD.encode(bytes);
    Ok(format!(
        "$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${}${}",
        encode(&salt),
        encode(&*hash)
    ))
}

/// Whether a password is the one that a hash was made of, found out in the same time whatever it
/// is. A hash that is none fits no password, and takes as long at this cost.
#[must_use]
pub fn fits(password: &str, hash: &str, otherwise: PasswordCost) -> bool {
    let Some(read) = read(hash) else {
        // The work is done for its time alone.
        let _ = derive(password, &[0; SALT], otherwise);
        return false;
    };
    let found = derive(password, &read.salt, read.cost);
    found.is_ok_and(|found| found.ct_eq(&read.hash).into())
}

/// Does the work of comparing a password with a hash at this cost, for somebody who has none:
/// from how long it takes nobody learns who has.
pub fn fits_nobody(password: &str, cost: PasswordCost) {
    let _ = fits(password, "", cost);
}

/// Whether a hash was made at another cost than this one, so that it is made anew when its
/// password comes by.
#[must_use]
pub fn is_outdated(hash: &str, cost: PasswordCost) -> bool {
    read(hash).is_none_or(|read| read.cost != cost)
}

struct Read {
    cost: PasswordCost,
    salt: Vec<u8>,
    hash: [u8; HASH],
}

fn read(text: &str) -> Option<Read> {
    let rest = text.strip_prefix("$argon2id$v=19$")?;
    let mut parts = rest.split('$');
    let (cost, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let mut numbers = cost.split(',');
    let mut number = |name: &str| -> Option<u32> {
        let digits = numbers.next()?.strip_prefix(name)?;
        digits.parse().ok()
    };
    let cost = PasswordCost {
        memory_kib: number("m=")?,
        passes: number("t=")?,
        lanes: number("p=")?,
    };
    let bounded =
        cost.memory_kib <= MOST_KIB && cost.passes <= MOST_PASSES && cost.lanes <= MOST_LANES;
    if !bounded || numbers.next().is_some() {
        return None;
    }
    Some(Read {
        cost,
        salt: BASE64_STANDARD_NO_PAD.decode(salt).ok()?,
        hash: BASE64_STANDARD_NO_PAD.decode(hash).ok()?.try_into().ok()?,
    })
}

fn derive(
    password: &str,
    salt: &[u8],
    cost: PasswordCost,
) -> Result<Zeroizing<[u8; HASH]>, BadCost> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(HASH));
    let Ok(params) = params else {
        return Err(BadCost);
    };
    let mut hash = Zeroizing::new([0; HASH]);
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    match argon.hash_password_into(password.as_bytes(), salt, &mut *hash) {
        Ok(()) => Ok(hash),
        Err(_why) => Err(BadCost),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SeededRandomness;

    const QUICK: PasswordCost = PasswordCost {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };

    #[test]
    fn only_the_password_fits_its_hash() {
        let chance = SeededRandomness::new(b"passwords");
        let one = hash("correct horse", QUICK, &chance).unwrap();
        let two = hash("correct horse", QUICK, &chance).unwrap();
        assert_ne!(one, two);
        assert!(one.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{one}");
        assert!(fits("correct horse", &one, QUICK) && fits("correct horse", &two, QUICK));
        for wrong in ["", "correct hors", "Correct horse", "correct horse "] {
            assert!(!fits(wrong, &one, QUICK), "{wrong}");
        }
        assert!(!is_outdated(&one, QUICK) && is_outdated(&one, PasswordCost::LEAST));
    }

    #[test]
    fn what_other_programs_hash_is_read() {
        // echo -n password | argon2 somesalt -id -t 2 -k 256 -p 1 -e
        assert!(fits("password", REFERENCE, QUICK));
        assert!(!fits("passwore", REFERENCE, QUICK));
    }

    const REFERENCE: &str =
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

    #[test]
    fn what_is_no_hash_fits_nothing() {
        let chance = SeededRandomness::new(b"passwords");
        let good = hash("correct horse", QUICK, &chance).unwrap();
        for bad in [
            String::new(),
            good.replace("argon2id", "argon2i"),
            good.replace("v=19", "v=16"),
            good.replace("m=8,", "m=4294967295,"),
            good.replace("t=1,", "t=4294967295,"),
            good.replace("m=8,t=1", "t=1,m=8"),
            format!("{good}$"),
            format!("{good}A"),
            good[..good.len() - 1].to_owned(),
        ] {
            assert!(!fits("correct horse", &bad, QUICK), "{bad}");
        }
        let none = PasswordCost {
            memory_kib: 0,
            ..QUICK
        };
        assert_eq!(hash("correct horse", none, &chance), Err(BadCost));
    }
}
