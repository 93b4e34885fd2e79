//! Rules for templates: nothing inline, nothing from outside, and every form that acts names its request.

use super::{Finding, House, Text};
use crate::rust_text::line_at;

pub fn findings(file: &Text, house: &House) -> Vec<Finding> {
    let html = without_template(&file.text);
    let tags = tags(&html);
    let mut all = Vec::new();
    for tag in &tags {
        all.extend(
            inline(tag)
                .into_iter()
                .chain(outside(tag))
                .map(|(rule, sentence)| file.finding(line_at(&html, tag.start), rule, sentence)),
        );
    }
    all.extend(forms(file, &html, &tags, house));
    all
}

/// An opening tag: where it starts and ends, its name and its attributes in lower case.
struct Tag {
    start: usize,
    end: usize,
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn value(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

fn inline(tag: &Tag) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    if tag.name == "script" && tag.value("src").is_none() {
        all.push((
            "inline",
            "A script is a file with `src`; the policy of the page forbids inline code.".into(),
        ));
    }
    if tag.name == "style" {
        all.push((
            "inline",
            "Style stands in the style sheet; the policy of the page forbids it inline.".into(),
        ));
    }
    for (name, _) in &tag.attributes {
        if name == "style" || (name.len() > 2 && name.starts_with("on")) {
            all.push(("inline", format!("`{name}=` is inline; the policy of the page forbids it.")));
        }
    }
    all
}

fn outside(tag: &Tag) -> Option<(&'static str, String)> {
    let loads = ["link", "script", "img", "use", "image", "iframe", "source", "video", "audio"];
    if !loads.contains(&tag.name.as_str()) {
        return None;
    }
    let sources = ["src", "href", "srcset", "xlink:href"].iter().filter_map(|name| tag.value(name));
    let far = |value: &str| ["http://", "https://", "//"].iter().any(|start| value.trim().starts_with(start));
    sources
        .filter(|value| far(value))
        .map(|value| ("outside", format!("`{value}` is outside the house; closed networks are normal here.")))
        .next()
}

fn forms(file: &Text, html: &str, tags: &[Tag], house: &House) -> Vec<Finding> {
    let acts = |tag: &&Tag| {
        tag.name == "form" && tag.value("method").is_some_and(|method| method.eq_ignore_ascii_case("post"))
    };
    let unnamed = tags.iter().filter(acts).filter(|form| {
        let close = html[form.end..].find("</form").map_or(html.len(), |at| form.end + at);
        let inside = tags.iter().filter(|tag| tag.start >= form.end && tag.start < close);
        // A form that sends a file names the request in its address, for its body is read by the act itself.
        let named = form.value("action").is_some_and(|action| action.contains("?req="));
        let own = named || inside.into_iter().any(is_request);
        !own && !includes(&file.text[form.end..close]).any(|name| template_has_request(name, file, house))
    });
    let sentence = "A form that acts holds a field named `req`, so that pressing twice acts once.";
    unnamed.map(|form| file.finding(line_at(html, form.start), "request", sentence)).collect()
}

fn is_request(tag: &Tag) -> bool {
    tag.name == "input" && tag.value("name") == Some("req")
}

fn template_has_request(name: &str, file: &Text, house: &House) -> bool {
    let end = format!("/{name}");
    let other = |text: &&Text| text.path.ends_with(&end) && text.path != file.path;
    house.texts.iter().filter(other).any(|text| tags(&without_template(&text.text)).iter().any(is_request))
}

/// The templates that this piece includes.
fn includes(text: &str) -> impl Iterator<Item = &str> {
    text.split("{%").skip(1).filter_map(|block| {
        let words = block.split("%}").next()?.trim_matches(['-', '~', '+', ' ']);
        words.strip_prefix("include")?.trim().strip_prefix('"')?.split('"').next()
    })
}

/// The page with its template language taken out, every character in its place: values become `x`,
/// blocks and comments become blank.
fn without_template(source: &str) -> String {
    let mut html = source.to_string();
    for (open, close, filler) in
        [("{#", "#}", " "), ("<!--", "-->", " "), ("{%", "%}", " "), ("{{", "}}", "x")]
    {
        let mut from = 0;
        while let Some(start) = html[from..].find(open).map(|at| from + at) {
            let end = html[start..].find(close).map_or(html.len(), |at| start + at + close.len());
            let blank: String =
                html[start..end].bytes().map(|byte| if byte == b'\n' { "\n" } else { filler }).collect();
            html.replace_range(start..end, &blank);
            from = end;
        }
    }
    html
}

fn tags(html: &str) -> Vec<Tag> {
    let bytes = html.as_bytes();
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(start) = html[at..].find('<').map(|found| at + found) {
        if !bytes.get(start + 1).is_some_and(u8::is_ascii_alphabetic) {
            at = start + 1;
            continue;
        }
        let end = tag_end(bytes, start);
        let inside = html[start + 1..end].trim_end_matches(['>', '/']);
        let name_end = inside.find(|c: char| c.is_whitespace()).unwrap_or(inside.len());
        let name = inside[..name_end].to_ascii_lowercase();
        all.push(Tag { start, end, name, attributes: attributes(&inside[name_end..]) });
        at = end;
    }
    all
}

fn tag_end(bytes: &[u8], start: usize) -> usize {
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate().skip(start) {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    bytes.len()
}

fn attributes(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let name_end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest[..name_end].to_ascii_lowercase();
        rest = rest[name_end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            (value, rest) = attribute_value(after.trim_start());
        }
        all.push((name, value.to_string()));
        rest = rest.trim_start();
    }
    all
}

fn attribute_value(text: &str) -> (&str, &str) {
    match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text[1..].split_once(quote).unwrap_or((&text[1..], "")),
        _ => text.split_at(text.find(char::is_whitespace).unwrap_or(text.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::house;
    use super::*;

    const PATH: &str = "crates/server/src/risk/risk.html";

    fn rules(html: &str) -> Vec<(&'static str, usize)> {
        let house = house(&[(PATH, html), ("crates/server/src/house/req.html", "<input name=\"req\">")]);
        findings(&house.texts[0], &house).iter().map(|finding| (finding.rule, finding.line)).collect()
    }

    #[test]
    fn inline_code_and_style_are_found() {
        assert_eq!(rules("<p>\n<script>a()</script>"), [("inline", 2)]);
        assert_eq!(rules("<p style=\"color:red\">"), [("inline", 1)]);
        assert_eq!(rules("<p {% if a %}\nOnClick='b()'{% endif %}>"), [("inline", 1)]);
        assert_eq!(rules("<style>p {}</style>"), [("inline", 1)]);
        assert!(rules("<script src=\"/static/{{ s.assets }}/app.js\"></script>").is_empty());
        assert!(rules("<!-- <script>a()</script> --><p data-style=\"a\">onclick=\"no\"</p>").is_empty());
        assert!(rules("<p title=\"{{ l.t(\"a > b\", \"<script>\") }}\">{{ on }}</p>").is_empty());
    }

    #[test]
    fn what_is_loaded_from_outside_is_found() {
        assert_eq!(rules("<link rel=\"stylesheet\" href=\"https://example.org/a.css\">"), [("outside", 1)]);
        assert_eq!(rules("<script src=\"//example.org/a.js\"></script>"), [("outside", 1)]);
        assert_eq!(rules("<img src='http://example.org/a.png'/>"), [("outside", 1)]);
        assert!(
            rules("<a href=\"https://example.org/\">a</a><svg xmlns=\"http://www.w3.org/2000/svg\">")
                .is_empty()
        );
    }

    #[test]
    fn a_form_that_acts_without_naming_its_request_is_found() {
        assert_eq!(
            rules("<form method=\"post\"><input name=\"a\"></form><input name=\"req\">"),
            [("request", 1)]
        );
        assert_eq!(rules("<form\nmethod=POST>{% include \"house/other.html\" %}</form>"), [("request", 1)]);
        assert!(
            rules("<form method=\"post\"><input type=\"hidden\" name=\"req\" value=\"{{ r }}\"></form>")
                .is_empty()
        );
        assert!(rules("<form method=\"post\">{%- include \"house/req.html\" -%}</form>").is_empty());
        assert!(rules("<form method=\"get\"></form><form></form>").is_empty());
    }

    #[test]
    fn a_broken_template_does_not_stop_the_reader() {
        for html in ["<", "<a", "<a b='", "{{", "{% include \"", "<!--", "<巡 a=>", "<a 巡='り'"] {
            rules(html);
        }
    }
}
