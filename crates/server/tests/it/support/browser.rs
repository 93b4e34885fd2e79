//! A browser without a window: keeps cookies, sends what a form would send, follows nothing by itself.

use super::{House, RUNTIME};
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use meguri::house::web::percent;
use std::cell::RefCell;
use std::collections::BTreeMap;
use tower::ServiceExt;

pub struct Browser<'a> {
    house: &'a House,
    cookies: RefCell<BTreeMap<String, String>>,
}

/// A file in a multipart form: field, file name, kind, bytes.
pub type Upload<'a> = (&'a str, &'a str, &'a str, &'a [u8]);

impl<'a> Browser<'a> {
    pub(super) fn new(house: &'a House) -> Self {
        Self { house, cookies: RefCell::default() }
    }

    pub fn get(&self, path: &str) -> Page {
        self.send(Request::get(path), Body::empty())
    }

    /// Sends a form; a fresh `req` is added unless the fields hold one.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
        if !fields.iter().any(|(name, _)| *name == "req") {
            pairs.push(format!("req={}", self.house.app.chance.id()));
        }
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(pairs.join("&")))
    }

    /// Sends exactly these fields, from the page at this address of ours; no `req` is added.
    pub fn post_as_is(&self, path: &str, fields: &[(&str, &str)], from: Option<&str>) -> Page {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = from.iter().fold(request, |request, from| request.header(header::REFERER, *from));
        self.send(request, Body::from(pairs.join("&")))
    }

    /// Sends a form with files; a fresh `req` goes into the address unless it holds one.
    pub fn post_multipart(&self, path: &str, fields: &[(&str, &str)], files: &[Upload<'_>]) -> Page {
        const SEAM: &str = "seam-of-a-test";
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(
                format!("--{SEAM}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .bytes(),
            );
        }
        for (name, file, kind, bytes) in files {
            let head = format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"");
            body.extend(format!("--{SEAM}\r\n{head}\r\nContent-Type: {kind}\r\n\r\n").bytes());
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{SEAM}--\r\n").bytes());
        let joint = if path.contains('?') { '&' } else { '?' };
        let path = if path.contains("req=") {
            path.to_owned()
        } else {
            format!("{path}{joint}req={}", self.house.app.chance.id())
        };
        let request =
            Request::post(path).header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={SEAM}"));
        self.send(request, Body::from(body))
    }

    /// The same form, sent from a page of another site.
    pub fn post_from_elsewhere(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send_from("cross-site", "https://evil.example", request, Body::from(pairs.join("&")))
    }

    /// Goes to where the page before led.
    pub fn follow(&self, page: &Page) -> Page {
        assert!(!page.location.is_empty(), "that page leads nowhere: {}\n{}", page.status, page.excerpt());
        self.get(&page.location)
    }

    /// Keeps a cookie from its header.
    pub fn keep(&self, set_cookie: &str) {
        let pair = set_cookie.split(';').next().unwrap_or_default();
        let Some((name, value)) = pair.split_once('=') else { return };
        let gone = set_cookie.contains("Max-Age=0");
        let mut cookies = self.cookies.borrow_mut();
        if gone {
            cookies.remove(name);
        } else {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    fn send(&self, request: axum::http::request::Builder, body: Body) -> Page {
        self.send_from("same-origin", "https://meguri.test", request, body)
    }

    fn send_from(&self, site: &str, origin: &str, request: axum::http::request::Builder, body: Body) -> Page {
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request
            .header(header::HOST, "meguri.test")
            .header(header::ORIGIN, origin)
            .header("sec-fetch-site", site)
            .header(header::COOKIE, cookies.join("; "))
            .body(body)
            .unwrap();
        let answer = RUNTIME.block_on(self.house.router.clone().oneshot(request)).unwrap();
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        Page::read(answer)
    }
}

/// What came back.
pub struct Page {
    pub status: u16,
    pub location: String,
    pub kind: String,
    pub bytes: Vec<u8>,
    /// The body as text.
    pub body: String,
}

impl Page {
    fn read(answer: Response<Body>) -> Self {
        let text = |name| {
            answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let (location, kind) = (text(header::LOCATION), text(header::CONTENT_TYPE));
        let status = answer.status().as_u16();
        let bytes = RUNTIME.block_on(to_bytes(answer.into_body(), 64 << 20)).unwrap().to_vec();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Self { status, location, kind, bytes, body }
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}\n{}", self.location, self.excerpt());
        self
    }

    /// A redirect to this address.
    #[track_caller]
    pub fn leads_to(&self, address: &str) -> &Self {
        assert_eq!((self.status, self.location.as_str()), (303, address), "{}", self.excerpt());
        self
    }

    #[track_caller]
    pub fn has(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "{text:?} is not on the page:\n{}", self.excerpt());
        self
    }

    #[track_caller]
    pub fn lacks(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "{text:?} is on the page:\n{}", self.excerpt());
        self
    }

    /// The value of the first input of a name.
    #[track_caller]
    pub fn value(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\"");
        let at = self.body.find(&mark).unwrap_or_else(|| panic!("no input {name:?}:\n{}", self.excerpt()));
        let start = self.body[..at].rfind('<').unwrap_or(at);
        let tag = self.body[start..].split('>').next().unwrap_or_default();
        let value = tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        unescape(value)
    }

    /// The words of the page without its tags, for the message of a failed test.
    pub fn excerpt(&self) -> String {
        let main = self.body.find("<main").map_or(self.body.as_str(), |at| &self.body[at..]);
        let mut words = String::new();
        let mut inside = false;
        for c in main.chars() {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    words.push(' ');
                }
                _ if !inside => words.push(c),
                _ => {}
            }
        }
        let words: Vec<&str> = words.split_whitespace().collect();
        words.join(" ").chars().take(1500).collect()
    }
}

fn unescape(text: &str) -> String {
    let pairs = [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&#60;", "<"),
        ("&gt;", ">"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ];
    pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
