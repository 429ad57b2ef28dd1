//! Examples of what is told of items.

use serde_json::Value;
use serde_json::json;

use crate::flow::items::checklist::ItemChecklist;
use crate::flow::items::list::ItemList;
use crate::flow::items::search::ItemsFound;
use crate::flow::items::show::ItemShown;
use crate::http::row::Shown;
use crate::http::shapes::MOMENT;

/// An item that examples use: 生育登记（补办） of 锡林浩特市.
pub(crate) const ITEM: &str = "11152502MY0001859Q415202390100004";

fn item() -> Value {
    json!({
        "item": ITEM,
        "base_item": "152023901000",
        "name": "生育登记（补办）",
        "scenario": "补办",
        "holder": "person",
        "division": "152502",
        "division_name": "锡林浩特市",
        "department": "health",
        "agency": "11152502MY0001859Q",
        "agency_name": "锡林浩特市卫生健康委员会",
    })
}

fn scenarios() -> Value {
    json!([{"scenario": "补办", "item": ITEM}])
}

fn bilingual(zh: &str, en: &str) -> Value {
    json!({"zh": zh, "en": en})
}

impl Shown for ItemsFound {
    fn example() -> Value {
        json!({"found": [{
            "main_item": "152023901",
            "name": "生育登记",
            "scenarios": [{
                "scenario": "补办",
                "base_item": "152023901000",
                "items": [{
                    "item": ITEM,
                    "division": "152502",
                    "division_name": "锡林浩特市",
                    "department": "health",
                    "agency_name": "锡林浩特市卫生健康委员会",
                }],
            }],
        }]})
    }
}

impl Shown for ItemShown {
    fn example() -> Value {
        json!({
            "item": item(),
            "version": 1,
            "versions": [{"version": 1, "loaded_at": MOMENT}],
            "scenarios": scenarios(),
            "materials": [{
                "seq": 2,
                "name": "申请人居民身份证",
                "errand": "identify",
                "waivable": false,
                "necessity": "required",
                "form": "original",
                "certificate_type": "11100000000013127D001",
                "type_name": "居民身份证",
                "route": "certificate",
                "exempt": "replaced",
                "fields_needed": ["holder_name", "holder_code"],
                "whose": "applicant",
                "how_many": "one",
                "alternatives": null,
                "return_paper": false,
                "identity": true,
                "note": "",
            }],
        })
    }
}

impl Shown for ItemChecklist {
    fn example() -> Value {
        json!({
            "item": item(),
            "version": 1,
            "loaded_at": MOMENT,
            "scenarios": scenarios(),
            "spared": 1,
            "bring": 1,
            "headline": bilingual("不用带 1 样，需带 1 样", "Leave 1 at home, bring 1"),
            "more": [],
            "lines": [{
                "errand": "spared",
                "materials": [{
                    "seq": 3,
                    "name": "居民户口簿",
                    "errand": "spared",
                    "told": bilingual(
                        "申请人的电子证照《居民户口簿》代替",
                        "the electronic certificate “Household register” of the applicant stands for it",
                    ),
                    "condition": null,
                    "basis": null,
                }],
            }],
        })
    }
}

impl Shown for ItemList {
    fn example() -> Value {
        json!({
            "total": 1,
            "divisions": [{"division": "152502", "division_name": "锡林浩特市", "items": 1}],
            "departments": [{"department": "health", "items": 1}],
            "items": [{
                "item": ITEM,
                "name": "生育登记（补办）",
                "scenario": "补办",
                "division": "152502",
                "department": "health",
                "agency_name": "锡林浩特市卫生健康委员会",
                "spared": ["居民户口簿"],
                "bring": ["生育登记申请表"],
            }],
        })
    }
}
