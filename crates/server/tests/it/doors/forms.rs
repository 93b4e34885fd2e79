//! Every form behind every door: each act asks for its key, and each field has its word in `labels.rs`.

use super::addresses::{Door, doors};
use super::{Both, furnished};
use crate::support::{House, Page, Place};
use meguri::house::way;
use meguri::{labels, record};
use std::collections::BTreeSet;

#[test]
fn no_door_that_acts_opens_without_a_key_but_those_on_the_list() {
    let (house, Both { own, .. }) = furnished(Place::file());
    let entries = |house: &House| house.read_as_system(|rx| Ok(record::store::head(rx)?.size)).unwrap();
    let before = entries(&house);
    let (short, long) = ("k".repeat(7), "k".repeat(65));
    let mut wrong = Vec::new();
    let (keyless, keyed): (Vec<Door>, Vec<Door>) =
        doors().into_iter().filter(Door::acts).partition(Door::is_keyless);
    for door in &keyed {
        for name in ["佐藤", "渡辺", "加藤"] {
            for key in [None, Some(short.as_str()), Some(long.as_str())] {
                let page = door.ask_with_key(&house.as_(name), &own, key);
                if page.status != 422 || !page.body.contains("二重送信を防ぐ番号がありませんでした")
                {
                    wrong.push(format!("{door} as {name} with {key:?}: {} {}", page.status, page.excerpt()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(entries(&house), before, "something was done");
    assert!(keyed.len() > 50, "only {} doors were tried", keyed.len());
    let words: Vec<String> = keyless.iter().map(ToString::to_string).collect();
    let list = ["POST /sign-in", "POST /sign-out", "POST /set-up/{secret}", "POST /language", "POST /theme"];
    assert_eq!(words, list);
}

/// A field of a form that acts.
struct Field {
    pattern: &'static str,
    name: String,
    visible: bool,
    /// What its `<label for>` says, where it has one.
    label: Option<String>,
}

#[test]
fn every_field_of_every_form_has_the_word_that_stands_beside_it() {
    let (house, Both { own, .. }) = furnished(Place::file());
    let (mut wrong, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for name in [None, Some("佐藤"), Some("田中"), Some("渡辺"), Some("山本"), Some("加藤")] {
        let browser = name.map_or_else(|| house.visitor(), |name| house.as_(name));
        for door in doors().into_iter().filter(|door| !door.acts()) {
            let page = door.ask(&browser, &own);
            if !page.kind.starts_with("text/html") {
                continue;
            }
            for field in fields(&page) {
                let Field { pattern, name, visible, label } = &field;
                seen.insert((*pattern, name.clone()));
                match labels::word(pattern, name) {
                    None => {
                        wrong.insert(format!(
                            "{pattern} {name}: say in labels.rs what it is called (on {door})"
                        ));
                    }
                    Some((ja, _)) if ja.is_empty() && *visible => {
                        wrong.insert(format!("{pattern} {name}: can be seen but has no word"));
                    }
                    Some((ja, _)) => {
                        let differs = label.as_ref().filter(|label| *visible && !label.contains(ja));
                        wrong.extend(differs.map(|label| {
                            format!("{pattern} {name}: 「{ja}」 but the form says 「{label}」")
                        }));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
    assert!(seen.len() > 150, "only {} fields were walked", seen.len());
}

/// The fields of all forms of a page that act.
fn fields(page: &Page) -> Vec<Field> {
    let mut found = Vec::new();
    let mut action: Option<String> = None;
    let mut named: Vec<(String, String)> = Vec::new();
    for tag in page.body.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default()) {
        if tag.starts_with("form ") {
            let acts = attribute(tag, "method").as_deref() == Some("post");
            action = attribute(tag, "action").filter(|_| acts);
            named.extend(attribute(tag, "id").zip(action.clone()));
        } else if tag == "/form" {
            action = None;
        }
    }
    for tag in page.body.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default()) {
        if tag.starts_with("form ") {
            let acts = attribute(tag, "method").as_deref() == Some("post");
            action = attribute(tag, "action").filter(|_| acts);
        } else if tag == "/form" {
            action = None;
        }
        let kind = ["input", "select", "textarea", "button"]
            .into_iter()
            .find(|kind| tag.strip_prefix(kind).is_some_and(|rest| rest.starts_with(' ')));
        let (Some(kind), Some(name)) = (kind, attribute(tag, "name")) else { continue };
        let own = attribute(tag, "form").and_then(|id| named.iter().find(|(each, _)| *each == id));
        let Some(action) = own.map(|(_, action)| action.clone()).or_else(|| action.clone()) else { continue };
        let Some((pattern, _)) = way::line(way::path_of(&action)) else {
            panic!("{action} is no address of ours")
        };
        let hidden = matches!(attribute(tag, "type").as_deref(), Some("hidden" | "password"));
        let label = attribute(tag, "id").and_then(|id| {
            let text = page.body.split(&format!("<label for=\"{id}\">")).nth(1)?;
            Some(text.split('<').next()?.trim().to_owned())
        });
        // A tick of the whole board and a chosen table cell are labelled by where they stand.
        let label = label.filter(|_| !name.starts_with("cell"));
        found.push(Field { pattern, name, visible: !hidden && kind != "button", label });
    }
    found
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let value = tag.split(&format!(" {name}=\"")).nth(1)?;
    Some(value.split('"').next()?.to_owned())
}
