//! Plots, drawn here: lines over days, and bars by name. Each has a title and a sentence for
//! whoever does not see it; the numbers themselves stand in a table beside it.

use askama::Template;

use crate::domain::words::Lang;

/// Where lines are drawn: left, right, top, bottom.
const AREA: [f64; 4] = [52.0, 626.0, 24.0, 240.0];

/// Where bars begin, how long the longest is, how far apart they are.
const BAR_FROM: f64 = 160.0;
const BAR_LONGEST: f64 = 205.0;
const BAR_STEP: usize = 37;

/// The most characters of a name beside its bar.
const NAME: usize = 12;

/// A horizontal line with its number.
struct Tick {
    y: String,
    below: String,
    label: String,
}

/// A word below the axis.
struct Mark {
    x: String,
    anchor: &'static str,
    label: String,
}

/// A line, and its last point.
struct Line {
    class: &'static str,
    dot: &'static str,
    path: String,
    last: (String, String),
}

/// Lines over days.
#[derive(Template)]
#[template(path = "plot/lines.html")]
pub(crate) struct Lines {
    id: &'static str,
    title: String,
    text: String,
    ticks: Vec<Tick>,
    marks: Vec<Mark>,
    drawn: Vec<Line>,
}

/// What a plot is called: its place on the page, its title, and what is to be seen in it.
pub(crate) struct Caption {
    pub(crate) id: &'static str,
    pub(crate) title: String,
    pub(crate) text: String,
}

impl Lines {
    /// One or two lines of so many numbers each, over days that are named below.
    pub(crate) fn new(caption: Caption, lang: Lang, days: &[String], of: &[Vec<i64>]) -> Self {
        let most = of.iter().flatten().copied().max().unwrap_or_default();
        let (top, step) = scale(most);
        let [left, right, above, below] = AREA;
        let y = |n: i64| below - real(n) / real(top) * (below - above);
        let last = days.len().saturating_sub(1).max(1);
        let x = |at: usize| left + part(at, last) * (right - left);
        let ticks = (0..=top / step).map(|n| Tick {
            y: short(y(n * step)),
            below: short(y(n * step) + 4.0),
            label: rounded(lang, n * step),
        });
        let marks = [0, last / 3, last * 2 / 3, last].into_iter();
        let marks = marks.filter_map(|at| {
            Some(Mark {
                x: short(x(at)),
                anchor: match at {
                    0 => "start",
                    at if at == last => "end",
                    _ => "middle",
                },
                label: days.get(at)?.clone(),
            })
        });
        let classes = [("l1", "d1"), ("l2", "d2")];
        let lines = of.iter().zip(classes).map(|(numbers, (class, dot))| {
            let points = numbers.iter().enumerate();
            let points: Vec<(String, String)> =
                points.map(|(at, n)| (short(x(at)), short(y(*n)))).collect();
            let path: Vec<String> = points.iter().map(|(x, y)| format!("{x} {y}")).collect();
            Line {
                class,
                dot,
                path: format!("M{}", path.join(" L")),
                last: points.last().cloned().unwrap_or_default(),
            }
        });
        Self {
            id: caption.id,
            title: caption.title,
            text: caption.text,
            ticks: ticks.collect(),
            marks: marks.collect(),
            drawn: lines.collect(),
        }
    }
}

/// A bar with its name and number.
struct Bar {
    y: usize,
    text_y: usize,
    width: String,
    number_x: String,
    name: String,
    number: String,
    rest: bool,
}

/// Bars by name.
#[derive(Template)]
#[template(path = "plot/bars.html")]
pub(crate) struct Bars {
    id: &'static str,
    title: String,
    text: String,
    height: usize,
    drawn: Vec<Bar>,
}

