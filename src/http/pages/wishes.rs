//! What a browser wishes: its language, and how large text is.

use actix_web::cookie::Cookie;
use actix_web::cookie::SameSite;
use actix_web::cookie::time::Duration;
use actix_web::web::Path;
use actix_web::web::Query;
use serde::Deserialize;

use crate::domain::problem::Reason;
use crate::domain::words::Lang;
use crate::http::pages::frame::LANGUAGE;
use crate::http::pages::frame::SIZE;
use crate::http::pages::frame::Size;
use crate::http::problem;
use crate::http::problem::Refusal;
use crate::http::reply::Reply;

/// Where to go back to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Back {
    pub(crate) back: Option<String>,
}

/// Keeps a language and goes back.
pub(crate) async fn language(wish: Path<String>, back: Query<Back>) -> Reply {
    let known = Lang::named(&wish).is_some();
    kept(LANGUAGE, known.then(|| wish.into_inner()), &back)
}

/// Keeps a size of text and goes back.
pub(crate) async fn size(wish: Path<String>, back: Query<Back>) -> Reply {
    let size = Size::from_name(&wish).map(|size| size.name().to_owned());
    kept(SIZE, size, &back)
}

fn kept(name: &'static str, wish: Option<String>, back: &Back) -> Reply {
    let wish = wish.ok_or_else(|| Refusal::new(Reason::NotFound))?;
    let cookie = Cookie::build(name, wish)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(365));
    let mut reply = problem::see_other(&own(back.back.as_deref()));
    reply
        .add_cookie(&cookie.finish())
        .map_err(Refusal::broken)?;
    Ok(reply)
}

/// A path of ours, and nothing that leads elsewhere: `//host` and `/\host` would.
pub(crate) fn own(path: Option<&str>) -> String {
    let ours = |path: &&str| {
        let second = path.as_bytes().get(1);
        path.starts_with('/')
            && !matches!(second, Some(b'/' | b'\\'))
            && path.bytes().all(|byte| (0x21..0x7f).contains(&byte))
    };
    path.filter(ours).unwrap_or("/").to_owned()
}

#[cfg(test)]
mod tests {
    use super::own;

    #[test]
    fn the_way_back_stays_here() {
        for path in ["/", "/items/1?scenario=a", "/v/abc"] {
            assert_eq!(own(Some(path)), path);
        }
        for path in [
            "//evil",
            "/\\evil",
            "https://evil",
            "",
            "/a\r\nb",
            "/ a",
            "/中",
        ] {
            assert_eq!(own(Some(path)), "/", "{path}");
        }
        assert_eq!(own(None), "/");
    }
}
