use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::codec::digest::sha256;
use crate::codec::paper::characters::Kind;
use crate::codec::paper::strokes::PAGE_HEIGHT;
use crate::codec::paper::strokes::PAGE_WIDTH;
use crate::codec::paper::strokes::SIDE;
use crate::codec::paper::strokes::Stroke;

fn fonts() -> Fonts {
    Fonts::built_in().unwrap()
}

fn wrapped(text: &str, ems: f32) -> Vec<String> {
    let fonts = fonts();
    let lines = lines::wrap(Typesetter::new(&fonts).atoms(text), ems);
    let said = |line: &lines::Line| line.iter().map(|atom| atom.text.as_str()).collect();
    lines.iter().map(said).collect()
}

fn of(blocks: Vec<Block>) -> Paper {
    Paper {
        title: "样张".to_owned(),
        second_title: None,
        blocks,
        code: None,
        footer: Vec::new(),
        metadata: Vec::new(),
        watermark: None,
        lang: Lang::Zh,
    }
}

#[test]
fn the_fonts_are_those_that_are_described_and_are_enough() {
    let readme = include_str!("fonts/README.md");
    for font in [fonts::CHINESE, fonts::MONGOLIAN] {
        let digest = sha256(font).iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        assert!(
            readme.contains(&digest),
            "{digest} is not in fonts/README.md"
        );
    }
    let fonts = fonts();
    let type_ = Typesetter::new(&fonts);
    // Every character of GB 2312, from its two bytes.
    for high in 0xA1..=0xF7_u8 {
        for low in 0xA1..=0xFE_u8 {
            // What GBK put into the gaps, and what it left for private use.
            let later = matches!(
                (high, low),
                (0xA2, ..0xB1) | (0xA6, 0xE0..) | (0xA8, 0xBB..)
            );
            let bytes = [high, low];
            let (text, _, wrong) = encoding_rs::GBK.decode(&bytes);
            let private = text.contains(|c| matches!(c, '\u{E000}'..='\u{F8FF}'));
            if !wrong && !later && !private {
                type_.atoms(&text);
            }
        }
    }
    type_.atoms("𫖮㛃䶮𬱖劉→✓□①㎡—…￥《》ᠮᠣᠩᠭᠣᠯ 0123456789ABCDEFU+");
    assert_eq!(type_.boxed(), BTreeSet::new());
}

#[test]
fn fonts_are_of_any_thread() {
    const fn of_any_thread<T: Send + Sync + Clone>() {}
    of_any_thread::<Fonts>();
}

#[test]
fn lines_end_where_chinese_lines_may() {
    assert_eq!(wrapped("甲乙丙丁戊", 2.0), ["甲乙", "丙丁", "戊"]);
    // No closing mark begins a line, no opening one ends it.
    assert_eq!(wrapped("甲乙丙，丁", 3.0), ["甲乙", "丙，丁"]);
    assert_eq!(wrapped("甲乙（丙）丁", 3.0), ["甲乙", "（丙）", "丁"]);
    // Where nothing else is possible, they do.
    assert_eq!(wrapped("，，，，，", 2.0), ["，，", "，，", "，"]);
    // A word stays whole while a line can hold it.
    assert_eq!(wrapped("甲ABC-12乙", 4.5), ["甲ABC-12", "乙"]);
    assert_eq!(wrapped("甲乙ABC-12", 4.5), ["甲乙", "ABC-12"]);
    let long = wrapped(&"A1-".repeat(300), 10.0);
    assert!(long.len() > 40 && long.concat() == "A1-".repeat(300));
    // Spaces stay at the end of the line before.
    assert_eq!(wrapped("ABCD EFGH", 3.0), ["ABCD ", "EFGH"]);
    assert_eq!(wrapped("甲\r\n乙\n\n丙", 9.0), ["甲", "乙", "", "丙"]);
    assert_eq!(wrapped("", 9.0), [""]);
}

