//! Pictures that are none, broken ones and large ones.

use std::io::Cursor;

use mianzheng::codec::picture;
use mianzheng::codec::picture::PictureError;

use crate::support::forge::Dice;

#[test]
fn hostile_pictures_are_answered() {
    let dice = Dice::thrown();
    let read = |bytes: &[u8]| picture::read_codes(bytes);
    for length in [0, 1, 8, 100, 100_000] {
        assert_eq!(read(&dice.bytes(length)), Err(PictureError::NotAPicture));
    }
    let png = |side: u32| {
        let picture = image::GrayImage::from_pixel(side, side, image::Luma([255]));
        let mut bytes = Cursor::new(Vec::new());
        picture
            .write_to(&mut bytes, image::ImageFormat::Png)
            .unwrap();
        bytes.into_inner()
    };
    let good = png(64);
    assert_eq!(read(&good), Ok(Vec::new()));
    for length in [8, 20, 33, 40, good.len() / 2, good.len() - 13] {
        assert!(read(&good[..length]).is_err(), "{length}");
    }
    assert_eq!(read(&png(5000)), Err(PictureError::TooLarge));
    let large = [good.as_slice(), &vec![0; 11 << 20]].concat();
    assert_eq!(read(&large), Err(PictureError::TooLarge));
    for kind in [b"\x89PNG\r\n\x1a\n".as_slice(), b"\xff\xd8\xff"] {
        let begins_well = [kind, &dice.bytes(50_000)].concat();
        assert!(read(&begins_well).is_err());
    }
}
