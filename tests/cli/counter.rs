//! The stories of `examples/counter`, played with curl against a running demonstration.

use std::process::Command;

use crate::demo::free_address;
use crate::demo::stop;
use crate::office::Office;
use crate::office::example;

#[test]
fn the_stories_of_the_counter_come_out_as_they_should() {
    let office = Office::nowhere();
    let address = free_address();
    let told = office.runs(&["--json", "demo", "--listen", &address]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    let told = told.json();
    let text = |path: &str| told.pointer(path).unwrap().as_str().unwrap();
    let stories = ["newborn", "grandmother", "restaurant", "troubles"];
    let played = stories.map(|story| {
        Command::new("bash")
            .arg(example(&format!("counter/{story}.sh")))
            .args(["--url", text("/url"), "--cacert", text("/ca")])
            .args(["--token-file", text("/tokens/operator")])
            .output()
            .unwrap()
    });
    stop(&office);
    for (story, played) in stories.iter().zip(played) {
        let said = String::from_utf8(played.stdout).unwrap();
        let faults = String::from_utf8(played.stderr).unwrap();
        assert!(played.status.success(), "{story}: {said}{faults}");
        assert!(said.contains("办结"), "{story}: {said}");
        assert_eq!(faults, "", "{story}");
    }
    let verified = office.does(&["ledger", "verify"]);
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
}
