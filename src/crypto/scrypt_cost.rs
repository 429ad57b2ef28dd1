//! What it costs to try a passphrase, and how much of that a file may ask of us.

/// scrypt's three parameters, checked against what a file may ask for.
///
/// The parameters stand in the file they protect, so that they can grow with the machines. They
/// are read before the passphrase is tried, by which time nobody has vouched for them: a file
/// that asks for more than 256 MiB, or for more than sixteen times our own work, is refused
/// rather than obeyed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScryptCost {
    params: scrypt::Params,
}

/// 128·N·r, the memory scrypt needs.
const MOST_MEMORY: u64 = 256 << 20;
/// 128·N·r·p, a measure of the time it takes.
const MOST_WORK: u64 = 512 << 20;

impl ScryptCost {
    /// Accepts parameters out of a file.
    ///
    /// # Errors
    ///
    /// [`CostRefused`] if N is no power of two above 1, or if the cost is out of bounds.
    pub fn new(n: u64, r: u32, p: u32) -> Result<Self, CostRefused> {
        let Some(memory) = n.checked_mul(128).and_then(|m| m.checked_mul(r.into())) else {
            return Err(CostRefused);
        };
        let Some(work) = memory.checked_mul(p.into()) else {
            return Err(CostRefused);
        };
        if n < 2 || !n.is_power_of_two() || memory > MOST_MEMORY || work > MOST_WORK {
            return Err(CostRefused);
        }
        let Ok(log_n) = u8::try_from(n.ilog2()) else {
            return Err(CostRefused);
        };
        let Ok(params) = scrypt::Params::new(log_n, r, p) else {
            return Err(CostRefused);
        };
        Ok(Self { params })
    }

    /// The parameters as the libraries take them.
    #[must_use]
    pub fn params(&self) -> &scrypt::Params {
        &self.params
    }
}

/// The key derivation parameters are malformed, or would eat the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key derivation parameters are malformed or too costly")]
pub struct CostRefused;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_write_and_what_it_may_grow_to_is_accepted() {
        for (n, r, p) in [
            (1 << 15, 8, 1),
            (1 << 14, 8, 2),
            (1 << 14, 8, 5),
            (1 << 17, 8, 1),
        ] {
            let cost = ScryptCost::new(n, r, p).unwrap();
            assert_eq!(
                (cost.params.n(), cost.params.r(), cost.params.p()),
                (n, r, p)
            );
        }
    }

    #[test]
    fn what_would_eat_the_machine_is_refused() {
        for (n, r, p) in [
            (0, 8, 1),
            (1, 8, 1),
            (3, 8, 1),
            (32_767, 8, 1),
            (1 << 14, 0, 1),
            (1 << 14, 8, 0),
            (1 << 19, 8, 1),
            (1 << 15, 256, 1),
            (1 << 15, 8, 17),
            (1 << 63, 8, 1),
            (1 << 15, u32::MAX, u32::MAX),
        ] {
            assert_eq!(ScryptCost::new(n, r, p), Err(CostRefused), "{n} {r} {p}");
        }
    }
}
