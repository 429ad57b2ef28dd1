//! A file of an office, row by row, and what came of it.

use std::fmt::Write;

use mianzheng::domain::caller::Role;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::ledger_check;

use crate::support::office::CDC;
use crate::support::office::TestOffice;
use crate::support::office::Worked;
use crate::support::people::citizen;

const HEADER: &str =
    "姓名,性别,身份证号码,从业类别,工作单位,体检日期,体检单位,体检结论,发证日期,证件编号\n";

/// One row of a health file.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) employer: String,
    pub(crate) result: String,
    pub(crate) number: String,
}

pub(crate) fn lines(count: usize) -> Vec<Line> {
    let line = |n: usize| Line {
        name: "巴特尔".to_owned(),
        code: citizen(n),
        employer: "锡林浩特市示例餐厅".to_owned(),
        result: "合格".to_owned(),
        number: format!("锡市健〔2026〕{:07}号", 1_700_000 + n),
    };
    (0..count).map(line).collect()
}

pub(crate) fn csv(lines: &[Line]) -> Vec<u8> {
    let mut text = HEADER.to_owned();
    for line in lines {
        writeln!(
            text,
            "{},男,{},餐饮服务,{},2026-10-07,{CDC},{},2026-10-09,{}",
            line.name, line.code, line.employer, line.result, line.number
        )
        .unwrap();
    }
    text.into_bytes()
}

/// Number on the face → identifier, as the result file has them.
pub(crate) fn identifier_of(worked: &Worked, number: &str) -> CertificateIdentifier {
    let text = String::from_utf8(worked.results.clone()).unwrap();
    let line = text.lines().find(|line| line.contains(number)).unwrap();
    let cell = line.split(',').find(|cell| cell.matches('.').count() > 4);
    let cell = cell.unwrap().trim_matches('"');
    CertificateIdentifier::read(cell).unwrap().identifier
}

pub(crate) fn end(test: &TestOffice, identifier: &CertificateIdentifier) {
    let by = test.caller(Role::Issuer, CDC);
    let request = ChangeRequest {
        identifier,
        change: Change::End(EndWord::Cancelled),
        reason: "本人申请",
        by: &by,
        key: None,
    };
    change_status(&test.office, &request).unwrap();
}

pub(crate) fn certificates(test: &TestOffice) -> i64 {
    let report = ledger_check::check(&test.office, None).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
    report.certificates
}
