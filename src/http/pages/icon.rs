//! Small pictures that stand beside words, drawn with lines of the text's colour.
//!
//! They stand in the page itself, so that they are there as soon as the words are. Each has its
//! words beside it and is hidden from readers of the screen.

/// The lines of each icon, within 24 × 24.
const LINES: &[(&str, &str)] = &[
    (
        "ok",
        r#"<circle cx="12" cy="12" r="10"/><path d="m7 12.5 3.5 3.5L17 9"/>"#,
    ),
    (
        "bad",
        r#"<path d="M8 2h8l6 6v8l-6 6H8l-6-6V8z"/><path d="m8.5 8.5 7 7m0-7-7 7"/>"#,
    ),
    (
        "warn",
        r#"<path d="M12 3 22.5 21h-21z"/><path d="M12 9.500v5.500m0 2.500v.1"/>"#,
    ),
    (
        "unknown",
        r#"<path d="M12 2 22 12 12 22 2 12z"/><path d="M9.7 9.600a2.4 2.4 0 1 1 3.4 2.300c-.8.4-1.1.9-1.1 1.700m0 2.500v.1"/>"#,
    ),
    (
        "wait",
        r#"<circle cx="12" cy="12" r="10"/><path d="M12 6v6l4 2.5"/>"#,
    ),
    (
        "lock",
        r#"<rect x="5" y="11" width="14" height="9" rx="1"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>"#,
    ),
    (
        "scan",
        r#"<path d="M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16"/>"#,
    ),
    (
        "card",
        r#"<rect x="2.5" y="5" width="19" height="14" rx="1.5"/><path d="M6 10h5M6 14h8"/><circle cx="17" cy="10.5" r="1.5"/>"#,
    ),
    (
        "code",
        r#"<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 14h2M14 18h2v2M18 18h2v2h-2z"/>"#,
    ),
    ("log", r#"<path d="M6 3h12v18H6zM9 8h6M9 12h6M9 16h4"/>"#),
    (
        "me",
        r#"<circle cx="12" cy="8" r="4"/><path d="M4 21c1-5 4.5-7 8-7s7 2 8 7"/>"#,
    ),
    (
        "people",
        r#"<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.6-4.5 3.3-6.5 6.5-6.500s5.9 2 6.5 6.500M16 4.800a3.5 3.5 0 0 1 0 6.400M18 14c2 .9 3.2 3 3.5 6"/>"#,
    ),
    (
        "phone",
        r#"<rect x="6.5" y="2.5" width="11" height="19" rx="1.5"/><path d="M10.5 18.500h3"/>"#,
    ),
    (
        "paper",
        r#"<path d="M6 2.500h8l4.5 4.500v14.500H6zM14 2.500V7h4.500M9 12h6M9 16h6"/>"#,
    ),
    (
        "print",
        r#"<path d="M7 8V3h10v5M7 17H3.500V8.500h17V17H17M7 14h10v7H7z"/>"#,
    ),
    (
        "camera",
        r#"<path d="M3 7h4l2-3h6l2 3h4v13H3z"/><circle cx="12" cy="13" r="4"/>"#,
    ),
    (
        "picture",
        r#"<rect x="3" y="4" width="18" height="16" rx="1"/><path d="m3 17 5.5-6 4.5 5 3-3 5 5"/><circle cx="16" cy="8.5" r="1.5"/>"#,
    ),
    (
        "keys",
        r#"<rect x="2.5" y="6" width="19" height="12" rx="1.5"/><path d="M6 10h.1M10 10h.1M14 10h.1M18 10h.1M7 14h10"/>"#,
    ),
    (
        "search",
        r#"<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5.5 5.5"/>"#,
    ),
    ("plus", r#"<path d="M12 4v16M4 12h16"/>"#),
    ("back", r#"<path d="m14.5 5-7 7 7 7"/>"#),
    ("next", r#"<path d="m9.5 5 7 7-7 7"/>"#),
    ("up", r#"<path d="M12 20V5m-6 6 6-6 6 6"/>"#),
    ("down", r#"<path d="M12 4v15m-6-6 6 6 6-6"/>"#),
    (
        "bell",
        r#"<path d="M5.5 17c1.5-1.5 1.5-4 1.5-6.500a5 5 0 0 1 10 0c0 2.5 0 5 1.5 6.500zM10 20.500h4"/>"#,
    ),
    (
        "shield",
        r#"<path d="M12 2.5 20 5.500v6c0 5-3.5 8.5-8 10-4.5-1.5-8-5-8-10v-6z"/>"#,
    ),
    ("flag", r#"<path d="M5 21V3.500h13l-3 4.5 3 4.500H5"/>"#),
    (
        "home",
        r#"<path d="M3.5 11.5 12 4l8.5 7.500M6 10v10.500h12V10"/>"#,
    ),
    (
        "figures",
        r#"<path d="M4 20.500h16.500M6.5 17v-6M11 17V6M15.5 17v-8M20 17V4"/>"#,
    ),
    (
        "settings",
        r#"<circle cx="12" cy="12" r="3"/><path d="M12 2.500v3m0 13v3M2.5 12h3m13 0h3M5.3 5.300l2.1 2.100m9.2 9.2 2.1 2.100m0-13.4-2.1 2.100m-9.2 9.2-2.1 2.1"/>"#,
    ),
    (
        "offline",
        r#"<path d="M3 3l18 18M5 11.500a10 10 0 0 1 4-2.500m4-.4a10 10 0 0 1 6 2.900M8.5 15a5 5 0 0 1 6-.5M12 19v.1"/>"#,
    ),
    (
        "help",
        r#"<circle cx="12" cy="12" r="10"/><path d="M9.3 9.300a2.7 2.7 0 1 1 3.9 2.600c-.9.5-1.2 1-1.2 1.900m0 3v.1"/>"#,
    ),
    ("close", r#"<path d="m5 5 14 14M19 5 5 19"/>"#),
    (
        "out",
        r#"<path d="M10 4H4v16h6M15 7.500l4.5 4.5-4.5 4.500M19 12H9"/>"#,
    ),
    (
        "agency",
        r#"<path d="M3 20.500h18M5 20V9l7-5 7 5v11M9 20v-6h6v6"/>"#,
    ),
    (
        "info",
        r#"<circle cx="12" cy="12" r="10"/><path d="M12 11v6m0-9.5v.1"/>"#,
    ),
    (
        "upload",
        r#"<path d="M12 16V4m-5 5 5-5 5 5M4 16v4.5h16V16"/>"#,
    ),
    (
        "list",
        r#"<path d="M8 6h13M8 12h13M8 18h13M3.5 6h.1M3.5 12h.1M3.5 18h.1"/>"#,
    ),
    (
        "bright",
        r#"<circle cx="12" cy="12" r="4"/><path d="M12 2v3m0 14v3M2 12h3m14 0h3M5 5l2 2m10 10 2 2M19 5l-2 2M7 17l-2 2"/>"#,
    ),
    (
        "refresh",
        r#"<path d="M20 11.500a8 8 0 1 0-2 6M20 5v6.500h-6.500"/>"#,
    ),
    (
        "ledger",
        r#"<path d="M5 3h14v18H5zM8.5 3v18M12 8h4M12 12h4"/>"#,
    ),
];

/// The markup of an icon; an unknown name gives none.
pub(crate) fn icon(name: &str) -> String {
    let lines = LINES.iter().find(|(known, _)| *known == name);
    lines.map_or_else(String::new, |(_, lines)| {
        format!(r#"<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{lines}</svg>"#)
    })
}
