//! The story of forged evidence, played against a running demonstration. `tests/cli/readme.rs` plays
//! the league's others as the README says.

use std::process::Command;

use crate::demo::free_address;
use crate::demo::stop;
use crate::office::Office;
use crate::office::example;
use crate::support::built::built;

#[test]
fn evidence_that_is_not_what_it_seems_is_found_out() {
    let office = Office::nowhere();
    let told = office.runs(&["--json", "demo", "--listen", &free_address()]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    let told = told.json();
    let text = |path: &str| told.pointer(path).unwrap().as_str().unwrap();
    let folder = office.data();
    let anchors = folder.join("anchors.json");
    // Told again it is the same story: it begins with its own repair.
    let played = [(); 2].map(|()| {
        Command::new("bash")
            .arg(example("league/forged_evidence.sh"))
            .args(["--url", text("/url"), "--cacert", text("/ca")])
            .args(["--token-file", text("/tokens/operator")])
            .args(["--anchors".as_ref(), anchors.as_os_str()])
            .args(["--folder".as_ref(), folder.as_os_str()])
            .args(["--program", env!("CARGO_BIN_EXE_mianzheng")])
            .args([
                "--verifier".as_ref(),
                built("evidence_verifier").as_os_str(),
            ])
            .output()
            .unwrap()
    });
    stop(&office);
    for played in played {
        let said = String::from_utf8(played.stdout).unwrap();
        let faults = String::from_utf8(played.stderr).unwrap();
        assert!(played.status.success(), "{said}{faults}");
        assert!(said.contains("各改一个字节，全部不被接受"), "{said}");
        assert!(
            said.contains("7 处伪造来源、证照或结论，全部不被接受"),
            "{said}"
        );
        assert!(said.contains("服务：undetermined"), "{said}");
        assert_eq!(faults, "");
    }
    let verified = office.does(&["ledger", "verify"]);
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
}
