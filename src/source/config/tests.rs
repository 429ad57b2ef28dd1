use super::SourceFile;
use crate::domain::definition::Definition;
use crate::domain::words::Lang;

const GOOD: &str = r#"
[source]
name = "cdc"
type = "食品从业人员健康证明"
ask_by = ["holder_code"]
issue = "always"
issuer = "锡林浩特市疾病预防控制中心"

[source.http]
address = "https://health.example:8443"
path = "/records?id={holder_code}"
ca = "secrets/ca.pem"
records = "data"

[source.http.bearer]
token_file = "secrets/token"

[source.fields]
holder_name = { from = "xm", clean = "name" }
holder_code = "sfzh"
certificate_number = "bh"
exam_unit = "tjdw"
exam_date = { from = "tjrq", date = "yyyyMMdd" }
issue_date = "fzrq"
exam_result = { from = "jg", codes = { "合格" = "1" } }
trade_class = { constant = "03" }
sex = { from = "xb", codes = { "M" = "1", "F" = "2" } }
"#;

fn mistake(from: &str, to: &str) -> (String, &'static str) {
    assert!(GOOD.contains(from), "{from}");
    let wrong = SourceFile::parse(&GOOD.replacen(from, to, 1)).unwrap_err();
    for lang in [Lang::Zh, Lang::En] {
        let what = wrong.said.what(lang);
        assert!(!what.contains("source_mistake."), "{what}");
        assert!(
            wrong.place.is_empty() || what.contains(&wrong.place),
            "{what}"
        );
        assert!(
            !what.contains('{') || from.contains('{') || to.contains('{'),
            "{what}"
        );
    }
    (wrong.place, wrong.name)
}

#[test]
fn what_contradicts_itself_is_named_with_its_place() {
    SourceFile::parse(GOOD).unwrap();
    for (from, to, place, name) in [
        ("records = ", "record = ", "line 13", "not_read"),
        ("from = \"xm\"", "form = \"xm\"", "line 19", "not_read"),
        ("\"yyyyMMdd\"", "\"ddMMyyyy\"", "line 23", "not_read"),
        ("\"always\"", "\"sometimes\"", "line 6", "not_read"),
        ("[source.fields]", "[source.field]", "line 18", "not_read"),
        ("\"cdc\"", "\"CDC 1\"", "source.name", "bad_name"),
        ("[\"holder_code\"]", "[]", "source.ask_by", "ask_by"),
        ("issue = \"always\"\n", "", "source.issuer", "issuer_idle"),
        (
            "issuer = \"锡林浩特市疾病预防控制中心\"",
            "",
            "source.issuer",
            "issuer_missing",
        ),
        ("issue =", "tries = 9\nissue =", "source.tries", "range"),
        ("issue =", "places = 0\nissue =", "source.places", "range"),
        (
            "https://health.example:8443",
            "health.example",
            "source.http.address",
            "bad_address",
        ),
        (
            "https://health.example:8443",
            "http://health.example",
            "source.http.address",
            "plain",
        ),
        (
            "ca = \"secrets/ca.pem\"",
            "",
            "source.http.ca",
            "ca_missing",
        ),
        (
            "path =",
            "method = \"PUT\"\npath =",
            "source.http.method",
            "method",
        ),
        (
            "path =",
            "method = \"POST\"\npath =",
            "source.http.body",
            "post_body",
        ),
        (
            "path =",
            "body = \"{}\"\npath =",
            "source.http.body",
            "get_body",
        ),
        ("{holder_code}", "{holder_name}", "source.http.path", "hole"),
        ("{holder_code}", "1", "source.ask_by", "not_sent"),
        ("secrets/ca.pem", "/etc/ca.pem", "source.http.ca", "outside"),
        (
            "secrets/token",
            "../token",
            "source.http.bearer.token_file",
            "outside",
        ),
        (
            "ca =",
            "headers = { Authorization = \"x\" }\nca =",
            "source.http.headers.Authorization",
            "our_header",
        ),
        (
            "from = \"xm\"",
            "from = \"xm\", constant = \"x\"",
            "source.fields.holder_name",
            "one_way",
        ),
        (
            "date = \"yyyyMMdd\"",
            "date = \"yyyyMMdd\", codes = { a = \"b\" }",
            "source.fields.exam_date",
            "date_and_codes",
        ),
        (
            "records =",
            "code = { at = \"c\", ok = [\"0\"], refused = [\"0\"] }\nrecords =",
            "source.http.code",
            "code_twice",
        ),
    ] {
        assert_eq!(mistake(from, to), (place.to_owned(), name), "{to}");
    }
}

