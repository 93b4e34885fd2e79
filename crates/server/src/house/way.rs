//! Where a person came from and may go back to, by the floor plan: only addresses of ours that show a page.

use crate::routes;
use axum::http::{HeaderMap, header, uri::Uri};
use std::cmp::Reverse;

/// Addresses that are looked at without being a page on which a form could stand.
const NO_PAGES: &[&str] = &[
    "/sign-in",
    "/set-up/{secret}",
    "/assets/export",
    "/assets/rows",
    "/evidence/{id}",
    "/risks/pictures/file",
];

/// A line of the floor plan: the address with its variables, and its methods.
pub type Line = (&'static str, &'static [&'static str]);

/// The line of the floor plan that answers a path; as in the router, a word goes before a variable.
pub fn line(path: &str) -> Option<Line> {
    let parts: Vec<&str> = path.split('/').collect();
    let fits = |pattern: &str| {
        let own: Vec<&str> = pattern.split('/').collect();
        own.len() == parts.len()
            && own.iter().zip(&parts).all(|(own, part)| own == part || (is_variable(own) && !part.is_empty()))
    };
    let fitting = routes::plan().iter().filter(|(pattern, _)| fits(pattern));
    let words = |pattern: &str| pattern.split('/').map(|part| !is_variable(part)).collect::<Vec<_>>();
    fitting.max_by_key(|(pattern, _)| words(pattern)).copied()
}

fn is_variable(part: &str) -> bool {
    part.starts_with('{')
}

fn is_page((pattern, methods): Line) -> bool {
    methods.contains(&"GET") && !NO_PAGES.contains(&pattern)
}

/// The page of ours from which a request was sent, with its query, as its `Referer` says.
pub fn came_from(headers: &HeaderMap, uri: &Uri) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = uri.authority().map(axum::http::uri::Authority::as_str).or_else(|| text(header::HOST))?;
    let from = text(header::REFERER)?;
    let rest = from.strip_prefix("https://").or_else(|| from.strip_prefix("http://"))?;
    let place = rest.strip_prefix(host)?;
    let own = place.starts_with('/') && !place.starts_with("//") && !place.contains(['\\', '\r', '\n', '#']);
    let known = own && line(path_of(place)).is_some_and(is_page);
    known.then(|| place.to_owned())
}

/// The path of an address without its query.
pub fn path_of(address: &str) -> &str {
    address.split('?').next().unwrap_or("/")
}

/// The nearest page on the way up from a path. `itself` when the path's own page counts, as for an act.
/// The names of the variables are compared as well: what is an assessment below `/risks` is no department.
pub fn parent(path: &str, itself: bool) -> Option<String> {
    let (pattern, _) = line(path)?;
    let names: Vec<&str> = pattern.split('/').collect();
    let parts: Vec<&str> = path.split('/').collect();
    let most = if itself { names.len() } else { names.len() - 1 };
    let mut lengths: Vec<usize> = (2..=most).collect();
    lengths.sort_by_key(|length| Reverse(*length));
    let found = lengths.into_iter().find(|length| {
        let above = names.get(..*length).unwrap_or_default().join("/");
        routes::plan().iter().any(|line| line.0 == above && is_page(*line))
    })?;
    Some(parts.get(..found)?.join("/"))
}

/// The same, where that page shows one thing and not a list of them.
pub fn thing(path: &str) -> Option<String> {
    parent(path, true).filter(|page| line(page).is_some_and(|(pattern, _)| pattern.contains('{')))
}
