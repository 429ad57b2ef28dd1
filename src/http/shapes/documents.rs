//! Examples of answers, and documents whose shape other pages fix.

use schemars::JsonSchema;
use schemars::Schema;
use schemars::SchemaGenerator;
use schemars::json_schema;
use serde_json::Value;
use serde_json::json;

use crate::domain::verdict::Verdict;
use crate::flow::batch::read::BatchStanding;
use crate::flow::catalogue::Loaded;
use crate::flow::own_certificate::OwnCertificate;
use crate::flow::readiness::Readiness;
use crate::http::shapes::IDENTIFIER;
use crate::http::shapes::MOMENT;
use crate::http::shapes::answers;
use crate::http::shapes::codes::CodeAnswer;
use crate::http::shapes::codes::code_example;
use crate::http::shapes::examples;

/// A JSON object that another page describes: a DID document, a schema, a contract.
pub(crate) struct Document;

impl JsonSchema for Document {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Document".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "a JSON document whose members another specification fixes",
        })
    }
}

fn verdict() -> Value {
    json!({
        "verdict": "valid",
        "shown_by": "live",
        "national_result": 0,
        "steps": [{"code": "signature", "outcome": "passed", "age_s": 3600}],
        "not_checked": [],
        "certificates": [{
            "type_code": "11100000000013338W001",
            "type_name": "食品从业人员健康证明",
            "identifier": IDENTIFIER,
            "issuer_code": "11152502000000001R",
            "issuer_name": "锡林浩特市疾病预防控制中心",
            "fields": {"holder_name": "巴特尔"},
        }],
        "at": MOMENT,
    })
}

/// What is answered about a picture without a readable code.
pub(crate) fn no_code() -> Value {
    json!({"codes": [{
        "code": "",
        "verdict": {
            "verdict": "unreadable", "shown_by": "none", "national_result": 4,
            "steps": [{"code": "read", "outcome": "failed", "detail": "no_code"}],
            "not_checked": [], "certificates": [], "at": MOMENT,
        },
    }]})
}

/// A finding.
pub(crate) fn finding() -> Value {
    json!({
        "column": "exam_date",
        "label": "体检日期",
        "code": "not_a_date",
        "warning": false,
        "zh": "“体检日期”不是日期，请写成 2026-10-07 这样",
        "en": "“体检日期” is not a date; write it like 2026-10-07",
    })
}

examples! {
    Document => json!({"id": "did:web:mz.example"});
    Verdict => verdict();
    Readiness => json!({
        "ready": true, "database": true, "clock": true, "clock_behind_s": 0, "ledger_seq": 42,
        "trust": true, "trust_sequence": 3, "trust_age_s": 86400, "trust_due_in_s": 2_505_600,
        "types": 211,
        "sources": [{
            "source": "health-system", "breaker": "open", "last_success_at": MOMENT,
            "last_failure_at": MOMENT, "last_failure": "late", "last_failure_cause": "time_limit",
        }],
    });
    BatchStanding => json!({
        "batch": "0k3v9x7q2m5n8p1r4t6w0y3z5b", "state": "running",
        "type": "11100000000013338W001", "task": "issue", "dry_run": false,
        "done": 2000, "total": 100_000,
        "counts": {
            "rows": 2000, "issued": 1998, "corrected": 0, "reissued": 0, "same": 0,
            "differs": 0, "ended": 0, "suspended": 0, "refused": 2, "warned": 0, "pictures": 0,
        },
        "problem": null, "problem_zh": null, "problem_en": null, "created_at": MOMENT,
        "rows": [{"row": 17, "findings": [finding()]}],
        "notes": {
            "ignored_columns": ["备注"], "pictures_missing": 1, "pictures_extra": 0,
            "pictures_unreadable": 1,
            "pictures": {"missing": [12], "extra": [], "unreadable": [31]},
        },
    });
    OwnCertificate => json!({
        "identifier": IDENTIFIER, "type_code": "11100000000013338W001",
        "type_name": "食品从业人员健康证明", "type_version": 1, "standing": "in_force",
        "verdict": "valid", "stood_at": null, "issued_at": MOMENT, "valid_from": "2026-10-09",
        "valid_to": "2027-10-08", "status": [1, 4711],
        "history": [{"record": 9, "at": MOMENT, "event": "issued", "standing": "in_force", "by": "c3"}],
    });
    Loaded => json!({
        "types": 211, "new_types": 1, "changed_types": 0, "agencies": 406, "divisions": 114,
        "items": 10_290, "changed_rules": 2,
    });
    answers::IssuedAnswer => json!({"outcome": "issued", "identifier": IDENTIFIER, "warnings": []});
    answers::StandingAnswer => json!({"identifier": IDENTIFIER, "standing": "revoked"});
    answers::DoneAnswer => json!({"done": true});
    answers::PictureVerdicts => json!({"codes": [{"code": "48210375", "verdict": verdict()}]});
    answers::BatchAnswer => json!({"batch": "0k3v9x7q2m5n8p1r4t6w0y3z5b", "state": "queued"});
    answers::CardsAnswer => json!({"cards": [{
        "identifier": IDENTIFIER, "type_name": "食品从业人员健康证明",
        "issuer_name": "锡林浩特市疾病预防控制中心", "role": "holder", "standing": "valid",
        "valid_to": "2027-10-08",
    }]});
    CodeAnswer => code_example();
    answers::CredentialAnswer => json!({"id": "c7", "token": "mzt_0123456789", "secret": null});
    answers::CredentialsAnswer => json!({"credentials": [{
        "id": "c7", "kind": "token", "label": "3 号窗口", "role": "window", "agency": 12,
        "created_at": MOMENT, "expires_at": MOMENT, "revoked_at": null,
    }]});
    answers::RoutesAnswer => json!({
        "roles": ["public", "issuer"],
        "routes": [{
            "method": "GET", "path": "/healthz", "name": "alive", "summary": "服务是否在运行",
            "idempotency_key": false, "repeat": "reads", "why_repeatable": null,
            "at_the_machine": false,
            "allowed": {"public": true, "issuer": true},
        }],
    });
    answers::AliveAnswer => json!({"alive": true});
}
