//! A day of an agency: issued, sent in files, fetched.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mianzheng::domain::caller::Role;
use serde_json::json;

use crate::http_log::CASE;
use crate::http_log::CAUSE;
use crate::http_log::NAME;
use crate::http_log::PERSON;
use crate::http_log::PHONE;
use crate::http_log::watched::Watched;
use crate::http_thread::health;
use crate::support::cases::FOOD_PERMIT;
use crate::support::cases::item;
use crate::support::cases::load_items;
use crate::support::office::HALL;
use crate::support::office::HEALTH;
use crate::support::office::example;
use crate::support::server::Ask;
use crate::support::system::wang;

/// Agencies issue: one, files, pictures, changes; with mistakes in each.
pub(crate) fn issue(watched: &Watched, issuer: &str) -> String {
    let mut body = health("锡市健〔2026〕1700001号");
    let picture = STANDARD.encode([b'G'; 300]);
    watched.secrets.borrow_mut().push(picture[..100].to_owned());
    let issued = watched.post("/api/v1/certificates", issuer, &body);
    let identifier = watched.secret(&issued.json()["identifier"]);
    body["fields"]["holder_code"] = "152502199003070018".into();
    body["fields"]["phone"] = PHONE.into();
    assert_eq!(
        watched.post("/api/v1/certificates", issuer, &body).status,
        422
    );
    body["pictures"] = json!({"photo": picture});
    assert_eq!(
        watched.post("/api/v1/certificates", issuer, &body).status,
        422
    );
    body["type"] = NAME.into();
    assert_eq!(
        watched.post("/api/v1/certificates", issuer, &body).status,
        404
    );
    let own = format!("/api/v1/certificates/{identifier}");
    for at in [own.clone(), format!("/api/v1/certificates/{PERSON}")] {
        watched.get(&at, issuer);
    }
    let fields = health("锡市健〔2026〕1700001号")["fields"].clone();
    let other = json!({"fields": {"holder_name": NAME, "holder_code": PHONE}});
    watched.post(&format!("{own}/renewals"), issuer, &other);
    let renewed = watched.post(
        &format!("{own}/renewals"),
        issuer,
        &json!({"fields": fields}),
    );
    let identifier = watched.secret(&renewed.json()["identifier"]);
    let own = format!("/api/v1/certificates/{identifier}");
    for change in ["suspend", "resume", CAUSE] {
        let body = json!({"change": change, "reason": CAUSE});
        watched.post(&format!("{own}/status"), issuer, &body);
    }
    let cards = watched.get(&own, issuer);
    assert_eq!(cards.status, 200);
    let picture = Ask::new("PUT", "/api/v1/certificates/x/pictures/photo");
    let picture = picture
        .token(issuer)
        .key("p")
        .bytes("image/png", b"GIF".to_vec());
    watched.ask(picture);
    identifier
}

/// A file with bad rows, one that is none, one that names people where it should not.
pub(crate) fn send_files(watched: &Watched, issuer: &str) {
    let code = watched
        .server
        .test
        .type_named(HEALTH)
        .definition
        .code
        .clone();
    let path = format!("/api/v1/batches?type={code}&task=issue");
    let send = |path: &str, key: &str, body: Vec<u8>| {
        let ask = Ask::new("POST", path).token(issuer).key(key);
        watched.ask(ask.bytes("text/csv", body))
    };
    let sheet = std::fs::read(example("samples/健康证明-2026年10月.csv")).unwrap();
    let sent = send(&path, "b-1", sheet);
    let batch = watched.secret(&sent.json()["batch"]);
    let path = format!("/api/v1/batches/{batch}");
    for _ in 0..600 {
        if watched.get(&path, issuer).json()["state"] == "done" {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    for file in ["results", "errors", "differs"] {
        assert_eq!(watched.get(&format!("{path}/{file}"), issuer).status, 200);
    }
    send(&format!("{path}&stock={PHONE}"), "b-2", Vec::new());
    let nothing = format!("/api/v1/batches?type={PERSON}&task={PHONE}");
    send(&nothing, "b-3", format!("{NAME},{PERSON}\n").into_bytes());
    send(
        &path.replace("issue", "correct&dry_run=true"),
        "b-4",
        format!("{NAME},{PERSON}\n").into_bytes(),
    );
    let photos = format!("{path}/photos");
    let photos = Ask::new("PUT", &photos).token(issuer).key("p");
    watched.ask(photos.bytes("application/zip", format!("PK{PERSON}").into_bytes()));
}

/// Another system fetches, first without a grant.
pub(crate) fn fetch(watched: &Watched, operator: &str) {
    let system = watched.token(Role::System, Some(HALL), None);
    let test = &watched.server.test;
    load_items(test);
    let body = json!({
        "holder": {"type": "111", "code": PERSON},
        "purpose": {
            "mode": "in_person", "item": item(FOOD_PERMIT), "item_name": FOOD_PERMIT,
            "case": CASE, "cause": CAUSE, "operator": wang(), "slip": CASE,
            "present": {
                "name": NAME, "holder": {"type": "111", "code": PERSON}, "face_checked": true,
            },
        },
    });
    let path = format!(
        "/api/v1/interfaces/{}/query",
        test.type_named(HEALTH).definition.code
    );
    assert_eq!(watched.post(&path, &system, &body).status, 403);
    let grant = json!({
        "agency": HALL, "type": HEALTH, "item": item(FOOD_PERMIT),
        "fields": ["holder_name", "holder_code"], "modes": ["in_person"], "quota_per_day": 10,
        "until": "2027-11-23T00:00:00+08:00",
    });
    let second = watched.token(Role::Operator, None, None);
    let proposed = watched.post("/api/v1/grants", operator, &grant).json();
    let proposal = format!("/api/v1/grants/proposals/{}", proposed["proposal"]);
    let given = watched.ask(
        Ask::new("POST", &format!("{proposal}/confirmation"))
            .token(&second)
            .key("c"),
    );
    let given = given.json();
    let fetched = watched.post(&path, &system, &body);
    assert!(String::from_utf8(fetched.body).unwrap().contains(NAME));
    let mut wrong = body.clone();
    wrong["holder"]["code"] = PHONE.into();
    wrong["holder"]["type"] = NAME.into();
    assert_eq!(watched.post(&path, &system, &wrong).status, 400);
    let grant = format!("/api/v1/grants/{}", given["grant"]);
    for id in [grant.as_str(), &format!("/api/v1/grants/{PERSON}")] {
        watched.ask(Ask::new("DELETE", id).token(operator).key("d"));
    }
    let credential = json!({"role": "auditor", "label": "审计一号", "days": 30});
    let given = watched
        .post("/api/v1/credentials", operator, &credential)
        .json();
    watched.secret(&given["token"]);
    let holder = json!({
        "role": "holder", "label": "本人", "days": 30, "holder": {"type": "111", "code": PERSON},
    });
    let given = watched
        .post("/api/v1/credentials", operator, &holder)
        .json();
    watched.secret(&given["token"]);
    watched.post(
        "/api/v1/catalogue",
        operator,
        &json!({"types": format!("[\"{NAME}\"]")}),
    );
    let rows = format!("code,name,level,parent\n{PERSON},{NAME},x,\n");
    watched.post("/api/v1/catalogue", operator, &json!({"divisions": rows}));
}
