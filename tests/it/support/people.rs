//! Citizen identity numbers of people that nobody is.

/// The number of the n-th man; below 10,000 they differ.
pub(crate) fn citizen(n: usize) -> String {
    let day = n / 500 % 28 + 1;
    // The seventeenth digit is odd for men.
    let order = n % 500 * 2 + 1;
    numbered(&format!("152502{}{day:02}{order:03}", 199_005))
}

/// Seventeen digits and the check character that follows from them.
pub(crate) fn numbered(seventeen: &str) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits = seventeen.bytes().map(|c| usize::from(c - b'0'));
    let sum: usize = digits
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    let check = "10X98765432".as_bytes()[sum % 11];
    format!("{seventeen}{}", char::from(check))
}
