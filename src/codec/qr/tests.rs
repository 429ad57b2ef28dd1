use std::io::Write;
use std::process::Command;
use std::process::Stdio;

use proptest::prelude::*;

use super::*;
use crate::codec::picture;

const LIVE: &str = "HTTPS://ZM.EXAMPLE.CN/L/0123456789ABCDEFGHIJKLMNOP";
const ADDRESS: &str = "HTTPS://ZM.EXAMPLE.CN/V/0123456789ABCDEFGHIJKLMNOP";

fn digits(count: usize) -> String {
    "73".repeat(count).chars().take(count).collect()
}

/// What another program reads in a picture, one line a code.
fn zbarimg(png: &[u8]) -> String {
    let mut child = Command::new("zbarimg")
        .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("zbarimg must be installed (Debian: zbar-tools)");
    child.stdin.take().unwrap().write_all(png).unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stdout)
        .unwrap()
        .trim_end()
        .to_owned()
}

#[test]
fn our_codes_are_read_by_us_and_by_another_program() {
    let offline = digits(450);
    let printed = digits(560);
    let printed_text = format!("{ADDRESS}#{printed}");
    for (code, text, version) in [
        (Code::live(LIVE).unwrap(), LIVE, 3),
        (Code::numeric(&offline).unwrap(), offline.as_str(), 10),
        (
            Code::printed(ADDRESS, &printed).unwrap(),
            printed_text.as_str(),
            12,
        ),
    ] {
        assert_eq!(code.version(), version, "{text}");
        for scale in [3, 6] {
            let png = code.png(scale);
            assert_eq!(picture::read_codes(&png), Ok(vec![text.to_owned()]));
            assert_eq!(zbarimg(&png), text);
        }
    }
}

#[test]
fn a_lower_case_address_and_a_reference_are_read_too() {
    let address = "https://zm.example.cn/v/0123456789ABCDEFGHIJKLMNOP";
    let printed = Code::printed(address, &digits(450)).unwrap();
    let reference = Code::reference(address).unwrap();
    for (code, text) in [
        (printed, format!("{address}#{}", digits(450))),
        (reference, address.to_owned()),
    ] {
        assert_eq!(picture::read_codes(&code.png(4)), Ok(vec![text.clone()]));
        assert_eq!(zbarimg(&code.png(4)), text);
    }
}

#[test]
fn the_offline_budget_fills_version_15() {
    let full = Code::numeric(&digits(OFFLINE_DIGIT_BUDGET)).unwrap();
    assert_eq!(full.version(), LARGEST_VERSION);
    assert_eq!(
        Code::numeric(&digits(OFFLINE_DIGIT_BUDGET + 1)),
        Err(QrError::TooLong)
    );
    assert_eq!(zbarimg(&full.png(4)), digits(OFFLINE_DIGIT_BUDGET));
}

proptest! {
    // A picture takes ten times as long as anything else; PROPTEST_CASES counts here as well.
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 10))]
    #[test]
    fn the_printed_budget_fills_version_15(
        address in "https?://[a-z.]{1,30}/v/[0-9A-Z]{0,40}|HTTPS://[0-9A-Z./]{0,200}|",
    ) {
        let budget = printed_digit_budget(&address);
        let full = Code::printed(&address, &digits(budget)).unwrap();
        prop_assert_eq!(full.version(), LARGEST_VERSION);
        prop_assert_eq!(
            Code::printed(&address, &digits(budget + 1)),
            Err(QrError::TooLong)
        );
    }

    #[test]
    fn any_text_gets_an_answer(text in ".{0,80}|[0-9A-Z]{0,700}") {
        for code in [
            Code::numeric(&text),
            Code::live(&text),
            Code::printed(&text, "1"),
            Code::reference(&text),
        ].into_iter().flatten() {
            prop_assert_eq!(code.side(), usize::try_from(17 + 4 * code.version()).unwrap());
        }
    }
}

#[test]
fn what_does_not_belong_in_a_code_is_refused() {
    assert_eq!(Code::numeric("12a"), Err(QrError::NotDigits));
    assert_eq!(Code::numeric(""), Err(QrError::Empty));
    assert_eq!(
        Code::live("https://host/L/A"),
        Err(QrError::NotAlphanumeric)
    );
    assert_eq!(Code::live(""), Err(QrError::Empty));
    assert_eq!(Code::reference(""), Err(QrError::Empty));
    assert_eq!(Code::reference(&"a".repeat(300)), Err(QrError::TooLong));
    assert_eq!(Code::printed(ADDRESS, "１"), Err(QrError::NotDigits));
    assert_eq!(printed_digit_budget(&"a".repeat(1000)), 0);
    assert_eq!(Code::printed(&"a".repeat(1000), "1"), Err(QrError::TooLong));
}

/// Draws the svg's runs on a grid again.
fn modules_of_svg(svg: &str, side: usize) -> Vec<bool> {
    let path = svg
        .split(" d=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let mut dark = vec![false; side * side];
    for run in path.split('M').skip(1) {
        let (place, rest) = run.split_once('h').unwrap();
        let (x, y) = place.split_once(' ').unwrap();
        let length: usize = rest.split('v').next().unwrap().parse().unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        dark[y * side + x..][..length].fill(true);
    }
    dark
}

#[test]
fn the_drawings_all_show_the_same_modules() {
    let code = Code::live(LIVE).unwrap();
    let side = code.side() + 2 * QUIET_ZONE;
    let svg = code.svg();
    assert!(!svg.contains("style"));
    assert_eq!(svg.matches("<path").count(), 1);
    assert!(svg.contains(&format!("viewBox=\"0 0 {side} {side}\"")));

    let png = image::load_from_memory(&code.png(1)).unwrap().into_luma8();
    assert_eq!(png.dimensions(), (37, 37));
    let of_png: Vec<bool> = png.pixels().map(|pixel| pixel.0 == [0]).collect();
    assert_eq!(modules_of_svg(&svg, side), of_png);

    let mut of_terminal = Vec::new();
    for line in code.terminal().lines() {
        let upper = line.chars().map(|c| c == ' ' || c == '▄');
        let lower = line.chars().map(|c| c == ' ' || c == '▀');
        of_terminal.extend(upper.chain(lower));
    }
    of_terminal.truncate(side * side);
    assert_eq!(of_terminal, of_png);
    assert_eq!(code.rows().count(), code.side());
    // The finder pattern in the corner, and the quiet zone before it.
    assert!(of_png[4 * side + 4] && !of_png[3 * side + 4] && !of_png[4 * side + 3]);
}

#[test]
fn a_silly_scale_is_brought_inside() {
    let code = Code::numeric("1").unwrap();
    assert_eq!(code.png(0), code.png(1));
    assert_eq!(code.png(u32::MAX), code.png(40));
}
