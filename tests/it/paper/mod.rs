//! Paper, looked at with the programs of other people: what a reader and a scanner see.

mod sample;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use mianzheng::codec::paper::BadFont;
use mianzheng::codec::paper::Block;
use mianzheng::codec::paper::Fonts;
use mianzheng::codec::paper::Paper;
use mianzheng::codec::paper::Printed;
use mianzheng::codec::paper::pdf;
use mianzheng::codec::picture;
use mianzheng::domain::time::Timestamp;
use mianzheng::domain::words::Lang;

use crate::support::pdf::Pdf;

/// 2026-11-23T09:30:00+08:00.
const AT: Timestamp = Timestamp::from_secs(1_795_397_400);
/// Two faces, for Japanese and for Simplified Chinese, of which only the second has 𡈽.
const RARE: &[u8] = include_bytes!("rare.ttc");

/// Prints a paper.
fn printed(paper: &Paper) -> Pdf {
    with(paper, &Fonts::built_in().unwrap()).0
}

fn with(paper: &Paper, fonts: &Fonts) -> (Pdf, Printed) {
    let printed = pdf(paper, fonts, AT).unwrap();
    (Pdf::of(&printed.bytes), printed)
}

#[test]
fn the_text_of_a_paper_can_be_copied_and_its_header_stands_on_every_page() {
    let paper = printed(&sample::whole());
    let pages: Vec<String> = paper
        .text(&["-layout"])
        .split('\u{c}')
        .map(str::to_owned)
        .collect();
    assert_eq!(pages.len() - 1, 3);
    for (at, page) in pages.iter().take(3).enumerate() {
        let page: String = page.chars().filter(|c| !c.is_whitespace()).collect();
        let number = format!("第{}页共3页", at + 1);
        assert!(page.ends_with(&number), "{page}");
        assert!(page.contains("涂改无效"));
        assert!(page.contains("锡林郭勒盟纸面样张"));
        assert_eq!(
            page.matches("序号名称说明").count(),
            usize::from(at < 2),
            "{page}"
        );
    }
    let words = paper.words();
    for said in [
        "SpecimenofapaperofXilingolLeague",
        "编号XLGL-2026-00000001日期2026年11月23日",
        "那达慕大街交汇处东北角综合服务大厅三楼",
        "𫖮、㛃、䶮、𬱖",
        "甲U+202E乙U+200B丙U+0007丁",
        "第40号样品材料",
        "经办人（签字）：",
        "如何查验",
        "zm.xlgl.example",
    ] {
        assert!(words.contains(said), "{said} is not in {words}");
    }
    for n in 1..=40 {
        assert_eq!(words.matches(&format!("XLGL-{n:04}，")).count(), 1);
    }
    // A watermark is seen and not read: it would come between the words.
    assert!(!words.contains("仅供检查排版"));
}

#[test]
fn mongolian_is_copied_letter_for_letter() {
    let paper = printed(&sample::of(vec![Block::Paragraph(
        sample::MONGOLIAN.to_owned(),
    )]));
    let text = paper.text(&[]);
    let line = text.lines().find(|line| line.contains('ᠮ')).unwrap();
    // To pdftotext a space is a space, however narrow.
    let spaced = sample::MONGOLIAN.replace('\u{202F}', " ");
    assert_eq!(line.trim_end(), spaced);
}

#[test]
fn fonts_are_embedded_as_subsets_and_the_file_is_for_the_archive() {
    let paper = printed(&sample::whole());
    let fonts = String::from_utf8(paper.asked("pdffonts", &[], &[])).unwrap();
    let fonts: Vec<&str> = fonts.lines().skip(2).collect();
    assert_eq!(fonts.len(), 2, "{fonts:?}");
    for font in fonts {
        // Six letters and a plus sign name a subset; embedded, subset, with Unicode.
        assert_eq!(font.as_bytes()[6], b'+', "{font}");
        let words: Vec<&str> = font.split_whitespace().collect();
        assert_eq!(
            words[words.len() - 5..words.len() - 2],
            ["yes", "yes", "yes"],
            "{font}"
        );
    }
    let info = String::from_utf8(paper.asked("pdfinfo", &["-isodates"], &[])).unwrap();
    for said in [
        "锡林郭勒盟纸面样张",
        "CreationDate:    2026-11-23T09:30:00+08",
        "Tagged:          yes",
        "A4",
        "Pages:           3",
    ] {
        assert!(info.contains(said), "{said} is not in {info}");
    }
    let xmp = String::from_utf8(paper.asked("pdfinfo", &["-meta"], &[])).unwrap();
    assert!(xmp.contains("<pdfaid:part>2</pdfaid:part>"), "{xmp}");
    assert!(
        xmp.contains("<pdfaid:conformance>U</pdfaid:conformance>"),
        "{xmp}"
    );
    assert!(xmp.contains("zh-CN"), "{xmp}");
    let parts = String::from_utf8(paper.asked("pdfinfo", &["-struct"], &[])).unwrap();
    for part in ["H1", "H2", "Table", "TR", "TH", "TD", "Figure", "P"] {
        assert!(
            parts.lines().any(|line| line.trim().starts_with(part)),
            "{part}: {parts}"
        );
    }
}

