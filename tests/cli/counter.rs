//! The story of forged receipts, played against a running demonstration. `tests/cli/readme.rs`
//! plays the others as the README says.

use std::process::Command;

use crate::demo::free_address;
use crate::demo::stop;
use crate::office::Office;
use crate::office::example;
use crate::support::built::built;

#[test]
fn receipts_that_are_not_what_they_seem_are_found_out() {
    let office = Office::nowhere();
    let address = free_address();
    let told = office.runs(&["--json", "demo", "--listen", &address]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    let told = told.json();
    let text = |path: &str| told.pointer(path).unwrap().as_str().unwrap();
    let folder = office.data();
    let anchors = folder.join("anchors.json");
    let played = Command::new("bash")
        .arg(example("counter/forged.sh"))
        .args(["--url", text("/url"), "--cacert", text("/ca")])
        .args(["--token-file", text("/tokens/operator")])
        .args(["--anchors".as_ref(), anchors.as_os_str()])
        .args(["--folder".as_ref(), folder.as_os_str()])
        .args(["--program", env!("CARGO_BIN_EXE_mianzheng")])
        .args(["--verifier".as_ref(), built("receipt_verifier").as_os_str()])
        .output()
        .unwrap();
    stop(&office);
    let said = String::from_utf8(played.stdout).unwrap();
    let faults = String::from_utf8(played.stderr).unwrap();
    assert!(played.status.success(), "{said}{faults}");
    assert!(said.contains("各改一个字节，全部不被接受"), "{said}");
    assert_eq!(faults, "");
    let verified = office.does(&["ledger", "verify"]);
    assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
}
