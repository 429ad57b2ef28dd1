//! Status lists: how full they are.

use super::check::Check;
use crate::store::status::StatusList;

/// Of a thousand places, how many may be taken before somebody is told.
const FULL_PER_MILLE: u64 = 950;

pub(super) fn check(lists: &[StatusList]) -> Option<Check> {
    let part = |list: &StatusList| u64::from(list.used) * 1000 / u64::from(list.size.max(1));
    // Only an agency's newest list is filled; those before it are full for good.
    let mut newest: Vec<&StatusList> = Vec::new();
    for list in lists {
        newest.retain(|other| other.issuer != list.issuer);
        newest.push(list);
    }
    let fullest = newest.into_iter().max_by_key(|list| part(list))?;
    let check = if part(fullest) >= FULL_PER_MILLE {
        Check::attention("status_lists", "status_list_full")
    } else {
        Check::good("status_lists", "status_lists")
    };
    Some(
        check
            .with("n", &lists.len().to_string())
            .with("list", &fullest.number.to_string())
            .with("percent", &(part(fullest) / 10).to_string()),
    )
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::store::status::StatusList;

    fn list(number: u32, issuer: u32, used: u32) -> StatusList {
        StatusList {
            number,
            issuer,
            size: 1000,
            used,
        }
    }

    #[test]
    fn only_the_list_that_is_being_filled_counts() {
        let said = |lists: &[StatusList]| check(lists).map(|check| check.said);
        assert_eq!(said(&[]), None);
        assert_eq!(said(&[list(1, 1, 949)]), Some("status_lists"));
        assert_eq!(said(&[list(1, 1, 950)]), Some("status_list_full"));
        let next = [list(1, 1, 1000), list(2, 1, 3), list(3, 2, 9)];
        assert_eq!(said(&next), Some("status_lists"));
    }
}