#[test]
fn the_code_is_read_from_the_page() {
    let paper = printed(&sample::whole());
    let png = paper.picture(3);
    let text = format!("{}#{}", sample::ADDRESS, "73".repeat(sample::DIGITS / 2));
    assert_eq!(picture::read_codes(&png), Ok(vec![text.clone()]));
    let path = paper.beside("page.png");
    fs::write(&path, &png).unwrap();
    let read = Command::new("zbarimg")
        .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"])
        .arg(&path)
        .output()
        .expect("zbarimg must be installed (Debian: zbar-tools)");
    assert_eq!(String::from_utf8(read.stdout).unwrap().trim_end(), text);
}

#[test]
fn the_same_paper_is_the_same_file_and_another_minute_another() {
    let fonts = Fonts::built_in().unwrap();
    let paper = sample::whole();
    let first = pdf(&paper, &fonts, AT).unwrap();
    assert_eq!(pdf(&paper, &Fonts::built_in().unwrap(), AT).unwrap(), first);
    assert_ne!(
        pdf(&paper, &fonts, AT.plus_secs(60)).unwrap().bytes,
        first.bytes
    );
    let unseen = ['\u{7}', '\u{200B}', '\u{202E}'];
    assert_eq!(first.boxed, BTreeSet::from(unseen));
    assert!(first.bytes.len() < 150_000, "{}", first.bytes.len());
}

#[test]
fn a_character_that_no_font_has_is_boxed_until_one_has_it() {
    let paper = sample::of(vec![sample::facts(&[("姓名", "𠮷\u{2123D}")])]);
    let built_in = Fonts::built_in().unwrap();
    let (without, made) = with(&paper, &built_in);
    assert_eq!(made.boxed, BTreeSet::from(['𠮷', '\u{2123D}']));
    assert!(without.words().contains("姓名U+20BB7U+2123D"));
    let (whole, made) = with(&paper, &built_in.clone().and(RARE.to_vec()).unwrap());
    assert_eq!(made.boxed, BTreeSet::new());
    assert!(whole.words().contains("姓名𠮷\u{2123D}"));
    let cut = RARE[..RARE.len() / 3].to_vec();
    assert_eq!(built_in.and(cut).unwrap_err(), BadFont::NotAFont);
}

#[test]
fn a_cell_longer_than_a_page_goes_on_and_loses_nothing() {
    let long: String = (0..6_000)
        .map(|n| char::from(b'0' + u8::try_from(n % 10).unwrap()))
        .collect();
    let row = vec!["1".to_owned(), long.clone(), "乙".to_owned()];
    let value = "丙".repeat(5_000);
    let paper = printed(&sample::of(vec![
        sample::table(vec![row]),
        sample::facts(&[("值", &value)]),
    ]));
    let text = paper.text(&["-raw"]);
    let digits = text
        .split_whitespace()
        .filter(|word| word.len() > 9 && word.bytes().all(|c| c.is_ascii_digit()));
    assert_eq!(digits.collect::<String>(), long);
    assert_eq!(text.matches('丙').count(), 5_000);
}

#[test]
fn an_english_paper_numbers_its_pages_in_english() {
    let mut paper = sample::of(Vec::new());
    paper.lang = Lang::En;
    paper.title = "A\u{0}\u{FFFE}<&>".to_owned();
    let paper = printed(&paper);
    assert!(paper.words().ends_with("Page1of1"), "{}", paper.words());
    let info = String::from_utf8(paper.asked("pdfinfo", &[], &[])).unwrap();
    assert!(info.contains("AU+0000\u{FFFD}<&>"), "{info}");
}
