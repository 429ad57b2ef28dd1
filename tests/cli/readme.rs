//! Every command of README.md, run as it is printed: one shell from the first to the last.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use crate::office::Office;
use crate::support::built::built;
use crate::support::postgres::Postgres;

/// A command, and what the comments behind it say that it prints.
#[derive(Debug)]
struct Statement {
    text: String,
    prints: Vec<String>,
}

/// The statements of all blocks, in order; lines that go on are one.
fn statements() -> Vec<Statement> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let mut all: Vec<Statement> = Vec::new();
    let mut goes_on = false;
    for code in readme.lines().filter_map(|line| line.strip_prefix("    ")) {
        match (code.strip_prefix("# "), all.last_mut()) {
            (Some(printed), Some(last)) => last.prints.push(printed.to_owned()),
            (None, Some(last)) if goes_on => last.text = format!("{}\n{code}", last.text),
            _ => all.push(Statement {
                text: code.to_owned(),
                prints: Vec::new(),
            }),
        }
        goes_on = !code.starts_with('#') && code.ends_with(['\\', '|']);
    }
    all
}

/// How a statement must end that does not end with 0, and more words it must say: of the first
/// that it begins with.
const WANTED: &[(&str, i32, &[&str])] = &[
    (
        "make demo",
        0,
        &[
            "事项 10290（材料规则新增或有变 326）",
            "健康证明-2026年10月.csv：1000 行，已签发 983，有误 17",
            "有效  [valid · 在线码]",
            "已过期  [expired · 纸质码]",
            "[revoked · 纸质码]",
            "[tampered · 纸质码]",
            "[replayed · 在线码]",
            "tokens/system.token",
            "服务已在后台运行：https://localhost:",
        ],
    ),
    (
        "mianzheng init",
        0,
        &["keyring.json", "mianzheng trust publish"],
    ),
    ("mianzheng catalogue load", 0, &["211", "事项 10290"]),
    ("mianzheng keys create", 0, &["锡林浩特市疾病预防控制中心"]),
    ("mianzheng trust publish", 0, &["已发布"]),
    ("mianzheng doctor", 0, &["正常", "注意", "exit 1"]),
    ("mianzheng batch check", 2, &["可签发：983", "有误：17"]),
    ("mianzheng batch issue", 2, &["已签发：983", ".错误.csv"]),
    ("mianzheng catalogue template", 0, &["健康证明.xlsx"]),
    ("mianzheng token create --role holder", 0, &["holder.token"]),
    ("mianzheng show cards", 0, &["食品从业人员健康证明  有效"]),
    ("mianzheng show printed", 0, &["code.png"]),
    ("zbarimg", 0, &["HTTPS://LOCALHOST:", "/V/"]),
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

/// A port that was free a moment ago.
fn free_port() -> String {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().port().to_string()
}

#[test]
fn every_command_works_as_it_is_printed() {
    let office = Office::nowhere();
    let statements = statements();
    assert!(statements.len() >= 45, "{statements:#?}");
    // The program is built already, and it is this one.
    let mut script = "make() { command make -o build \"$@\"; }\n\
                      trap 'kill $(jobs -p) 2>/dev/null' EXIT\n"
        .to_owned();
    let mark = |n: usize| office.path(&format!("end-{n}"));
    for (n, statement) in statements.iter().enumerate() {
        let (text, out, end) = (&statement.text, office.path(&format!("out-{n}")), mark(n));
        // In one shell and not in a subshell: variables live on.
        let one = format!("{{ {text}\n}} >'{out}' 2>&1\necho $? >'{end}'\n");
        script.push_str(&one);
    }
    let binary = Path::new(env!("CARGO_BIN_EXE_mianzheng"));
    let mut path = OsString::from(binary.parent().unwrap());
    path.push(":");
    path.push(env::var_os("PATH").unwrap());
    let run = Command::new("bash")
        .arg("-c")
        .arg(&script)
        .env_clear()
        .env("PATH", path)
        .env("TMPDIR", office.corner())
        // Whatever else runs on this machine keeps its ports, and this folder stays as it is.
        .env("PORT", free_port())
        .env("LISTEN", format!("127.0.0.1:{}", free_port()))
        .env("DEMO", office.path("demo-data"))
        .env("MIANZHENG", binary)
        .env("VERIFIER", built("receipt_verifier"))
        .env("SIMULATOR", built("department_simulator"))
        .env("PGHOST", &Postgres::of_this_run().folder)
        .env("PGUSER", "mianzheng")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(run.unwrap().success());
    for (n, Statement { text, prints }) in statements.iter().enumerate() {
        let told = fs::read_to_string(office.path(&format!("out-{n}"))).unwrap();
        let end = fs::read_to_string(mark(n)).unwrap();
        let wanted = WANTED.iter().find(|(begin, ..)| text.starts_with(begin));
        let (_, code, words) = wanted.unwrap_or(&("", 0, &[]));
        assert_eq!(end.trim(), code.to_string(), "{text}\n{told}");
        for word in words.iter().copied().chain(prints.iter().map(|p| &**p)) {
            assert!(told.contains(word), "{text}\n{word}: {told}");
        }
    }
    // A dump that failed has no number in it, either.
    let dumps = |statement: &Statement| statement.text.starts_with("pg_dump");
    let dump = statements.iter().position(dumps).unwrap();
    let told = fs::read_to_string(office.path(&format!("out-{dump}"))).unwrap();
    assert_eq!(told, "没有\n");
}
