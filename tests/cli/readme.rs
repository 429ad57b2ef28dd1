//! The walk through the thread in README.md, run as it is printed.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::office::Office;

/// The statements of the walk, in order; lines that go on are one.
fn statements() -> Vec<String> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let walk = readme
        .split("\n## ")
        .find(|part| part.starts_with("A walk through the thread"));
    let mut all: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in walk.unwrap().lines() {
        let Some(code) = line.strip_prefix("    ") else {
            continue;
        };
        match all.last_mut() {
            Some(last) if goes_on => *last = format!("{last}\n{code}"),
            _ => all.push(code.to_owned()),
        }
        goes_on = code.ends_with('\\') || code.ends_with('|');
    }
    all
}

/// How a statement must end, and words it must say: of the first that it begins with.
const WANTED: &[(&str, i32, &[&str])] = &[
    ("export MIANZHENG_FOLDER", 0, &[]),
    (
        "mianzheng init",
        0,
        &["keyring.json", "mianzheng trust publish"],
    ),
    ("mianzheng catalogue load", 0, &["211"]),
    ("mianzheng keys create", 0, &["锡林浩特市疾病预防控制中心"]),
    ("mianzheng trust publish", 0, &["已发布"]),
    ("mianzheng doctor", 0, &["正常", "注意", "exit 1"]),
    ("mianzheng batch check", 2, &["可签发：983", "有误：17"]),
    ("mianzheng batch issue", 2, &["已签发：983", ".错误.csv"]),
    ("mianzheng catalogue template", 0, &["健康证明.xlsx"]),
    ("mianzheng token create", 0, &["holder.token"]),
    ("mianzheng show cards", 0, &["食品从业人员健康证明  valid"]),
    ("ID=$(mianzheng show cards --ids", 0, &[]),
    ("mianzheng show printed", 0, &["code.png"]),
    ("zbarimg", 0, &["HTTPS://LOCALHOST:8443/V/"]),
    ("mianzheng bundle", 0, &["bundle.jwt"]),
    (
        "mianzheng verify --bundle",
        0,
        &["有效  [valid · 纸质码]", "从业类别: "],
    ),
    (
        "mianzheng verify --picture \"$MIANZHENG_FOLDER/code.png\" ||",
        0,
        &["[revoked", "exit 2"],
    ),
    ("mianzheng verify --picture", 0, &["有效  [valid · 纸质码]"]),
    ("mianzheng revoke", 0, &["注销"]),
    ("mianzheng ledger verify", 0, &["账本完好"]),
    ("openssl pkey", 0, &["ED25519"]),
];

#[test]
fn the_walk_through_the_thread_holds_as_it_is_printed() {
    let office = Office::nowhere();
    let statements = statements();
    assert!(statements.len() >= 20, "{statements:#?}");
    let mark = |n: usize| office.path(&format!("end-{n}"));
    let mut script = String::new();
    for (n, statement) in statements.iter().enumerate() {
        let (out, end) = (office.path(&format!("out-{n}")), mark(n));
        // In one shell and not in a subshell: variables live on.
        let one = format!("{{ {statement}\n}} >'{out}' 2>&1\necho $? >'{end}'\n");
        script.push_str(&one);
    }
    let binary = Path::new(env!("CARGO_BIN_EXE_mianzheng")).parent().unwrap();
    let path = env::var_os("PATH").unwrap();
    let run = Command::new("bash")
        .arg("-c")
        .arg(&script)
        .env_clear()
        .env("PATH", format!("{}:{}", binary.display(), path.display()))
        .env("TMPDIR", office.corner())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(run.unwrap().success());
    for (n, statement) in statements.iter().enumerate() {
        let told = fs::read_to_string(office.path(&format!("out-{n}"))).unwrap();
        let end = fs::read_to_string(mark(n)).unwrap();
        let wanted = WANTED
            .iter()
            .find(|(begin, ..)| statement.starts_with(begin));
        let (_, code, words) = wanted.unwrap_or_else(|| panic!("{statement}: not expected"));
        assert_eq!(end.trim(), code.to_string(), "{statement}\n{told}");
        for word in *words {
            assert!(told.contains(word), "{statement}\n{word}: {told}");
        }
    }
}
