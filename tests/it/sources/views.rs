//! A view of a department's database, really PostgreSQL and really SQLite.

use diesel::Connection;
use diesel::PgConnection;
use diesel::SqliteConnection;
use diesel::connection::SimpleConnection;
use mianzheng::domain::sourced::SourceCause;
use rstest::rstest;

use crate::sources::BATU;
use crate::sources::FIELDS;
use crate::sources::QIQIGE;
use crate::sources::by_code;
use crate::sources::named;
use crate::sources::timed;
use crate::support::database::Database;
use crate::support::database::Database::Postgres;
use crate::support::database::Database::Sqlite;
use crate::support::database::Ground;
use crate::support::office::TestOffice;

const TABLE: &str = "
CREATE TABLE tj_jl (xm TEXT, sfzh TEXT, zsbh TEXT, xb TEXT, tjrq TEXT, jgmc TEXT, ksmc TEXT,
    jg TEXT, fzrq DATE, \"内部 备注\" TEXT);
INSERT INTO tj_jl VALUES
  ('巴 特尔', '152502199003070019', '锡市健〔2026〕1号', 'M', '20261007', '锡林浩特市疾控中心',
   '体检科', '合格', '2026-10-09', '复查'),
  ('其其格', '152502199206120020', '锡市健〔2026〕2号', 'F', '20261008', '锡林浩特市疾控中心',
   NULL, '合格', '2026-10-09', NULL),
  ('其其格', '152502199206120020', '锡市健〔2026〕3号', 'F', '20261108', '锡林浩特市疾控中心',
   NULL, '合格', '2026-11-09', NULL),
  ('苏和', '152522198804150036', '锡市健〔2026〕4号', 'M', '2026-10-07', '锡林浩特市疾控中心',
   NULL, '合格', '2026-10-09', NULL),
  ('敖登', '152502194501010024', '锡市健〔2026〕5号', 'F', '20261007', NULL, NULL, '合格',
   '2026-10-09', NULL);
CREATE VIEW jkz AS SELECT * FROM tj_jl;
";

/// A department's database, which is none of ours.
struct Department(Ground);

impl Department {
    fn on(database: Database) -> Self {
        let this = Self(database.ground());
        this.sql(TABLE);
        this
    }

    fn sql(&self, statements: &str) {
        match self.0.url.strip_prefix("sqlite://") {
            Some(path) => SqliteConnection::establish(path)
                .unwrap()
                .batch_execute(statements),
            None => PgConnection::establish(&self.0.url)
                .unwrap()
                .batch_execute(statements),
        }
        .unwrap();
    }

    fn source(&self, with: &str) -> String {
        format!(
            "[source]\nname = \"tijian\"\ntype = \"食品从业人员健康证明\"\n\
             ask_by = [\"holder_code\"]\n{with}\n[source.view]\ndatabase = \"{}\"\n\
             view = \"jkz\"\nholder_code = \"sfzh\"\n{FIELDS}",
            self.0.url
        )
    }
}

#[rstest]
fn a_view_is_asked_and_its_columns_become_fields(#[values(Sqlite, Postgres)] database: Database) {
    let (test, department) = (TestOffice::on(Sqlite), Department::on(database));
    test.load_source(&department.source(""));
    let pulled = test.pulls(&named(BATU, "巴特尔"), None);
    let found = pulled.found().unwrap();
    let facts = found
        .content
        .facts(&test.type_named(crate::support::office::HEALTH));
    assert_eq!(facts["exam_unit"], "锡林浩特市疾控中心体检科");
    assert_eq!(facts["exam_date"], "2026-10-07");
    assert_eq!(facts["issue_date"], "2026-10-09");
    assert_eq!(facts["holder_name"], "巴特尔");
    assert_eq!((pulled.source.as_str(), pulled.age_s), ("tijian", 0));
    for (code, wanted) in [
        (QIQIGE, SourceCause::Records(2)),
        ("152522198804150036", SourceCause::BadValue),
        ("152502194501010024", SourceCause::BadRecord),
        ("152525198501010027", SourceCause::NoRecord),
    ] {
        test.pulls(&by_code(code), Some(wanted));
    }
    test.pulls(&named(BATU, "苏和"), Some(SourceCause::OtherName));
    // What breaks the rules is named by its heading, and not repeated.
    let pulled = test.pull(&by_code("152502194501010024"));
    let columns: Vec<&str> = pulled.findings.iter().map(|f| f.column.as_str()).collect();
    assert_eq!(columns, ["exam_unit"]);
}

#[rstest]
fn a_view_that_is_not_as_configured_is_told_as_that(
    #[values(Sqlite, Postgres)] database: Database,
) {
    let (test, department) = (TestOffice::on(Sqlite), Department::on(database));
    for (from, to, wanted) in [
        ("\"jkz\"", "\"jkz2\"", SourceCause::BadView),
        ("from = \"jg\"", "from = \"jieguo\"", SourceCause::BadView),
    ] {
        let text = department.source("").replace(from, to);
        test.load_source(&text);
        test.pulls(&by_code(BATU), Some(wanted));
    }
    let odd = department.source("").replace(
        "constant = \"03\"",
        "from = \"内部 备注\", codes = { \"复查\" = \"03\" }",
    );
    test.load_source(&odd);
    test.pulls(&by_code(BATU), None);
    // Nobody reads a value without an end.
    let long = format!("UPDATE tj_jl SET jgmc = '{}'", "长".repeat(5000));
    department.sql(&long);
    test.pulls(&by_code(BATU), Some(SourceCause::BadView));
    department.sql("UPDATE tj_jl SET jgmc = '锡林浩特市疾控中心'");
    // What a department renamed meanwhile is put right by the department, not by a restart.
    department.sql("DROP VIEW jkz");
    test.pulls(&by_code(BATU), Some(SourceCause::BadView));
    department.sql("CREATE VIEW jkz AS SELECT * FROM tj_jl");
    test.pulls(&by_code(BATU), None);
}

#[test]
fn a_database_that_lets_nobody_in_refuses_and_one_that_thinks_too_long_is_late() {
    let (test, department) = (TestOffice::on(Sqlite), Department::on(Postgres));
    department.sql(
        "DO $$ BEGIN CREATE ROLE stranger LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
    );
    let strange = department
        .source("")
        .replace("user=mianzheng", "user=stranger");
    test.load_source(&strange);
    test.pulls(&by_code(BATU), Some(SourceCause::DatabaseRefused));
    let nobody = department
        .source("")
        .replace("user=mianzheng", "user=nobody_knows");
    test.load_source(&nobody);
    test.pulls(&by_code(BATU), Some(SourceCause::DatabaseRefused));
    let nowhere = department.source("").replace("host=", "host=/nowhere");
    test.load_source(&nowhere);
    test.pulls(&by_code(BATU), Some(SourceCause::NoConnection));
    department
        .sql("DROP VIEW jkz; CREATE VIEW jkz AS SELECT t.* FROM tj_jl t, pg_sleep(20) AS slept");
    test.load_source(&department.source("time_limit_ms = 700"));
    let late = || test.pulls(&by_code(BATU), Some(SourceCause::TimeLimit));
    assert!(timed(late).1 < 3000);
}

#[test]
fn the_file_of_an_sqlite_source_is_read_and_never_written() {
    let (test, department) = (TestOffice::on(Sqlite), Department::on(Sqlite));
    let path = department.0.url.strip_prefix("sqlite://").unwrap();
    let before = std::fs::read(path).unwrap();
    test.load_source(&department.source(""));
    test.pulls(&by_code(BATU), None);
    assert_eq!(std::fs::read(path).unwrap(), before);
    let gone = department.source("").replace(path, "/nowhere/x.db");
    test.load_source(&gone);
    test.pulls(&by_code(BATU), Some(SourceCause::NoConnection));
    assert!(!std::path::Path::new("/nowhere/x.db").exists());
}
