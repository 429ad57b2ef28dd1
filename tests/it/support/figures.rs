//! Figures add up.

use mianzheng::flow::figures::Figures;

/// Every table's sum is the whole, and the reasons together are what was not waived.
pub(crate) fn add_up(figures: &Figures) {
    let waived: [i64; 6] = [
        figures.by_day.iter().map(|of| of.waived).sum(),
        figures.by_item.iter().map(|of| of.waived).sum(),
        figures.by_department.iter().map(|of| of.waived).sum(),
        figures.by_division.iter().map(|of| of.waived).sum(),
        figures.by_type.iter().map(|of| of.waived).sum(),
        figures.by_route.iter().map(|of| of.waived).sum(),
    ];
    assert_eq!(waived, [figures.waived; 6]);
    let cases: i64 = figures.by_day.iter().map(|of| of.cases).sum();
    assert_eq!(cases, figures.cases);
    let on_paper: [i64; 2] = [
        figures.reasons.iter().map(|of| of.count).sum(),
        figures.by_item.iter().map(|of| of.on_paper).sum(),
    ];
    assert_eq!(on_paper, [figures.on_paper; 2]);
    let counts: Vec<i64> = figures.reasons.iter().map(|of| of.count).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
}
