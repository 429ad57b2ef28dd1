//! Zips of photographs, honest and not.

use super::*;

fn png() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = image::GrayImage::new(3, 4);
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

#[test]
fn a_hundred_thousand_photographs_are_listed_and_no_more() {
    let names: Vec<String> = (0..=100_000).map(|n| format!("{n:018}.jpg")).collect();
    let all: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let most = zipped(&all[1..]);
    assert_eq!(Photos::open(&most).unwrap().list().len(), 100_000);
    let more = zipped(&all);
    assert_eq!(Photos::open(&more).err().unwrap().code(), "photos_too_many");
}

/// Names in GBK without the UTF-8 flag, as Windows makes them.
fn with_gbk_name(name: &str, bytes: &[u8]) -> Vec<u8> {
    let gbk = gb18030(name);
    let stand_in = "x".repeat(gbk.len());
    let mut zip = zipped(&[(&stand_in, bytes)]);
    for at in 0..zip.len() - gbk.len() {
        if zip[at..].starts_with(stand_in.as_bytes()) {
            zip[at..at + gbk.len()].copy_from_slice(&gbk);
        }
    }
    zip
}

#[test]
fn photographs_are_found_by_their_stems() {
    let png = png();
    let zip = zipped(&[
        ("照片/152526196802205x5x.png", &png),
        ("照片/ a157000001 .PNG", &png),
        ("other/A157000001.jpg", b"\xFF\xD8\xFFnot really"),
        ("__MACOSX/照片/._a157000001.png", b"x"),
        ("照片/.DS_Store", b"x"),
        ("Thumbs.db", b"x"),
        ("照片/说明.txt", b"x"),
    ]);
    let mut photos = Photos::open(&zip).unwrap();
    let stems: Vec<&str> = photos.stems().map(|(stem, _)| stem).collect();
    assert_eq!(
        stems,
        ["152526196802205X5X", "A157000001", "A157000001", "说明"]
    );
    assert_eq!(
        photos.duplicates().into_iter().collect::<Vec<_>>(),
        ["A157000001"]
    );
    let picture = photos.read(0).unwrap();
    assert_eq!(picture.media_type().name(), "image/png");
    assert_eq!(picture.bytes(), png);
    assert_eq!(photos.read(2).unwrap_err().code(), "photo_unreadable");
    assert_eq!(photos.read(3).unwrap_err().code(), "photo_unreadable");
    assert_eq!(photos.read(4).unwrap_err().code(), "photo_no_such");
}

#[test]
fn names_from_windows_are_read_as_gbk() {
    let zip = with_gbk_name("照片/蒙a号.png", &png());
    let mut photos = Photos::open(&zip).unwrap();
    assert_eq!(photos.list()[0].name, "照片/蒙a号.png");
    assert_eq!(photos.list()[0].stem, "蒙A号");
    assert!(photos.read(0).is_ok());
}

#[test]
fn hostile_photographs_are_refused_one_by_one() {
    let mut bomb = png();
    bomb.resize(11 * 1024 * 1024, 0);
    let mut wide = png();
    wide[16..20].copy_from_slice(&5000_u32.to_be_bytes());
    let zip = zipped(&[("a.png", &bomb), ("b.png", &wide), ("c.png", &png())]);
    let mut photos = Photos::open(&zip).unwrap();
    assert_eq!(photos.read(0).unwrap_err().code(), "photos_too_large");
    assert_eq!(photos.read(1).unwrap_err().code(), "photo_unreadable");
    assert!(photos.read(2).is_ok());

    let cut = zip[..zip.len() - 30].to_vec();
    assert_eq!(Photos::open(&cut).err().unwrap().code(), "photos_not_a_zip");
    assert_eq!(
        Photos::open(&b"".as_slice()).err().unwrap().code(),
        "photos_not_a_zip"
    );

    // A declared size that is a lie does not help: inflating is bounded on its own.
    let mut lying = zipped(&[("a.png", &bomb)]);
    let size = u32::try_from(bomb.len()).unwrap().to_le_bytes();
    for at in 0..lying.len() - 4 {
        if lying[at..at + 4] == size {
            lying[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
        }
    }
    assert!(Photos::open(&lying).unwrap().read(0).is_err());
}
