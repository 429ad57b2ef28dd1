//! One office is the platform of the region for another: found, changed, refused, not there.

use std::fs;

use mianzheng::codec::base64url;
use mianzheng::codec::digest::sha256;
use mianzheng::codec::trust_list::KeyUse;
use mianzheng::crypto::signed_json;
use mianzheng::crypto::signed_json::Message;
use mianzheng::domain::caller::Role;
use mianzheng::domain::holder::HolderCode;
use mianzheng::domain::standing::Change;
use mianzheng::flow::change_status::ChangeRequest;
use mianzheng::flow::change_status::change_status;
use mianzheng::flow::export;
use mianzheng::flow::issue::holder_index;
use mianzheng::flow::source;
use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use super::desk::Desk;
use super::desk::GRANTED;
use super::desk::NUMBER;
use super::desk::PERSON;
use crate::support::cases::FOOD_PERMIT;
use crate::support::cases::item;
use crate::support::cases::load_items;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::office::CDC;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::TestOffice;
use crate::support::office::example;
use crate::support::office::operator;
use crate::support::server::TestServer;

/// The platform, and an office for which health certificates are the region's.
pub(super) struct Two {
    pub(super) platform: Desk,
    pub(super) ours: Desk,
}

/// The definition of health certificates, as one of the region.
pub(super) fn of_the_region() -> Value {
    let text = fs::read_to_string(example("catalogue/certificate-types.json")).unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    let all = all.as_array().unwrap().iter();
    let mut found = all.filter(|of| of["name"] == HEALTH).cloned();
    let mut one = found.next().unwrap();
    one["issued_by"] = "region".into();
    json!([one])
}

impl Two {
    pub(super) fn on(database: Database) -> Self {
        let platform = Desk::of(TestServer::on(database));
        let there = &platform.server.test;
        let columns = there.type_named(HEALTH);
        let pictures = ["photo", "original_issuer"];
        let all = columns.definition.columns().into_iter();
        let all: Vec<&str> = all.filter(|key| !pictures.contains(key)).collect();
        there.give(HALL, HEALTH, &item(FOOD_PERMIT), &all);
        let server = TestServer::on(database);
        let test = &server.test;
        load_items(test);
        test.load_types(&of_the_region());
        test.give(HALL, HEALTH, &item(FOOD_PERMIT), &GRANTED);
        let folder = test.office.settings.path("sources/platform");
        fs::create_dir_all(&folder).unwrap();
        fs::copy(platform.server.cacert(), folder.join("ca.pem")).unwrap();
        fs::write(folder.join("token"), &platform.system).unwrap();
        let two = Self {
            ours: Desk {
                system: server.token(Role::System, Some(HALL), None),
                identifier: platform.identifier.clone(),
                server,
            },
            platform,
        };
        two.ours.server.test.load_source(&two.configuration());
        two
    }

    pub(super) fn configuration(&self) -> String {
        let port = self.platform.server.address.port();
        let account = &self.platform.server.test.agency(HALL).code;
        let item = item(FOOD_PERMIT);
        format!(
            r#"
[source]
name = "platform"
type = "{HEALTH}"
ask_by = ["holder_code"]
issue = "never"
tries = 1
breaker = {{ failures = 2, rest_s = 30 }}
[source.national]
address = "https://localhost:{port}"
account = "{account}"
ca = "sources/platform/ca.pem"
[source.national.bearer]
token_file = "sources/platform/token"
[source.national.purpose]
mode = "duty"
item = "{item}"
item_name = "{FOOD_PERMIT}"
cause = "核对健康状况"
"#
        )
    }

    /// What a query of ours says of the person.
    pub(super) fn asks(&self, slip: &str) -> Value {
        self.ours.given("data/by-holder", &Desk::whose(slip))
    }

    /// How many certificates there are here.
    pub(super) fn issued(&self) -> usize {
        let store = &self.ours.server.test.office.store;
        let of = self.ours.server.test.type_named(HEALTH).number;
        let code = HolderCode::read(&format!("111:{PERSON}")).unwrap();
        let index = holder_index(store.vault(), &code);
        let rows = store.read(|rx| rx.own_certificates(&index, of, 10));
        rows.unwrap().len()
    }

    pub(super) fn is_whole(&self) -> bool {
        self.ours.is_whole() && self.platform.is_whole()
    }
}

