//! What the browser loads, held in the program: styles, modules, icons. The address carries a hash of
//! them all, so browsers keep them for good and a new version is a new address.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use meguri_record::Hash;
use std::sync::OnceLock;

const FILES: &[(&str, &str, &str)] = &[
    ("app.css", "text/css; charset=utf-8", include_str!("static/app.css")),
    ("app.js", "text/javascript; charset=utf-8", include_str!("static/app.js")),
    ("board.js", "text/javascript; charset=utf-8", include_str!("static/board.js")),
    ("chance.js", "text/javascript; charset=utf-8", include_str!("static/chance.js")),
    ("grid.js", "text/javascript; charset=utf-8", include_str!("static/grid.js")),
    ("grid-cells.js", "text/javascript; charset=utf-8", include_str!("static/grid-cells.js")),
    ("grid-pages.js", "text/javascript; charset=utf-8", include_str!("static/grid-pages.js")),
    ("grid-rows.js", "text/javascript; charset=utf-8", include_str!("static/grid-rows.js")),
    ("grid-text.js", "text/javascript; charset=utf-8", include_str!("static/grid-text.js")),
    ("inspection.js", "text/javascript; charset=utf-8", include_str!("static/inspection.js")),
    ("inventory.js", "text/javascript; charset=utf-8", include_str!("static/inventory.js")),
    ("judge.js", "text/javascript; charset=utf-8", include_str!("static/judge.js")),
    ("panel.js", "text/javascript; charset=utf-8", include_str!("static/panel.js")),
    ("swap.js", "text/javascript; charset=utf-8", include_str!("static/swap.js")),
    ("icons.svg", "image/svg+xml", include_str!("static/icons.svg")),
];

/// The hash of all files, as it stands in their addresses.
pub fn hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let all: String = FILES.iter().map(|(_, _, text)| *text).collect();
        Hash::of(all.as_bytes()).to_string().chars().take(12).collect()
    })
}

/// One file; the hash in the address is not looked at, it only makes addresses new.
pub async fn file(Path((_, name)): Path<(String, String)>) -> Response {
    match FILES.iter().find(|(each, _, _)| *each == name) {
        Some((_, kind, text)) => {
            let keep = "public, max-age=31536000, immutable";
            ([(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, keep)], *text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
