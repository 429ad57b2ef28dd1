//! The settings file that `init` writes.

/// What `init` was told about the office.
pub(crate) struct Choices<'a> {
    /// The authority.
    pub(crate) authority: &'a str,
    /// The host in codes, if it is another.
    pub(crate) code_host: Option<&'a str>,
    /// `demo` or `production`.
    pub(crate) mode: &'a str,
    /// Where to listen.
    pub(crate) listen: &'a str,
    /// The database.
    pub(crate) database_url: &'a str,
    /// Whether callers may show TLS certificates by the office's own TLS authority.
    pub(crate) callers_show: bool,
}

/// The text of the settings file, every key with its comment.
pub(crate) fn text(choices: &Choices<'_>) -> String {
    let code_host = match choices.code_host {
        Some(host) => format!("code_host = {}", quoted(host)),
        None => format!("# code_host = {}", quoted(choices.authority)),
    };
    let client_roots = "client_roots = \"tls/ca.pem\"";
    let client_roots = if choices.callers_show {
        client_roots.to_owned()
    } else {
        format!("# {client_roots}")
    };
    include_str!("settings.toml")
        .replace("{authority}", &quoted(choices.authority))
        .replace("{code_host}", &code_host)
        .replace("{mode}", &quoted(choices.mode))
        .replace("{client_roots}", &client_roots)
        .replace("{listen}", &quoted(choices.listen))
        .replace("{database_url}", &quoted(choices.database_url))
}

/// A basic string of TOML; what JSON escapes, TOML reads.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Choices;
    use super::text;
    use crate::config;
    use crate::config::Environment;

    const CHOICES: Choices<'_> = Choices {
        authority: "zz.xlgl.example:8443",
        code_host: None,
        mode: "demo",
        listen: "0.0.0.0:8443",
        database_url: "sqlite://a \"b\".sqlite",
        callers_show: false,
    };

    #[test]
    fn the_file_says_what_was_chosen() {
        let read = config::parse(&text(&CHOICES), Path::new("/x"), &Environment::default());
        let read = read.unwrap();
        assert_eq!(read.authority, CHOICES.authority);
        assert_eq!(read.code_host, CHOICES.authority);
        assert_eq!(read.listen, CHOICES.listen);
        assert_eq!(read.database_url, CHOICES.database_url);
    }

    #[test]
    fn every_key_in_a_comment_is_one() {
        let bare: String = text(&CHOICES)
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.contains(" = ") => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let read = config::parse(&bare, Path::new("/x"), &Environment::default());
        assert!(read.unwrap().accept_non_sm);
    }
}
