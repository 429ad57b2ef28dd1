//! Every outcome of `verify` that a command can come to, with the office.

use crate::card::Card;
use crate::card::day;
use crate::card::issue;
use crate::card::outcome;
use crate::office::Office;

#[test]
fn a_clerk_reads_labels_and_dates_and_a_program_keys_and_codes() {
    let card = Card::issued();
    let text = card.code("offline", &["--fields", "holder_name,trade_class"]);
    let told = card.office.does(&["verify", &text]).out;
    for words in [
        "有效  [valid · 离线码]",
        "食品从业人员健康证明  锡林浩特市疾病预防控制中心",
        "持证主体: 杨敏",
        "从业类别: 餐饮服务",
        "持码人：请核对是不是本人",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let year: String = day(-1).chars().take(4).collect();
    assert!(told.contains(&format!("颁发日期: {year}年")), "{told}");
    let told = card.office.does(&["--lang", "en", "verify", &text]).out;
    assert!(told.contains("Date of issue: "), "{told}");
    let told = card.office.does(&["--json", "verify", &text]).json();
    let fields = &told["verdicts"][0]["certificates"][0]["fields"];
    assert_eq!(fields["trade_class"], "03");
    assert_eq!(fields["issue_date"], day(-1));
}

#[test]
fn what_becomes_of_a_certificate_is_told() {
    let card = Card::issued();
    let office = &card.office;
    let printed = card.code("printed", &[]);
    for text in [&card.id, &printed] {
        assert_eq!(card.verdict(&[text]), "valid");
    }
    office.does(&["suspend", &card.id, "--reason", "复查"]);
    assert_eq!(card.verdict(&[&card.id]), "suspended");
    office.does(&["resume", &card.id, "--reason", "合格"]);
    assert_eq!(card.verdict(&[&card.id]), "valid");
    // Times are told to the second: the next one lies behind what was just done.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let now = office.does(&["--json", "verify", &card.id]).json();
    let asked = now["verdicts"][0]["at"].as_str().unwrap().to_owned();
    let new = ["renew", &card.id, "--keep", "--field", "工作单位=新单位"];
    office.does(&new);
    assert_eq!(card.verdict(&[&card.id]), "superseded");
    // It is asked how it stood: the operator may, whoever holds it may not.
    assert_eq!(card.verdict(&[&card.id, "--time", &asked]), "valid");
    for (time, code) in [
        ("2099-01-01T00:00:00Z", "future_time"),
        ("1999-01-01T00:00:00Z", "before_record"),
    ] {
        let told = card
            .office
            .runs(&["--json", "verify", &card.id, "--time", time]);
        assert_eq!(told.json()["code"], code);
    }
    let holder = [
        "--json",
        "verify",
        &card.id,
        "--time",
        &asked,
        "--token-file",
        &card.holder,
    ];
    assert_eq!(card.office.runs(&holder).json()["code"], "forbidden");
    let next = card.id.replace(".001.", ".002.");
    office.does(&["revoke", &next, "--word", "revoked", "--reason", "处罚"]);
    assert_eq!(card.verdict(&[&next]), "revoked");
    let told = office.runs(&["verify", "--token-file", &card.window, &next]);
    assert!(told.out.contains("吊销"), "{}", told.out);

    let tomorrow = format!("有效期起={}", day(1));
    let later = issue(office, "2", &[&tomorrow]);
    assert_eq!(card.verdict(&[&later]), "not_yet_valid");
    let yesterday = [
        format!("有效期起={}", day(-9)),
        format!("有效期止={}", day(-1)),
    ];
    let over = issue(office, "3", &yesterday.each_ref().map(String::as_str));
    assert_eq!(card.verdict(&[&over]), "expired");
    let nobody = card.id.replace("2026A", "2026B");
    assert_eq!(card.verdict(&[&nobody]), "not_found");
}

#[test]
fn what_was_not_shown_as_it_was_made_is_refused() {
    let card = Card::issued();
    let printed = card.code("printed", &[]);
    let (address, digits) = printed.split_once('#').unwrap();
    let other_digits = {
        let other = card.code("printed", &[]);
        let (_, digits) = other.split_once('#').unwrap();
        digits.to_owned()
    };
    assert_ne!(digits, other_digits);
    let forged = format!("{address}#{other_digits}");
    assert_eq!(card.verdict(&[&forged]), "tampered");
    for (text, wanted) in [
        ("你好", "unreadable"),
        ("https://u.wechat.com/abc", "unsupported"),
        ("-", "unreadable"),
    ] {
        assert_eq!(card.verdict(&[text]), wanted, "{text}");
    }
    // Another office of the same authority and roots: its keys are nobody's here.
    let elsewhere = Office::anew();
    issue(&elsewhere, "1", &[]);
    let text = card.code("offline", &[]);
    assert_eq!(outcome(&elsewhere, &[&text]), "untrusted_issuer");
}

#[test]
fn a_live_code_is_for_windows_once_and_not_for_long() {
    let card = Card::issued();
    let code = card.code("live", &[]);
    let public = card.office.runs(&["--json", "verify", &code]);
    assert_eq!(public.code, 1);
    assert_eq!(public.json()["code"], "unauthenticated");
    let by = ["--token-file", &card.window];
    let window = |text: &str| card.verdict(&[by.as_slice(), &[text]].concat());
    assert_eq!(window(&code), "valid");
    assert_eq!(window(&code), "replayed");
    let spoken = card.show("live", &[])["spoken"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(window(&spoken), "valid");
    let late = card.code("live", &[]);
    card.office.sql("UPDATE live_codes SET expires_at = 1");
    assert_eq!(window(&late), "stale_code");
    let offline = card.code("offline", &[]);
    assert_eq!(window(&offline), "valid");
    assert_eq!(window(&offline), "replayed");
}

#[test]
fn a_compromised_key_leaves_what_came_before() {
    let card = Card::issued();
    let printed = card.code("printed", &[]);
    let keys = card.office.does(&["--json", "keys", "list"]).json();
    let keys = keys["keys"].as_array().unwrap();
    let cdc = keys.iter().find(|key| key["agency"] == crate::office::CDC);
    let kid = cdc.unwrap()["kid"].as_str().unwrap();
    let since = ["--since", "2020-01-01T00:00:00+08:00"];
    let args = [&["keys", "compromise", kid], since.as_slice()].concat();
    card.office.does(&args);
    assert_eq!(
        card.verdict(&[&printed]),
        "valid",
        "codes are the service's"
    );
    let show = keys.iter().find(|key| key["use"] == "show").unwrap();
    let kid = show["kid"].as_str().unwrap();
    let args = [&["keys", "compromise", kid], since.as_slice()].concat();
    card.office.does(&args);
    assert_eq!(card.verdict(&[&printed]), "undetermined");
}

#[test]
fn wrong_usage_is_told_apart() {
    let office = Office::nowhere();
    assert_eq!(office.runs(&["verify"]).code, 3);
    assert_eq!(office.runs(&["verify", "--bundle", "b.jwt", "x"]).code, 3);
    assert_eq!(office.runs(&["verify", "x", "--picture", "y"]).code, 3);
    assert_eq!(office.runs(&["verify", "x"]).code, 1, "there is no office");
}
