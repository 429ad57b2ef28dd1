//! The check for everybody: printed codes, what is typed, what is on a picture.

use mianzheng::codec::qr::Code;
use mianzheng::domain::caller::Role;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::show::compact;
use mianzheng::flow::show::compact::CompactShown;
use rstest::rstest;
use serde_json::Value;

use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::TestOffice;
use crate::support::server::Answer;
use crate::support::server::Ask;
use crate::support::server::TestServer;

const PERSON: &str = "152502199003070019";
const FORM: &str = "application/x-www-form-urlencoded";

/// A certificate on paper.
struct Paper {
    identifier: CertificateIdentifier,
    printed: CompactShown,
    path: String,
}

impl Paper {
    fn of(test: &TestOffice, number: &str) -> Self {
        let identifier = test.health(PERSON, number);
        let holder = test.holder(&format!("111:{PERSON}"));
        let printed = compact::printed(&test.office, &identifier, &holder).unwrap();
        let address = printed.address.clone().unwrap();
        let reference = address.rsplit('/').next().unwrap().to_ascii_lowercase();
        Self {
            identifier,
            printed,
            path: format!("/v/{reference}"),
        }
    }

    fn change(&self, test: &TestOffice, change: Change) {
        let change = ChangeRequest {
            identifier: &self.identifier,
            change,
            reason: "测试",
            by: &test.caller(Role::Issuer, CDC),
            key: None,
        };
        change_status(&test.office, &change).unwrap();
    }
}

fn get(server: &TestServer, path: &str) -> Answer {
    server.ask(&Ask::new("GET", path))
}

fn typed(server: &TestServer, code: &str) -> Answer {
    let body = format!("code={}", encoded(code));
    server.ask(&Ask::new("POST", "/check").bytes(FORM, body.into_bytes()))
}

fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn verdict(answer: &Answer) -> String {
    let html = answer.text();
    let found = html.split("data-verdict=\"").nth(1);
    let found = found.unwrap_or_else(|| panic!("no verdict: {html}"));
    found.split('"').next().unwrap().to_owned()
}

/// An attribute's value, as a module reads it.
fn attribute(html: &str, name: &str) -> String {
    let value = html.split(&format!(" {name}=\"")).nth(1).unwrap();
    let value = value.split('"').next().unwrap();
    value
        .replace("&#34;", "\"")
        .replace("&#38;", "&")
        .replace("&quot;", "\"")
}

#[rstest]
fn a_printed_code_is_checked_without_script_login_or_cookie(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    let paper = Paper::of(&server.test, "锡市健〔2026〕17042号");
    let answer = get(&server, &paper.path);
    assert_eq!((answer.status, verdict(&answer).as_str()), (200, "valid"));
    assert_eq!(answer.header("set-cookie"), None);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let html = answer.text();
    for said in [
        "巴*尔",
        "锡市健********042号",
        "2026年10月9日",
        "mz.example",
        "签名完好，内容没有改动",
        "没有核对拿证的人是不是本人",
        "状态更新于 2026-",
        "noindex",
        "码里自带的签名没有核对",
    ] {
        assert!(html.contains(said), "{said}: {html}");
    }
    for kept in ["巴特尔", "17042号", PERSON, &paper.identifier.to_string()] {
        assert!(!html.contains(kept), "{kept}: {html}");
    }
    // Nothing that somebody puts behind the address is a verdict, and large letters are the same.
    let lured = format!("{}?verdict=revoked&name=x", paper.path);
    assert_eq!(verdict(&get(&server, &lured)), "valid");
    let large = paper.path.to_uppercase();
    assert_eq!(verdict(&get(&server, &large)), "valid");
}

#[rstest]
fn the_browser_gets_what_it_checks_the_signature_with(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    let paper = Paper::of(&server.test, "锡市健〔2026〕17042号");
    let html = get(&server, &paper.path).text();
    let reference = paper.path.rsplit('/').next().unwrap().to_uppercase();
    assert_eq!(attribute(&html, "data-reference"), reference);
    let keys: Value = serde_json::from_str(&attribute(&html, "data-keys")).unwrap();
    let key = &keys.as_array().unwrap()[0];
    assert_eq!(
        (key["alg"].as_str(), key["doubted"].as_bool()),
        (Some("EdDSA"), Some(false))
    );
    assert_eq!(key["kid"].as_str().unwrap().len(), 8);
    assert!(key["from"].as_i64() < key["until"].as_i64());
    let names: Value = serde_json::from_str(&attribute(&html, "data-type")).unwrap();
    assert_eq!(names["code_fields"]["7"]["type"], "date");
    assert_eq!(names["words"]["not_loaded"], "未载入此码");
    // Labels of the type's own face stand there, too.
    assert!(
        names["code_fields"].as_object().unwrap().len() > 8,
        "{names}"
    );
    for word in ["tampered", "untrusted_issuer", "undetermined"] {
        assert!(
            html.contains(&format!("data-word=\"{word}\" data-overrides")),
            "{word}"
        );
    }
    assert!(html.contains("signed-fragment.mjs"));
}

