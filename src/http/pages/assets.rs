//! What pages load: style sheets, modules, pictures, fonts. All of it is compiled in, and all of
//! it stands under one digest, so that modules find each other and nobody keeps an old one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use actix_web::HttpRequest;
use actix_web::http::header;
use actix_web::http::header::HeaderValue;
use actix_web::web::Path;

use crate::codec::digest::sha256;
use crate::domain::problem::Reason;
use crate::domain::value::hex;
use crate::http::kept::File;
use crate::http::kept::Keep;
use crate::http::pages;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;

/// A year: another digest is another address.
const KEPT: &str = "public, max-age=31536000, immutable";

/// Digits of the digest in addresses.
const DIGITS: usize = 16;

const CSS: &str = "text/css; charset=utf-8";
const MODULE: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const FONT: &str = "font/woff2";
const WASM: &str = "application/wasm";

/// What looks for codes in pictures, beside the page.
const WORKER: &str = "scan-worker.js";

/// A file by its name, as it stands beside the others under `web`.
macro_rules! file {
    ($name:literal, $media:expr) => {
        ($name, $media, include_bytes!(concat!("../web/", $name)))
    };
}

/// Every file, by name, with its media type.
const FILES: &[(&str, &str, &[u8])] = &[
    file!("base.css", CSS),
    file!("camera.mjs", MODULE),
    file!("check.mjs", MODULE),
    file!("checklist.css", CSS),
    file!("codes.mjs", MODULE),
    file!("compact-code.mjs", MODULE),
    file!("countdown.mjs", MODULE),
    file!("decoder.mjs", MODULE),
    file!("desk.css", CSS),
    file!("dev.css", CSS),
    file!("docs.css", CSS),
    file!("docs.js", MODULE),
    file!("drop.mjs", MODULE),
    file!("ed25519.mjs", MODULE),
    file!("events.mjs", MODULE),
    file!("hand-scanner.mjs", MODULE),
    file!("keys.mjs", MODULE),
    file!("mark.svg", SVG),
    file!("page.mjs", MODULE),
    file!("picture.mjs", MODULE),
    file!("qr.mjs", MODULE),
    file!("river.svg", SVG),
    file!("scan-worker.js", MODULE),
    file!("scan.css", CSS),
    file!("show.mjs", MODULE),
    file!("signed-fragment.mjs", MODULE),
    file!("store.mjs", MODULE),
    file!("swap.mjs", MODULE),
    file!("wallet.css", CSS),
    file!("vendor/noble-ed25519/index.js", MODULE),
    file!(
        "vendor/noto-sans-mongolian/noto-sans-mongolian-mongolian-400-normal.woff2",
        FONT
    ),
    file!("vendor/qrcode-generator/qrcode.mjs", MODULE),
    file!("vendor/zxing/zxing-reader.js", MODULE),
    file!("vendor/zxing/zxing_reader.wasm", WASM),
    file!("window.css", CSS),
];

struct Shelf {
    digest: String,
    files: BTreeMap<&'static str, (&'static str, File)>,
}

static SHELF: LazyLock<Shelf> = LazyLock::new(|| {
    let mut all = Vec::new();
    let mut files = BTreeMap::new();
    for &(name, media, bytes) in FILES {
        all.extend_from_slice(name.as_bytes());
        all.extend_from_slice(&sha256(bytes));
        files.insert(name, (media, File::of(bytes.to_vec()).compressed()));
    }
    let digest = hex(&sha256(&all)).chars().take(DIGITS).collect();
    Shelf { digest, files }
});

/// Compresses and digests every file, which takes a second.
pub(crate) fn prepare() {
    LazyLock::force(&SHELF);
}

/// The address of a file.
pub(crate) fn address(name: &str) -> String {
    format!("/assets/{}/{name}", SHELF.digest)
}

/// Sends a file. One of another version is not there any more: its page is older than the server.
pub(crate) async fn asset(request: HttpRequest, path: Path<(String, String)>) -> Reply {
    let (digest, name) = path.into_inner();
    match SHELF.files.get(name.as_str()) {
        Some((media, file)) if digest == SHELF.digest => {
            let mut answer = file.answer(&request, Keep(media, 0));
            answer
                .headers_mut()
                .insert(header::CACHE_CONTROL, HeaderValue::from_static(KEPT));
            if name == WORKER {
                // A worker is held to the policy that it came with.
                answer.headers_mut().insert(
                    header::CONTENT_SECURITY_POLICY,
                    HeaderValue::from_static(pages::SCANNING_POLICY),
                );
            }
            Ok(answer)
        }
        _ => Err(Refusal::new(Reason::NotFound)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::FILES;

    #[test]
    fn every_file_for_browsers_is_sent() {
        let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/web");
        let mut folders = vec![web.clone()];
        let mut there = BTreeSet::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path
                    .strip_prefix(&web)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned();
                let ending = name.rsplit('.').next().unwrap();
                if path.is_dir() && name != "templates" {
                    folders.push(path);
                } else if ["css", "js", "mjs", "svg", "wasm", "woff2"].contains(&ending) {
                    there.insert(name);
                }
            }
        }
        let sent: BTreeSet<String> = FILES.iter().map(|(name, ..)| (*name).to_owned()).collect();
        assert_eq!(there, sent);
    }

    #[test]
    fn every_module_imports_only_what_stands_beside_it() {
        let names: Vec<&str> = FILES.iter().map(|(name, ..)| *name).collect();
        for (name, media, bytes) in FILES {
            let text = String::from_utf8_lossy(bytes);
            let imported = text.split(" from '").skip(1);
            let imported = imported.filter_map(|rest| rest.split_once('\'').map(|(of, _)| of));
            for of in imported
                .filter(|_| media.starts_with("text/javascript") && !name.contains("vendor/"))
            {
                let beside = of.strip_prefix("./").is_some_and(|of| names.contains(&of));
                assert!(beside, "{name} imports {of}");
            }
        }
    }
}
