//! An example of figures.

use serde_json::Value;
use serde_json::json;

use crate::domain::words::Lang;
use crate::domain::words::say;
use crate::flow::figures::Figures;
use crate::http::row::Shown;
use crate::http::shapes::items::ITEM;

impl Shown for Figures {
    fn example() -> Value {
        let named = [("type", "居民户口簿")];
        let repair = |lang| say(lang, "repair.no_phone", &named);
        json!({
            "from": "2026-11-01",
            "to": "2026-11-30",
            "cases": 2,
            "waived": 3,
            "on_paper": 1,
            "by_day": [{"day": "2026-11-23", "cases": 2, "waived": 3}],
            "by_item": [{
                "item": ITEM,
                "item_name": "生育登记（补办）",
                "agency_name": "锡林浩特市卫生健康委员会",
                "cases": 2,
                "waived": 3,
                "shared": 0,
                "on_paper": 1,
            }],
            "by_department": [{"department": "health", "cases": 2, "waived": 3}],
            "by_division": [{
                "division": "152502",
                "division_name": "锡林浩特市",
                "cases": 2,
                "waived": 3,
            }],
            "by_type": [
                {
                    "type_code": "11100000000013127D002",
                    "type_name": "居民户口簿",
                    "cases": 2,
                    "waived": 2,
                },
                {"type_code": null, "type_name": null, "cases": 1, "waived": 1},
            ],
            "by_route": [
                {"route": "certificate", "waived": 2},
                {"route": "promise", "waived": 1},
                {"route": "data_sharing", "waived": 0},
                {"route": "department_check", "waived": 0},
            ],
            "reasons": [{
                "reason": "no_phone",
                "item": ITEM,
                "item_name": "生育登记（补办）",
                "type_name": "居民户口簿",
                "issuer": "public_security",
                "count": 1,
                "repair_zh": repair(Lang::Zh),
                "repair_en": repair(Lang::En),
            }],
            "made_zh": say(Lang::Zh, "figures.made", &[]),
            "made_en": say(Lang::En, "figures.made", &[]),
        })
    }
}