#[rstest]
fn what_the_platform_tells_is_relayed_and_never_ours(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let two = Two::on(database);
    let told = two.asks("1");
    let [one] = told["list"].as_array().unwrap().as_slice() else {
        panic!("{told}");
    };
    for (name, value) in [
        ("ZZBH", NUMBER),
        ("CZZT", "巴特尔"),
        ("KZ_EXAM_DATE", "2026-10-07"),
        ("result", "0"),
        ("verdict", "valid"),
    ] {
        assert_eq!(one[name], value, "{name}: {one}");
    }
    // It was told more than was granted here, and tells no more than that; nothing of it is signed.
    for untold in ["ZZBS", "ZZBFJG", "evidence", "KZ_SEX", "ZZBFRQ"] {
        assert_eq!(one[untold], Value::Null, "{untold}");
    }
    let source = &told["source"];
    // The record of the use names the very answer that it rests on.
    assert_eq!(two.ours.last_details()["upstream"], source["upstream"]);
    assert_eq!(
        (&source["outcome"], &source["age_s"]),
        (&json!("found"), &json!(0))
    );
    let address = format!("https://localhost:{}", two.platform.server.address.port());
    assert_eq!(source["upstream"]["address"], address);
    // The envelope of this service names the platform and the digest of its answer.
    let trust = two.ours.server.test.office.trust().unwrap();
    let keys = trust.keys_for(KeyUse::Receipt).map(|key| &key.public);
    let text = told["envelope"].as_str().unwrap();
    let envelope = signed_json::open(text, Message::Envelope, keys).unwrap();
    assert_eq!(envelope["evidence_hashes"], json!([]));
    assert_eq!(envelope["upstream"], source["upstream"]);
    assert_eq!(envelope["relayed"][0]["holder_name"], "巴特尔");
    // The answer is kept as it came.
    let test = &two.ours.server.test;
    let export = export::mine(&test.office, &test.holder(&format!("111:{PERSON}")));
    let mirror = &export.unwrap()["mirrors"][0];
    let answer = base64url::decode(mirror["answer"].as_str().unwrap()).unwrap();
    assert_eq!(
        source["upstream"]["evidence_hash"],
        base64url::encode(&sha256(&answer))
    );
    assert!(String::from_utf8(answer).unwrap().contains("useRecord"));
    // No copy is made of what nobody here signed.
    let file = two.ours.asks("files/by-holder", &Desk::whose("7"));
    assert_eq!(file.json()["head"]["status"], "4002", "{file:?}");
    assert_eq!(two.ours.last_details()["reason"], "only_relayed");
    assert_eq!(two.issued(), 0);
    // There the use was for the very purpose that was stated here, by the operator who asked.
    let details = two.platform.last_details();
    assert_eq!(details["cause"], "办理食品经营许可", "{details}");
    // What changes there is told as it is there.
    let request = ChangeRequest {
        identifier: &two.platform.identifier,
        change: Change::Suspend,
        reason: "复查",
        by: &two.platform.server.test.caller(Role::Issuer, CDC),
        key: None,
    };
    change_status(&two.platform.server.test.office, &request).unwrap();
    let told = two.asks("2");
    assert_eq!(told["list"][0]["verdict"], "suspended");
    assert_eq!(told["list"][0]["result"], "2");
    // Somebody of whom the platform has nothing.
    let mut nobody = Desk::whose("3");
    nobody["CZZTDM"] = "152502194501010024".into();
    nobody["purpose"]["present"]["holder"]["code"] = "152502194501010024".into();
    nobody["purpose"]["present"]["name"] = "敖登".into();
    let none = two.ours.given("data/by-holder", &nobody);
    assert_eq!(
        (&none["total"], &none["source"]["outcome"]),
        (&json!(0), &json!("not_found"))
    );
    assert!(two.is_whole());
}

#[rstest]
fn what_is_the_regions_is_never_issued_here(#[values(Sqlite, Postgres)] database: Database) {
    let two = Two::on(database);
    let test = &two.ours.server.test;
    let load = |text: &str| source::load(&test.office, text, &operator());
    let mistake = |text: &str| {
        let problem = load(text).unwrap_err().problem();
        assert_eq!(problem.reason.code(), "bad_source");
        problem.detail.unwrap_or_default()
    };
    let good = two.configuration();
    let issuing = |rule: &str| {
        let rule = format!("issue = \"{rule}\"\nissuer = \"{CDC}\"");
        good.replace("issue = \"never\"", &rule)
    };
    for rule in ["always", "on_demand"] {
        assert!(mistake(&issuing(rule)).contains("source.issue"), "{rule}");
    }
    // A department's file cannot speak for the region.
    let file = fs::read_to_string(example("sources/health-file.toml")).unwrap();
    let file = file.lines().filter(|line| !line.starts_with("issue"));
    let file: Vec<&str> = file.collect();
    let told = mistake(
        &file
            .join("\n")
            .replace("[source.file]", "issue = \"never\"\n[source.file]"),
    );
    assert!(told.contains("national"), "{told}");
    for (from, to, place) in [
        (
            "ask_by = [\"holder_code\"]",
            "ask_by = [\"number\"]",
            "source.ask_by",
        ),
        (
            "https://localhost",
            "ftp://localhost",
            "source.national.address",
        ),
        (
            "ca = \"sources/platform/ca.pem\"\n",
            "",
            "source.national.ca",
        ),
        (
            "[source.national]\n",
            "[source.national]\nmirror_days = 366\n",
            "source.national.mirror_days",
        ),
        (
            "[source.national]\n",
            "[source.national]\nmore = 1\n",
            "more",
        ),
    ] {
        let told = mistake(&good.replace(from, to));
        assert!(told.contains(place), "{place}: {told}");
    }
    let sample = fs::read_to_string(example("sources/national.toml")).unwrap();
    assert_eq!(load(&sample).unwrap().source, "region-platform");
    // Nor by command, of what the platform really has.
    let of = test.type_named(HEALTH);
    let question = source::Question {
        holder_code: Some(HolderCode::read(&format!("111:{PERSON}")).unwrap()),
        ..source::Question::default()
    };
    let refused = source::issue(&test.office, &of, &question, &operator()).unwrap_err();
    assert_eq!(refused.problem().reason.code(), "no_source");
    assert_eq!(two.asks("1")["total"], 1);
    assert_eq!(two.issued(), 0);
}

#[test]
fn a_type_that_became_the_regions_is_not_asked_of_a_department() {
    let test = TestOffice::on(Sqlite);
    let file = fs::read_to_string(example("sources/health-file.toml")).unwrap();
    test.load_source(&file);
    assert!(source::has(&test.office, &test.type_named(HEALTH)));
    test.load_types(&of_the_region());
    let of = test.type_named(HEALTH);
    assert!(!source::has(&test.office, &of));
    let nobody = source::Question::default();
    let refused = source::pull(&test.office, &of, &nobody, &operator()).unwrap_err();
    assert_eq!(refused.problem().reason.code(), "no_source");
}
