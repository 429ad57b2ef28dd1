//! An office on disk, and the binary that runs it.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::sync::OnceLock;

use diesel::Connection;
use diesel::RunQueryDsl;
use diesel::SqliteConnection;
use serde_json::Value;

use crate::support::postgres::Postgres;
use crate::support::scratch::Scratch;

pub(crate) const CDC: &str = "锡林浩特市疾病预防控制中心";
pub(crate) const HOSPITAL: &str = "锡林郭勒盟中心医院";
pub(crate) const MARKET: &str = "锡林郭勒盟市场监督管理局";
pub(crate) const HEALTH: &str = "食品从业人员健康证明";

/// An office in a folder of its own, which goes with it.
pub(crate) struct Office {
    scratch: Scratch,
    /// The address of its database, if that is not in its folder.
    database: Option<String>,
}

/// What a command came to.
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Done {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| panic!("{}\n{}", self.out, self.err))
    }
}

impl From<Output> for Done {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Office {
    /// An empty folder.
    pub(crate) fn nowhere() -> Self {
        Self {
            scratch: Scratch::new(),
            database: None,
        }
    }

    /// A demonstration office with a catalogue, the keys of three agencies and a trust list.
    ///
    /// All that are opened so are copies of one, keys and secrets included.
    pub(crate) fn open() -> Self {
        static MADE: OnceLock<PathBuf> = OnceLock::new();
        let made = MADE.get_or_init(|| {
            let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("office");
            let _ = fs::remove_dir_all(&kept);
            copy(&Self::anew().data(), &kept);
            kept
        });
        let office = Self::nowhere();
        copy(made, &office.data());
        office
    }

    /// The same, with keys and secrets of its own.
    pub(crate) fn anew() -> Self {
        Self::nowhere().made(&["init"])
    }

    /// The same on a PostgreSQL database of its own.
    pub(crate) fn on_postgres() -> Self {
        let office = Self {
            database: Some(Postgres::of_this_run().fresh()),
            ..Self::nowhere()
        };
        office.made(&["init"])
    }

    /// The same on such a database, of which its settings file tells.
    pub(crate) fn settled_on_postgres() -> Self {
        let url = Postgres::of_this_run().fresh();
        let office = Self::nowhere().made(&["init", "--database-url", &url]);
        assert!(!office.data().join("register.sqlite").exists());
        office
    }

    fn made(self, init: &[&str]) -> Self {
        self.does(init);
        // Without the ten thousand items: few tests need them, and every copy would have them.
        let few = self.path("few");
        fs::create_dir(&few).unwrap();
        for name in ["certificate-types.json", "agencies.csv", "divisions.csv"] {
            fs::copy(
                example(&format!("catalogue/{name}")),
                format!("{few}/{name}"),
            )
            .unwrap();
        }
        self.does(&["catalogue", "load", &few]);
        fs::remove_dir_all(&few).unwrap();
        for agency in [CDC, HOSPITAL, MARKET] {
            self.does(&["keys", "create", agency]);
        }
        self.does(&["trust", "publish"]);
        self
    }

    /// Its own corner, with the office's folder and whatever a test puts beside it.
    pub(crate) fn corner(&self) -> PathBuf {
        self.scratch.path("")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.scratch.path("data")
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.scratch.path(name).to_str().unwrap().to_owned()
    }

    /// The binary, ready to run in this office.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mianzheng"));
        command
            .env_clear()
            .envs(self.database.as_ref().map(|url| ("DATABASE_URL", url)))
            .env("MIANZHENG_FOLDER", self.data())
            .current_dir(env!("CARGO_MANIFEST_DIR"));
        command
    }

    pub(crate) fn runs(&self, args: &[&str]) -> Done {
        self.command().args(args).output().unwrap().into()
    }

    /// Runs what must succeed.
    pub(crate) fn does(&self, args: &[&str]) -> Done {
        let done = self.runs(args);
        assert_eq!(done.code, 0, "{args:?}: {}{}", done.out, done.err);
        done
    }

    /// Runs with a text on standard input.
    pub(crate) fn reads(&self, args: &[&str], text: &str) -> Done {
        let mut run = self
            .command()
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = run.stdin.take().unwrap();
        input.write_all(text.as_bytes()).unwrap();
        drop(input);
        run.wait_with_output().unwrap().into()
    }

    /// Changes the register behind the program's back; the number of rows it changed.
    pub(crate) fn sql(&self, statement: &str) -> usize {
        let file = self.data().join("register.sqlite");
        let mut connection = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
        let off = diesel::sql_query("PRAGMA foreign_keys = OFF");
        off.execute(&mut connection).unwrap();
        diesel::sql_query(statement)
            .execute(&mut connection)
            .unwrap()
    }

    /// Runs a batch for programs; the exit code and the report.
    pub(crate) fn batch(
        &self,
        verb: &str,
        file: &str,
        (of, issuer): (&str, &str),
        more: &[&str],
    ) -> (i32, Value) {
        let mut args = vec![
            "--json", "batch", verb, file, "--type", of, "--issuer", issuer,
        ];
        args.extend(more);
        let done = self.runs(&args);
        (done.code, done.json())
    }

    /// A sample file, copied into this office's folder.
    pub(crate) fn sample(&self, name: &str) -> String {
        let to = self.path(name);
        fs::copy(example("samples") + "/" + name, &to).unwrap();
        to
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }
}

/// Copies a folder with everything in it, modes included.
fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let below = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &below);
        } else {
            fs::copy(entry.path(), below).unwrap();
        }
    }
    let mode = fs::metadata(from).unwrap().permissions();
    fs::set_permissions(to, mode).unwrap();
}

/// A path among the examples.
pub(crate) fn example(name: &str) -> String {
    format!("{}/examples/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// The counts of a report that are not nought, as `issued=3 same=1`.
pub(crate) fn counts(report: &Value) -> String {
    let counts = report["counts"].as_object().unwrap();
    let some = counts.iter().filter(|(_, n)| n.as_u64() != Some(0));
    some.map(|(name, n)| format!("{name}={n}"))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Rows and headings that a report refuses.
pub(crate) fn refused(report: &Value) -> Vec<(u64, String)> {
    let rows = report["refused"].as_array().unwrap().iter();
    let each = rows.flat_map(|row| {
        let findings = row["findings"].as_array().unwrap().iter();
        let errors = findings.filter(|f| f["warning"] == false);
        errors.map(|f| {
            let heading = f["heading"].as_str().unwrap().to_owned();
            (row["row"].as_u64().unwrap(), heading)
        })
    });
    each.collect()
}

/// The text of a file in GB18030.
pub(crate) fn gb18030(path: &str) -> String {
    let bytes = fs::read(path).unwrap();
    let (text, _, bad) = encoding_rs::GB18030.decode(&bytes);
    assert!(!bad);
    text.into_owned()
}

/// The names in a folder.
pub(crate) fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect()
}