#[rstest]
fn every_standing_has_its_word(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let test = &server.test;
    let paper = |n: u32| Paper::of(test, &format!("锡市健〔2026〕1700{n}号"));
    let suspended = paper(1);
    suspended.change(test, Change::Suspend);
    let revoked = paper(2);
    revoked.change(test, Change::End(EndWord::Revoked));
    let superseded = paper(3);
    superseded.change(test, Change::Supersede);
    for (paper, word, said) in [
        (&suspended, "suspended", "目前被暂扣"),
        (&revoked, "revoked", "现已终止"),
        (&superseded, "superseded", "已换发新版本"),
    ] {
        let answer = get(&server, &paper.path);
        assert_eq!((answer.status, verdict(&answer).as_str()), (200, word));
        let html = answer.text();
        assert!(html.contains(said) && html.contains("巴*尔"), "{html}");
        // Why it ended is for windows to know.
        assert!(!html.contains("吊销于"), "{html}");
    }
    let expired = paper(4);
    test.clock.advance(2 * 366 * 86_400);
    test.publish_trust();
    let answer = get(&server, &expired.path);
    assert_eq!(verdict(&answer), "expired");
    assert!(answer.text().contains("verdict warn\" role=\"status\""));
    test.clock.advance(60 * 86_400);
    assert_eq!(verdict(&get(&server, &expired.path)), "undetermined");
}

#[rstest]
fn what_the_register_does_not_know_is_not_called_forged(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    let none = format!("/v/{}", "0".repeat(20));
    let answer = get(&server, &none);
    assert_eq!(
        (answer.status, verdict(&answer).as_str()),
        (200, "not_found")
    );
    let html = answer.text();
    assert!(
        html.contains("与假证不是一回事") && html.contains("verdict unk"),
        "{html}"
    );
    assert_eq!(verdict(&get(&server, "/v/x")), "unreadable");
    // Who goes on guessing has to wait, and is told how long.
    let refused = (0..70)
        .map(|_| get(&server, &none))
        .find(|answer| answer.status != 200);
    let refused = refused.unwrap();
    assert_eq!((refused.status, refused.code().as_str()), (429, "too_many"));
    let seconds = refused.header("retry-after").unwrap();
    assert!(refused.text().contains(&format!("请在 {seconds} 秒后再试")));
}

#[rstest]
fn what_is_typed_is_checked(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let paper = Paper::of(&server.test, "锡市健〔2026〕17042号");
    // By number alone nobody is told whose it is.
    let answer = typed(&server, &format!(" {} ", paper.identifier));
    assert_eq!(verdict(&answer), "valid");
    let html = answer.text();
    assert!(
        html.contains(&paper.identifier.to_string()) && !html.contains("巴"),
        "{html}"
    );
    assert!(html.contains("按编号只能查到登记状态"), "{html}");
    // An address leads to its page, and a whole code is checked with its signature.
    let address = paper.printed.address.as_deref().unwrap();
    let answer = typed(&server, address);
    let path = paper.path.to_uppercase().replace("/V/", "/v/");
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some(path.as_str()))
    );
    let answer = typed(&server, &paper.printed.text);
    assert_eq!(verdict(&answer), "valid");
    assert!(answer.text().contains("巴*尔"));
    let other = Paper::of(&server.test, "锡市健〔2026〕17043号");
    let digits = other.printed.text.split_once('#').unwrap().1;
    let answer = typed(&server, &format!("{address}#{digits}"));
    assert_eq!(verdict(&answer), "tampered");
    assert!(answer.text().contains("role=\"alert\""));
    let receipt = format!("https://mz.example/p/{}", "a".repeat(20));
    let answer = typed(&server, &receipt);
    let path = format!("/p/{}", "A".repeat(20));
    assert_eq!(
        (answer.status, answer.header("location")),
        (303, Some(path.as_str()))
    );
    for (code, word) in [
        ("HC1:ABC", "unsupported"),
        ("https://evil.example/v/x", "unsupported"),
        ("随便写的", "unreadable"),
        ("1.2.156.3005.2.x", "unreadable"),
    ] {
        assert_eq!(verdict(&typed(&server, code)), word, "{code}");
    }
    for answer in [typed(&server, "x"), get(&server, "/check")] {
        assert_eq!(answer.header("set-cookie"), None);
    }
}

