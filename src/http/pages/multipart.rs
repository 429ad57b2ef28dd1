//! A form with a file in it, as a browser sends it without scripts (RFC 7578): read whole, and no
//! more of it than its parts' names, file names and bytes.

use actix_web::HttpMessage;
use actix_web::HttpRequest;
use actix_web::web::Bytes;

use crate::domain::problem::Reason;
use crate::http::body::Coming;
use crate::http::body::Whole;
use crate::http::problem::Refusal;

/// The most parts that a form of ours has.
const MOST_PARTS: usize = 16;

/// The longest boundary (RFC 2046 §5.1.1).
const LONGEST_BOUNDARY: usize = 70;

/// A part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The field's name.
    pub(crate) name: String,
    /// Whether it is a file; one that nobody chose is empty.
    pub(crate) is_file: bool,
    /// What it holds.
    pub(crate) bytes: Bytes,
}

/// The parts of a form.
///
/// # Errors
///
/// A refusal for what is no such form, holds more parts than any form of ours, or is cut off; and
/// those of reading a body.
pub(crate) async fn parts(request: &HttpRequest, coming: Coming) -> Result<Vec<Part>, Refusal> {
    let form = || Refusal::because(Reason::WrongMedia, "a form of our pages");
    let boundary = boundary(request).ok_or_else(form)?;
    let Whole(bytes) = coming.whole().await?;
    let torn = || Refusal::because(Reason::BadRequest, "no form of this page");
    split(&bytes, &boundary).ok_or_else(torn)
}

/// The file of a form that has one.
///
/// # Errors
///
/// Those of [`parts`]; a form without a file.
pub(crate) async fn file(request: &HttpRequest, coming: Coming) -> Result<Bytes, Refusal> {
    let parts = parts(request, coming).await?;
    let found = parts.into_iter().find(|part| part.is_file);
    let none = || Refusal::because(Reason::BadRequest, "a form without a file");
    found.map(|part| part.bytes).ok_or_else(none)
}

fn boundary(request: &HttpRequest) -> Option<String> {
    let media = request.mime_type().ok()??;
    if media.essence_str() != "multipart/form-data" {
        return None;
    }
    let boundary = media.get_param("boundary")?.as_str();
    let good = (1..=LONGEST_BOUNDARY).contains(&boundary.len()) && boundary.is_ascii();
    good.then(|| boundary.to_owned())
}

/// The parts between the lines of a boundary; none for what does not end with the last.
fn split(whole: &Bytes, boundary: &str) -> Option<Vec<Part>> {
    let first = format!("--{boundary}");
    let later = format!("\r\n--{boundary}");
    let mut at = whole.starts_with(first.as_bytes()).then_some(first.len())?;
    let mut parts = Vec::new();
    loop {
        let rest = whole.get(at..)?;
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        let rest = rest.strip_prefix(b"\r\n")?;
        if parts.len() == MOST_PARTS {
            return None;
        }
        let head = find(rest, b"\r\n\r\n")?;
        let body = at + 2 + head + 4;
        let length = find(whole.get(body..)?, later.as_bytes())?;
        let (name, is_file) = named(std::str::from_utf8(rest.get(..head)?).ok()?)?;
        parts.push(Part {
            name,
            is_file,
            bytes: whole.slice(body..body + length),
        });
        at = body + length + later.len();
    }
}

fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).position(|window| window == what)
}

/// The field's name, and whether a file name stands beside it, in the head of a part.
fn named(head: &str) -> Option<(String, bool)> {
    let disposition = head.split("\r\n").find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition")
            .then_some(value)
    })?;
    let mut parameters = disposition.split(';').map(str::trim);
    parameters
        .next()
        .filter(|kind| kind.eq_ignore_ascii_case("form-data"))?;
    let mut name = None;
    let mut is_file = false;
    for parameter in parameters {
        let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match key {
            "name" => name = Some(value.trim_matches('"').to_owned()),
            "filename" | "filename*" => is_file = true,
            _ => {}
        }
    }
    Some((name?, is_file))
}

#[cfg(test)]
mod tests {
    use actix_web::web::Bytes;

    use super::Part;
    use super::split;

    fn read(text: &str) -> Option<Vec<Part>> {
        split(&Bytes::copy_from_slice(text.as_bytes()), "x")
    }

    fn part(name: &str, is_file: bool, bytes: &'static str) -> Part {
        Part {
            name: name.to_owned(),
            is_file,
            bytes: Bytes::from_static(bytes.as_bytes()),
        }
    }

    #[test]
    fn fields_and_files_are_told_apart() {
        let text = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n\
            --x\r\ncontent-disposition: form-data; name=\"picture\"; filename=\"a;b.png\"\r\n\
            Content-Type: image/png\r\n\r\n\r\n--\r\n--xx-\r\n--x--\r\n";
        let all = [part("a", false, "1"), part("picture", true, "\r\n--")];
        // A boundary that is the beginning of another line ends a part all the same.
        assert_eq!(read(text), None);
        let text = text.replace("\r\n--xx-", "");
        assert_eq!(read(&text).unwrap(), all);
        let empty =
            "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\n\r\n\r\n--x--";
        assert_eq!(read(empty).unwrap(), [part("f", true, "")]);
    }

    #[test]
    fn what_is_torn_or_strange_is_no_form() {
        let head = "Content-Disposition: form-data; name=\"a\"";
        let many = format!("--x\r\n{head}\r\n\r\n1\r\n").repeat(17);
        for text in [
            String::new(),
            "--y--".to_owned(),
            "--x".to_owned(),
            format!("--x\r\n{head}\r\n\r\n1"),
            format!("--x\r\n{head}\r\n1\r\n--x--"),
            "--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--".to_owned(),
            "--x\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--x--".to_owned(),
            "--x\r\nContent-Type: text/plain\r\n\r\n1\r\n--x--".to_owned(),
            format!("{many}--x--"),
        ] {
            assert_eq!(read(&text), None, "{text}");
        }
    }
}
