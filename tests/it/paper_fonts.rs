//! Fonts that an office adds to those that are compiled in.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use mianzheng::codec::paper::Paper;
use mianzheng::codec::paper::pdf;
use mianzheng::crypto::random::SystemRandomness;
use mianzheng::domain::time::Timestamp;
use mianzheng::domain::words::Lang;
use mianzheng::flow::doctor::Patient;
use mianzheng::flow::doctor::examine;
use mianzheng::flow::paper_fonts;

use crate::support::office::settings;

const AT: Timestamp = Timestamp::from_secs(1_795_397_400);

#[test]
fn the_settings_name_fonts_and_one_that_is_none_is_named() {
    let folder = std::env::temp_dir().join(format!("mianzheng-fonts-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (rare, none) = (folder.join("rare.ttc"), folder.join("none.otf"));
    fs::write(&rare, include_bytes!("paper/rare.ttc")).unwrap();
    fs::write(&none, "no font").unwrap();
    let mut settings = settings(folder.clone(), "sqlite://none");
    settings.paper_fonts = vec![rare];
    let paper = Paper {
        title: "\u{2123D}".to_owned(),
        second_title: None,
        blocks: Vec::new(),
        code: None,
        footer: Vec::new(),
        metadata: Vec::new(),
        watermark: None,
        lang: Lang::Zh,
    };
    let printed = pdf(&paper, &paper_fonts::read(&settings).unwrap(), AT).unwrap();
    assert_eq!(printed.boxed, BTreeSet::new());
    for bad in [none, folder.join("missing.otf")] {
        settings.paper_fonts = vec![bad.clone()];
        let refused = paper_fonts::read(&settings).unwrap_err();
        assert!(
            refused.to_string().contains(bad.to_str().unwrap()),
            "{refused}"
        );
        let checks = examine(&Patient {
            folder: &folder,
            settings: Ok(&settings),
            now: AT,
            randomness: Arc::new(SystemRandomness),
        });
        assert!(checks.iter().any(|check| check.said == "font_bad"));
    }
    fs::remove_dir_all(&folder).unwrap();
}
