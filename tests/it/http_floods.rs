//! Who sends slowly, goes away, or guesses: bounded, told so, and in nobody's way.

use std::io::Write;
use std::time::Duration;

use image::GrayImage;
use image::ImageFormat;
use image::Luma;
use mianzheng::domain::caller::Role;
use mianzheng::domain::time::Clock;
use mianzheng::domain::time::SystemClock;
use mianzheng::domain::time::Timestamp;
use serde_json::json;

use crate::http_thread::issue;
use crate::support::database::Database::Sqlite;
use crate::support::office::HALL;
use crate::support::server::Ask;
use crate::support::server::TestServer;
use crate::support::server::read_answer;

/// What the real clock says: pace and places are of this world, unlike an office's day.
fn now() -> Timestamp {
    SystemClock.now()
}

/// A picture that is slow to search: seconds, before the compiler has made anything fast.
fn slow_picture() -> Vec<u8> {
    let noise = |x: u32, y: u32| {
        let mixed = (x / 6).wrapping_mul(2_654_435_761) ^ (y / 6).wrapping_mul(2_246_822_519);
        Luma([if mixed.count_ones().is_multiple_of(2) {
            0
        } else {
            255
        }])
    };
    let picture = GrayImage::from_fn(1024, 1024, noise);
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn picture_ask(bytes: Vec<u8>) -> Ask<'static> {
    Ask::new("POST", "/api/v1/verify/picture").bytes("image/png", bytes)
}

#[test]
fn whoever_stalls_is_told_and_keeps_nobody_waiting() {
    let server = TestServer::on(Sqlite);
    let window = server.token(Role::Window, Some(HALL), None);
    let picture = picture_ask(slow_picture()).wire();
    let code = json!({"code": "1".repeat(1000)});
    let text = Ask::new("POST", "/api/v1/verify").json(&code).wire();
    let began = now();
    let stalled = |wire: &[u8]| {
        let mut connection = server.connect(None).unwrap();
        connection.write_all(&wire[..wire.len() - 500]).unwrap();
        let answer = read_answer(connection).unwrap();
        (answer.status, answer.code())
    };
    std::thread::scope(|scope| {
        let pictures: Vec<_> = (0..6).map(|_| scope.spawn(|| stalled(&picture))).collect();
        let texts: Vec<_> = (0..4).map(|_| scope.spawn(|| stalled(&text))).collect();
        std::thread::sleep(Duration::from_millis(1500));
        // A window has places of its own, and the register is nobody's.
        let asked = now();
        let small = GrayImage::from_pixel(64, 64, Luma([255]));
        let mut bytes = std::io::Cursor::new(Vec::new());
        small.write_to(&mut bytes, ImageFormat::Png).unwrap();
        let answer = server.ask(&picture_ask(bytes.into_inner()).token(&window));
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(now().secs_since(asked) < 5);
        let heard: Vec<_> = pictures.into_iter().map(|p| p.join().unwrap()).collect();
        let told = |status: u16, code: &str| {
            let wanted = (status, code.to_owned());
            heard.iter().filter(|heard| **heard == wanted).count()
        };
        // One address has three places; the others were told at once.
        assert_eq!(
            (told(408, "too_slow"), told(503, "unavailable")),
            (3, 3),
            "{heard:?}"
        );
        for text in texts {
            assert_eq!(text.join().unwrap(), (408, "too_slow".to_owned()));
        }
    });
    assert!(now().secs_since(began) < 30);
}

#[test]
fn pictures_of_those_who_went_away_hold_nobody_up() {
    let server = TestServer::on(Sqlite);
    let window = server.token(Role::Window, Some(HALL), None);
    let identifier = issue(&server, "锡市健〔2026〕1700001号");
    let picture = picture_ask(slow_picture()).token(&window).wire();
    for _ in 0..20 {
        let mut connection = server.connect(None).unwrap();
        connection.write_all(&picture).unwrap();
        connection.flush().unwrap();
        std::thread::sleep(Duration::from_millis(20));
        drop(connection);
    }
    // The register is asked on other threads than pictures are searched on.
    let asked = now();
    let verify = Ask::new("POST", "/api/v1/verify").token(&window);
    let answer = server.ask(&verify.json(&json!({"code": identifier})));
    assert_eq!(answer.json()["verdict"], "valid", "{answer:?}");
    assert!(now().secs_since(asked) < 5);
    // And the places come free again.
    for _ in 0..60 {
        let status = server.ask(&picture_ask(Vec::new()).token(&window)).status;
        if status == 422 {
            return;
        }
        assert_eq!(status, 503);
        std::thread::sleep(Duration::from_millis(500));
    }
    panic!("the places were never given back");
}

#[test]
fn whoever_guesses_is_stopped_before_the_register_is_asked() {
    let server = TestServer::on(Sqlite);
    let window = server.token(Role::Window, Some(HALL), None);
    let identifier = issue(&server, "锡市健〔2026〕1700001号");
    let nobodys = identifier.replace("2026A", "2026B");
    let verify = |token: &str, code: &str| {
        let ask = Ask::new("POST", "/api/v1/verify").token(token);
        server.ask(&ask.json(&json!({"code": code})))
    };
    // Half by inventing credentials, half by counting numbers up.
    let mut heard = Vec::new();
    for _ in 0..40 {
        heard.push(verify("mzt_invented", &identifier).status);
        heard.push(verify("", &nobodys).status);
    }
    let count = |status: u16| heard.iter().filter(|heard| **heard == status).count();
    assert_eq!(heard[..4], [401, 200, 401, 200]);
    assert!(count(429) >= 5, "{heard:?}");
    assert_eq!(*heard.last().unwrap(), 429);
    assert_eq!(count(401) + count(200) + count(429), 80, "{heard:?}");
    let told = verify("", &nobodys);
    assert!(told.header("retry-after").is_some(), "{told:?}");
    // It is the address that waits: what needs no guessing is answered on.
    let ready = server.ask(&Ask::new("GET", "/healthz"));
    assert_eq!(ready.status, 200);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(verify(&window, &identifier).json()["verdict"], "valid");
}
