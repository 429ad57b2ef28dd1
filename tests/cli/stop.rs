//! A server that is told to stop while it is busy: it ends in time, and what it acknowledged is
//! in the register.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::Duration;

use rstest::rstest;
use serde_json::Value;
use serde_json::json;

use crate::card::day;
use crate::office::CDC;
use crate::office::HEALTH;
use crate::office::Office;
use crate::serving::Serving;

/// Seconds within which it must have ended.
const STOP_S: u64 = 10;

fn request(number: &str) -> Value {
    json!({"type": HEALTH, "fields": {
        "holder_name": "杨敏", "holder_code": "152526196802205650", "sex": "男",
        "trade_class": "餐饮服务", "exam_date": day(-3), "exam_unit": CDC,
        "exam_result": "合格", "issue_date": day(-1), "certificate_number": number,
    }})
}

#[rstest]
#[case::on_sqlite(Office::open())]
#[case::on_postgres(Office::on_postgres())]
fn a_busy_server_stops_in_time_and_loses_nothing_it_acknowledged(#[case] office: Office) {
    let issuer = ["token", "create", "--role", "issuer", "--agency", CDC];
    let token = office.does(&issuer).out.trim().to_owned();
    let serving = Serving::of(&office, &token);
    let count = AtomicUsize::new(0);
    let issue = |client: usize| {
        let mut done = Vec::new();
        for n in 0.. {
            let number = format!("锡市健〔2026〕17{client}{n:04}号");
            let key = format!("{client}-{n}");
            let Some(identifier) = serving.issue(&key, &request(&number)) else {
                break;
            };
            count.fetch_add(1, Ordering::Relaxed);
            done.push(identifier);
        }
        done
    };
    let acknowledged: Vec<String> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..4).map(|n| scope.spawn(move || issue(n))).collect();
        while count.load(Ordering::Relaxed) < 40 {
            assert!(clients.iter().any(|client| !client.is_finished()));
            sleep(Duration::from_millis(10));
        }
        serving.ask_to_stop();
        clients
            .into_iter()
            .flat_map(|c| c.join().unwrap())
            .collect()
    });
    let ended = serving.ended_within(STOP_S);
    assert!(ended.is_some_and(|ended| ended.success()), "{ended:?}");

    let serving = Serving::of(&office, &token);
    for identifier in &acknowledged {
        let own = serving.json(&format!("/api/v1/certificates/{identifier}"));
        assert_eq!(own["standing"], "in_force", "{identifier}");
    }
}
