//! A paper with everything on it, which is of no case.

use mianzheng::codec::paper::Block;
use mianzheng::codec::paper::Column;
use mianzheng::codec::paper::Fact;
use mianzheng::codec::paper::Paper;
use mianzheng::codec::paper::PaperCode;
use mianzheng::codec::paper::Table;
use mianzheng::codec::qr::Code;
use mianzheng::domain::words::Lang;

/// What the code of [`whole`] says before its digits.
pub(super) const ADDRESS: &str = "HTTPS://ZM.XLGL.EXAMPLE/V/0123456789ABCDEFGHIJKLMNOP";
/// How many digits it has behind them.
pub(super) const DIGITS: usize = 540;
/// "Xilingol", with a separated vowel in its second word; "name"; and a suffix after a narrow space.
pub(super) const MONGOLIAN: &str = "ᠰᠢᠯᠢ ᠶᠢᠨ ᠭᠣᠣᠯ ᠠᠢᠮᠠᠭ᠂ ᠨᠡᠷ᠎ᠡ᠂ ᠮᠣᠩᠭᠣᠯ\u{202f}ᠤᠨ";

/// Facts of pairs.
pub(super) fn facts(pairs: &[(&str, &str)]) -> Block {
    let fact = |(label, value): &(&str, &str)| Fact {
        label: (*label).to_owned(),
        value: (*value).to_owned(),
    };
    Block::Facts(pairs.iter().map(fact).collect())
}

/// A table of three columns.
pub(super) fn table(rows: Vec<Vec<String>>) -> Block {
    let column = |header: &str, share, to_the_right| Column {
        header: header.to_owned(),
        share,
        to_the_right,
    };
    let columns = vec![
        column("序号", 2, true),
        column("名称", 9, false),
        column("说明", 9, false),
    ];
    Block::Table(Table { columns, rows })
}

/// A paper with nothing but these blocks.
pub(super) fn of(blocks: Vec<Block>) -> Paper {
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

/// A paper of several pages with everything on it.
pub(super) fn whole() -> Paper {
    let rows = (1..=40).map(|n| {
        let more = if n % 3 == 0 {
            "（含附页，共三页；原件核对无误后当场退回申请人）"
        } else {
            ""
        };
        vec![
            n.to_string(),
            format!("第{n}号样品材料{more}"),
            format!("XLGL-{n:04}，有效期至 2031-11-22。"),
        ]
    });
    let digits = "73".repeat(DIGITS / 2);
    Paper {
        title: "锡林郭勒盟纸面样张".to_owned(),
        second_title: Some("Specimen of a paper of Xilingol League".to_owned()),
        blocks: vec![
            facts(&[
                ("编号", "XLGL-2026-00000001"),
                ("日期", "2026年11月23日"),
                ("姓名", "其其格·苏和"),
                ("证件号码", "15250219******0012"),
                ("住址", "内蒙古自治区锡林郭勒盟锡林浩特市希日塔拉街道额尔敦路与那达慕大街交汇处东北角综合服务大厅三楼"),
                ("生僻字", "𫖮、㛃、䶮、\u{2CC56}"),
                ("看不见的", "甲\u{202E}乙\u{200B}丙\u{0007}丁"),
                ("蒙古文", MONGOLIAN),
            ]),
            Block::Heading("一、明细".to_owned()),
            table(rows.collect()),
            Block::Heading("二、说明".to_owned()),
            Block::Paragraph(
                "本页为样张，只用来检查排版：汉字按字换行，标点不在行首；数字与 ABC-2026/11 \
                 这样的词不拆开。“引号”与（括号）跟着它们所括的字走，不会落单。".to_owned(),
            ),
            Block::Note("注：本样张不属于任何办件。".to_owned()),
            Block::Upright(format!("{MONGOLIAN} {MONGOLIAN} {MONGOLIAN}")),
            Block::Signature(vec![
                "经办人（签字）：".to_owned(),
                "申请人（签字）：".to_owned(),
                "日期：".to_owned(),
            ]),
        ],
        code: Some(PaperCode {
            code: Code::printed(ADDRESS, &digits).unwrap(),
            host: "zm.xlgl.example".to_owned(),
            caption: vec![
                "如何查验".to_owned(),
                "用手机相机扫描左侧的码，打开的网址须与码下所印的一致；也可在任一综合窗口出示本页查验。".to_owned(),
                "扫码无法打开时，请拨打 12345。".to_owned(),
            ],
        }),
        footer: vec!["锡林郭勒盟行政审批和政务服务局 · 本页由系统生成，涂改无效".to_owned()],
        metadata: Vec::new(),
        watermark: Some("样张 仅供检查排版 2026-11-23".to_owned()),
        lang: Lang::Zh,
    }
}
