use super::answer::records;
use super::template::json;
use super::template::path;
use crate::domain::holder::HolderCode;
use crate::domain::sourced::SourceCause;
use crate::source::config::Kind;
use crate::source::config::SourceFile;
use crate::source::question::Question;
use crate::source::record::Record;

fn question(number: &str) -> Question {
    Question {
        holder_code: Some(HolderCode::read("111:152502199003070019").unwrap()),
        holder_name: None,
        number: Some(number.to_owned()),
        purpose: None,
    }
}

#[test]
fn what_is_put_in_never_becomes_syntax() {
    let evil = question("1\"}&x=1#/../{holder_code} 号");
    assert_eq!(
        path("/a?id={holder_code}&n={number}&t={holder_code_type}", &evil),
        "/a?id=152502199003070019&\
         n=1%22%7D%26x%3D1%23%2F..%2F%7Bholder_code%7D%20%E5%8F%B7&t=111"
    );
    let body = json(r#"{"n": "<{number}>", "k": [{"{x": 1}]}"#, &evil).unwrap();
    let read: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(read["n"], "<1\"}&x=1#/../{holder_code} 号>");
    assert_eq!(read["k"][0]["{x"], 1);
}

const FILE: &str = r#"
[source]
name = "a-source"
type = "x"
ask_by = ["number"]
[source.http]
address = "http://127.0.0.1:1"
path = "/{number}"
records = "data.list"
not_found_status = [404]
code = { at = "head.code", ok = ["0", "200"], not_found = ["9"], refused = ["401"], down = ["500"] }
[source.fields]
a = "b"
"#;

fn meant(status: u16, body: &str) -> Result<usize, SourceCause> {
    let file = SourceFile::parse(FILE).unwrap();
    let Some(Kind::Http(http)) = file.source.kind() else {
        panic!("it is HTTP");
    };
    records(http, status, Ok(body.into())).map(|all: Vec<Record>| all.len())
}

#[test]
fn an_answer_means_what_the_configuration_says() {
    let with = |code: &str, list: &str| {
        format!(r#"{{"head": {{"code": {code}}}, "data": {{"list": {list}}}}}"#)
    };
    assert_eq!(meant(200, &with("0", "[{}]")), Ok(1));
    assert_eq!(meant(200, &with("\"200\"", "{}")), Ok(1));
    assert_eq!(meant(200, &with("0", "[{}, {}]")), Ok(2));
    for (status, body, cause) in [
        (200, with("0", "[]"), SourceCause::NoRecord),
        (200, with("0", "null"), SourceCause::NoRecord),
        (200, with("9", "[{}]"), SourceCause::NoRecord),
        (404, String::new(), SourceCause::NoRecord),
        (200, with("401", "[]"), SourceCause::CodeRefused),
        (200, with("\"500\"", "[]"), SourceCause::ServerError(0)),
        (200, with("77", "[{}]"), SourceCause::UnknownCode),
        (200, "{}".to_owned(), SourceCause::UnknownCode),
        (200, with("0", "[1]"), SourceCause::NoPlace),
        (200, with("0", "7"), SourceCause::NoPlace),
        (200, "<html>".to_owned(), SourceCause::NotJson),
        (
            200,
            with("0", "[{\"a\": 1, \"a\": 2}]"),
            SourceCause::NotJson,
        ),
        (302, String::new(), SourceCause::Redirected(302)),
        (403, String::new(), SourceCause::NotAllowed(403)),
        (503, String::new(), SourceCause::ServerError(503)),
        (418, String::new(), SourceCause::Unexplained(418)),
        (400, with("9", "[]"), SourceCause::NoRecord),
        (422, with("401", "[]"), SourceCause::CodeRefused),
        (400, with("0", "[{}]"), SourceCause::Unexplained(400)),
        (404, with("500", "[]"), SourceCause::NoRecord),
    ] {
        assert_eq!(meant(status, &body), Err(cause), "{status} {body}");
    }
}