impl Bars {
    /// A bar for each, in their order; the last may be all the others together.
    pub(crate) fn new(
        caption: Caption,
        lang: Lang,
        of: &[(String, i64)],
        others: Option<&(String, i64)>,
    ) -> Self {
        let most = of.iter().chain(others).map(|(_, n)| *n).max();
        let most = most.unwrap_or_default().max(1);
        let named = of.iter().map(|one| (one, false));
        let all = named.chain(others.into_iter().map(|one| (one, true)));
        let bars: Vec<Bar> = all
            .enumerate()
            .map(|(at, ((name, n), rest))| {
                let width = real(*n) / real(most) * BAR_LONGEST;
                Bar {
                    y: at * BAR_STEP + 8,
                    text_y: at * BAR_STEP + 23,
                    number_x: short(BAR_FROM + width + 6.0),
                    width: short(width),
                    name: cut(name),
                    number: rounded(lang, *n),
                    rest,
                }
            })
            .collect();
        Self {
            id: caption.id,
            title: caption.title,
            text: caption.text,
            height: bars.len() * BAR_STEP + 8,
            drawn: bars,
        }
    }
}

/// The top of a scale that holds a number, and its steps: 1, 2 or 5 with zeros, three to five of
/// them.
fn scale(most: i64) -> (i64, i64) {
    let most = most.max(4);
    let mut step = 1_i64;
    loop {
        for wide in [1, 2, 5] {
            let step = step.saturating_mul(wide);
            if step.saturating_mul(5) >= most {
                let steps = (most - 1) / step + 1;
                return (steps.saturating_mul(step), step);
            }
        }
        step = step.saturating_mul(10);
    }
}

/// A count as a person reads it at a glance: whole up to 9999, then in ten thousands or thousands.
pub(crate) fn rounded(lang: Lang, n: i64) -> String {
    let (unit, sign) = match lang {
        Lang::Zh => (10_000, "万"),
        Lang::En => (1_000, "k"),
    };
    if n < 10_000 {
        return n.to_string();
    }
    let tenths = (n + unit / 20) / (unit / 10);
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{}{sign}", grouped(whole)),
        (whole, tenth) => format!("{}.{tenth}{sign}", grouped(whole)),
    }
}

/// A count with a comma between thousands.
pub(crate) fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        out.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn cut(name: &str) -> String {
    if name.chars().count() <= NAME {
        return name.to_owned();
    }
    let head: String = name.chars().take(NAME - 1).collect();
    format!("{head}…")
}

fn short(number: f64) -> String {
    format!("{number:.1}")
}

/// Counts are far below what a plot could tell apart.
fn real(n: i64) -> f64 {
    f64::from(i32::try_from(n).unwrap_or(i32::MAX))
}

fn part(at: usize, of: usize) -> f64 {
    let small = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    small(at) / small(of)
}

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::Bars;
    use super::Caption;
    use super::Lines;
    use super::grouped;
    use super::rounded;
    use super::scale;
    use crate::domain::words::Lang;

    fn caption() -> Caption {
        Caption {
            id: "p",
            title: "<b>".to_owned(),
            text: "t".to_owned(),
        }
    }

    #[test]
    fn scales_hold_what_is_drawn() {
        for most in [0, 1, 4, 5, 6, 11, 49, 50, 51, 999, 66_018, i64::MAX / 64] {
            let (top, step) = scale(most);
            assert!(top >= most && top % step == 0, "{most}");
            assert!((1..=5).contains(&(top / step)), "{most}: {top} {step}");
        }
    }

    #[test]
    fn counts_are_read_at_a_glance() {
        let zh = |n| rounded(Lang::Zh, n);
        assert_eq!(
            [zh(0), zh(9999), zh(10_000), zh(66_018), zh(1_760_000)],
            ["0", "9999", "1万", "6.6万", "176万"]
        );
        assert_eq!(rounded(Lang::En, 66_018), "66k");
        let told = [0, 999, 1000, 1_760_000, -1234].map(grouped);
        assert_eq!(told, ["0", "999", "1,000", "1,760,000", "-1,234"]);
    }

    #[test]
    fn nothing_and_names_of_any_kind_can_be_drawn() {
        let none = Lines::new(caption(), Lang::Zh, &[], &[Vec::new()]);
        assert!(none.render().unwrap().contains("&#60;b&#62;"));
        let one = Lines::new(caption(), Lang::Zh, &["1".to_owned()], &[vec![3]]);
        assert!(!one.render().unwrap().contains("NaN"));
        let long = ("<script>一二三四五六七八".to_owned(), 0);
        let bars = Bars::new(caption(), Lang::Zh, &[long], None);
        let svg = bars.render().unwrap();
        assert!(!svg.contains("<script>") && svg.contains('…'), "{svg}");
    }
}