#[test]
fn what_cannot_be_seen_or_found_is_printed_as_its_code_point() {
    let hidden = "甲\u{202E}乙\u{200F}\u{200B}\u{2028}\u{7}\t\u{FEFF}\u{AD}丙\u{20BB7}\u{5D0}";
    let fonts = fonts();
    let type_ = Typesetter::new(&fonts);
    let atoms = type_.atoms(hidden);
    let said: String = atoms.iter().map(|atom| atom.text.as_str()).collect();
    assert_eq!(
        said,
        "甲U+202E乙U+200FU+200BU+2028U+0007U+0009U+FEFFU+00AD丙U+20BB7U+05D0"
    );
    for atom in atoms.iter().filter(|atom| atom.boxed) {
        assert_eq!(atom.glyphs.len(), atom.text.len());
    }
    let shown: BTreeSet<char> = "甲乙丙".chars().collect();
    let boxed: BTreeSet<char> = hidden.chars().filter(|c| !shown.contains(c)).collect();
    assert_eq!(type_.boxed(), boxed);
}

#[test]
fn mongolian_letters_are_joined() {
    let fonts = fonts();
    let type_ = Typesetter::new(&fonts);
    let ids = |text: &str| -> Vec<u32> {
        let atoms = type_.atoms(text);
        atoms
            .iter()
            .flat_map(|a| a.glyphs.iter().map(|g| g.id))
            .collect()
    };
    // One letter alone, at the beginning, in the middle and at the end of a word.
    let (alone, word) = (ids("ᠨ"), ids("ᠨᠨᠨ"));
    assert_eq!(word.len(), 3);
    let forms: BTreeSet<u32> = word.into_iter().chain(alone).collect();
    assert_eq!(forms.len(), 4);
    // A variation selector and the vowel separator choose other forms.
    assert_ne!(ids("ᠨ\u{180B}ᠠ")[0], ids("ᠨᠠ")[0]);
    assert_ne!(ids("ᠨ\u{180E}ᠠ").last(), ids("ᠨᠠ").last());
    // The suffix behind a narrow space takes the form of a suffix, and the space is kept.
    let suffix = ids("ᠮᠣᠩᠭᠣᠯ\u{202F}ᠤᠨ");
    assert!(!suffix.ends_with(&ids("ᠤᠨ")), "{suffix:?}");
    // As HarfBuzz 15 sets the same words in the same font.
    assert_eq!(suffix, [121, 32, 1298, 32, 129, 1480, 40, 76]);
    assert_eq!(ids("ᠨᠡᠷ\u{180E}ᠡ"), [72, 18, 177, 1478, 15]);
    assert_eq!(type_.boxed(), BTreeSet::new());
    // A selector with nothing to choose is shown.
    let alone = Typesetter::new(&fonts);
    assert_eq!(alone.atoms("甲\u{180B}")[1].text, "U+180B");
}

#[test]
fn a_table_that_is_not_one_is_refused() {
    let column = |share| Column {
        header: "甲".to_owned(),
        share,
        to_the_right: false,
    };
    let table = |shares: &[u16], row: &[&str]| {
        let table = Table {
            columns: shares.iter().map(|share| column(*share)).collect(),
            rows: vec![row.iter().map(|text| (*text).to_owned()).collect()],
        };
        pdf(&of(vec![Block::Table(table)]), &fonts(), AT).map(|printed| printed.pages)
    };
    assert_eq!(table(&[1, 1], &["甲", "乙"]), Ok(1));
    assert_eq!(table(&[1, 1], &["甲"]), Err(PaperError::Ragged(1)));
    assert_eq!(
        table(&[1, 1], &["甲", "乙", "丙"]),
        Err(PaperError::Ragged(1))
    );
    assert_eq!(table(&[], &[]), Err(PaperError::Columns));
    assert_eq!(table(&[0, 0], &["甲", "乙"]), Err(PaperError::Columns));
    assert_eq!(table(&[1, 90], &["甲", "乙"]), Err(PaperError::Columns));
}