#[test]
fn passwords_are_not_written_into_it() {
    let view = |database: &str| {
        let text = format!(
            "[source]\nname = \"a1\"\ntype = \"x\"\nask_by = [\"number\"]\n\
             [source.view]\ndatabase = \"{database}\"\nview = \"v\"\nnumber = \"n\"\n\
             [source.fields]\na = \"b\"\n"
        );
        SourceFile::parse(&text).map_err(|wrong| wrong.name)
    };
    let proven = "?sslmode=verify-full&sslrootcert=/etc/ca.pem";
    assert!(view(&format!("postgres://reader@db/health{proven}")).is_ok());
    assert!(view("sqlite://x.db").is_ok());
    assert_eq!(
        view("postgres://reader:secret@db/health").err(),
        Some("password_written")
    );
    assert_eq!(
        view("postgres:///health?password=x").err(),
        Some("password_written")
    );
    assert_eq!(view("mysql://db").err(), Some("bad_database"));
    for near in [
        "localhost/health",
        "reader@127.0.0.1:5432/health",
        "reader@[::1]:5432/health",
        "/health",
        "/health?host=/run/postgresql",
        "/health?host=%2Frun%2Fpostgresql",
        "reader@db/health?sslmode=verify-full&sslrootcert=system",
    ] {
        assert_eq!(view(&format!("postgres://{near}")).err(), None, "{near}");
    }
    for far in [
        "reader@db/health",
        "localhost.example/health",
        "localhost,db/health",
        "/health?host=db",
        "/health?host=/run,db",
        "localhost/health?hostaddr=10.0.0.1",
        "reader@db/health?sslmode=verify-full",
        "reader@db/health?sslmode=require&sslrootcert=/etc/ca.pem",
        "reader@db/health?sslmode=verify-full&sslrootcert=/etc/ca.pem&sslmode=disable",
        "reader@db/health?sslmode=verify-full&sslrootcert=/etc/ca.pem&ssl%6Dode=disable",
        "reader@db/health?sslmode=verify-full&sslrootcert=ca.pem",
    ] {
        let refused = view(&format!("postgres://{far}")).err();
        assert_eq!(refused, Some("view_unproven"), "{far}");
    }
}

#[test]
fn what_a_platform_tells_is_kept_for_no_other_purpose() {
    let example = include_str!("../../../examples/sources/national.toml");
    assert!(SourceFile::parse(example).is_ok());
    let kept = example.replace("issue = ", "cache = { age_s = 60 }\nissue = ");
    let refused = SourceFile::parse(&kept).unwrap_err();
    assert_eq!(
        (refused.place.as_str(), refused.name),
        ("source.cache.age_s", "national_cache")
    );
}

#[test]
fn exactly_one_kind_of_source() {
    let two = format!("{GOOD}\n[source.file]\npath = \"x\"\nholder_code = \"证件号\"\n");
    assert_eq!(SourceFile::parse(&two).unwrap_err().name, "one_kind");
    let none =
        GOOD.split("[source.http]").next().unwrap().to_owned() + "[source.fields]\na = \"b\"";
    assert_eq!(SourceFile::parse(&none).unwrap_err().name, "one_kind");
}

fn definition(name: &str) -> Definition {
    let text = include_str!("../../../examples/catalogue/certificate-types.json");
    let all: Vec<Definition> = serde_json::from_str(text).unwrap();
    all.into_iter().find(|d| d.name == name).unwrap()
}

#[test]
fn it_must_fit_its_type() {
    let health = definition("食品从业人员健康证明");
    let fits = |text: &str| {
        let wrong = SourceFile::parse(text).unwrap().source.fits(&health);
        wrong.map_err(|wrong| (wrong.place, wrong.name))
    };
    assert_eq!(fits(GOOD), Ok(()));
    for (from, to, place, name) in [
        (
            "exam_unit =",
            "examiner =",
            "source.fields.examiner",
            "no_such_column",
        ),
        (
            "holder_code = \"sfzh\"\n",
            "",
            "source.fields",
            "column_needed",
        ),
        (
            "exam_unit = \"tjdw\"\n",
            "",
            "source.fields",
            "column_needed",
        ),
        (
            "\"合格\" = \"1\"",
            "\"合格\" = \"7\"",
            "source.fields.exam_result.codes",
            "no_such_code",
        ),
        (
            "exam_unit = \"tjdw\"",
            "exam_unit = { from = \"tjdw\", date = \"chinese\" }",
            "source.fields.exam_unit.date",
            "no_date",
        ),
    ] {
        let wrong = fits(&GOOD.replacen(from, to, 1));
        assert_eq!(wrong, Err((place.to_owned(), name)), "{to}");
    }
}

#[test]
fn what_is_the_nations_is_never_signed_here() {
    let licence = definition("营业执照");
    let source = SourceFile::parse(GOOD).unwrap().source;
    assert_eq!(source.fits(&licence).unwrap_err().name, "not_ours");
}
