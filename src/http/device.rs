//! What kind of device a browser is on, in a few words by which its owner knows it again.

use actix_web::http::header;
use actix_web::http::header::HeaderMap;

/// Signs of browsers and systems, in the order in which they are looked for: most browsers claim
/// to be others, too.
const BROWSERS: [(&str, &str); 7] = [
    ("MicroMessenger", "微信"),
    ("AlipayClient", "支付宝"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
];

/// The browser and its system, as far as they say; empty if they say nothing we know. No more of
/// what a browser says of itself is kept.
pub(crate) fn of(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT);
    let agent = agent
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let known = |signs: &[(&str, &'static str)]| {
        let found = signs.iter().find(|(sign, _)| agent.contains(sign));
        found.map(|(_, name)| *name)
    };
    let both = [known(&BROWSERS), known(&SYSTEMS)];
    both.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use actix_web::http::header;
    use actix_web::http::header::HeaderMap;

    use super::of;

    #[test]
    fn a_browser_is_known_by_what_it_claims_first() {
        for (agent, told) in [
            (
                "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Version/4.0 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.49",
                "微信 · Android",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 \
                 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari · iPhone",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                "Firefox · Linux",
            ),
            ("curl/8.5.0", ""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::USER_AGENT, agent.parse().unwrap());
            assert_eq!(of(&headers), told);
        }
        assert_eq!(of(&HeaderMap::new()), "");
    }
}