#[rstest]
fn a_live_code_is_not_read_by_the_public_and_nothing_typed_is_lost(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let server = TestServer::on(database);
    let live = format!("https://mz.example/L/{}", "0".repeat(26));
    for code in [live.as_str(), "1234 5678"] {
        let answer = typed(&server, code);
        assert_eq!(answer.status, 400);
        let html = answer.text();
        assert!(html.contains(&format!("{code}</textarea>")), "{html}");
        assert!(html.contains("只有窗口能读"), "{html}");
        assert!(html.contains("aria-invalid=\"true\"") && html.contains("href=\"#code\""));
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("'wasm-unsafe-eval'"), "{policy}");
    }
    let answer = typed(&server, "  ");
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("请先粘贴码的内容"));
    let opened = get(&server, &format!("/L/{}", "0".repeat(26))).text();
    assert!(opened.contains("不会读取或消耗它"), "{opened}");
    // A form that is none of ours, and one with more in it.
    let strange = Ask::new("POST", "/check").bytes(FORM, b"code=x&verdict=valid".to_vec());
    assert_eq!(server.ask(&strange).code(), "bad_request");
    let json = Ask::new("POST", "/check").bytes("application/json", b"{}".to_vec());
    assert_eq!(server.ask(&json).code(), "wrong_media");
    assert_eq!(typed(&server, &"9".repeat(9000)).code(), "too_large");
    // What is typed is text, wherever it comes back.
    let html = typed(&server, "1234 5678</textarea><script>").text();
    assert!(!html.contains("</textarea><script>"), "{html}");
}

/// A form with a picture, as browsers send it.
fn pictured(server: &TestServer, picture: &[u8]) -> Answer {
    let head = "--x\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\n\
        Content-Type: image/png\r\n\r\n";
    let body = [head.as_bytes(), picture, b"\r\n--x--\r\n"].concat();
    let media = "multipart/form-data; boundary=x";
    server.ask(&Ask::new("POST", "/check/picture").bytes(media, body))
}

/// Pictures side by side.
fn beside(left: &[u8], right: &[u8]) -> Vec<u8> {
    let [left, right] = [left, right].map(|png| image::load_from_memory(png).unwrap().to_luma8());
    let height = left.height().max(right.height());
    let mut both =
        image::GrayImage::from_pixel(left.width() + right.width(), height, image::Luma([255]));
    image::imageops::replace(&mut both, &left, 0, 0);
    image::imageops::replace(&mut both, &right, left.width().into(), 0);
    let mut bytes = std::io::Cursor::new(Vec::new());
    both.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[rstest]
fn a_picture_is_read_here_where_the_browser_cannot(#[values(Sqlite, Postgres)] database: Database) {
    let server = TestServer::on(database);
    let paper = Paper::of(&server.test, "锡市健〔2026〕17042号");
    let address = paper.printed.address.as_deref().unwrap();
    let picture = Code::reference(address).unwrap().png(6);
    let answer = pictured(&server, &picture);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let garbage = Code::reference("HTTPS://MZ.EXAMPLE/X").unwrap().png(6);
    assert_eq!(verdict(&pictured(&server, &garbage)), "unreadable");
    let html = pictured(&server, &beside(&picture, &garbage)).text();
    assert!(
        html.contains("图片里有几个二维码") && html.contains("第 2 个"),
        "{html}"
    );
    assert!(html.contains(address), "{html}");
    let blank = crate::support::pictures::portrait(255);
    for (picture, status, said) in [
        (blank.as_slice(), 422, "图片里没有找到二维码"),
        (b"no picture".as_slice(), 422, "这个文件不是能读的图片"),
        (b"".as_slice(), 400, "请先选一张图片"),
    ] {
        let answer = pictured(&server, picture);
        assert_eq!(
            (answer.status, answer.text().contains(said)),
            (status, true),
            "{said}"
        );
        assert!(answer.text().contains("href=\"#picture\""));
    }
    for (media, body, code) in [
        ("multipart/form-data", "--x--", "wrong_media"),
        ("multipart/form-data; boundary=x", "nothing", "bad_request"),
        ("multipart/form-data; boundary=x", "--x--", "bad_request"),
        (FORM, "picture=x", "wrong_media"),
    ] {
        let ask = Ask::new("POST", "/check/picture").bytes(media, body.as_bytes().to_vec());
        assert_eq!(server.ask(&ask).code(), code, "{media} {body}");
    }
    let large = vec![0; 11 * 1024 * 1024];
    assert_eq!(pictured(&server, &large).code(), "too_large");
}
