//! Who we are: a TLS certificate, a bearer token, a signature; and files that are not as they
//! should be.

use std::fs;

use mianzheng::domain::sourced::SourceCause;

use crate::sources::BATU;
use crate::sources::by_code;
use crate::sources::faults::configuration;
use crate::support::authority::Authority;
use crate::support::database::Database::Sqlite;
use crate::support::department::Department;
use crate::support::office::TestOffice;

const OWN: &str = "[source.http.client_certificate]
chain = \"sources/health/client.pem\"
key = \"sources/health/client.key\"
";

fn plain(department: &Department, proof: &str) -> String {
    configuration(department)
        .replace("ca = \"sources/health/ca.pem\"", "")
        .replace(OWN, proof)
}

#[test]
fn without_our_tls_certificate_nobody_lets_us_in() {
    let (test, department) = (TestOffice::on(Sqlite), Department::over_tls());
    department.befriend(&test);
    test.load_source(&configuration(&department).replace(OWN, ""));
    test.pulls(&by_code(BATU), Some(SourceCause::TlsRefused));
    test.load_source(&configuration(&department));
    test.pulls(&by_code(BATU), None);
    let folder = test.office.settings.path("sources/health");
    let key = fs::read(folder.join("client.key")).unwrap();
    // The key of another certificate, no key, and no file at all.
    let (_, other) = Authority::new().identity_pem();
    for wrong in [other.into_bytes(), b"no key".to_vec(), Vec::new()] {
        fs::write(folder.join("client.key"), wrong).unwrap();
        test.pulls(&by_code(BATU), Some(SourceCause::Secret));
    }
    fs::remove_file(folder.join("client.key")).unwrap();
    test.pulls(&by_code(BATU), Some(SourceCause::Secret));
    // Put right, it is read again without a restart.
    fs::write(folder.join("client.key"), key).unwrap();
    test.pulls(&by_code(BATU), None);
}

#[test]
fn a_bearer_token_comes_from_its_file() {
    let test = TestOffice::on(Sqlite);
    let token = test.office.settings.path("token");
    fs::write(&token, "tok-1\n").unwrap();
    let department = Department::in_the_plain(&["--bearer-file", token.to_str().unwrap()]);
    let proof = "[source.http.bearer]\ntoken_file = \"token\"\n";
    test.load_source(&plain(&department, proof));
    test.pulls(&by_code(BATU), None);
    fs::write(&token, "tok-2").unwrap();
    test.pulls(&by_code(BATU), Some(SourceCause::NotAllowed(401)));
}

#[test]
fn a_signature_is_over_the_whole_question() {
    let test = TestOffice::on(Sqlite);
    let secret = test.office.settings.path("secret");
    fs::write(&secret, "a shared secret".replace(' ', "-")).unwrap();
    let secret = secret.to_str().unwrap();
    let args = ["--app-key", "mianzheng", "--secret-file", secret];
    let department = Department::in_the_plain(&args);
    let proof = "[source.http.signed]\napp_key = \"mianzheng\"\nsecret_file = \"secret\"\n";
    test.load_source(&plain(&department, proof));
    test.pulls(&by_code(BATU), None);
    let get = plain(&department, proof)
        .replace("method = \"POST\"", "")
        .replace(
            "/api/certificates/query",
            "/records?id={holder_code}&a=%E4%B8%80",
        );
    let body = get.lines().filter(|line| !line.starts_with("body = "));
    test.load_source(&body.collect::<Vec<_>>().join("\n"));
    test.pulls(&by_code(BATU), None);
    fs::write(secret, "another").unwrap();
    test.pulls(&by_code(BATU), Some(SourceCause::NotAllowed(401)));
}
