//! What stands between the cells of a CSV file.

/// Candidates in order of preference when they are equally good.
const CANDIDATES: [char; 3] = [',', '\t', ';'];

/// How many lines are asked.
const LINES: usize = 20;

/// The delimiter that the first lines agree on.
///
/// The one that a typical (median) line has most of: a title line has few of any, and the tab
/// that exports put behind an ID number to keep it text is outnumbered by the commas.
pub(super) fn guess(head: &str) -> char {
    let lines = lines_outside_quotes(head);
    let mut best = (',', 0);
    for candidate in CANDIDATES {
        let mut counts: Vec<usize> = lines
            .iter()
            .map(|line| line.chars().filter(|c| *c == candidate).count())
            .collect();
        counts.sort_unstable();
        let median = counts.get(counts.len() / 2).copied().unwrap_or_default();
        if median > best.1 {
            best = (candidate, median);
        }
    }
    best.0
}

/// The first lines that hold something, without what is quoted.
fn lines_outside_quotes(head: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut quoted = false;
    for c in head.chars() {
        match c {
            '"' => quoted = !quoted,
            '\r' | '\n' if !quoted => {
                if !line.trim().is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line.clear();
                if lines.len() == LINES {
                    return lines;
                }
            }
            _ if !quoted => line.push(c),
            _ => {}
        }
    }
    // The last line may be cut by the end of the head; it speaks only if it is alone.
    if lines.is_empty() && !line.trim().is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_lines_say_what_stands_between_cells() {
        for (head, expected) in [
            ("姓名,性别\n张,男\n", ','),
            (
                "发放表\n姓名\t性别\t备注\n张\t男\ta,b,c,d\n李\t女\t\n",
                '\t',
            ),
            ("姓名;性别\n张;男\n", ';'),
            ("姓名,证号,备注\n张,152\t,\n李,153\t,\n", ','),
            ("姓名;备注\n张;\"a,b,c,\n,,,d\"\n", ';'),
            ("姓名\n张\n", ','),
            ("", ','),
            ("a\tb", '\t'),
        ] {
            assert_eq!(guess(head), expected, "{head:?}");
        }
    }
}
