//! The examples of `examples/`, run as a stranger would run them.

use std::fs;
use std::io::Write;
use std::process::Command;
use std::process::Stdio;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use mianzheng::domain::caller::Role;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::identifier::CertificateIdentifier;
use mianzheng::domain::standing::Change;
use mianzheng::domain::standing::EndWord;
use mianzheng::flow::anchors;
use mianzheng::flow::bundle;
use mianzheng::flow::case;
use mianzheng::flow::case::OpenRequest;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::keys;
use mianzheng::flow::show::compact;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::support::built::built;
use crate::support::cases::FOOD_PERMIT;
use crate::support::cases::OLD_AGE;
use crate::support::cases::item;
use crate::support::cases::load_items;
use crate::support::client::Client;
use crate::support::client::PERSON;
use crate::support::client::Written;
use crate::support::client::Written::Rust;
use crate::support::client::Written::Shell;
use crate::support::database::Database;
use crate::support::liar;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::TestOffice;
use crate::support::office::operator;
use crate::support::scratch::Scratch;
use crate::support::system::wang;

#[test]
fn the_offline_verifier_needs_a_bundle_and_the_roots_and_nothing_else() {
    let test = TestOffice::on(Database::Sqlite);
    let identifier = test.health(PERSON, "锡市健〔2026〕1700001号");
    let holder = test.holder(&format!("111:{PERSON}"));
    let printed = compact::printed(&test.office, &identifier, &holder).unwrap();
    // The example looks at the computer's clock, so the lists must be good at that time, too:
    // what it says of the frozen year's code depends on the year, that it is genuine does not.
    let token = bundle::make(&test.office, 168).unwrap();
    let scratch = Scratch::new();
    fs::write(scratch.path("bundle.jwt"), token).unwrap();
    fs::write(
        scratch.path("anchors.json"),
        anchors::write(&test.office.anchors),
    )
    .unwrap();
    let mut child = Command::new(built("offline_verifier"))
        .args([scratch.path("bundle.jwt"), scratch.path("anchors.json")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let tampered = printed.text.replacen("#7", "#8", 1);
    let lines = format!("{}\n{tampered}x\nhttps://evil.example/v/1\n", printed.text);
    child
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(lines[0].contains(&identifier.to_string()), "{said}");
    assert!(lines[0].contains("巴*尔"), "{said}");
    assert!(lines[1].starts_with("unreadable"), "{said}");
    assert!(lines[2].starts_with("unsupported"), "{said}");
}

#[rstest]
fn issuing_clients_issue_once_and_bring_the_files_back(#[values(Rust, Shell)] written: Written) {
    let client = Client::over_tls();
    let sheet = client.sheet("sheet.csv", &["合格", "", "合格"]);
    let said = client.issues(written, &sheet);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.out.starts_with("issued  1.2.156."), "{said:?}");
    assert!(said.out.contains("\ndone  3/3\n"), "{said:?}");
    let counts = "共 3 行：已签发 2，已存在 0，与登记不同 0，有误 1";
    assert!(said.out.contains(counts), "{said:?}");
    assert_eq!(client.kept("results.csv").matches("1.2.156.").count(), 2);
    let errors = client.kept("errors.csv");
    assert_eq!(errors.lines().count(), 2, "{errors}");
    assert!(
        errors.contains("错误原因") && errors.contains("1800001号"),
        "{errors}"
    );
    // The same requests again are the same requests.
    let again = client.issues(written, &sheet);
    assert_eq!(
        (again.code, again.out.lines().next()),
        (2, said.out.lines().next())
    );
    assert!(again.out.contains(counts), "{again:?}");
    assert_eq!(client.certificates(), 3);
    let mended = client.sheet("mended.csv", &["合格"; 3]);
    let said = client.issues(written, &mended);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("已签发 1，已存在 2"), "{said:?}");
}

