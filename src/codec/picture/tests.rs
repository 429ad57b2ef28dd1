use std::time::Duration;

use image::ImageEncoder;
use image::Rgb;
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use proptest::prelude::*;

use super::*;
use crate::codec::qr::Code;

const TEXT: &str = "HTTPS://ZM.EXAMPLE.CN/L/0123456789ABCDEFGHIJKLMNOP";

fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .into()
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

fn drawn(text: &str, scale: u32) -> GrayImage {
    let png = Code::live(text).unwrap().png(scale);
    image::load_from_memory(&png).unwrap().into_luma8()
}

/// A white sheet with codes at given places.
fn sheet(width: u32, height: u32, codes: &[(&str, u32, i64, i64)]) -> GrayImage {
    let mut sheet = GrayImage::from_pixel(width, height, image::Luma([255]));
    for (text, scale, x, y) in codes {
        imageops::overlay(&mut sheet, &drawn(text, *scale), *x, *y);
    }
    sheet
}

#[test]
fn several_codes_are_read_in_reading_order_and_once() {
    let sheet = sheet(
        1000,
        700,
        &[
            ("D", 5, 600, 400),
            ("C", 7, 40, 380),
            ("B", 4, 500, 60),
            ("A", 6, 20, 20),
            ("A", 4, 300, 400),
        ],
    );
    assert_eq!(
        read_codes(&png(sheet)),
        Ok(["A", "B", "C", "D"].map(str::to_owned).to_vec())
    );
}

#[test]
fn a_photograph_as_jpeg_is_read() {
    let mut sheet = sheet(1600, 1200, &[(TEXT, 8, 500, 300)]);
    // Uneven light and the grain of a sensor, the same in every run.
    let mut noise = 12_345_u32;
    for (x, _, pixel) in sheet.enumerate_pixels_mut() {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = (noise >> 24) % 48;
        let light = u32::from(pixel.0[0]) * (180 - x / 20) / 255 + 20 + grain;
        pixel.0 = [u8::try_from(light.min(255)).unwrap()];
    }
    let turned = imageops::rotate90(&imageops::blur(&sheet, 1.2));
    let mut jpeg = Vec::new();
    let (width, height) = turned.dimensions();
    JpegEncoder::new_with_quality(&mut jpeg, 70)
        .write_image(&turned, width, height, image::ExtendedColorType::L8)
        .unwrap();
    assert_eq!(read_codes(&jpeg), Ok(vec![TEXT.to_owned()]));
}

#[test]
fn a_light_code_on_a_dark_ground_is_read() {
    let mut negative = drawn(TEXT, 5);
    imageops::invert(&mut negative);
    assert_eq!(read_codes(&png(negative)), Ok(vec![TEXT.to_owned()]));
}

#[test]
fn a_transparent_ground_counts_as_white() {
    let code = drawn(TEXT, 5);
    let clear = image::GrayAlphaImage::from_fn(code.width(), code.height(), |x, y| {
        let dark = code.get_pixel(x, y).0 == [0];
        image::LumaA([0, if dark { 255 } else { 0 }])
    });
    assert_eq!(read_codes(&png(clear)), Ok(vec![TEXT.to_owned()]));
}

#[test]
fn a_tiny_code_and_a_large_photograph_are_read() {
    assert_eq!(read_codes(&png(drawn(TEXT, 1))), Ok(vec![TEXT.to_owned()]));
    let large = sheet(4096, 3072, &[(TEXT, 20, 1500, 900)]);
    assert_eq!(read_codes(&png(large)), Ok(vec![TEXT.to_owned()]));
}

#[test]
fn a_picture_without_a_code_is_an_empty_answer() {
    for side in [1, 2, 20, 21, 300] {
        let blank = RgbImage::from_pixel(side, side, Rgb([200, 10, 10]));
        assert_eq!(read_codes(&png(blank)), Ok(vec![]), "{side}");
    }
}