#[test]
fn what_cannot_be_on_a_page_is_refused_and_nothing_is_cut() {
    let long = "很长".repeat(5_000);
    let mut footer = of(Vec::new());
    footer.footer = vec![long.clone()];
    let mut watermark = of(Vec::new());
    watermark.watermark = Some(long.clone());
    let signature = of(vec![Block::Signature(vec![long.clone()])]);
    let endless = of(vec![Block::Paragraph("很长".repeat(500_000))]);
    for paper in [footer, watermark, signature, endless] {
        let refused = pdf(&paper, &fonts(), AT).unwrap_err();
        assert_eq!(refused, PaperError::TooLong);
    }
    assert!(Fonts::built_in().unwrap().and(b"no font".to_vec()).is_err());
}

const AT: Timestamp = Timestamp::from_secs(1_795_397_400);

/// Whether every text stands between the edges of its page, and the code with its quiet zone.
fn stays_inside(paper: &Paper) -> Result<(), String> {
    let fonts = fonts();
    let sheet = lay_out(paper, &fonts).map_err(|why| why.to_string())?;
    for placed in sheet.pages.iter().flatten() {
        let Stroke::Text {
            line,
            style,
            turned,
        } = &placed.stroke
        else {
            continue;
        };
        let (x, y) = placed.at;
        let (down, along) = turned.to_radians().sin_cos();
        let wide = lines::width(line) * style.size;
        let end = (x + wide * along, y + wide * down);
        let (left, right) = if *turned < 0.0 {
            (0.0, PAGE_WIDTH)
        } else {
            (SIDE - 0.1, PAGE_WIDTH - SIDE + 0.1)
        };
        let inside =
            |(x, y): (f32, f32)| x >= left && x <= right && y > style.size && y < PAGE_HEIGHT;
        if !inside((x, y)) || !inside(end) {
            let text: String = line.iter().map(|atom| atom.text.as_str()).collect();
            return Err(format!("{text:?} stands from {:?} to {end:?}", placed.at));
        }
        if line.iter().any(|atom| atom.kind == Kind::Break) {
            return Err("an end of line is drawn".to_owned());
        }
    }
    Ok(())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[甲乙，。（）a-z0-9 -]{0,300}",
        "[ᠠ-ᡂ\u{180B}-\u{180E}\u{202F} ，]{0,200}",
        "[A-Z0-9/]{0,1000}",
        " {0,400}",
        "[\u{200B}-\u{202E}\u{0}-\u{1F}]{0,60}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 8))]
    #[test]
    fn whatever_it_says_it_is_printed_inside_its_pages(
        texts in prop::collection::vec(any_text(), 9),
        rows in prop::collection::vec(prop::collection::vec(any_text(), 2), 0..5),
    ) {
        let [title, second, heading, text, note, label, value, upright, mark] =
            <[String; 9]>::try_from(texts).unwrap();
        let column = |share| Column { header: label.chars().take(40).collect(), share, to_the_right: share == 1 };
        let fact = |label: &String, value: &String| Fact { label: label.clone(), value: value.clone() };
        let mut paper = of(vec![
            Block::Heading(heading),
            Block::Paragraph(text.clone()),
            Block::Note(note),
            Block::Facts(vec![fact(&label, &value), fact(&value, &text), fact(&label, &label)]),
            Block::Table(Table { columns: vec![column(1), column(4)], rows }),
            Block::Upright(upright),
            Block::Signature(vec![label.chars().take(60).collect(), "日期：".to_owned()]),
        ]);
        paper.title = title;
        paper.second_title = Some(second);
        paper.watermark = Some(mark.chars().take(400).collect());
        prop_assert_eq!(stays_inside(&paper), Ok(()));
        prop_assert!(pdf(&paper, &fonts(), AT).is_ok());
    }
}