/// Issues a certificate and gives a grant; the requests for it by holder and by identifier.
pub(crate) fn granted(client: &Client) -> ([String; 2], CertificateIdentifier) {
    let test = &client.server.test;
    let number = "锡市健〔2026〕1700001号";
    let fields = client.health(PERSON, number);
    let fields: Vec<_> = fields
        .iter()
        .map(|(key, text)| (*key, text.as_str()))
        .collect();
    let identifier = test.issue(HEALTH, CDC, &fields).unwrap().identifier;
    let granted = ["holder_name", "exam_result", "valid_to"];
    load_items(test);
    test.give(HALL, HEALTH, &item(FOOD_PERMIT), &granted);
    let holder = json!({"type": "111", "code": PERSON});
    let opened = OpenRequest {
        items: vec![item(FOOD_PERMIT)],
        name: "巴特尔".to_owned(),
        code: HolderCode::read(&format!("111:{PERSON}")).unwrap(),
        foreign_number: None,
    };
    let system = test.caller(Role::System, HALL);
    let case = case::open(&test.office, &opened, &system).unwrap().number;
    let request = |name: &str, value: Value| {
        let mut request = json!({"purpose": {
            "mode": "duty", "item": item(FOOD_PERMIT), "item_name": FOOD_PERMIT,
            "case": case, "cause": "办理许可", "operator": wang(),
            "legal_basis": "中华人民共和国食品安全法 第四十五条",
        }});
        request[name] = value;
        client.keep(&format!("{name}.json"), request.to_string())
    };
    let requests = [
        request("holder", holder),
        request("identifier", identifier.to_string().into()),
    ];
    (requests, identifier)
}

