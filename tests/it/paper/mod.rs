//! Paper, looked at with the programs of other people: what a reader, a scanner and an archive see.

mod sample;

use std::fs;
use std::process::Command;
use std::process::Stdio;

use mianzheng::codec::paper::Block;
use mianzheng::codec::paper::Fonts;
use mianzheng::codec::paper::Paper;
use mianzheng::codec::paper::Printed;
use mianzheng::codec::paper::pdf;
use mianzheng::codec::picture;
use mianzheng::domain::time::Timestamp;

const AT: Timestamp = Timestamp::from_secs(1_795_397_400);

fn printed(paper: &Paper) -> Printed {
    pdf(paper, &Fonts::built_in().unwrap(), AT).unwrap()
}

#[test]
fn look() {
    let p = printed(&sample::whole());
    println!("{} pages, {} bytes, boxed {:?}", p.pages, p.bytes.len(), p.boxed);
    fs::write("/tmp/paperwork/sample.pdf", &p.bytes).unwrap();
    let start = std::time::Instant::now();
    printed(&sample::whole());
    println!("{:?}", start.elapsed());
}
