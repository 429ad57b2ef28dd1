//! The stand-alone verifier of `examples/`, run as a stranger would run it.

use std::fmt::Write as _;
use std::io::Write;
use std::process::Command;
use std::process::Stdio;

use mianzheng::crypto::keyring::ServicePurpose;
use mianzheng::flow::anchors;
use mianzheng::flow::keys;
use mianzheng::flow::trust_list;

use super::closed;
use super::signed;
use crate::support::built::built;
use crate::support::cases::Window;
use crate::support::database::Database;
use crate::support::office::operator;
use crate::support::scratch::Scratch;

/// The lists as a stranger has them, and what the program says of lines.
struct Stranger(Scratch, i64);

impl Stranger {
    fn with_lists_of(window: &Window) -> Self {
        let scratch = Scratch::new();
        let office = &window.test.office;
        let keep = |name: &str, text: &str| std::fs::write(scratch.path(name), text).unwrap();
        keep("anchors.json", &anchors::write(&office.anchors));
        keep("trust.jwt", &trust_list::signed(office).unwrap());
        let revocations = office.store.read(|rx| rx.latest_revocation_list());
        let (_, revocations) = revocations.unwrap().unwrap();
        keep("revocations.jwt", &revocations);
        Self(scratch, window.test.now().secs())
    }

    fn says(&self, lines: &str) -> (Option<i32>, String) {
        let mut child = Command::new(built("receipt_verifier"))
            .args(["--at", &self.1.to_string()])
            .args(["anchors.json", "trust.jwt", "revocations.jwt"].map(|name| self.0.path(name)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let lines = lines.to_owned();
        let wrote = std::thread::spawn(move || input.write_all(lines.as_bytes()));
        let output = child.wait_with_output().unwrap();
        // One that cannot use its lists reads nothing.
        let _unread = wrote.join().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    }
}

#[test]
fn the_stand_alone_verifier_knows_a_good_receipt_from_every_altered_one() {
    let window = Window::on(Database::Sqlite);
    let case = closed(&window);
    let token = signed(&window, &case.number, 1);
    let office = &window.test.office;
    let printed = mianzheng::flow::receipt::print(office, &case.number, 1, &window.officer);
    let code = printed.unwrap().code;
    let stranger = Stranger::with_lists_of(&window);
    let (ended, said) = stranger.says(&format!("{token}\n{code}\n"));
    assert_eq!(ended, Some(0), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    let good = format!("valid  {}-1  ", case.number);
    for line in &lines {
        assert!(line.starts_with(&good), "{line}");
        assert!(line.contains("父母结婚证"), "{line}");
    }
    assert!(
        lines[0].contains("其*格") && !said.contains("其其格"),
        "{said}"
    );
    // Every byte of it, changed into another letter of base64url, or into a dot.
    let mut altered = String::new();
    let mut count = 0;
    for at in 0..token.len() {
        let was = token.as_bytes()[at];
        for new in [b'A', b'B', b'.'] {
            if new != was {
                let (before, behind) = (&token[..at], &token[at + 1..]);
                writeln!(altered, "{before}{}{behind}", char::from(new)).unwrap();
                count += 1;
            }
        }
    }
    let (ended, said) = stranger.says(&altered);
    assert_eq!(ended, Some(2));
    assert_eq!(said.lines().count(), count);
    let accepted: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("valid  "))
        .collect();
    assert_eq!(accepted, Vec::<&str>::new());
    // Every digit of the code.
    let digits = code.split_once('#').unwrap().1;
    let mut altered = String::new();
    for at in 0..digits.len() {
        let new = if digits.as_bytes()[at] == b'7' {
            '8'
        } else {
            '7'
        };
        writeln!(altered, "{}{new}{}", &digits[..at], &digits[at + 1..]).unwrap();
    }
    let (ended, said) = stranger.says(&altered);
    assert_eq!((ended, said.lines().count()), (Some(2), digits.len()));
    assert!(!said.contains("valid  "), "{said}");
}

#[test]
fn the_stand_alone_verifier_accepts_nothing_of_a_compromised_key() {
    let window = Window::on(Database::Sqlite);
    let case = closed(&window);
    let token = signed(&window, &case.number, 1);
    let office = &window.test.office;
    let kid = office.keyring.signer(ServicePurpose::Receipt);
    let kid = kid.kid().to_string();
    let before = window.test.now().plus_secs(-3600);
    keys::compromise(office, &kid, before, &operator()).unwrap();
    let (ended, said) = Stranger::with_lists_of(&window).says(&token);
    assert_eq!(ended, Some(2));
    assert!(said.starts_with("undetermined"), "{said}");
    // So says the next trust list, too, without the fast one.
    window.test.publish_trust();
    let (ended, said) = Stranger::with_lists_of(&window).says(&token);
    assert_eq!((ended, said.starts_with("undetermined")), (Some(2), true));
    // The lists of another service vouch for nothing.
    let stranger = Stranger::with_lists_of(&Window::on(Database::Sqlite));
    std::fs::write(
        stranger.0.path("anchors.json"),
        r#"{"authority":"mz.example","roots":[]}"#,
    )
    .unwrap();
    assert_eq!(stranger.says(&token).0, Some(1));
}