#[rstest]
fn fetching_clients_prove_what_they_fetched(#[values(Rust, Shell)] written: Written) {
    let client = Client::over_tls();
    let (requests, identifier) = granted(&client);
    let requests = requests.each_ref().map(String::as_str);
    let said = client.fetches(written, &requests);
    assert_eq!(said.code, 0, "{said:?}");
    let valid = format!("{identifier}  valid\n  exam_result: \"1\"\n  holder_name: \"巴特尔\"\n");
    assert_eq!(said.out.matches(&valid).count(), 2, "{said:?}");
    let proven = format!("  证据：{CDC}签名，与以上字段一致\n");
    assert_eq!(said.out.matches(&proven).count(), 2, "{said:?}");
    assert_eq!(said.out.matches("信封：平台签名").count(), 2, "{said:?}");
    let test = &client.server.test;
    let change = ChangeRequest {
        identifier: &identifier,
        change: Change::End(EndWord::Cancelled),
        reason: "持证人申请",
        by: &test.caller(Role::Issuer, CDC),
        key: None,
    };
    change_status(&test.office, &change).unwrap();
    let said = client.fetches(written, &requests);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(
        said.out.contains("  revoked\n") && said.out.contains(&proven),
        "{said:?}"
    );
    let serial = identifier
        .to_string()
        .replace(&identifier.serial.to_string(), "2026Z999999");
    let nothing = client
        .kept("identifier.json")
        .replace(&identifier.to_string(), &serial);
    let said = client.fetches(written, &[&client.keep("nothing.json", nothing)]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.out.ends_with("\n未查到记录\n"), "{said:?}");
    let kept = client.kept("holder.json");
    let other_item = kept
        .replace(&item(FOOD_PERMIT), &item(OLD_AGE))
        .replace(FOOD_PERMIT, OLD_AGE);
    let said = client.fetches(written, &[&client.keep("other.json", other_item)]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    assert!(
        said.err.contains("no_grant 没有获准") && said.err.contains("trace_id"),
        "{said:?}"
    );
    let key = test.office.issuing_key(test.agency(CDC).number).unwrap();
    let kid = key.kid().to_string();
    keys::compromise(&test.office, &kid, test.now(), &operator()).unwrap();
    let said = client.fetches(written, &[requests[0]]);
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
    assert!(said.err.contains("密钥"), "{said:?}");
}

/// A name in the evidence that nobody signed.
fn forge(told: &mut Value) {
    let evidence = &mut told["certificates"][0]["evidence"];
    let parts = evidence.as_str().unwrap().split('~').map(|part| {
        let decoded = BASE64_URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        match String::from_utf8(decoded) {
            Ok(text) if text.contains("巴特尔") => {
                BASE64_URL_SAFE_NO_PAD.encode(text.replace("巴特尔", "巴特"))
            }
            _ => part.to_owned(),
        }
    });
    *evidence = parts.collect::<Vec<_>>().join("~").into();
}

type Lie = fn(&mut Value);

/// What a service could lie about, and what it is then told to have lied about.
const LIES: [(Lie, &str); 8] = [
    (
        |told| told["certificates"][0]["fields"]["holder_name"] = "巴图".into(),
        "与证据不一致",
    ),
    (
        |told| told["certificates"][0]["identifier"] = "1.2.156".into(),
        "证据",
    ),
    (forge, "证据"),
    (|told| told["certificates"] = json!([]), "信封"),
    (|told| told["use_record"] = 1.into(), "信封"),
    (
        |told| told["certificates"][0]["verdict"] = "expired".into(),
        "信封",
    ),
    (
        |told| told["certificates"][0]["evidence"] = Value::Null,
        "没有证据却指名一张证照",
    ),
    (
        // As if a department had told it.
        |told| {
            let fields = json!({"holder_name": "巴图"});
            let one = json!({
                "identifier": null, "verdict": "valid", "fields": fields, "evidence": null,
            });
            told["certificates"].as_array_mut().unwrap().push(one);
        },
        "信封",
    ),
];

/// A department's system beside the register: it tells of another certificate of the same holder.
pub(crate) fn sourced(client: &Client) {
    let test = &client.server.test;
    let path = test.folder.path("told.csv");
    let row = format!("巴特尔,{PERSON},锡市健〔2026〕1799999号,2026-10-07,2026-10-09");
    fs::write(&path, format!("name,id_no,number,examined,issued\n{row}\n")).unwrap();
    test.load_source(&format!(
        r#"
[source]
name = "beside"
type = "{HEALTH}"
ask_by = ["holder_code"]
issue = "never"
[source.file]
path = "{}"
holder_code = "id_no"
[source.fields]
holder_name = "name"
holder_code = "id_no"
certificate_number = "number"
exam_result = {{ constant = "1" }}
exam_date = "examined"
issue_date = "issued"
sex = {{ constant = "1" }}
exam_unit = {{ constant = "锡林浩特市疾病预防控制中心" }}
trade_class = {{ constant = "01" }}
"#,
        path.to_str().unwrap()
    ));
}

#[rstest]
fn fetching_clients_say_what_was_only_told(#[values(Rust, Shell)] written: Written) {
    let client = Client::over_tls();
    let ([request, _], identifier) = granted(&client);
    sourced(&client);
    let said = client.fetches(written, &[&request]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.out.contains(&format!("{identifier}  valid\n")),
        "{said:?}"
    );
    assert!(said.out.contains("—  valid\n"), "{said:?}");
    let told = "  证据：无，平台签名转述来源系统所告\n";
    assert_eq!(said.out.matches(told).count(), 1, "{said:?}");
}

#[rstest]
fn a_service_that_lies_is_found_out(#[values(Rust, Shell)] written: Written) {
    let mut client = Client::in_the_plain();
    let ([request, _], _) = granted(&client);
    let mut told = |lie: Lie| {
        let port = liar::in_front_of(client.server.address, lie);
        client.url = format!("http://localhost:{port}");
        client.fetches(written, &[&request])
    };
    assert_eq!(told(|_| {}).code, 0);
    for (lie, about) in LIES {
        let said = told(lie);
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
        assert!(said.err.contains(about), "{about}: {said:?}");
    }
}

#[rstest]
fn roots_of_another_service_vouch_for_nothing(#[values(Rust, Shell)] written: Written) {
    let client = Client::in_the_plain();
    let ([request, _], _) = granted(&client);
    let other = TestOffice::on(Database::Sqlite);
    let mut anchors = other.office.anchors.clone();
    anchors.authority = client.server.test.office.anchors.authority.clone();
    anchors.roots.remove(0);
    client.keep("anchors.json", anchors::write(&anchors));
    let said = client.fetches(written, &[&request]);
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
}

#[rstest]
fn a_service_whose_tls_certificate_nobody_vouches_for_hears_no_token(
    #[values(Rust, Shell)] written: Written,
) {
    let mut client = Client::over_tls();
    let key = rcgen::KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned()];
    let root = rcgen::CertificateParams::new(names).unwrap();
    let root = root.self_signed(&key).unwrap().pem();
    client.cacert = Some(client.keep("other.pem", root).into());
    let request = client.keep("request.json", "{}");
    let said = client.fetches(written, &[&request]);
    assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
    assert!(said.err.to_lowercase().contains("certificate"), "{said:?}");
}