#[test]
fn what_is_no_picture_is_told_from_a_damaged_one() {
    assert_eq!(read_codes(b""), Err(PictureError::NotAPicture));
    assert_eq!(read_codes(b"GIF89a"), Err(PictureError::NotAPicture));
    assert_eq!(read_codes(b"%PDF-1.7"), Err(PictureError::NotAPicture));
    assert_eq!(read_codes(b"\x89PNG\r\n\x1a\n"), Err(PictureError::Damaged));
    assert_eq!(read_codes(b"\xff\xd8\xff\xe0"), Err(PictureError::Damaged));
    let whole = png(drawn(TEXT, 5));
    assert_eq!(
        read_codes(&whole[..whole.len() / 2]),
        Err(PictureError::Damaged)
    );
}

#[test]
fn size_is_refused_before_anything_is_decoded() {
    let mut long = png(drawn(TEXT, 1));
    long.resize(MAX_BYTES + 1, 0);
    assert_eq!(read_codes(&long), Err(PictureError::TooLarge));
    for (width, height) in [(4097, 1), (1, 4097)] {
        let wide = png(GrayImage::new(width, height));
        assert_eq!(read_codes(&wide), Err(PictureError::TooLarge));
    }
    // A head that claims 65,500 by 65,500 pixels and has none.
    let mut bomb = Vec::new();
    PngEncoder::new(&mut bomb)
        .write_image(&[0], 1, 1, image::ExtendedColorType::L8)
        .unwrap();
    bomb[16..24].copy_from_slice(&[0, 0, 0xff, 0xdc, 0, 0, 0xff, 0xdc]);
    let sum = crc(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    assert_eq!(read_codes(&bomb), Err(PictureError::TooLarge));
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |mut sum, byte| {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            let bit = sum & 1;
            sum = (sum >> 1) ^ (bit * 0xedb8_8320);
        }
        sum
    })
}

/// The corner of a QR code, over and over.
fn corners(side: u32, module: u32, gap: u32) -> GrayImage {
    GrayImage::from_fn(side, side, |x, y| {
        let (x, y) = (x / module % (7 + gap), y / module % (7 + gap));
        let ring = x.abs_diff(3).max(y.abs_diff(3));
        image::Luma([if ring <= 3 && ring != 2 { 0 } else { 255 }])
    })
}

#[test]
fn a_picture_full_of_corners_does_not_take_hours() {
    #[expect(clippy::disallowed_methods, reason = "measures, and decides nothing")]
    let start = std::time::Instant::now();
    for (module, gap) in [(1, 2), (2, 1), (8, 3)] {
        assert_eq!(read_codes(&png(corners(1100, module, gap))), Ok(vec![]));
    }
    assert!(
        start.elapsed() < Duration::from_mins(1),
        "{:?}",
        start.elapsed()
    );
}

proptest! {
    // A picture takes ten times as long as anything else; PROPTEST_CASES counts here as well.
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 10))]

    #[test]
    fn cut_and_changed_pictures_are_answered(
        as_jpeg: bool, cut in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let code = drawn(TEXT, 3);
        let mut bytes = if as_jpeg {
            let mut jpeg = Vec::new();
            JpegEncoder::new(&mut jpeg).encode_image(&code).unwrap();
            jpeg
        } else {
            png(code)
        };
        for (at, new) in changes {
            let at = at.index(bytes.len());
            bytes[at] = new;
        }
        let _ = read_codes(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        let _ = read_codes(&bytes);
    }

    #[test]
    fn random_pixels_are_answered(
        (width, pixels) in (1_usize..200).prop_flat_map(|width| {
            (Just(width), prop::collection::vec(prop_oneof![Just(0_u8), Just(255), any::<u8>()], width * 40))
        }),
    ) {
        let width = u32::try_from(width).unwrap();
        let _ = read_codes(&png(GrayImage::from_raw(width, 40, pixels).unwrap())).unwrap();
    }

    #[test]
    fn a_scratched_code_is_read_right_or_not_at_all(
        scratches in prop::collection::vec((0_u32..185, 0_u32..185, 0_u32..40, any::<bool>()), 0..12),
    ) {
        let mut code = drawn(TEXT, 5);
        for (x, y, length, dark) in scratches {
            for x in x..(x + length).min(code.width()) {
                code.put_pixel(x, y, image::Luma([if dark { 0 } else { 255 }]));
            }
        }
        for text in read_codes(&png(code)).unwrap() {
            prop_assert_eq!(text, TEXT);
        }
    }
}
